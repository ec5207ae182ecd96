"""Forecasts that need no fitting: what every other model has to beat."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from chocolib.core.errors import NotEnoughData
from chocolib.core.learned import Learned
from chocolib.core.time import MADRID

WEEK = pd.Timedelta(days=7)
_BACK = range(1, 9)


class WeeksMean:
    """The mean of the same local hour of the last `weeks` weeks that have it.

    Source: `docs/forecast-tried.md`; three weeks were the best of two, three, four and six.
    """

    name = "weeks-3"
    weeks = 3
    needs = pd.Timedelta(days=7)
    learns_from = pd.Timedelta(days=63)

    def fit(self, history: pd.Series) -> Self:
        """Remember hourly EUR/kWh (UTC index) by local clock time."""
        self.by_clock_ = by_clock(history)
        return self

    def renew(self, history: pd.Series) -> Self:
        """The same as `fit`: nothing is learnt but the prices themselves."""
        return self.fit(history)

    def learned(self) -> Learned:
        """Nothing."""
        return Learned()

    def restore(self, learned: Learned) -> Self:  # noqa: ARG002
        """Nothing to take back; `renew` brings the prices."""
        return self

    def predict(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """EUR/kWh for each UTC hour; weeks that are not known yet are skipped.

        Raises:
            NotEnoughData: an hour that none of the last weeks has.
        """
        here = hours.tz_convert(MADRID).tz_localize(None)
        weeks = np.array([self.by_clock_.reindex(here - back * WEEK) for back in _BACK])
        known = ~np.isnan(weeks)
        taken = known & (np.cumsum(known, axis=0) <= self.weeks)
        _refuse_unknown(hours, ~taken.any(axis=0), len(_BACK))
        return np.asarray(np.where(taken, weeks, 0.0).sum(axis=0) / taken.sum(axis=0))


class WeeklyNaive(WeeksMean):
    """The same local hour of the latest week that has it.

    Source: the usual benchmark of electricity price forecasting (Lago et al.,
    Applied Energy 293, 2021, call it the naive forecast); here purely weekly.
    """

    name = "weekly-naive"
    weeks = 1


def by_clock(history: pd.Series) -> pd.Series:
    """Hourly EUR/kWh (UTC index) by naive Madrid clock; the doubled hour averaged."""
    here = pd.DatetimeIndex(history.index).tz_convert(MADRID).tz_localize(None)
    return history.groupby(here).mean()


def _refuse_unknown(hours: pd.DatetimeIndex, unknown: np.ndarray, weeks: int) -> None:
    if unknown.any():
        raise NotEnoughData(
            f"no price for the hour of {hours[unknown][0]} in any of the {weeks} weeks before it",
            hint="chocolib coverage shows what is stored; chocolib ingest ree fetches more",
        )
