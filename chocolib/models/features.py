"""What a linear model is told about an hour: recent levels, shapes and the calendar.

All price features are relative to an origin's own level and spread (`Scale`), so that
rows of a crisis and of a calm spring can teach the same coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chocolib.models.calendar import FREE, SATURDAY, WORKDAY
from chocolib.models.market import BASE_DAYS, WEEK, Market

YEAR = 364
#: The age in days that halves a weight in the base (and in the quicker one that speaks
#: for itself), and the weight of another day type.
HALF_LIFE, QUICK = 7.0, 3.0
HALF_LIVES = (HALF_LIFE, QUICK)
OTHER_TYPE = 0.2
#: How many an hour has.
FEATURES = 55
_LIMIT = 6.0
_FADE = 1.5
_BLOCKS = {"night": (0, 7), "morning": (7, 11), "solar": (11, 18), "evening": (19, 24)}
#: The columns of `rows` in their order, as group.what: those of `_recent` ...
_RECENT = """
    base.same_type hour.1d hour.2d hour.3d weekday.1w weekday.2w weekday.3w weekday.4w
    hour.7d_mean hour.28d_mean hour.14d_median hour.14d_low hour.14d_high
    level.1d level.2d level.3d level.3d_mean level.14d_mean level.28d_mean level.60d_mean
    level.365d_mean yesterday.night yesterday.morning yesterday.solar yesterday.evening
    yesterday.last_hours level.slope
    hour.1d_fading hour.2d_fading level.1d_fading level.2d_fading level.3d_mean_fading
    yesterday.last_hours_fading yesterday.night_fading yesterday.solar_fading
    yesterday.evening_fading level.slope_fading hour.7d_mean_fading
    level.1d_far level.2d_far level.3d_mean_far
"""
#: ... of `_year_ago`, and those of the calendar.
_YEAR_AGO = "year.move year.shape"
_CALENDAR = """
    season.sin season.cos season.sin_half season.cos_half
    day.saturday day.free day.after_free day.before_free day.monday day.friday day.holiday
    lead.days
"""
COLUMNS = tuple(f"{_RECENT} {_YEAR_AGO} {_CALENDAR}".split())


def trailing_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Mean of the `window` rows before each origin 0..n (fewer at the start; 0 is empty)."""
    total = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    ends = np.arange(len(total))
    starts = np.maximum(ends - window, 0)
    count = np.maximum(ends - starts, 1).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray((total[ends] - total[starts]) / count)


@dataclass(frozen=True, slots=True)
class Scale:
    """Level and spread of each origin 0..n, EUR/kWh."""

    level: np.ndarray
    spread: np.ndarray


def scale_of(market: Market) -> Scale:
    """The mean of a week, and how far the last four weeks lie from their hourly means."""
    net = market.net
    level = trailing_mean(net.mean(axis=1), WEEK)
    spread = np.full(market.end + 1, 0.01)
    for origin in range(WEEK, market.end + 1):
        recent = net[max(0, origin - BASE_DAYS) : origin]
        away = np.abs(recent - recent.mean(axis=0)).mean()
        spread[origin] = max(away + 0.15 * recent.mean(), 0.01)
    return Scale(level, spread)


