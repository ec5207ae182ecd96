"""Price paths that may come: each hour from the forecast's quantiles, joined as real weeks were.

Marginals: an hour's quantile function is linear between the quantiles the forecast has;
below the lowest and above the highest it goes on as in the section beside it. It is read at
the evenly spaced probabilities (k - 1/2) / n, so nothing is drawn at random.

Dependence: the Schaake shuffle (Clark et al. 2004, J. Hydrometeorology 5, 243-262). In
past stretches of the same clock hours, one a week, each hour's price less the median of
that hour in the weeks before the stretch is ranked among the stretches; the path of a
stretch takes its hour's values by these ranks. So a day that is dear is dear all day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
import pandas as pd

from chocolib.core.clock import by_clock, clock_of
from chocolib.core.errors import NotEnoughData
from chocolib.core.remarks import Remark
from chocolib.core.results import Forecast
from chocolib.core.time import DAY, MADRID

#: How many paths; docs/planning.md has what fewer and more of them change.
PATHS = 30
#: With fewer past stretches their ranks say nothing of a tenth of the cases.
LEAST = 10
#: The weeks before a stretch whose median it is compared with, and how far back it may lie,
#: in weeks for each path: weeks with a missing price are left out.
_WEEKS, _OLDEST = 4, 3
#: How far before its origin the history of a forecast is of use.
REACH = (_OLDEST * PATHS + _WEEKS) * 7 * DAY


@dataclass(frozen=True, slots=True, eq=False)
class Scenarios:
    """Price paths, all of one probability.

    Attributes:
        prices: EUR/kWh, UTC hours x number of the path from 1 on.
        remarks: what had to be used in place of past weeks.
    """

    prices: pd.DataFrame
    remarks: tuple[Remark, ...] = ()

    def since(self, certain: pd.Series) -> pd.DataFrame:
        """The paths with the hours before them, whose EUR/kWh (by UTC hour) are certain."""
        past = certain[certain.index < self.prices.index[0]]
        same = pd.DataFrame(dict.fromkeys(self.prices, past))
        return pd.concat([same, self.prices])


def scenarios(expected: Forecast, history: pd.Series, *, count: int = PATHS) -> Scenarios:
    """Paths for the hours of a forecast; its published hours are equal in all of them.

    Args:
        expected: quantiles in EUR/kWh, see `Forecast`.
        history: hourly EUR/kWh by UTC hour, all that was known at the forecast's `as_of`.
        count: how many paths; fewer where there are fewer past weeks, and where these are
            less than `LEAST`, `count` paths that are dear, or cheap, in all hours alike.

    Raises:
        NotEnoughData: the forecast has no band in some hour.
    """
    hours = pd.DatetimeIndex(expected.frame.index)
    past = list(islice(_surprises(hours, history, _OLDEST * count), count)) if len(history) else []
    if len(past) >= LEAST:
        ranks = np.argsort(np.argsort(past, axis=0, kind="stable"), axis=0).T
        few = Remark("risk.few_weeks", {"weeks": len(past)})
        remarks = () if len(past) == count else (few,)
    else:
        ranks = np.tile(np.arange(count), (len(hours), 1))
        remarks = (Remark("risk.no_weeks", {"weeks": len(past)}),)
    paths = ranks.shape[1]
    values = np.take_along_axis(_marginals(expected, paths), ranks, axis=1)
    names = pd.RangeIndex(1, paths + 1, name="path")
    return Scenarios(pd.DataFrame(values, index=hours, columns=names), remarks)


def _marginals(expected: Forecast, paths: int) -> np.ndarray:
    """Each hour's quantile function at (k - 1/2) / paths: hours x paths, ascending."""
    names, hours = expected.quantiles, pd.DatetimeIndex(expected.frame.index)
    known = np.maximum.accumulate(expected.frame[names].to_numpy(dtype=float), axis=1)
    if np.isnan(known).any():
        first = hours[np.flatnonzero(np.isnan(known).any(axis=1))[0]]
        raise NotEnoughData(
            f"the forecast has no band at {first:%Y-%m-%d %H:%M} UTC, so no risk can be told",
            hint="plan without --risk",
        )
    levels = np.array([int(name[1:]) / 100 for name in names])
    chances = (np.arange(paths) + 0.5) / paths
    section = np.clip(np.searchsorted(levels, chances) - 1, 0, len(levels) - 2)
    slopes = np.diff(known, axis=1) / np.diff(levels)
    return np.asarray(known[:, section] + slopes[:, section] * (chances - levels[section]))


def _surprises(hours: pd.DatetimeIndex, history: pd.Series, oldest: int) -> Iterator[np.ndarray]:
    """Price less what weeks before led to expect, per hour: the newest past stretch first.

    The stretch of k weeks ago is compared with the weeks before its own beginning only.
    Stretches with a price missing are left out, and those that reach past the history.
    """
    table = by_clock(history.rename("price").to_frame())["price"]
    date, hour = clock_of(hours)
    here = hours.tz_convert(MADRID).tz_localize(None)
    ahead = np.asarray((here - here[0]) // (7 * DAY), dtype=int)

    def ago(weeks: np.ndarray) -> np.ndarray:
        there = pd.MultiIndex.from_arrays([date - pd.to_timedelta(7 * weeks, unit="D"), hour])
        return table.reindex(there).to_numpy(dtype=float)

    @cache  # neighbouring stretches are compared with the same weeks
    def before_it(weeks: int) -> np.ndarray:
        return ago(weeks + ahead)

    for weeks in range(1, oldest + 1):
        usual = np.array([before_it(weeks + before) for before in range(1, _WEEKS + 1)])
        surprise = ago(np.full(len(hours), weeks)) - np.median(usual, axis=0)
        if not np.isnan(surprise).any():
            yield surprise
