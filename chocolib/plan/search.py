"""The one door to the solver: HiGHS, through SciPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from chocolib.core.errors import ChocolibError
from chocolib.plan.model import Problem

_SOLVED, _STOPPED, _INFEASIBLE = 0, 1, 2
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search ended with.

    Attributes:
        columns: the best values found (whole numbers), or None.
        infeasible: proven to have no solution.
        value: cost of the columns.
        bound: no solution costs less.
    """

    columns: np.ndarray | None
    infeasible: bool = False
    value: float = 0.0
    bound: float = 0.0

    @property
    def gap(self) -> float:
        """(value - bound) / |value|; 0 where both agree to a billionth, at most 1."""
        distance = self.value - self.bound
        if distance <= _NOTHING:
            return 0.0
        return min(distance / max(abs(self.value), _NOTHING), 1.0)


def search(problem: Problem, *, gap: float, time_limit_s: float) -> Found:
    """Minimise the problem's cost until the gap or the time limit is reached.

    Args:
        gap: relative distance between the best solution and the proven bound.
        time_limit_s: seconds.

    Raises:
        ChocolibError: the solver failed (numerical trouble); says how.
    """
    answer = milp(
        problem.cost,
        integrality=np.ones(len(problem.cost), dtype=np.int64),
        bounds=Bounds(problem.lower, problem.upper),
        constraints=_constraint(problem),
        options={"mip_rel_gap": gap, "time_limit": time_limit_s},
    )
    if answer.x is not None:
        columns = np.rint(answer.x)
        bound = answer.fun if answer.mip_dual_bound is None else answer.mip_dual_bound
        return Found(columns, value=float(problem.cost @ columns), bound=float(bound))
    if answer.status not in (_STOPPED, _INFEASIBLE):
        raise ChocolibError(f"the solver failed: {answer.message}")
    return Found(None, infeasible=answer.status == _INFEASIBLE)


def _constraint(problem: Problem) -> LinearConstraint:
    return LinearConstraint(
        sparse.vstack([rows.matrix for rows in problem.rows], format="csr"),
        np.concatenate([rows.lower for rows in problem.rows]),
        np.concatenate([rows.upper for rows in problem.rows]),
    )
