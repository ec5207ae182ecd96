"""A voice that reads yesterday as a whole: a ridge on its 24 hours, the base and the levels.

Where the hourly model sees its own hour and the daily ridge four whole days in EUR/kWh,
this one sees the 24 hours of the last day relative to the origin's own level and spread,
and nothing else of single days. Few inputs, the same in every regime: on the months that
the champion was chosen on it was the best voice alone (`docs/forecast-tried.md`).
"""

from __future__ import annotations

from typing import Self

import numpy as np

from chocolib.core.learned import Learned
from chocolib.models.features import Features
from chocolib.models.lad import LIMIT, missed
from chocolib.models.market import BASE_DAYS, WEEK

#: Days of origins learnt from, and the penalty on standardised columns.
WINDOW, RIDGE = 1095, 1000.0
#: Fewer origins than this, and there is no such voice.
LEAST_ORIGINS = 120
#: Yesterday, the base, five means of days, the calendar without the lead.
COLUMNS = 24 + 24 + 5 + 11


class YesterdayRidge:
    """What the base misses on all 24 hours of a day, per lead, by least squares with a ridge."""

    def fit(self, features: Features, end: int) -> Self:
        """Learn from the origins whose following week is over at origin `end`."""
        last = end - WEEK
        first = max(BASE_DAYS, last - WINDOW + 1)
        leads = range(WEEK if last - first + 1 >= LEAST_ORIGINS else 0)
        found = [_fit(features, np.arange(first, last + 1), lead) for lead in leads]
        self.slopes_ = np.array([slopes for slopes, _ in found]).reshape(-1, COLUMNS, 24)
        self.levels_ = np.array([level for _, level in found]).reshape(-1, 24)
        return self

    @property
    def speaks(self) -> bool:
        """Whether there was enough history to learn from."""
        return len(self.levels_) > 0

    def learned(self) -> Learned:
        """Slopes (leads x columns x hours) and levels (leads x hours): 7 leads, or none."""
        return Learned({"slopes": self.slopes_, "levels": self.levels_})

    def restore(self, learned: Learned) -> Self:
        """Take back what was learnt.

        Raises:
            ModelRejected: of another form than the columns of today.
        """
        leads = WEEK if len(learned.array("levels", None, 24)) else 0
        self.levels_ = learned.array("levels", leads, 24)
        self.slopes_ = learned.array("slopes", leads, COLUMNS, 24)
        return self

    def predict(self, features: Features, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """Net EUR/kWh on days `origins + leads`, the base where nothing was learnt: (m, 24)."""
        base = features.base(origins, leads)
        if not self.speaks:
            return base
        near = np.minimum(leads, WEEK - 1)
        rows = _rows(features, origins, leads)
        moved = np.einsum("mc,mch->mh", rows, self.slopes_[near]) + self.levels_[near]
        spread = features.scale.spread[origins][:, None]
        return np.asarray(base + spread * np.clip(moved, -LIMIT, LIMIT))


def _rows(features: Features, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
    """Inputs of days `origins + leads`: shape (m, COLUMNS)."""
    return np.hstack(
        [
            features.near(features.market.net[origins - 1], origins),
            features.near(features.base(origins, leads), origins),
            features.near(features.daily_means(origins), origins),
            np.column_stack(features.calendar(origins, leads)[:-1]),
        ]
    )


def _fit(features: Features, origins: np.ndarray, lead: int) -> tuple[np.ndarray, np.ndarray]:
    """Slopes (columns x hours) and levels of one lead; days that were filled count less."""
    leads = np.full(len(origins), lead)
    rows, target = _rows(features, origins, leads), missed(features, origins, leads)
    weight = features.market.seen[origins + lead].mean(axis=1)
    centre, mean = (np.average(part, axis=0, weights=weight) for part in (rows, target))
    width = rows.std(axis=0)
    width[width < 1e-9] = 1.0
    z = (rows - centre) / width
    pulled = z.T * weight
    solved = np.linalg.solve(pulled @ z + RIDGE * np.eye(COLUMNS), pulled @ (target - mean))
    slopes = solved / width[:, None]
    return slopes, mean - centre @ slopes
