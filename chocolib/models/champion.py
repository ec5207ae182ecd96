"""The best forecast so far: two parts hourly LAD, one part daily ridge, tolls put back.

The recipe is that of `docs/models.md`: tolls out, a base by day type, what it misses
learnt by a robust linear model per clock hour, and a second model that errs otherwise.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from chocolib.core.learned import Learned
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
    """Both models, fitted on what was over at one origin; they may speak of later ones."""

    def __init__(self, features: Features, lad: HourlyLad, ridge: DailyRidge) -> None:
        self.features = features
        self.lad = lad
        self.ridge = ridge

    @classmethod
    def fitted(cls, features: Features, end: int) -> Self:
        """From the origins whose following week is over at origin `end`."""
        return cls(features, HourlyLad().fit(features, end), DailyRidge().fit(features.market, end))

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
        self._see(history)
        self.lad_ = HourlyLad().fit(self.features_, self.market_.end)
        self.ridge_ = DailyRidge().fit(self.market_, self.market_.end)
        self.voices_ = Voices(self.features_, self.lad_, self.ridge_)
        return self

    def renew(self, history: pd.Series) -> Self:
        """Newer prices, what was learnt of older ones kept.

        Raises:
            NotEnoughData: no day of the history is whole enough.
        """
        self._see(history)
        self.voices_ = Voices(self.features_, self.lad_, self.ridge_)
        return self

    def learned(self) -> Learned:
        """The coefficients of both voices."""
        return self.lad_.learned().under("lad") | self.ridge_.learned().under("ridge")

    def restore(self, learned: Learned) -> Self:
        """Take coefficients back; `renew` brings the prices they speak of.

        Raises:
            ModelRejected: of another form than the features of today.
        """
        self.lad_ = HourlyLad().restore(learned.part("lad"))
        self.ridge_ = DailyRidge().restore(learned.part("ridge"))
        return self

    def _see(self, history: pd.Series) -> None:
        recent = history[history.index >= history.index[-1] - self.learns_from]
        self.market_: Market = market_of(day_grid(recent))
        self.features_ = Features(self.market_)

    def predict(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """EUR/kWh for each UTC hour; those of known days count as of the next day."""
        date, hour = clock_of(hours)
        start = self.market_.days[self.market_.end]
        leads = np.clip(((date - start) // DAY).to_numpy(dtype=int), 0, AHEAD - 2)
        asked, row = np.unique(leads, return_inverse=True)
        origins = np.full(len(asked), self.market_.end)
        return np.asarray(self.voices_.predict(origins, asked)[row, hour])

    def spread(self) -> float:
        """How restless prices are at the end of the history, EUR/kWh: the unit of `misses`."""
        return float(self.features_.scale.spread[self.market_.end])

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
        return Misses.joined(found)

    def _missed(self, ends: np.ndarray) -> Misses:
        market, spread = self.market_, self.features_.scale.spread
        origins, leads = np.repeat(ends, WEEK), np.tile(np.arange(WEEK), len(ends))
        made = Voices.fitted(self.features_, int(ends[0])).predict(origins, leads)
        error = (market.price[origins + leads] - made) / spread[origins][:, None]
        seen = market.seen[origins + leads]
        hour = np.broadcast_to(np.arange(24), error.shape)
        lead = np.broadcast_to(leads[:, None], error.shape)
        return Misses(lead[seen], hour[seen], error[seen])
