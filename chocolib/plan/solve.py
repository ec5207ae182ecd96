"""From a problem to the plan people follow: solved, read off, beside its as-usual twin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import numpy as np
import pandas as pd

from chocolib.core.errors import ChocolibError
from chocolib.core.factory import FactorySpec
from chocolib.core.results import Plan
from chocolib.plan.as_usual import as_usual
from chocolib.plan.batches import Route, batches, schedule
from chocolib.plan.bottleneck import shortage
from chocolib.plan.evaluate import check
from chocolib.plan.explain import explain, proven
from chocolib.plan.model import Problem, build
from chocolib.plan.search import Found, search

#: The search aims at this share of the asked gap while its time lasts.
_AIM = 0.1


@dataclass(frozen=True, slots=True)
class Solution:
    """The cheapest routes found and their proof.

    Attributes:
        status: "optimal" (gap within the asked one) or "feasible".
        gap: (cost - bound) / |cost|.
        cost_eur: energy cost, EUR.
        seconds: time the solver took.
        routes: one per batch, in order of demand.
    """

    status: str
    gap: float
    cost_eur: float
    seconds: float
    routes: tuple[Route, ...]


def plan(
    spec: FactorySpec,
    prices: pd.Series,
    *,
    as_of: pd.Timestamp,
    first_day: date,
    days: int,
    synthetic: bool = False,
    gap: float = 1e-3,
    time_limit_s: float = 60.0,
) -> Plan:
    """The cheapest way to make the demand of some days, beside the same work as usual.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the window (midnight of
            `first_day` to the latest due time) and the as-usual tasks, which may
            end later where the factory runs near its limit.
        as_of: what was known when it was made, UTC; only carried along.
        first_day: first civil day (Madrid) whose demand is made.
        days: how many civil days, at least 1; days without demand give an empty plan.
        synthetic: the prices are demonstration data; only carried along.
        gap: relative optimality gap that counts as "optimal".
        time_limit_s: seconds for the solver.

    Raises:
        NotEnoughData: an hour has no price; says which.
        PlanInfeasible: the demand cannot be made; names the bottleneck.
        SettingsError: `days` cannot be used.
        ChocolibError: the time limit passed before any plan was found.
    """
    problem = build(spec, prices, first_day=first_day, days=days)
    solution = solve(problem, gap=gap, time_limit_s=time_limit_s)
    usual = as_usual(spec, prices, first_day=first_day, days=days)
    faults = check(usual, spec, first_day=first_day, days=days)
    return Plan(
        as_of=as_of,
        window=problem.horizon.window,
        days=days,
        status=solution.status,
        gap=solution.gap,
        seconds=solution.seconds,
        best=schedule("optimal", solution.routes, spec, problem.horizon, prices),
        as_usual=usual,
        synthetic=synthetic,
        late=sum(fault.rule == "due" for fault in faults),
    )


def solve(problem: Problem, *, gap: float = 1e-3, time_limit_s: float = 60.0) -> Solution:
    """The cheapest solution found and how far from the optimum it can be at most.

    The search goes on to a tenth of `gap` while time lasts. The same problem
    gives the same routes, unless the time limit cuts the search.

    Args:
        gap: relative optimality gap that counts as "optimal".
        time_limit_s: seconds for the solver.

    Raises:
        PlanInfeasible: the demand cannot be made; names the bottleneck.
        ChocolibError: the time limit passed before any plan was found.
    """
    if not problem.orders:
        return Solution("optimal", 0.0, 0.0, 0.0, ())
    if short := shortage(problem):
        raise proven(problem, short)
    began = perf_counter()
    found = search(problem, gap=gap * _AIM, time_limit_s=time_limit_s)
    seconds = perf_counter() - began
    if found.infeasible:
        raise explain(problem)
    status = "optimal" if found.gap <= gap else "feasible"
    routes = tuple(_routes(problem, _columns(found, time_limit_s)))
    return Solution(status, found.gap, found.value, seconds, routes)


def _columns(found: Found, time_limit_s: float) -> np.ndarray:
    if found.columns is None:
        raise ChocolibError(
            f"no plan was found in {time_limit_s:g} s, and none was ruled out either",
            hint="give it more time, or plan fewer days",
        )
    return found.columns


def _routes(problem: Problem, columns: np.ndarray) -> list[Route]:
    """Each batch's starts, read off the counts first in first out within its product."""
    v, routes, made = problem.variables, [], defaultdict[str, int](int)
    starts = {
        product: np.column_stack(
            [_started(problem, columns, product, s) for s in range(len(v.spec.stages))]
        )
        for product in v.orders
    }
    for batch in batches(problem.orders, problem.spec.demand.mix):
        row = starts[batch.product][made[batch.product]]
        routes.append(Route(batch, tuple(row.tolist())))
        made[batch.product] += 1
    return routes


def _started(problem: Problem, columns: np.ndarray, product: str, stage: int) -> np.ndarray:
    """Steps at which the product starts the stage, one entry per batch, ascending."""
    starts = problem.variables.starts[product, stage]
    counts = np.diff(columns[starts.columns], prepend=0.0).astype(int)
    return np.repeat(starts.at, counts)
