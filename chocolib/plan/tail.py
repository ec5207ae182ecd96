"""The dearest price paths in the model: columns and rows that make their mean cost a cost.

With d[s,h] the price of path s less the mean of all, e[h] the kWh of an hour, f[s] what
the tasks underway pay more or less on the path, and k = (1 - alpha) * paths:

    e[h] = sum of the draw of the starts        u[s] >= sum_h d[s,h] e[h] + f[s] - v,  u >= 0

the least of v + sum_s u[s] / k is the CVaR of the cost less its mean (Rockafellar, Uryasev
2000, J. of Risk 2, 21-41), so (1 - w) mean + w CVaR is mean + w (v + sum u / k). Hours whose
price is certain have d = 0 and no column; and rows over e are far sparser than over starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chocolib.plan.starts import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """The columns after those of the starts: e by uncertain hour, then v, then u by path.

    Attributes:
        energy: kWh of the uncertain hours: hours x columns before these.
        deviation: EUR/kWh less the mean of all paths, paths x hours.
        fixed: EUR by path of what is underway, less its mean.
        alpha: the share of the paths that are not the dearest.
    """

    energy: Matrix
    deviation: np.ndarray
    fixed: np.ndarray
    alpha: float

    @property
    def size(self) -> int:
        """How many columns it adds."""
        paths, hours = self.deviation.shape
        return int(hours + 1 + paths)

    def completed(self, starts: np.ndarray) -> np.ndarray:
        """The columns of the starts with the best of these behind them."""
        energy = self.energy @ starts
        apart = self.deviation @ energy + self.fixed
        level = value_at_risk(apart, self.alpha)
        return np.concatenate([starts, energy, [level], np.maximum(apart - level, 0.0)])


def value_at_risk(costs: np.ndarray, alpha: float) -> float:
    """The cost that `alpha` of the equally likely costs do not exceed."""
    rank = int(np.ceil(alpha * len(costs) - _EXACT)) - 1
    return float(np.sort(costs)[max(rank, 0)])


def cvar(costs: np.ndarray, alpha: float) -> float:
    """Mean of the dearest 1 - alpha of equally likely costs, a part of one counted in part."""
    level = value_at_risk(costs, alpha)
    return level + float(np.maximum(costs - level, 0.0).mean()) / (1 - alpha)


_EXACT = 1e-9
