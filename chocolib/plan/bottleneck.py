"""Arithmetic that proves a demand cannot be made, before anything is searched.

Machine-hours, and kilowatt-hours, needed by each due time against those that
shifts, contract and holds leave usable until then. Each is an upper bound on what
can be done, so a shortage is a proof; no shortage proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.factory import Order, Stage
from chocolib.core.facts import Fact
from chocolib.core.remarks import Remark, Value
from chocolib.core.time import HOUR
from chocolib.plan.footprint import footprint
from chocolib.plan.horizon import ROUNDING_KW, throughout, within
from chocolib.plan.model import Problem
from chocolib.plan.starts import possible_starts


@dataclass(frozen=True, slots=True)
class Load:
    """What is needed of something by a due time, and what there is of it.

    Attributes:
        bottleneck: a stage's name, "power", "shifts", "climate", "holds" or "due".
        said: both numbers, or the reason.
        facts: the numbers by name, unit in the name.
    """

    bottleneck: str
    said: Remark
    needed: float
    available: float
    facts: dict[str, float]

    @property
    def ratio(self) -> float:
        """Needed over available; above 1 there is not enough."""
        if self.needed <= 0:
            return 0.0
        return self.needed / self.available if self.available else float("inf")


def shortage(problem: Problem) -> Load | None:
    """The worst proven shortage, or None when arithmetic finds none."""
    if not problem.orders:
        return None
    found = [*_impossible(problem), *(load for load in loads(problem) if load.ratio > 1 + 1e-9)]
    return max(found, key=lambda load: load.ratio, default=None)


def loads(problem: Problem) -> Iterator[Load]:
    """Machine-hours of each stage and energy of all, by every due time."""
    for due in sorted({order.due for order in problem.orders}):
        usable = [_usable(problem, number, due) for number in range(len(problem.spec.stages))]
        wanted = [order for order in problem.orders if order.due <= due]
        for stage, steps in zip(problem.spec.stages, usable, strict=True):
            yield _machine_hours(problem, stage, wanted, steps)
        yield _energy(problem, wanted, np.logical_or.reduce(usable))


def _machine_hours(problem: Problem, stage: Stage, orders: list[Order], usable: np.ndarray) -> Load:
    step_h = problem.horizon.step / HOUR
    needed = float(sum(n * _busy_h(problem, stage, p) for p, n in _open(problem, stage, orders)))
    available = float(problem.horizon.machines[stage.name][usable].sum()) * step_h
    by = Fact(max(order.due for order in orders), "time")
    facts = {"needed_h": needed, "available_h": available}
    if stage.machines and needed and not available:
        return Load("due", Remark("plan.short.due", {"by": by}), needed, available, facts)
    values: dict[str, Value] = {
        "needed": Fact(needed, "h"),
        "available": Fact(available, "h"),
        "by": by,
    }
    said = Remark("plan.short.machines", values)
    return Load(stage.name, said, needed, available, facts)


def _busy_h(problem: Problem, stage: Stage, product: str) -> float:
    """Hours a batch keeps its machine on the horizon's grid; the last cleaning may be later."""
    return stage.steps(product, problem.horizon.minutes) * (problem.horizon.step / HOUR)


def _open(problem: Problem, stage: Stage, orders: list[Order]) -> Iterator[tuple[str, int]]:
    """Batches of each product that still have to begin the stage for these orders."""
    number = problem.spec.stages.index(stage)
    for product in problem.variables.orders:
        asked = sum(order.batches for order in orders if order.product == product)
        yield product, max(0, asked - problem.variables.load.begun[product, number])


def _energy(problem: Problem, orders: list[Order], usable: np.ndarray) -> Load:
    needed = sum(
        n * stage.process_kwh(product)
        for stage in problem.spec.stages
        for product, n in _open(problem, stage, orders)
    )
    available = float(problem.horizon.power_kw[usable].sum() * (problem.horizon.step / HOUR))
    values: dict[str, Value] = {
        "needed": Fact(needed, "kWh"),
        "available": Fact(available, "kWh"),
        "by": Fact(max(order.due for order in orders), "time"),
    }
    facts = {"needed_kwh": needed, "limit_kwh": available}
    return Load("power", Remark("plan.short.power", values), needed, available, facts)


def _usable(problem: Problem, number: int, due: pd.Timestamp) -> np.ndarray:
    """Bool per step: the stage may run in it for a batch that is ready by `due`."""
    v, end = problem.variables, problem.horizon.position(due)
    if any(late.stop > late.start for late in v.backlog.values()):
        end = len(problem.horizon)
    usable = np.zeros(len(problem.horizon), dtype=bool)
    for product in v.orders:
        onward = sum(v.duration(product, stage) for stage in range(number, len(v.spec.stages)))
        at = v.starts[product, number].at
        starts = np.zeros(len(usable), dtype=bool)
        starts[at[at + onward <= end]] = True
        usable |= within(starts, 1 - v.duration(product, number), 0)
    return usable


def _impossible(problem: Problem) -> Iterator[Load]:
    """Stages without machines, and products no single batch of which can be made."""
    for stage in problem.spec.stages:
        if not stage.machines:
            needed = sum(order.batches * stage.hours[order.product] for order in problem.orders)
            facts = {"needed_h": float(needed), "available_h": 0.0}
            said = Remark("plan.short.no_machine", {"needed": Fact(needed, "h")})
            yield Load(stage.name, said, needed, 0.0, facts)
    for product in problem.variables.orders:
        first, orders = problem.spec.stages[0], list(problem.orders)
        needed = dict(_open(problem, first, orders))[product]
        if needed and not len(problem.variables.starts[product, 0].at):
            bottleneck, said = _obstacle(problem, product)
            yield Load(bottleneck, said, 1.0, 0.0, {})


def _obstacle(problem: Problem, product: str) -> tuple[str, Remark]:
    """Why not even one batch of the product can be made in the empty factory."""
    spec, horizon = problem.spec, problem.horizon
    for stage in spec.stages:
        mark = footprint(stage, product, horizon.minutes)
        most = float(mark.most.max(initial=0.0))
        facts: dict[str, Value] = {
            "stage": Fact(stage.name, "name"),
            "hours": Fact(stage.hours[product], "h"),
        }
        if not throughout(most <= horizon.power_kw + ROUNDING_KW, mark.steps).any():
            limit = Fact(float(horizon.power_kw.max()), "kW")
            drawn = facts | {"draw": Fact(most, "kW"), "limit": limit}
            return "power", Remark("plan.short.draw", drawn)
        if not throughout(horizon.allowed[stage.name], mark.steps).any():
            return "climate", Remark("plan.short.climate", facts)
        if not horizon.may_start(stage, product).any():
            return "shifts", Remark("plan.short.staff", facts)
    patient = [stage.model_copy(update={"hold_max_h": len(horizon)}) for stage in spec.stages]
    unhurried = spec.model_copy(update={"stages": tuple(patient)})
    if possible_starts(unhurried, product, horizon)[0].any():
        return "holds", Remark("plan.short.holds", {"product": Fact(product, "name")})
    values = {"product": Fact(product, "name"), "by": Fact(horizon.window.end, "time")}
    return "due", Remark("plan.short.batch", values)
