"""A plan against its dear price paths: (1 - weight) * mean cost + weight * CVaR is made least."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from chocolib.core.remarks import Remark
from chocolib.plan.constraints import Rows
from chocolib.plan.energy import by_hour
from chocolib.plan.model import Problem
from chocolib.plan.starts import Matrix
from chocolib.plan.tail import Tail

#: The CVaR is the mean of the dearest tenth.
ALPHA = 0.9
#: EUR/kWh by which the paths of a certain hour may differ, of rounding.
_EXACT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Hedge:
    """The price paths of a plan, and how much the dearest of them count.

    Attributes:
        paths: EUR/kWh, UTC hours x path, all of one probability; covers the plan, its
            tasks underway and its as-usual twin.
        weight: 0 to 1; with 0 the plan is made without them and only judged by them.
        alpha: the share of the paths that are not the dearest.
        remarks: how the paths were made; only carried along.
    """

    paths: pd.DataFrame
    weight: float
    alpha: float = ALPHA
    remarks: tuple[Remark, ...] = ()

    @property
    def mean(self) -> pd.Series:
        """The mean of the paths, EUR/kWh by UTC hour."""
        mean: pd.Series = self.paths.mean(axis=1)
        return mean


def hedged(problem: Problem, hedge: Hedge) -> Problem:
    """The problem, whose prices are the mean of the paths, with the dearest of them counted.

    Args:
        problem: without a hedge; built on `hedge.mean`.
    """
    tail = _tail(problem, hedge)
    size = problem.variables.size + tail.size
    plain = (replace(rows, matrix=_wider(rows.matrix, size)) for rows in problem.rows)
    paths, hours = tail.deviation.shape
    share = (1 - hedge.alpha) * paths
    price = np.concatenate([np.zeros(hours), [1.0], np.full(paths, 1 / share)])
    least = np.concatenate([np.zeros(hours), [-np.inf], np.zeros(paths)])
    return replace(
        problem,
        rows=(*plain, *_rows(tail, size)),
        cost=np.concatenate([problem.cost, hedge.weight * price]),
        lower=np.concatenate([problem.lower, least]),
        upper=np.concatenate([problem.upper, np.full(tail.size, np.inf)]),
        tail=tail,
    )


def _tail(problem: Problem, hedge: Hedge) -> Tail:
    hours = problem.horizon.window.hours()
    apart = hedge.paths.sub(hedge.mean, axis=0)
    ahead = apart.loc[hours].to_numpy()
    uncertain = np.flatnonzero(np.abs(ahead).max(axis=1, initial=0.0) > _EXACT)
    per_hour = problem.horizon.steps(1)
    steps = np.arange(len(hours) * per_hour)
    entries = (np.ones(len(steps)), (steps // per_hour, steps))
    energy = sparse.csr_array(entries, shape=(len(hours), len(steps))) @ problem.variables.energy()
    begun = by_hour(problem.underway.tasks, problem.spec)
    fixed = apart.loc[begun.index].to_numpy().T @ begun.to_numpy()
    return Tail(energy[uncertain], ahead[uncertain].T, fixed, hedge.alpha)


def _rows(tail: Tail, size: int) -> Iterator[Rows]:
    """The hours' energy, and what each path costs above the level."""
    paths, hours = tail.deviation.shape
    drawn = _joined([tail.energy, -_ones(hours)], size)
    yield Rows("energy", drawn, np.zeros(hours), np.zeros(hours))
    before = sparse.csr_array((paths, tail.energy.shape[1]))
    apart = sparse.csr_array(tail.deviation)
    level = sparse.csr_array(-np.ones((paths, 1)))
    above = _joined([before, apart, level, -_ones(paths)], size)
    yield Rows("dear paths", above, np.full(paths, -np.inf), -tail.fixed)


def _ones(count: int) -> Matrix:
    return sparse.csr_array(sparse.eye_array(count))


def _joined(parts: list[Matrix], size: int) -> Matrix:
    return _wider(sparse.csr_array(sparse.hstack(parts)), size)


def _wider(matrix: Matrix, size: int) -> Matrix:
    """The same rows over more columns."""
    return sparse.csr_array(
        (matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], size)
    )
