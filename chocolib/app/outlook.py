"""The hours around now as they are known: published prices, else the kept forecast."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from chocolib.app.alerts import WINDOW_H
from chocolib.app.context import Context
from chocolib.app.daily import kept_forecast
from chocolib.app.site_weather import (
    COLUMNS,
    expected_weather,
    newest_observed,
    outside,
    site_weather,
)
from chocolib.app.windows import usual_load_kw
from chocolib.core.i18n import moment, t
from chocolib.core.results import Forecast
from chocolib.core.schema import PRICE_FORECAST, WEATHER_DATA
from chocolib.core.time import (
    DAY,
    HOUR,
    Window,
    end_of_tomorrow,
    local_date,
    midnight,
    origin_of,
)
from chocolib.core.views import NextWindow, RoomNow
from chocolib.insights.climate import HUMIDITY, TEMPERATURE, halted, indoors, outside_band
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


def old_forecast(context: Context, made: Forecast | None) -> tuple[str, ...]:
    """The sentence that says that a forecast is old, or nothing."""
    limit = PRICE_FORECAST.stale_after
    if made is None or limit is None or context.as_of - made.as_of <= limit:
        return ()
    return (t("problem.old_forecast", context.lang, when=moment(made.as_of, context.lang)),)


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


def next_window(context: Context, made: Forecast | None) -> NextWindow | None:
    """The cheapest hours in a row before tomorrow ends, or `None`."""
    if made is None:
        return None
    soon = made.frame[made.frame.index < end_of_tomorrow(context.as_of)]
    found = coming_windows(context, replace(made, frame=soon), lengths=[WINDOW_H])
    if found.empty:
        return None
    row = found.sort_values("mean_eur_kwh", kind="stable").iloc[0]
    return NextWindow(
        start=row["start"],
        end=row["end"],
        mean_eur_kwh=float(row["mean_eur_kwh"]),
        day_mean_eur_kwh=float(row["day_mean_eur_kwh"]),
        published=bool(row["published"] == row["hours"]),
    )


def room_now(context: Context) -> RoomNow | None:
    """The newest weather and the room it makes; `None` when nothing is known."""
    hour, thresholds = context.as_of.floor("h"), context.factory.thresholds
    newest = newest_observed(context)
    now = _weather_of(context, hour, newest)
    source = str(now["weather"].iloc[0])
    if source == "none":
        return None
    room = indoors(now[COLUMNS], thresholds.indoor)
    names = [stage.name for stage in context.factory.stages]
    return RoomNow(
        hour=pd.Timestamp(now.index[0]),
        source=source,
        outside_c=float(now[TEMPERATURE].iloc[0]),
        outside_pct=float(now[HUMIDITY].iloc[0]),
        room_c=float(room[TEMPERATURE].iloc[0]),
        room_pct=float(room[HUMIDITY].iloc[0]),
        halted=None if source == "climatology" else _true(halted(room, thresholds.climate, names)),
        beside=_true(outside_band(room, thresholds.climate, names)),
        newest=newest,
    )


def _weather_of(context: Context, hour: pd.Timestamp, newest: pd.Timestamp | None) -> pd.DataFrame:
    """One row of `expected_weather`: the newest observation while it is fresh, else the hour's.

    SIAR's years are only read where nothing newer is.
    """
    fresh = WEATHER_DATA.stale_after
    if newest is not None and fresh is not None and hour - newest <= fresh:
        return outside(context, Window(newest, newest + HOUR)).assign(weather="observed")
    window = Window(hour, hour + HOUR)
    told = outside(context, window)
    if len(told):
        return told.assign(weather="forecast")
    seen = site_weather(context, Window(hour - 9 * DAY, window.end))
    return expected_weather(context, seen, window)


def _true(stages: pd.DataFrame) -> tuple[str, ...]:
    """The columns that are true in the first row."""
    return tuple(str(name) for name, value in stages.iloc[0].items() if value is True or value == 1)


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
