"""Forecasts that need no fitting: what every other model has to beat."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from chocolib.core.errors import NotEnoughData
from chocolib.core.time import MADRID

WEEK = pd.Timedelta(days=7)


class WeeklyNaive:
    """The same local hour of the latest week that has it.

    Source: the usual benchmark of electricity price forecasting (Lago et al.,
    Applied Energy 293, 2021, call it the naive forecast); here purely weekly.
    """

    name = "weekly-naive"
    needs = pd.Timedelta(days=7)
    learns_from = pd.Timedelta(days=63)

    def __init__(self, *, weeks: int = 8) -> None:
        self.weeks = weeks

    def fit(self, history: pd.Series) -> Self:
        """Remember hourly EUR/kWh (UTC index) by local clock time."""
        here = pd.DatetimeIndex(history.index).tz_convert(MADRID).tz_localize(None)
        self.by_clock_ = history.groupby(here).mean()
        return self

    def predict(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """EUR/kWh for each UTC hour.

        Raises:
            NotEnoughData: an hour that none of the last weeks has.
        """
        here = hours.tz_convert(MADRID).tz_localize(None)
        price = np.full(len(hours), np.nan)
        for back in range(1, self.weeks + 1):
            found = self.by_clock_.reindex(here - back * WEEK).to_numpy(dtype=float)
            price = np.where(np.isnan(price), found, price)
        if np.isnan(price).any():
            when = hours[np.isnan(price)][0]
            raise NotEnoughData(
                f"no price for the hour of {when} in any of the {self.weeks} weeks before it",
                hint="chocolib coverage shows what is stored; chocolib ingest ree fetches more",
            )
        return price
