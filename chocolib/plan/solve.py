"""From a problem to the cheapest solution found in the time given, and its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from chocolib.core.errors import ChocolibError
from chocolib.core.schedule import Task
from chocolib.plan.batches import Route
from chocolib.plan.bottleneck import shortage
from chocolib.plan.explain import explain, proven
from chocolib.plan.first import first_columns
from chocolib.plan.model import Problem
from chocolib.plan.routes import routes
from chocolib.plan.search import Found, search


@dataclass(frozen=True, slots=True)
class Solution:
    """The cheapest routes found and their proof.

    Attributes:
        status: "optimal" (gap within the asked one) or "feasible".
        gap: (cost - bound) / |cost|.
        cost_eur: all that was free to plan, EUR.
        seconds: time the solver took.
        routes: one per batch, in order of demand.
    """

    status: str
    gap: float
    cost_eur: float
    seconds: float
    routes: tuple[Route, ...]


def solve(
    problem: Problem,
    *,
    gap: float = 1e-3,
    time_limit_s: float = 60.0,
    before: Sequence[Task] = (),
) -> Solution:
    """The cheapest solution found and how far from the optimum it can be at most.

    The same problem gives the same routes, unless the time limit cuts the search; then
    it is the best found so far, at worst the one that the search began with.

    Args:
        gap: relative optimality gap that counts as "optimal".
        time_limit_s: seconds for the solver.
        before: tasks of an earlier plan to begin the search with.

    Raises:
        PlanInfeasible: the demand cannot be made; names the bottleneck.
        ChocolibError: the time limit passed before any plan was found.
    """
    if not problem.orders:
        return Solution("optimal", 0.0, 0.0, 0.0, ())
    if short := shortage(problem):
        raise proven(problem, short)
    began = perf_counter()
    first = first_columns(problem, before)
    found = search(problem, gap=gap, time_limit_s=time_limit_s, start=first)
    found = _better(problem, found, first)
    seconds = perf_counter() - began
    if found.infeasible:
        raise explain(problem)
    status = "optimal" if found.gap <= gap else "feasible"
    made = tuple(routes(problem, _columns(found, time_limit_s)))
    return Solution(status, found.gap, found.value, seconds, made)


def _better(problem: Problem, found: Found, first: np.ndarray | None) -> Found:
    """The search's columns, or those it began with where it has none, or none as cheap."""
    if first is None or found.infeasible:
        return found
    value = float(problem.cost @ first)
    if found.columns is None:
        return replace(found, columns=first, value=value, bound=-float("inf"))
    return replace(found, columns=first, value=value) if value < found.value else found


def _columns(found: Found, time_limit_s: float) -> np.ndarray:
    if found.columns is None:
        raise ChocolibError(
            f"no plan was found in {time_limit_s:g} s, and none was ruled out either",
            hint="give it more time, or plan fewer days",
        )
    return found.columns
