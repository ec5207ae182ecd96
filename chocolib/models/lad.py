"""A linear model per clock hour on the relative features, with an absolute-type loss."""

from __future__ import annotations

from typing import Self

import numpy as np

from chocolib.core.learned import Learned
from chocolib.models.features import FEATURES, Features
from chocolib.models.market import BASE_DAYS, WEEK

#: Days of origins it learns from, and the age in days that halves a row's weight.
WINDOW, HALF_LIFE = 1095, 500.0
RIDGE = 1000.0
#: Scaled errors beyond this teach no more; steps and corner of the reweighting.
LIMIT, _STEPS, _CORNER = 3.0, 6, 0.15
#: Fewer origins than this, and the base stands alone.
LEAST_ORIGINS = 60


class HourlyLad:
    """What the base misses, learnt per clock hour over all leads of a week.

    Target: (net price - base) / spread of the origin, clipped. Least absolute errors by
    iteratively reweighted least squares (Holland and Welsch, 1977), ridge on
    standardised features, newer origins weigh more. Origins whose week is not over
    teach nothing.
    """

    def fit(self, features: Features, end: int) -> Self:
        """Learn from the origins whose following week is over at origin `end`."""
        last = end - WEEK
        first = max(BASE_DAYS, last - WINDOW + 1)
        self.coefficients_: list[tuple[np.ndarray, float]] = []
        if last - first + 1 < LEAST_ORIGINS:
            return self
        origins = np.repeat(np.arange(first, last + 1), WEEK)
        leads = np.tile(np.arange(WEEK), last - first + 1)
        target = missed(features, origins, leads)
        age = 0.5 ** ((last - origins) / HALF_LIFE)
        for hour in range(24):
            weight = age * features.market.seen[origins + leads, hour]
            rows = features.rows(origins, leads, hour)
            self.coefficients_.append(_reweighted(rows, target[:, hour], weight))
        return self

    @property
    def speaks(self) -> bool:
        """Always: with too little history to learn from, the base is what it says."""
        return True

    def learned(self) -> Learned:
        """Slopes (hours x features) and levels (hours): 24 hours, or none."""
        slopes = [slopes for slopes, _ in self.coefficients_]
        levels = [level for _, level in self.coefficients_]
        return Learned(
            {
                "slopes": np.array(slopes).reshape(len(levels), FEATURES if levels else 0),
                "levels": np.array(levels, dtype=float),
            }
        )

    def restore(self, learned: Learned) -> Self:
        """Take back what was learnt.

        Raises:
            ModelRejected: of another form than the features of today.
        """
        levels = learned.array("levels", None)
        slopes = learned.array("slopes", len(levels), FEATURES if len(levels) else 0)
        self.coefficients_ = [
            (row, float(level)) for row, level in zip(slopes, levels, strict=True)
        ]
        return self

    def predict(self, features: Features, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """Net EUR/kWh on days `origins + leads`: shape (m, 24)."""
        base = features.base(origins, leads)
        if not self.coefficients_:
            return base
        moved = np.column_stack(
            [
                features.rows(origins, leads, hour) @ slopes + level
                for hour, (slopes, level) in enumerate(self.coefficients_)
            ]
        )
        spread = features.scale.spread[origins][:, None]
        return np.asarray(base + spread * np.clip(moved, -LIMIT, LIMIT))


def missed(features: Features, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
    """What the base missed on known days, in spreads of the origin, clipped: (m, 24)."""
    market = features.market
    net = market.price[origins + leads] - market.tolls(origins, leads)
    found = (net - features.base(origins, leads)) / features.scale.spread[origins][:, None]
    return np.asarray(np.clip(found, -LIMIT, LIMIT))


def _reweighted(
    rows: np.ndarray, target: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, float]:
    """Slopes and level of the ridge with absolute-type loss; without any day seen, none."""
    if not weight.any():
        return np.zeros(rows.shape[1]), 0.0
    centre = np.average(rows, axis=0, weights=weight)
    width = np.sqrt(np.average((rows - centre) ** 2, axis=0, weights=weight))
    width[width < 1e-9] = 1.0
    z = np.column_stack([(rows - centre) / width, np.ones(len(rows))])
    penalty = np.diag([RIDGE] * rows.shape[1] + [0.0])
    pull = weight
    for _ in range(_STEPS):
        heavy = z * np.sqrt(pull)[:, None]  # its square is symmetric: half the work
        solved = np.linalg.solve(heavy.T @ heavy + penalty, z.T @ (pull * target))
        error = np.abs(target - z @ solved)
        pull = weight * 0.4 / np.maximum(error, _CORNER)
    slopes = solved[:-1] / width
    return slopes, float(solved[-1] - centre @ slopes)
