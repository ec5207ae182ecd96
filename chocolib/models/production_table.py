"""What is known, days before, of the score an hour will have: rows that forests learn from.

Frames of rated hours (`score`, its parts, `class`: see `insights.score`) come in; this
module knows neither the rules nor where prices and weather are from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.clock import by_clock, clock_of, days_before
from chocolib.models.calendar import day_types

#: What a forest is told of an hour. Prices count as the points they would earn.
FEATURES = (
    "ahead_days",
    "hour",
    "day_type",
    "weekday",
    "year_sin",
    "year_cos",
    "champion_points",
    "champion_day_points",
    "champion_relative_points",
    "naive_points",
    "day_points",
    "last_day_points",
    "week_points",
    "humidity_points",
    "room_humidity_pct",
    "room_humidity_5d_pct",
)
_WEEK = 7
#: The days whose mean is `room_humidity_5d_pct`.
ROOM_DAYS = 5


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of each hour, `ahead_days` after the last published day.

    Attributes:
        champion, naive: the hours rated with that price forecast and `weather`.
        room: `humidity_pct` indoors of the weather seen last; `humidity_5d_pct`, the mean
            of `ROOM_DAYS` days up to it.
        weather_days: how many days before each hour that weather is.
    """

    ahead_days: int
    champion: pd.DataFrame
    naive: pd.DataFrame
    room: pd.DataFrame
    weather_days: int


def rows_of(expected: Expected, rated: pd.DataFrame) -> pd.DataFrame:
    """Features and what else could be said of each hour, one row per hour.

    Args:
        rated: the hours that are over, rated with real prices and weather.

    Returns:
        On the hours of `expected`: `FEATURES`; the expected scores and classes
        `rule-champion`, `rule-naive`, `same-hour-day`, `same-hour-week` (classes with
        " class" after them); NaN where something they need was not known.
    """
    hours = pd.DatetimeIndex(expected.champion.index)
    past = by_clock(rated[["price_points", "temperature_points", "humidity_points"]])
    points = _price_features(expected, past, hours)
    humidity = days_before(past, hours, expected.weather_days)
    made = pd.DataFrame({**_calendar(expected.ahead_days, hours), **points}, index=hours)
    made["humidity_points"] = expected.champion["humidity_points"]
    made["room_humidity_pct"] = expected.room["humidity_pct"]
    made["room_humidity_5d_pct"] = expected.room["humidity_5d_pct"]
    climate = humidity["humidity_points"] + humidity["temperature_points"]
    for name, frame in (("rule-champion", expected.champion), ("rule-naive", expected.naive)):
        made[name], made[f"{name} class"] = frame["score"], frame["class"]
    made["same-hour-day"] = points["last_day_points"] + climate
    made["same-hour-week"] = days_before(past, hours, _WEEK)["price_points"] + climate
    return made


def _price_features(
    expected: Expected, past: pd.DataFrame, hours: pd.DatetimeIndex
) -> dict[str, pd.Series]:
    ahead = expected.ahead_days
    champion = expected.champion["price_points"]
    date, _ = clock_of(hours)
    of_day = champion.groupby(date).transform("mean")
    lags = [days_before(past, hours, ahead + back)["price_points"] for back in range(_WEEK)]
    return {
        "champion_points": champion,
        "champion_day_points": of_day,
        "champion_relative_points": champion - of_day,
        "naive_points": expected.naive["price_points"],
        "day_points": lags[0].groupby(date).transform("mean"),
        "last_day_points": lags[0],
        "week_points": pd.concat(lags, axis=1).mean(axis=1),
    }


def _calendar(ahead_days: int, hours: pd.DatetimeIndex) -> dict[str, np.ndarray]:
    date, hour = clock_of(hours)
    turn = 2 * np.pi * np.asarray(date.day_of_year) / 365.25
    return {
        "ahead_days": np.full(len(hours), ahead_days),
        "hour": hour,
        "day_type": day_types(date),
        "weekday": np.asarray(date.day_of_week),
        "year_sin": np.sin(turn),
        "year_cos": np.cos(turn),
    }
