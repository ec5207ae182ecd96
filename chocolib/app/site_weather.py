"""The outdoor weather of the plant by hour: observed, made of SIAR's days, or expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from chocolib.app.context import Context
from chocolib.app.kept_answers import Span, true_between
from chocolib.app.remembered import Remembered
from chocolib.core.clock import by_clock, clock_of, days_before
from chocolib.core.measurement import OUTLIER
from chocolib.core.schema import SIAR_DAILY, SITE_STATIONS
from chocolib.core.time import DAY, Window, local
from chocolib.insights.diurnal import hours_of_days
from chocolib.sources.weather import LINARES

COLUMNS = ["temperature_c", "humidity_pct"]
#: Weather seen last says something of the days to come for so many days (our choice).
PERSISTS_DAYS = 4
#: The usual weather of a date: hours of at least so many years, so many days around it.
_YEARS, _AROUND = 3, 7


@dataclass(frozen=True, slots=True)
class SiteWeather:
    """What is known of the outdoor weather, hour by hour.

    Attributes:
        hours: `temperature_c`, `humidity_pct`, `made` (bool: the shape of a SIAR day, not an
            observation) on UTC hours, gaps left out.
        usual_from: the same two columns of every hour SIAR's days make, for climatology.
    """

    hours: pd.DataFrame
    usual_from: pd.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Hours observed, and hours made of days."""
        made = int(self.hours["made"].sum())
        return {"observed": len(self.hours) - made, "made": made}

    @property
    def last_day(self) -> pd.Timestamp | None:
        """The last local date (naive) with at least 23 hours."""
        dates, _ = clock_of(pd.DatetimeIndex(self.hours.index))
        per_day = pd.Series(1, index=dates).groupby(level=0).sum()
        whole = per_day.index[per_day >= 23]
        return pd.Timestamp(whole[-1]) if len(whole) else None


def site_weather(context: Context, window: Window) -> SiteWeather:
    """The weather known at the context's `as_of`; observations go before made hours."""
    made = _made(context)
    seen = _first_of(context, "weather_data", window)
    inside = made[(made.index >= window.start) & (made.index < window.end)]
    rest = inside[~inside.index.isin(seen.index)]
    hours = pd.concat([seen.assign(made=False), rest.assign(made=True)]).sort_index()
    return SiteWeather(hours, made)


def observed_weather(context: Context, window: Window) -> SiteWeather:
    """What stations observed, nothing made of SIAR's days: quick, and often enough."""
    seen = _first_of(context, "weather_data", window)
    nothing = pd.DataFrame(columns=COLUMNS, index=pd.DatetimeIndex([], tz="UTC"), dtype=float)
    return SiteWeather(seen.assign(made=False), nothing)


def outside(context: Context, window: Window) -> pd.DataFrame:
    """Temperature (C) and humidity (%) of the air outside, as known at `as_of`.

    Each hour is observed, else as forecast, by the nearest station that has it. Hours of
    which nothing is known are not in it.
    """
    whole = pd.concat(
        [_first_of(context, name, window) for name in ("weather_data", "weather_forecast")]
    )
    return whole[~whole.index.duplicated()].sort_index()


def newest_observed(context: Context) -> pd.Timestamp | None:
    """Start of the newest hour that a station of the site observed, UTC."""
    newest = [
        context.store.latest("weather_data", tags={"station": station}, as_of=context.as_of)
        for station in SITE_STATIONS
    ]
    return max((pd.Timestamp(rows.index[-1]) for rows in newest if len(rows)), default=None)


def expected_weather(context: Context, weather: SiteWeather, window: Window) -> pd.DataFrame:
    """The best that is known of hours to come, and what it is.

    Returns:
        `temperature_c`, `humidity_pct`, `weather` on each hour: "observed", "forecast" (a
        stored one), "persistence" (the same clock hour of the last whole day, for at
        most `PERSISTS_DAYS` after it), "climatology" (the mean of the date in SIAR's
        years), or "none", where the numbers are missing.
    """
    hours = window.hours()
    told = _first_of(context, "weather_forecast", window)
    ways: dict[str, Callable[[], pd.DataFrame]] = {
        "observed": lambda: weather.hours[COLUMNS].reindex(hours),
        "forecast": lambda: told.reindex(hours),
        "persistence": lambda: _persisted(context, weather, hours),
        "climatology": lambda: _usual(weather.usual_from, hours),
    }
    made = pd.DataFrame(np.nan, index=hours, columns=COLUMNS).assign(weather="none")
    for name, way in ways.items():
        lacking = made[COLUMNS].isna().any(axis=1)
        if not lacking.any():
            break
        frame = way()
        fill = lacking & frame.notna().all(axis=1)
        made.loc[fill, COLUMNS] = frame[fill]
        made.loc[fill, "weather"] = name
    return made


