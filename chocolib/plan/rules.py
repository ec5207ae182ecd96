"""The rules a schedule must keep, one function each, read from the factory alone.

Nothing here is shared with the model: a rule the model got wrong is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from chocolib.core.factory import FactorySpec, Order, Stage
from chocolib.core.results import Schedule, Task
from chocolib.core.time import HOUR, iso

_TOLERANCE = 1e-6  # kW, kWh and kg, far below anything a meter shows


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule a schedule breaks, and where.

    Attributes:
        rule: "complete", "stages", "machines", "holds", "tanks", "power",
            "staff", "demand", "due", "earliest" or "totals".
    """

    rule: str
    message: str


def hours_of(tasks: Sequence[Task]) -> pd.DatetimeIndex:
    """The full UTC hours the tasks touch, first to last."""
    if not tasks:
        return pd.DatetimeIndex([], tz="UTC")
    start, end = min(t.start for t in tasks).floor("h"), max(t.end for t in tasks).ceil("h")
    return pd.date_range(start, end, freq=HOUR, inclusive="left")


class Facts:
    """A schedule beside its factory and orders, as the rules read it."""

    def __init__(self, schedule: Schedule, spec: FactorySpec, orders: tuple[Order, ...]) -> None:
        self.schedule, self.spec, self.orders = schedule, spec, orders
        self.batches: dict[str, dict[str, Task]] = defaultdict(dict)
        for task in schedule.tasks:
            self.batches[task.batch][task.stage] = task
        self.hours = hours_of(schedule.tasks)
        times = [moment for task in schedule.tasks for moment in (task.start, task.end)]
        #: Every moment at which a load, a tank or a limit may change.
        self.moments = self.hours.union(pd.DatetimeIndex(times, tz="UTC")).unique()

    def finished(self, product: str) -> list[pd.Timestamp]:
        """When batches of the product leave the last stage, ascending."""
        last = self.spec.stages[-1].name
        tasks = (t for t in self.schedule.tasks if t.product == product and t.stage == last)
        return sorted(task.end for task in tasks)

    def waits(self) -> Iterator[tuple[Stage, Task, Task]]:
        """Each stage with a batch's task in it and its task in the next stage."""
        for stage, following in pairwise(self.spec.stages):
            for tasks in self.batches.values():
                if stage.name in tasks and following.name in tasks:
                    yield stage, tasks[stage.name], tasks[following.name]

    def during(self, spans: Sequence[tuple[pd.Timestamp, pd.Timestamp, float]]) -> np.ndarray:
        """Sum of the spans' amounts at every moment."""
        total = np.zeros(len(self.moments))
        for start, end, amount in spans:
            first, last = self.moments.searchsorted([start, end])
            total[first:last] += amount
        return total


def complete(facts: Facts) -> Iterator[Violation]:
    """Every batch goes once through every stage, as one product."""
    asked = len(facts.spec.stages)
    names = {stage.name for stage in facts.spec.stages}
    for task in facts.schedule.tasks:
        if task.stage not in names:
            yield Violation("complete", f"{task.batch}: no stage is called {task.stage}")
    for batch, tasks in facts.batches.items():
        if len(names & set(tasks)) != asked:
            lost = ", ".join(sorted(names - set(tasks)))
            yield Violation("complete", f"{batch} never goes through {lost}")
        if len({task.product for task in tasks.values()}) != 1:
            yield Violation("complete", f"{batch} changes its product")
    if len(facts.schedule.tasks) != sum(map(len, facts.batches.values())):
        yield Violation("complete", "a batch goes through a stage twice")


def stages(facts: Facts) -> Iterator[Violation]:
    """Tasks last their stage's hours, and a batch's stages follow one another."""
    hours_of_stage = {stage.name: stage.hours for stage in facts.spec.stages}
    for task in facts.schedule.tasks:
        hours = hours_of_stage.get(task.stage, {}).get(task.product)
        if hours is None or task.end - task.start != hours * HOUR:
            yield Violation("stages", f"{_name(task)} does not last {hours} h")
    for _, task, following in facts.waits():
        if following.start < task.end:
            yield Violation("stages", f"{_name(following)} begins before {_name(task)} ends")


def machines(facts: Facts) -> Iterator[Violation]:
    """Every task is on a machine of its stage, one at a time."""
    known = {f"{s.name}-{n}": s.name for s in facts.spec.stages for n in range(1, s.machines + 1)}
    by_machine: dict[str, list[Task]] = defaultdict(list)
    for task in facts.schedule.tasks:
        by_machine[task.machine].append(task)
        if known.get(task.machine) != task.stage:
            yield Violation("machines", f"{_name(task)}: {task.machine} is not one of its machines")
    for machine, tasks in by_machine.items():
        for task, following in pairwise(sorted(tasks, key=lambda t: t.start)):
            if following.start < task.end:
                both = f"{_name(task)} and {_name(following)}"
                yield Violation("machines", f"{machine} holds {both} at once")


