"""What the landing page shows, gathered from the store as known at `as_of`."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.monitor import monitor
from chocolib.app.outlook import live_forecast, next_window, published, room_now
from chocolib.app.plan_store import kept_plan
from chocolib.core.errors import NotEnoughData
from chocolib.core.time import HOUR, Window
from chocolib.core.views import HomeView, price_at
from chocolib.models.registry import DEFAULT_MODEL


def home_view(context: Context) -> HomeView:
    """One live fact for each page."""
    hour = context.as_of.floor("h")
    plan = kept_plan(context)
    running = plan if plan and plan.window.end > context.as_of else None
    return HomeView(
        as_of=context.as_of,
        lang=context.lang,
        price=price_at(published(context, Window(hour, hour + HOUR)), hour),
        window=next_window(context, live_forecast(context)),
        saving_eur=running.saving_eur if running else None,
        room=room_now(context),
        mae_eur_kwh=_mae(context),
        failed=_failed(context),
        synthetic=context.store.synthetic,
        replay=context.replay,
    )


def _mae(context: Context) -> float | None:
    """Of the default model; `None` while too few of its forecasts can be judged."""
    try:
        judged = monitor(context).models
    except NotEnoughData:
        return None
    mine = next((one for one in judged if one["model"] == DEFAULT_MODEL), None)
    return float(mine["mae"]) if mine and mine["mae"] is not None else None


def _failed(context: Context) -> tuple[str, pd.Timestamp] | None:
    """The newest source whose last run failed."""
    runs = context.store.read("ingest_runs", as_of=context.as_of)
    last = runs[~runs["feed"].duplicated(keep="last")]
    bad = last[last["error"].fillna("").astype(bool)]
    if bad.empty:
        return None
    return str(bad["feed"].iloc[-1]), pd.Timestamp(str(bad.index[-1]))
