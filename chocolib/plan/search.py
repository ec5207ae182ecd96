"""The one door to the solver: HiGHS, by its own Python interface, which takes a first plan."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from chocolib.core.errors import ChocolibError
from chocolib.plan.model import Problem

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search ended with.

    Attributes:
        columns: the best values found (whole numbers), or None.
        infeasible: proven to have no solution.
        value: cost of the columns.
        bound: no solution costs less; minus infinity where nothing was proven.
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


def search(
    problem: Problem, *, gap: float, time_limit_s: float, start: np.ndarray | None = None
) -> Found:
    """Minimise the problem's cost until the gap or the time limit is reached.

    Args:
        gap: relative distance between the best solution and the proven bound.
        time_limit_s: seconds.
        start: columns of a solution to begin with; one that breaks a row is ignored.

    Raises:
        ChocolibError: the solver failed (numerical trouble); says how.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("mip_rel_gap", gap),
        ("time_limit", float(time_limit_s)),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(_linear_program(problem))
    if start is not None:
        first = highspy.HighsSolution()
        first.col_value = start.tolist()
        solver.setSolution(first)
    solver.run()
    return _found(problem, solver)


def _found(problem: Problem, solver: highspy.Highs) -> Found:
    status, info = solver.getModelStatus(), solver.getInfo()
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        columns = np.array(solver.getSolution().col_value)
        whole = slice(0, problem.variables.peak.start)
        columns[whole] = np.rint(columns[whole])
        columns = problem.completed(columns)
        return Found(columns, value=float(problem.cost @ columns), bound=info.mip_dual_bound)
    if status == highspy.HighsModelStatus.kInfeasible:
        return Found(None, infeasible=True)
    if status == highspy.HighsModelStatus.kTimeLimit:
        return Found(None, bound=info.mip_dual_bound)
    raise ChocolibError(f"the solver failed: {solver.modelStatusToString(status)}")


def _linear_program(problem: Problem) -> highspy.HighsLp:
    matrix = sparse.vstack([rows.matrix for rows in problem.rows], format="csr")
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_, program.col_lower_ = problem.cost, problem.lower
    program.col_upper_ = problem.upper
    program.row_lower_ = np.concatenate([rows.lower for rows in problem.rows])
    program.row_upper_ = np.concatenate([rows.upper for rows in problem.rows])
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data
    whole = problem.variables.peak.start  # from the peak on, columns may be fractions
    kinds = [highspy.HighsVarType.kInteger] * whole
    kinds += [highspy.HighsVarType.kContinuous] * (matrix.shape[1] - whole)
    program.integrality_ = kinds
    return program
