"""The hours around now as they are known: published prices, else the kept forecast."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import kept_forecast
from chocolib.app.windows import usual_load_kw
from chocolib.core.results import Forecast
from chocolib.core.time import HOUR, Window, local_date, midnight, origin_of
from chocolib.insights.windows import CheapWindow, cheap_windows

WINDOW_COLUMNS = [
    "hours",
    "day",
    "start",
    "end",
    "mean_eur_kwh",
    "day_mean_eur_kwh",
    "below_mean",
    "published",
]


def live_forecast(context: Context) -> Forecast | None:
    """The newest kept forecast with the prices that were published since.

    `None` where there is none, or its last hour has passed: then it says nothing any more.
    """
    kept = kept_forecast(context)
    if kept is None or kept.frame.index[-1] + HOUR <= context.as_of:
        return None
    hours = Window(kept.frame.index[0], kept.frame.index[-1] + HOUR)
    prices = published(context, hours).reindex(kept.frame.index)
    frame = kept.frame.copy()
    known = prices.notna()
    for name in kept.quantiles:
        frame[name] = frame[name].where(~known, prices)
    frame["known"] |= known
    return replace(kept, frame=frame)


def published(context: Context, window: Window) -> pd.Series:
    """EUR/kWh published for the hours of a window, as known at `as_of`."""
    return context.store.read("energy_prices", window, as_of=context.as_of)["price_eur_kwh"]


def coming_windows(context: Context, made: Forecast, *, lengths: Iterable[int]) -> pd.DataFrame:
    """The cheapest window of each length and Madrid day from the next full hour on.

    Returns:
        A row each, `WINDOW_COLUMNS`, in order of length and day; times UTC, EUR/kWh.
    """
    origin = origin_of(context.as_of)
    gone = published(context, Window(midnight(local_date(origin)), origin))
    ahead = made.frame[made.frame.index >= origin]
    load = usual_load_kw(context.factory)
    rows = [
        _row(hours, window)
        for hours in lengths
        for window in cheap_windows(ahead, hours=hours, load_kw=load, gone=gone)
    ]
    return pd.DataFrame(rows, columns=WINDOW_COLUMNS)


def _row(hours: int, window: CheapWindow) -> dict[str, object]:
    return {
        "hours": hours,
        "day": window.day,
        "start": window.hours[0],
        "end": window.hours[-1] + HOUR,
        "mean_eur_kwh": window.mean_eur_kwh,
        "day_mean_eur_kwh": window.day_mean_eur_kwh,
        "below_mean": window.below_mean,
        "published": window.published,
    }
