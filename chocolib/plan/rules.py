"""The rules a schedule must keep, one function each, read from the factory alone.

Nothing here is shared with the model: a rule the model got wrong is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from chocolib.core.factory import Order
from chocolib.core.schedule import Task
from chocolib.core.time import HOUR, Window, iso
from chocolib.plan.draws import stage_of
from chocolib.plan.facts import Facts, Violation

_TOLERANCE = 1e-6  # kW, kWh and kg, far below anything a meter shows
_GRIDS_MIN = (15, 30, 60)


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
    """Tasks last their stage's hours, in whole steps, and stages follow one another."""
    for task in facts.schedule.tasks:
        stage = stage_of(task, facts.spec)
        lasts = task.end - task.start
        able = stage and {stage.steps(task.product, grid) * grid for grid in _GRIDS_MIN}
        if stage is None or lasts / pd.Timedelta(minutes=1) not in (able or ()):
            hours = "?" if stage is None else f"{stage.hours[task.product]:g}"
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
            if facts.taken(following)[0] < facts.taken(task)[1]:
                both = f"{_name(task)} and {_name(following)}"
                yield Violation("machines", f"{machine} holds {both} at once")


def service(facts: Facts) -> Iterator[Violation]:
    """No task is on a machine that is in service, setting up and cleaning included."""
    if not len(facts.hours):
        return
    spans = defaultdict(list)
    for entry in facts.spec.services(Window(facts.hours[0], facts.hours[-1] + HOUR)):
        spans[f"{entry.stage}-{entry.machine}"].append(entry.window)
    for task in facts.schedule.tasks:
        start, end = facts.taken(task)
        for window in spans.get(task.machine, ()):
            if start < window.end and window.start < end:
                yield Violation("service", f"{_name(task)}: {task.machine} is in service")


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
    load, limit = facts.load(), facts.spec.power_limit(facts.moments)
    for at in np.flatnonzero(load > limit + _TOLERANCE).tolist():
        drawn = f"{load[at]:g} kW of {limit[at]:g} kW"
        yield Violation("power", f"{iso(facts.moments[at])}: {drawn}")


def staff(facts: Facts) -> Iterator[Violation]:
    """A shift is in whenever somebody has to stand beside a task."""
    there = dict(zip(facts.hours, facts.spec.staffed(facts.hours), strict=True))
    for task, hours in facts.beside():
        if not all(there[hour] for hour in hours):
            yield Violation("staff", f"{_name(task)} lacks its staff")


def climate(facts: Facts) -> Iterator[Violation]:
    """No stage runs in hours in which the room stops it, unless it was underway."""
    hard = [halt for halt in facts.halts if halt.eur_h is None]
    for task in facts.schedule.tasks:
        for halt in hard:
            inside = task.start < halt.end and halt.start < task.end
            if task.stage == halt.stage and inside and not _was_underway(facts, task):
                yield Violation("climate", f"{_name(task)} runs where {halt.reason} stops it")


def _was_underway(facts: Facts, task: Task) -> bool:
    """It was begun or set up for when the plan was made, or follows at once on one that was."""
    if facts.since is None:
        return False
    names = [stage.name for stage in facts.spec.stages]
    at = names.index(task.stage)
    while at and facts.spec.stages[at - 1].hold_max_h == 0:
        at -= 1
    first = facts.batches[task.batch].get(names[at], task)
    return facts.taken(first)[0] <= facts.since or facts.taken(task)[0] <= facts.since


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


def matched(facts: Facts) -> Iterator[tuple[Task, Order]]:
    """Last tasks beside their orders, first in first out within a product."""
    for product in dict.fromkeys(order.product for order in facts.orders):
        own = [o for o in facts.orders if o.product == product for _ in range(o.batches)]
        yield from zip(facts.finished(product), own, strict=False)


def late(facts: Facts) -> Iterator[Violation]:
    """Every order is ready by its due time, first in first out within a product."""
    for task, order in matched(facts):
        if task.end > order.due:
            when = f"ready at {iso(task.end)}, due at {iso(order.due)}"
            yield Violation("due", f"{order.product} of {order.day}: {when}")


def earliest(facts: Facts) -> Iterator[Violation]:
    """Finished goods are not older than the demand allows."""
    for task, order in matched(facts):
        if task.end < order.earliest:
            early = f"ready at {iso(task.end)}, fresh from {iso(order.earliest)}"
            yield Violation("earliest", f"{order.product} of {order.day}: {early}")


def totals(facts: Facts) -> Iterator[Violation]:
    """Kilograms are those asked for, energy is that of the stages."""
    kg = sum(order.batches for order in facts.orders) * facts.spec.batch_kg
    if abs(facts.schedule.kg - kg) > _TOLERANCE:
        yield Violation("totals", f"{facts.schedule.kg:g} kg, {kg:g} kg asked")
    for task in facts.schedule.tasks:
        stage = stage_of(task, facts.spec)
        kwh = np.nan if stage is None else stage.energy_kwh(task.product)
        if not abs(task.energy_kwh - kwh) <= _TOLERANCE:
            yield Violation("totals", f"{_name(task)}: {task.energy_kwh:g} kWh, {kwh:g} by its kW")


def _name(task: Task) -> str:
    return f"{task.batch} {task.stage}"


#: Rules of every schedule; `late` comes besides where due times count.
RULES: tuple[Callable[[Facts], Iterator[Violation]], ...] = (
    complete,
    stages,
    machines,
    service,
    holds,
    tanks,
    power,
    staff,
    climate,
    demand,
    earliest,
    totals,
)
