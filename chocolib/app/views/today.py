"""What the "today" page shows, gathered from the store as known at `as_of`."""

from __future__ import annotations

import pandas as pd

from chocolib.app.alerts import attention
from chocolib.app.context import Context
from chocolib.app.daily import kept_plan
from chocolib.app.outlook import live_forecast, next_window, old_forecast, room_now
from chocolib.app.saved import saved_this_month
from chocolib.core.gaps import freshness
from chocolib.core.i18n import Lang, day, t
from chocolib.core.results import Plan
from chocolib.core.schema import ENERGY_PRICES
from chocolib.core.time import DAY, Window, local, local_date, midnight
from chocolib.core.views import Notice, TodayView
from chocolib.insights.rules import Alert

#: "Cheap" and "expensive" are quartiles of this trailing window (`domain.md`).
TRAILING = 30 * DAY


def today_view(context: Context) -> TodayView:
    """Prices of today and tomorrow, the kept forecast and plan, and their ages."""
    as_of = context.as_of
    today = local_date(as_of)
    shown = Window(midnight(today), midnight((pd.Timestamp(today) + 2 * DAY).date()))
    frame = context.store.read("energy_prices", Window(as_of - TRAILING, shown.end), as_of=as_of)
    prices = frame["price_eur_kwh"]
    newest = _newest_price(context)
    forecast = live_forecast(context)
    judged = attention(context)
    remarks = tuple(r.text(context.lang) for r in forecast.remarks) if forecast else ()
    return TodayView(
        as_of=as_of,
        lang=context.lang,
        prices=prices[(prices.index >= shown.start) & (prices.index < shown.end)],
        newest_price=newest,
        forecast=forecast,
        plan=_still_running(kept_plan(context), as_of),
        typical=quartiles(prices[prices.index < as_of]),
        room=room_now(context),
        window=next_window(context, forecast),
        saved=saved_this_month(context),
        notices=tuple(_notice(alert, context.lang) for alert in judged.alerts),
        unjudged=len(judged.unjudged),
        synthetic=context.store.synthetic,
        replay=context.replay,
        problems=_problems(context, newest) + old_forecast(context, forecast) + remarks,
    )


def _notice(alert: Alert, lang: Lang) -> Notice:
    return Notice(alert.level, alert.title(lang), alert.evidence(lang), alert.todo(lang))


def _newest_price(context: Context) -> pd.Timestamp | None:
    rows = context.store.latest("energy_prices", as_of=context.as_of)
    return pd.Timestamp(rows.index[-1]) if len(rows) else None


def _still_running(kept: Plan | None, as_of: pd.Timestamp) -> Plan | None:
    """The plan, unless its window has ended."""
    return kept if kept and kept.window.end > as_of else None


def _problems(context: Context, newest: pd.Timestamp | None) -> tuple[str, ...]:
    """What deserves a line at the top of the page: prices that end too early."""
    if newest is None or freshness(newest, ENERGY_PRICES, context.as_of).status != "stale":
        return ()
    when = f"{day(newest, context.lang)} {local(newest).year}"
    return (t("problem.stale_prices", context.lang, when=when),)


def quartiles(prices: pd.Series) -> tuple[float, float] | None:
    """The 25th and 75th percentile, EUR/kWh; `None` with less than a week of hours."""
    if len(prices) < 7 * 24:
        return None
    low, high = prices.quantile([0.25, 0.75])
    return float(low), float(high)