class Features:
    """Feature rows of a market; what is shared between hours is computed once."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.scale = scale_of(market)
        net, daily = market.net, market.net.mean(axis=1)
        self._base = {half: _base_by_kind(market, half) for half in HALF_LIVES}
        self._hourly = {w: trailing_mean(net, w) for w in (7, 28)}
        self._daily = {w: trailing_mean(daily, w) for w in (3, 14, 28, 60, 365)}
        self._before = trailing_mean(daily, 10)
        self._near = _centred_mean(net)
        self._near_day = self._near.mean(axis=1)

    def base(
        self, origins: np.ndarray, leads: np.ndarray, half_life: float = HALF_LIFE
    ) -> np.ndarray:
        """Mean of the last four weeks by day type, newer days first; no tolls: (m, 24).

        `half_life` is one of `HALF_LIVES`.
        """
        return np.asarray(self._base[half_life][self.market.kinds[origins + leads], origins])

    def near(self, values: np.ndarray, origins: np.ndarray) -> np.ndarray:
        """Net EUR/kWh relative to each origin's level and spread: shape as `values`."""
        level, spread = self.scale.level[origins], self.scale.spread[origins]
        if values.ndim > 1:
            level, spread = level[:, None], spread[:, None]
        return np.asarray(np.clip((values - level) / spread, -_LIMIT, _LIMIT))

    def daily_means(self, origins: np.ndarray) -> np.ndarray:
        """Net EUR/kWh of 3, 14, 28, 60 and 365 days before each origin: shape (m, 5)."""
        return np.column_stack([self._daily[window][origins] for window in self._daily])

    def rows(self, origins: np.ndarray, leads: np.ndarray, hour: int) -> np.ndarray:
        """Features of clock `hour` on days `origins + leads`: shape (m, features).

        Origins need `BASE_DAYS` days before them. Leads beyond a week see the same
        weekday of the last known weeks.
        """
        columns = [
            *self._recent(origins, leads, hour),
            *self._year_ago(origins, leads, hour),
            *self.calendar(origins, leads),
        ]
        return np.column_stack(columns)

    def _recent(self, origins: np.ndarray, leads: np.ndarray, hour: int) -> list[np.ndarray]:
        market, net = self.market, self.market.net
        spread = self.scale.spread[origins]

        def near(value: np.ndarray) -> np.ndarray:
            return self.near(value, origins)

        lags = [near(net[origins - back, hour]) for back in (1, 2, 3)]
        same = [near(net[origins + leads % WEEK - WEEK * back, hour]) for back in (1, 2, 3, 4)]
        fortnight = np.stack([net[origins - back, hour] for back in range(1, 15)])
        shape = [near(f) for f in (np.median(fortnight, 0), fortnight.min(0), fortnight.max(0))]
        week, month = (near(self._hourly[w][origins, hour]) for w in (7, 28))
        days = [near(net[origins - back].mean(axis=1)) for back in (1, 2, 3)]
        means = [near(self._daily[w][origins]) for w in (3, 14, 28, 60, 365)]
        blocks = [near(net[origins - 1, a:b].mean(axis=1)) for a, b in _BLOCKS.values()]
        last = near(net[origins - 1, 21:].mean(axis=1))
        earlier = (10 * self._before[origins] - 3 * self._daily[3][origins]) / 7
        slope = np.clip((self._daily[3][origins] - earlier) / spread, -_LIMIT, _LIMIT)
        base = near(self._base[HALF_LIFE][market.kinds[origins + leads], origins, hour])
        fading = [lags[0], lags[1], days[0], days[1], means[0], last]
        fading += [blocks[0], blocks[2], blocks[3], slope, week]
        fade, far = np.exp(-leads / _FADE), np.minimum(leads / 6, 1.0)
        return [
            *(base, *lags, *same, week, month, *shape, *days, *means, *blocks, last, slope),
            *(feature * fade for feature in fading),
            *(feature * far for feature in (days[0], days[1], means[0])),
        ]

    def _year_ago(self, origins: np.ndarray, leads: np.ndarray, hour: int) -> list[np.ndarray]:
        """How the level moved and what the hour's shape was a year ago; 0 where unknown."""
        then, began = origins + leads - YEAR, origins - YEAR - 4
        known = began >= 3
        then, began = np.where(known, then, 3), np.where(known, began, 3)
        spread = self.scale.spread[origins]
        move = (self._near_day[then] - self._near_day[began]) / spread
        shape = (self._near[then, hour] - self._near_day[then]) / spread
        return [np.where(known, np.clip(f, -_LIMIT, _LIMIT), 0.0) for f in (move, shape)]

    def calendar(self, origins: np.ndarray, leads: np.ndarray) -> list[np.ndarray]:
        """Season, day type and its neighbours of days `origins + leads`: 12 columns of m."""
        day = origins + leads
        kinds, dates = self.market.kinds, self.market.days[day]
        angle = 2 * np.pi * np.asarray(dates.day_of_year) / 365.25
        week = np.asarray(dates.day_of_week)
        work = kinds[day] == 0
        flags = [
            kinds[day] == 1,
            kinds[day] == 2,
            work & (kinds[day - 1] == 2),
            work & (kinds[np.minimum(day + 1, len(kinds) - 1)] == 2),
            week == 0,
            week == 4,
            self.market.free[day],
        ]
        waves = [wave(turn * angle) for turn in (1, 2) for wave in (np.sin, np.cos)]
        return [*waves, *(flag.astype(float) for flag in flags), np.minimum(leads / 6, 1.0)]


def _base_by_kind(market: Market, half_life: float) -> np.ndarray:
    """`_base` of the three day types: shape (3, n + 1, 24)."""
    return np.stack([_base(market, kind, half_life) for kind in (WORKDAY, SATURDAY, FREE)])


def _base(market: Market, kind: int, half_life: float) -> np.ndarray:
    """Weighted mean of the days before each origin 0..n, for targets of one day type."""
    total, weight = np.zeros((market.end + 1, 24)), np.zeros((market.end + 1, 1))
    same = np.where(market.kinds[: market.end] == kind, 1.0, OTHER_TYPE)[:, None]
    for age in range(1, min(BASE_DAYS, market.end) + 1):
        part = same[: market.end + 1 - age] * 0.5 ** (age / half_life)
        total[age:] += part * market.net[: market.end + 1 - age]
        weight[age:] += part
    return np.asarray(total / np.where(weight > 0, weight, 1.0))


def _centred_mean(values: np.ndarray) -> np.ndarray:
    """Mean of the seven rows around each row (fewer at the ends)."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    row = np.arange(len(values))
    low, high = np.maximum(row - 3, 0), np.minimum(row + 4, len(values))
    return np.asarray((total[high] - total[low]) / (high - low)[:, None])
