"""Conformal offsets: the error quantiles that put a band around a centre."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: 80 % and 90 % bands: lower and upper quantile of the errors.
LEVELS = {"q05": 0.05, "q10": 0.1, "q90": 0.9, "q95": 0.95}
#: Errors are pooled by days after the last known hour; beyond a week they stay.
LEAD_DAYS = 7
#: Clock hours that share their errors.
BLOCK = 4
#: Fewer errors than this in a block, and those of the whole lead day count.
LEAST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Misses:
    """Signed errors (actual - forecast) of replays, in units of a spread.

    Attributes:
        lead: whole days after the last known hour, 0..6.
        hour: clock hour in Madrid, 0..23.
        error: in units of the spread at each replay's origin (1: EUR/kWh).
    """

    lead: np.ndarray
    hour: np.ndarray
    error: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Misses]) -> Misses | None:
        """All of them; None when there are none."""
        if not parts:
            return None
        lead, hour, error = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("lead", "hour", "error")
        )
        return cls(lead, hour, error)

    def offsets(self) -> np.ndarray:
        """What to add to the centre, in spreads: shape (lead days, 24 hours, levels)."""
        made = np.zeros((LEAD_DAYS, 24, len(LEVELS)))
        for lead in range(LEAD_DAYS):
            day = self.lead == lead
            for first in range(0, 24, BLOCK):
                block = day & (self.hour // BLOCK == first // BLOCK)
                pool = block if block.sum() >= LEAST_ERRORS else day
                made[lead, first : first + BLOCK] = conformal_offsets(self.error[pool])
        return made


def conformal_offsets(errors: np.ndarray) -> np.ndarray:
    """The error quantiles of `LEVELS` with the (n + 1) correction, around zero.

    Source: Lei et al., "Distribution-free predictive inference", JASA 2018.
    """
    if not len(errors):
        return np.zeros(len(LEVELS))
    ordered, n = np.sort(errors), len(errors)
    return np.array([_offset(ordered, n, level) for level in LEVELS.values()])


def _offset(ordered: np.ndarray, n: int, level: float) -> float:
    """One quantile: the lower ones rounded down and never above zero, the upper mirrored."""
    if level < 0.5:
        return min(0.0, float(ordered[max(1, math.floor(level * (n + 1))) - 1]))
    return max(0.0, float(ordered[min(n, math.ceil(level * (n + 1))) - 1]))
