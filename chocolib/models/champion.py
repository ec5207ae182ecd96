"""The best forecast so far: two parts hourly LAD, one part daily ridge, tolls put back.

The recipe is that of `docs/models.md`: tolls out, a base by day type, what it misses
learnt by a robust linear model per clock hour, and a second model that errs otherwise.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from chocolib.core.time import DAY
from chocolib.models.bands import Misses
from chocolib.models.daygrid import clock_of, day_grid
from chocolib.models.features import Features
from chocolib.models.lad import HourlyLad
from chocolib.models.lear import DailyRidge
from chocolib.models.market import AHEAD, BASE_DAYS, WEEK, Market, market_of

#: Past days that errors are learnt from, and how often the replayed models are refitted.
REPLAYED, REFIT = 120, 60


class Voices:
    """Both models, fitted on what was over at one origin."""

    def __init__(self, features: Features, end: int) -> None:
        self.features = features
        self.lad = HourlyLad().fit(features, end)
        self.ridge = DailyRidge().fit(features.market, end)

    def predict(self, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """EUR/kWh with tolls on days `origins + leads`: shape (m, 24)."""
        market = self.features.market
        net = self.lad.predict(self.features, origins, leads)
        if self.ridge.speaks:
            net = (2 * net + self.ridge.predict(market, origins, leads)) / 3
        return np.asarray(net + market.tolls(origins, leads))


class Champion:
    """Central forecast on the grid of Madrid days, from the last whole day on.

    With less history it says less, in this order: under 234 days no daily ridge, under
    94 days the base alone (the weighted mean of up to four weeks, by day type).
    """

    name = "champion"
    needs = pd.Timedelta(days=21)
    learns_from = pd.Timedelta(days=1500)

    def fit(self, history: pd.Series) -> Self:
        """Learn from hourly EUR/kWh (UTC index, gaps left out).

        Raises:
            NotEnoughData: no day of the history is whole enough.
        """
        recent = history[history.index >= history.index[-1] - self.learns_from]
        self.market_: Market = market_of(day_grid(recent))
        self.features_ = Features(self.market_)
        self.voices_ = Voices(self.features_, self.market_.end)
        return self

    def predict(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """EUR/kWh for each UTC hour; those of known days count as of the next day."""
        date, hour = clock_of(hours)
        start = self.market_.days[self.market_.end]
        leads = np.clip(((date - start) // DAY).to_numpy(dtype=int), 0, AHEAD - 2)
        asked, row = np.unique(leads, return_inverse=True)
        origins = np.full(len(asked), self.market_.end)
        return np.asarray(self.voices_.predict(origins, asked)[row, hour])

    def misses(self) -> Misses | None:
        """Errors of the last `REPLAYED` days' forecasts, each from what was known then.

        The models are refitted every `REFIT` days, before the origins they answer for;
        None when the history is too short for it.
        """
        market = self.market_
        ends = [market.end - WEEK - back for back in range(REPLAYED - 1, -1, -1)]
        ends = [end for end in ends if end >= BASE_DAYS]
        found = [
            self._missed(np.array(ends[first : first + REFIT]))
            for first in range(0, len(ends), REFIT)
        ]
        return Misses.joined(found, float(self.features_.scale.spread[market.end]))

    def _missed(self, ends: np.ndarray) -> Misses:
        market, spread = self.market_, self.features_.scale.spread
        origins, leads = np.repeat(ends, WEEK), np.tile(np.arange(WEEK), len(ends))
        made = Voices(self.features_, int(ends[0])).predict(origins, leads)
        error = (market.price[origins + leads] - made) / spread[origins][:, None]
        seen = market.seen[origins + leads]
        hour = np.broadcast_to(np.arange(24), error.shape)
        lead = np.broadcast_to(leads[:, None], error.shape)
        return Misses(lead[seen], hour[seen], error[seen], 1.0)
