"""Hours of a day from its extremes, for stations that tell of days only.

The temperature is a sine from shortly before sunrise to sunset and an exponential fall to
the next morning's minimum (Parton and Logan, 1981: b = 2.20 and c = -0.17 h are theirs, for
air at 150 cm; the fall is scaled so that it ends at the minimum). Their a, the lag of the
maximum, is 1.86 h in Colorado; SIAR's files give the minute of the maximum, in Linares (J17)
3.06 h after the sun's noon in the median, so that a = 3.2 h here. The relative humidity
mirrors the temperature between the day's extremes (Waichler and Wigmosta, 2003).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.time import DAY, HOUR, MADRID, as_utc

LAG_OF_MAXIMUM_H, NIGHT_DECAY, LAG_OF_MINIMUM_H = 3.2, 2.20, -0.17
EXTREMES = ("temperature_max_c", "temperature_min_c", "humidity_max_pct", "humidity_min_pct")


def hours_of_days(daily: pd.DataFrame, *, latitude: float, longitude: float) -> pd.DataFrame:
    """Hourly weather made from daily extremes: a shape, not an observation.

    Args:
        daily: `EXTREMES`, one row per Madrid day (index: its midnight, UTC), sorted.
        latitude, longitude: of the station, degrees, east positive.

    Returns:
        `temperature_c` and `humidity_pct` at the end of each hour of the days (UTC index of
        hour starts: 23, 24 or 25 a day); missing where an extreme is. Solar noon is that of
        the mean sun: the equation of time, at most 16 minutes, is left out.
    """
    dates = pd.DatetimeIndex(daily.index).tz_convert(MADRID).tz_localize(None)
    every = pd.date_range(dates[0], dates[-1], freq=DAY) if len(dates) else dates
    whole = daily[list(EXTREMES)].astype(float).set_axis(dates).reindex(every)
    hours, day = _hours(dates, every)
    end_h = np.asarray((hours + HOUR - every[day].tz_localize("UTC")) / HOUR)
    share = _warmth(whole, day, end_h, _Sun(every, latitude, longitude))
    low, span = _between(whole, "temperature_min_c", "temperature_max_c", day)
    dry, wetter = _between(whole, "humidity_min_pct", "humidity_max_pct", day)
    humidity = dry + wetter * (1 - np.clip(share, 0, 1))
    return pd.DataFrame({"temperature_c": low + span * share, "humidity_pct": humidity}, hours)


class _Sun:
    """Hours after UTC midnight of sunrise and sunset, and the length of the day (Cooper, 1969)."""

    def __init__(self, days: pd.DatetimeIndex, latitude: float, longitude: float) -> None:
        turn = 2 * np.pi * (284 + np.asarray(days.day_of_year)) / 365.25
        tilt = np.radians(23.45) * np.sin(turn)
        half = np.arccos(np.clip(-np.tan(np.radians(latitude)) * np.tan(tilt), -1, 1))
        self.daylight = 24 / np.pi * half
        noon = 12 - longitude / 15
        self.rise = noon - self.daylight / 2 + LAG_OF_MINIMUM_H
        self.set = noon + self.daylight / 2


def _hours(dates: pd.DatetimeIndex, every: pd.DatetimeIndex) -> tuple[pd.DatetimeIndex, np.ndarray]:
    """The UTC hours of `dates`, and the row of `every` that each is of."""
    if not len(dates):
        return pd.DatetimeIndex([], tz="UTC", name="time"), np.array([], dtype=int)
    first, last = dates[0].tz_localize(MADRID), (dates[-1] + DAY).tz_localize(MADRID)
    hours = as_utc(pd.date_range(first, last, freq=HOUR, inclusive="left", name="time"))
    local = hours.tz_convert(MADRID).tz_localize(None).normalize()
    kept = local.isin(dates)
    return hours[kept], every.get_indexer(local[kept])


def _warmth(whole: pd.DataFrame, day: np.ndarray, end_h: np.ndarray, sun: _Sun) -> np.ndarray:
    """How far from its day's minimum (0) to its maximum (1) the air is at each moment.

    A night falls to the minimum of its own morning, which may lie outside the day's own
    extremes; where a neighbouring day is missing, the day's own stand in.
    """
    low, high = whole["temperature_min_c"].to_numpy(), whole["temperature_max_c"].to_numpy()
    dusk_share = np.sin(np.pi * (sun.daylight - LAG_OF_MINIMUM_H) / _period(sun))
    dusk = low + (high - low) * dusk_share
    morning, evening = _shifted(low, -1), _shifted(dusk, 1)
    light = (end_h >= sun.rise[day]) & (end_h <= sun.set[day])
    after = end_h > sun.set[day]
    passed = np.where(after, end_h - sun.set[day], end_h + 24 - sun.set[day])
    start = np.where(after, dusk[day], evening[day])
    goal = np.where(after, morning[day], low[day])
    fallen = np.exp(-NIGHT_DECAY * passed / (24 - sun.daylight[day] + LAG_OF_MINIMUM_H))
    left = (fallen - np.exp(-NIGHT_DECAY)) / (1 - np.exp(-NIGHT_DECAY))
    night = goal + (start - goal) * np.maximum(left, 0)
    shown = np.sin(np.pi * (end_h - sun.rise[day]) / _period(sun)[day])
    span = (high - low)[day]
    with np.errstate(invalid="ignore", divide="ignore"):
        dark = np.where(span > 0, (night - low[day]) / span, 0.0)
    return np.where(light, shown, np.where(np.isnan(span), np.nan, dark))


def _period(sun: _Sun) -> np.ndarray:
    """Hours of the half wave that the day's sine is of."""
    return np.asarray(sun.daylight + 2 * LAG_OF_MAXIMUM_H)


def _shifted(values: np.ndarray, by: int) -> np.ndarray:
    """The value of the day before (1) or after (-1); the day's own where there is none."""
    moved = np.full_like(values, np.nan)
    if by > 0:
        moved[by:] = values[:-by]
    else:
        moved[:by] = values[-by:]
    return np.where(np.isnan(moved), values, moved)


def _between(
    whole: pd.DataFrame, low: str, high: str, day: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    least = whole[low].to_numpy()[day]
    return least, whole[high].to_numpy()[day] - least
