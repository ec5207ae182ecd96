"""What the "today" page shows, gathered from the store as known at `as_of`."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import kept_forecast, kept_plan
from chocolib.core.time import DAY, Window, local_date, midnight
from chocolib.core.views import TodayView

#: "Cheap" and "expensive" are quartiles of this trailing window (`domain.md`).
TRAILING = 30 * DAY


def today_view(context: Context) -> TodayView:
    """Prices of today and tomorrow, the kept forecast and plan, and their ages."""
    as_of = context.as_of
    today = local_date(as_of)
    shown = Window(midnight(today), midnight((pd.Timestamp(today) + 2 * DAY).date()))
    frame = context.store.read("energy_prices", Window(as_of - TRAILING, shown.end), as_of=as_of)
    prices = frame["price_eur_kwh"]
    newest = context.store.latest("energy_prices", as_of=as_of)
    return TodayView(
        as_of=as_of,
        lang=context.lang,
        prices=prices[(prices.index >= shown.start) & (prices.index < shown.end)],
        newest_price=pd.Timestamp(newest.index[-1]) if len(newest) else None,
        forecast=kept_forecast(context),
        plan=kept_plan(context),
        typical=_quartiles(prices[prices.index < as_of]),
        synthetic=context.store.synthetic,
        replay=context.replay,
    )


def revision(context: Context) -> str:
    """Changes when anything the page shows has changed."""
    shown = ("energy_prices", "price_forecast", "production_plan")
    return "-".join(str(context.store.revision(name)) for name in shown)


def _quartiles(prices: pd.Series) -> tuple[float, float] | None:
    if len(prices) < 7 * 24:
        return None
    low, high = prices.quantile([0.25, 0.75])
    return float(low), float(high)
