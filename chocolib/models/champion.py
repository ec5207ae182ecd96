"""The best forecast so far: four voices, each trusted as far as it has lately been right.

The recipe is that of `docs/models.md`: tolls out, a base by day type, what it misses
learnt in three ways that err differently, weights from recent errors, tolls put back.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from chocolib.core.clock import clock_of
from chocolib.core.learned import Learned
from chocolib.core.time import DAY
from chocolib.models.bands import Misses
from chocolib.models.daygrid import day_grid
from chocolib.models.features import Features
from chocolib.models.market import AHEAD, WEEK, Market, market_of
from chocolib.models.voices import REPLAYED, Replays, Voices, blended


class Champion:
    """Central forecast on the grid of Madrid days, from the last whole day on.

    With less history it says less, in this order: under 234 days no daily ridge, under
    154 days no ridge on yesterday, under 94 days the base alone (weighted means of up to four
    weeks, by day type).

    Args:
        voices: names of `models.voices.VOICES`; one of them alone is a model too.
        name: what the model is called.
    """

    name = "champion"
    needs = pd.Timedelta(days=21)
    learns_from = pd.Timedelta(days=1500)

    def __init__(
        self, voices: tuple[str, ...] = ("lad", "yesterday", "ridge", "recent"), name: str = name
    ) -> None:
        self.names, self.name = voices, name

    def fit(self, history: pd.Series) -> Self:
        """Learn from hourly EUR/kWh (UTC index, gaps left out).

        Raises:
            NotEnoughData: no day of the history is whole enough.
        """
        self._see(history)
        end = self.market_.end
        self.voices_ = Voices.fitted(self.names, self.features_, end)
        self.trust_ = self.replays().trust(end, self.voices_.speaking)
        return self

    def renew(self, history: pd.Series) -> Self:
        """Newer prices, what was learnt of older ones kept.

        Raises:
            NotEnoughData: no day of the history is whole enough.
        """
        self._see(history)
        return self

    def learned(self) -> Learned:
        """The coefficients of the voices and how far each is trusted."""
        return Learned({"trust": self.trust_}) | self.voices_.learned()

    def restore(self, learned: Learned) -> Self:
        """Take coefficients back; `renew` brings the prices they speak of.

        Raises:
            ModelRejected: of another form than the features of today.
        """
        self.trust_ = learned.array("trust", len(self.names), WEEK)
        self.voices_ = Voices.restored(self.names, learned)
        return self

    def _see(self, history: pd.Series) -> None:
        recent = history[history.index >= history.index[-1] - self.learns_from]
        self.market_: Market = market_of(day_grid(recent))
        self.features_ = Features(self.market_)
        self.replays_: Replays | None = None

    def predict(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """EUR/kWh for each UTC hour; those of known days count as of the next day."""
        date, hour = clock_of(hours)
        start = self.market_.days[self.market_.end]
        leads = np.clip(((date - start) // DAY).to_numpy(dtype=int), 0, AHEAD - 2)
        asked, row = np.unique(leads, return_inverse=True)
        origins = np.full(len(asked), self.market_.end)
        said = self.voices_.said(self.features_, origins, asked)
        trust = self.trust_[:, np.minimum(asked, WEEK - 1)]
        return np.asarray(blended(said, trust)[row, hour])

    def spread(self) -> float:
        """How restless prices are at the end of the history, EUR/kWh: the unit of `misses`."""
        return float(self.features_.scale.spread[self.market_.end])

    def replays(self) -> Replays:
        """What the voices would have said lately, fitted as they would have been then."""
        if self.replays_ is None:
            self.replays_ = Replays.of(self.names, self.features_)
        return self.replays_

    def misses(self) -> Misses | None:
        """Errors of the last `REPLAYED` days' forecasts, each from what was known then.

        None when the history is too short for it.
        """
        replays = self.replays()
        if not len(replays.origins):
            return None
        latest = slice(-REPLAYED, None)
        made = replays.blended()[latest]
        spread = self.features_.scale.spread[replays.origins[latest]]
        error = (replays.actual[latest] - made) / spread[:, None, None]
        seen = ~np.isnan(error)
        lead, hour = np.indices(error.shape)[1:]
        return Misses(lead[seen], hour[seen], error[seen])
