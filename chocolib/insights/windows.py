"""The cheapest hours of each day: contiguous or not, with how sure they are.

Hours are labelled by their start in UTC; days are Madrid days of 23, 24 or 25 hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from chocolib.core.errors import SettingsError
from chocolib.core.time import HOUR, Window, day_window, iso, local_date
from chocolib.insights.confidence import below_mean, draws, near_cheapest

#: A choice is near the cheapest when it turns out at most this much dearer.
NEAR = 0.05


@dataclass(frozen=True, slots=True)
class CheapWindow:
    """The cheapest hours of one Madrid day.

    Attributes:
        day: the Madrid day; a contiguous window may run into the next one.
        hours: UTC starts of the chosen hours, ascending.
        mean_eur_kwh: expected mean price of these hours.
        day_mean_eur_kwh: expected mean price of the whole day, gone hours included.
        day_hours: how many hours of the day that mean is of (23 to 25 when none lacks).
        saving_eur: what a load run in these hours costs less than at the day's mean.
        below_mean: probability that they really are cheaper than the day's mean.
        near_cheapest: probability that they cost at most 5 % more than the cheapest
            choice of the same day turns out to cost.
        published: how many of the hours are already published, and so certain.
    """

    day: date
    hours: pd.DatetimeIndex
    mean_eur_kwh: float
    day_mean_eur_kwh: float
    day_hours: int
    saving_eur: float
    below_mean: float
    near_cheapest: float
    published: int

    def spans(self) -> list[Window]:
        """The hours as consecutive windows."""
        breaks = np.flatnonzero(np.diff(self.hours.to_numpy()) > HOUR.to_timedelta64())
        firsts, lasts = np.append(0, breaks + 1), np.append(breaks, len(self.hours) - 1)
        pairs = zip(firsts, lasts, strict=True)
        return [Window(self.hours[a], self.hours[b] + HOUR) for a, b in pairs]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib windows --json`."""
        return {
            "day": self.day.isoformat(),
            "spans": [{"start": iso(w.start), "end": iso(w.end)} for w in self.spans()],
            "mean_eur_kwh": round(self.mean_eur_kwh, 6),
            "day_mean_eur_kwh": round(self.day_mean_eur_kwh, 6),
            "day_hours": self.day_hours,
            "saving_eur": round(self.saving_eur, 4),
            "below_mean": round(self.below_mean, 3),
            "near_cheapest": round(self.near_cheapest, 3),
            "published": self.published,
        }


def cheap_windows(
    frame: pd.DataFrame,
    *,
    hours: int,
    load_kw: float,
    scattered: bool = False,
    gone: pd.Series | None = None,
) -> list[CheapWindow]:
    """The cheapest `hours` hours of every Madrid day a forecast has enough hours of.

    Args:
        frame: `Forecast.frame`: UTC hours x `q10`, `q50`, `q90` (EUR/kWh) and `known`.
            Hours without a median are passed over, and a window never spans them.
        hours: how many hours, 1 or more.
        load_kw: the load that the saving is stated for.
        scattered: the hours need not follow each other; they then all lie in the day.
        gone: EUR/kWh of hours before the forecast, for the mean of its first day.

    Returns:
        One window per day, in order of days; a contiguous one begins in its day.

    Raises:
        SettingsError: fewer than one hour, more hours than any day has, or a load
            that is not positive and finite.
    """
    if not 1 <= hours <= 25 or not 0 < load_kw < math.inf:
        what = f"{hours} hours of {load_kw:g} kW cannot be placed in a day"
        raise SettingsError(what, hint="for example 3 hours of 12 kW")
    usable = frame[frame[["q10", "q50", "q90"]].notna().all(axis=1).to_numpy()]
    if usable.empty:
        return []
    earlier = usable["q50"].iloc[:0] if gone is None else gone.dropna()
    paths = _paths(usable)
    parts = (
        _Day(usable, paths, day, _inside(usable, day), _on(earlier, day))
        for day in sorted({local_date(hour) for hour in usable.index})
    )
    choose = _scattered if scattered else _contiguous
    choices = ((part, choose(part, hours)) for part in parts if part.whole)
    return [_window(part, choice, load_kw) for part, choice in choices if choice is not None]