#: Hours made of days take a tenth of a second and change once a day.
_REMEMBERED: Remembered[pd.DataFrame] = Remembered(4)


def _made(context: Context) -> pd.DataFrame:
    store = context.store
    key = (store.address, store.synthetic, store.revision("siar_daily"))
    return _REMEMBERED.at(key, context.as_of, lambda: _made_anew(context))


def _made_anew(context: Context) -> tuple[pd.DataFrame, Span]:
    known = pd.DatetimeIndex(context.store.history("siar_daily")["available_at"])
    rows = context.store.read("siar_daily", as_of=context.as_of)
    parts = [
        hours_of_days(
            rows[rows["station"] == station],
            latitude=LINARES.latitude,
            longitude=LINARES.longitude,
        )
        for station in SIAR_DAILY.pool
    ]
    made = pd.concat(parts).dropna()
    whole = made[~made.index.duplicated()].sort_index()
    return whole, true_between(known, context.as_of)


def _first_of(context: Context, measurement: str, window: Window) -> pd.DataFrame:
    """Whole hours, each of the nearest station that has it; outliers are passed over."""
    rows = context.store.read(measurement, window, as_of=context.as_of)
    near = {name: place for place, name in enumerate(SITE_STATIONS)}
    rows = rows[(rows["flag"] != OUTLIER).to_numpy()].dropna(subset=COLUMNS)
    rows = rows.assign(place=rows["station"].map(near).fillna(len(near)))
    rows = rows.sort_values("place", kind="stable")
    return rows.loc[~rows.index.duplicated(), COLUMNS].astype(float).sort_index()


def _persisted(context: Context, weather: SiteWeather, hours: pd.DatetimeIndex) -> pd.DataFrame:
    nothing = pd.DataFrame(np.nan, index=hours, columns=COLUMNS)
    last = weather.last_day
    today = local(context.as_of).tz_localize(None).normalize()
    if last is None or (today - last) / DAY > PERSISTS_DAYS:
        return nothing
    table = by_clock(weather.hours.loc[weather.hours.index >= context.as_of - 9 * DAY, COLUMNS])
    dates, _ = clock_of(hours)
    for days in sorted({int((day - last) / DAY) for day in dates.unique()} - {0}):
        if days > PERSISTS_DAYS:
            continue
        rows = ((dates - last) // DAY) == days
        nothing.loc[rows] = days_before(table, hours[rows], days)
    return nothing


def _usual(made: pd.DataFrame, hours: pd.DatetimeIndex) -> pd.DataFrame:
    dates, hour = clock_of(hours)
    made = made[_season(pd.DatetimeIndex(made.index), dates.unique())]
    of_made, its_hour = clock_of(pd.DatetimeIndex(made.index))
    found = pd.DataFrame(np.nan, index=hours, columns=COLUMNS)
    for day in dates.unique():
        near = _around(of_made, day.date())
        if of_made[near].year.nunique() < _YEARS:
            continue
        means = made[COLUMNS][near].groupby(its_hour[near]).mean()
        rows = dates == day
        found.loc[rows] = means.reindex(hour[rows]).to_numpy()
    return found


def _season(hours: pd.DatetimeIndex, days: pd.DatetimeIndex) -> np.ndarray:
    """The hours (UTC) that may be around any of the days: Madrid's clock is slow to ask."""
    near = (_around(hours, day.date(), _AROUND + 1) for day in days)
    return np.asarray(np.logical_or.reduce([np.zeros(len(hours), dtype=bool), *near]))


def _around(dates: pd.DatetimeIndex, day: date, most: int = _AROUND) -> np.ndarray:
    """Which dates lie within `most` days of the same day in any year."""
    away = np.abs(np.asarray(dates.day_of_year) - day.timetuple().tm_yday)
    return np.asarray(np.minimum(away, 366 - away) <= most)