def holds(facts: Facts) -> Iterator[Violation]:
    """No batch waits after a stage longer than its hold; 0 means not at all."""
    for stage, task, following in facts.waits():
        waited = following.start - task.end
        if waited > stage.hold_max_h * HOUR:
            long = f"{waited / HOUR:g} h of at most {stage.hold_max_h} h"
            yield Violation("holds", f"{_name(task)} is followed after {long}")


def tanks(facts: Facts) -> Iterator[Violation]:
    """No more batches wait after a stage than its tanks take."""
    for stage in facts.spec.stages[:-1]:
        if stage.tank_batches is not None:
            spans = [(t.end, after.start, 1.0) for s, t, after in facts.waits() if s is stage]
            waiting = facts.during(spans)
            for at in np.flatnonzero(waiting > stage.tank_batches).tolist():
                full = f"{waiting[at]:g} batches wait where {stage.tank_batches} fit"
                yield Violation("tanks", f"{iso(facts.moments[at])} after {stage.name}: {full}")


def power(facts: Facts) -> Iterator[Violation]:
    """The running machines draw at most the contracted power of each period."""
    kw = {stage.name: stage.power_kw for stage in facts.spec.stages}
    spans = [(t.start, t.end, kw.get(t.stage, 0.0)) for t in facts.schedule.tasks]
    load, limit = facts.during(spans), facts.spec.power_limit(facts.moments)
    for at in np.flatnonzero(load > limit + _TOLERANCE).tolist():
        drawn = f"{load[at]:g} kW of {limit[at]:g} kW"
        yield Violation("power", f"{iso(facts.moments[at])}: {drawn}")


def staff(facts: Facts) -> Iterator[Violation]:
    """A shift is in during every hour of a "whole" task, or the first of a "start" one."""
    attended = {stage.name: stage.attended for stage in facts.spec.stages}
    alone = ~facts.spec.staffed(facts.hours) if len(facts.hours) else np.empty(0, dtype=bool)
    for task in facts.schedule.tasks:
        first = facts.hours.searchsorted(task.start.floor("h"))
        last = facts.hours.searchsorted(task.end)
        if alone[first : last if attended.get(task.stage) == "whole" else first + 1].any():
            yield Violation("staff", f"{_name(task)} lacks its staff")


def demand(facts: Facts) -> Iterator[Violation]:
    """As many batches of each product as the days ask for."""
    asked: dict[str, int] = defaultdict(int)
    for order in facts.orders:
        asked[order.product] += order.batches
    products = asked.keys() | {task.product for task in facts.schedule.tasks}
    for product in sorted(products):
        made = len(facts.finished(product))
        if made != asked[product]:
            yield Violation("demand", f"{made} batches of {product}, {asked[product]} asked")


def _matched(facts: Facts) -> Iterator[tuple[pd.Timestamp, Order]]:
    """Finishing times beside their orders, first in first out within a product."""
    for product in {order.product for order in facts.orders}:
        own = [o for o in facts.orders if o.product == product for _ in range(o.batches)]
        yield from zip(facts.finished(product), own, strict=False)


def late(facts: Facts) -> Iterator[Violation]:
    """Every order is ready by its due time, first in first out within a product."""
    for end, order in _matched(facts):
        if end > order.due:
            when = f"ready at {iso(end)}, due at {iso(order.due)}"
            yield Violation("due", f"{order.product} of {order.day}: {when}")


def earliest(facts: Facts) -> Iterator[Violation]:
    """No batch is ready before its order's `earliest`, first in first out."""
    for end, order in _matched(facts):
        if end < order.earliest:
            early = f"ready at {iso(end)}, fresh from {iso(order.earliest)}"
            yield Violation("earliest", f"{order.product} of {order.day}: {early}")


def totals(facts: Facts) -> Iterator[Violation]:
    """Kilograms are those asked for, energy is kW times hours."""
    kg = sum(order.batches for order in facts.orders) * facts.spec.batch_kg
    if abs(facts.schedule.kg - kg) > _TOLERANCE:
        yield Violation("totals", f"{facts.schedule.kg:g} kg, {kg:g} kg asked")
    kw = {stage.name: stage.power_kw for stage in facts.spec.stages}
    for task in facts.schedule.tasks:
        kwh = kw.get(task.stage, np.nan) * ((task.end - task.start) / HOUR)
        if not abs(task.energy_kwh - kwh) <= _TOLERANCE:
            yield Violation("totals", f"{_name(task)}: {task.energy_kwh:g} kWh, {kwh:g} by its kW")


def _name(task: Task) -> str:
    return f"{task.batch} {task.stage}"


#: Rules of every schedule; `late` comes besides where due times count.
RULES: tuple[Callable[[Facts], Iterator[Violation]], ...] = (
    complete,
    stages,
    machines,
    holds,
    tanks,
    power,
    staff,
    demand,
    earliest,
    totals,
)