@dataclass(frozen=True, slots=True)
class _Day:
    """A Madrid day of a forecast.

    Attributes:
        frame: the whole forecast, hours without quantiles left out.
        paths: EUR/kWh drawn for its hours, shape (paths, hours).
        inside: positions of the day's hours.
        gone: prices of the day's hours before the forecast.
    """

    frame: pd.DataFrame
    paths: np.ndarray
    day: date
    inside: np.ndarray
    gone: np.ndarray

    @property
    def whole(self) -> bool:
        """Whether the forecast reaches the day's end: half a day has no mean."""
        return bool(self.frame.index[-1] + HOUR >= day_window(self.day).end)

    @property
    def mean(self) -> float:
        """Expected mean price of the day."""
        ahead = self.frame["q50"].to_numpy()[self.inside]
        return float(np.concatenate([ahead, self.gone]).mean())


@dataclass(frozen=True, slots=True)
class _Choice:
    """Positions of the chosen hours, and what hindsight would pay per path."""

    hours: np.ndarray
    best: np.ndarray


def _paths(frame: pd.DataFrame) -> np.ndarray:
    """Prices drawn for the rows; the errors' memory runs on through missing hours."""
    span = Window(frame.index[0], frame.index[-1] + HOUR).hours()
    return draws(frame.reindex(span))[:, span.get_indexer(pd.DatetimeIndex(frame.index))]


def _inside(frame: pd.DataFrame, day: date) -> np.ndarray:
    window = day_window(day)
    return np.flatnonzero((frame.index >= window.start) & (frame.index < window.end))


def _on(prices: pd.Series, day: date) -> np.ndarray:
    window = day_window(day)
    return prices[(prices.index >= window.start) & (prices.index < window.end)].to_numpy()


def _contiguous(part: _Day, hours: int) -> _Choice | None:
    """The cheapest run of hours without a hole that begins in the day."""
    index = pd.DatetimeIndex(part.frame.index)
    starts = part.inside[part.inside + hours <= len(index)]
    starts = starts[index[starts + hours - 1] - index[starts] == (hours - 1) * HOUR]
    if not len(starts):
        return None
    runs = starts[:, None] + np.arange(hours)
    expected = part.frame["q50"].to_numpy()[runs].mean(axis=1)
    best = part.paths[:, runs].mean(axis=2).min(axis=1)
    return _Choice(runs[int(expected.argmin())], best)


def _scattered(part: _Day, hours: int) -> _Choice | None:
    """The cheapest hours of the day, wherever they are; the earlier of equals."""
    if len(part.inside) < hours:
        return None
    expected = part.frame["q50"].to_numpy()[part.inside]
    chosen = np.sort(part.inside[np.argsort(expected, kind="stable")[:hours]])
    best = np.sort(part.paths[:, part.inside], axis=1)[:, :hours].mean(axis=1)
    return _Choice(chosen, best)


def _window(part: _Day, choice: _Choice, load_kw: float) -> CheapWindow:
    rows = part.frame.iloc[choice.hours]
    mean = float(rows["q50"].mean())
    return CheapWindow(
        day=part.day,
        hours=pd.DatetimeIndex(rows.index),
        mean_eur_kwh=mean,
        day_mean_eur_kwh=part.mean,
        day_hours=len(part.inside) + len(part.gone),
        saving_eur=(part.mean - mean) * load_kw * len(rows),
        below_mean=below_mean(part.paths, choice.hours, part.inside, part.gone),
        near_cheapest=near_cheapest(part.paths, choice.hours, choice.best, NEAR),
        published=int(rows["known"].sum()),
    )
