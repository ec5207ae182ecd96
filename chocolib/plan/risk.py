"""What a plan costs on every price path, and how much dearer it is than hindsight at most."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np
import pandas as pd

from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Costs
from chocolib.core.risk import Regret, Risk, Spread
from chocolib.core.schedule import Schedule, Task
from chocolib.plan.energy import path_costs
from chocolib.plan.first import first_columns
from chocolib.plan.hedge import Hedge
from chocolib.plan.model import Problem
from chocolib.plan.search import search
from chocolib.plan.tail import cvar

#: The cheapest plan of a path is sought until its bound is so near: what the regret may
#: be too high by, as a share of the cost.
_GAP = 0.01


def risk_of(
    best: Schedule, usual: Schedule, hedge: Hedge, spec: FactorySpec, regret: Regret | None
) -> Risk:
    """The costs of a plan and of its as-usual twin over the paths of a hedge.

    Raises:
        NotEnoughData: an hour of a task is not in the paths; says which.
    """
    ours, theirs = (path_costs(made.tasks, hedge.paths, spec).to_numpy() for made in (best, usual))
    return Risk(
        weight=hedge.weight,
        tail=round(1 - hedge.alpha, 9),
        paths=len(ours),
        plan=spread(ours, hedge.alpha),
        as_usual=spread(theirs, hedge.alpha),
        cheaper=float((ours < theirs).mean()),
        regret=regret,
        remarks=hedge.remarks,
    )


def spread(costs: np.ndarray, alpha: float) -> Spread:
    """Mean, CVaR, and the quantiles (Hazen's, as the paths are made) of equally likely costs."""
    low, high = np.quantile(costs, [0.1, 0.9], method="hazen")
    return Spread(float(costs.mean()), cvar(costs, alpha), float(low), float(high))


def regret_of(
    best: Schedule, split: Costs, hedge: Hedge, problem: Problem, constant: float, limit_s: float
) -> Regret | None:
    """By how much a plan is dearer than the cheapest of each path, at most.

    Args:
        best: the plan; split: what it costs at any prices, of which all but the energy count.
        problem: the same work without a tail, at some prices.
        constant: EUR that any plan pays besides the problem's cost and the energy of what
            is underway.
        limit_s: seconds for all paths together.

    Returns:
        None where a path's search ended without a bound.
    """
    spec, begun = problem.spec, problem.underway.tasks
    certain = split.total - sum(split.energy.values())
    total = certain + path_costs(best.tasks, hedge.paths, spec)
    fixed = path_costs(begun, hedge.paths, spec) + constant
    least = _bounds(problem, hedge.paths, best.tasks, limit_s) + fixed
    regret = np.maximum(total.to_numpy() - least.to_numpy(), 0.0)
    if not np.isfinite(regret).all():
        return None
    return Regret(float(regret.mean()), float(regret.max()))


def _bounds(
    problem: Problem, paths: pd.DataFrame, before: Sequence[Task], limit_s: float
) -> pd.Series:
    """EUR that no plan of the problem stays below, by path; minus infinity: unknown."""
    if not problem.orders:
        return pd.Series(0.0, index=paths.columns)
    start, end = first_columns(problem, before), perf_counter() + limit_s
    found = {}
    for path in paths:
        left = max(end - perf_counter(), 0.0)
        asked = problem.at(paths[path])
        found[path] = search(asked, gap=_GAP, time_limit_s=left, start=start).bound
    return pd.Series(found)
