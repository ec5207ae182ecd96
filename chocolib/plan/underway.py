"""Work that has begun when a plan is made: what is done with it, and what it takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from types import MappingProxyType

import numpy as np
import pandas as pd

from chocolib.core.errors import OtherFactory
from chocolib.core.factory import FactorySpec, Stage
from chocolib.core.factory.stages import QUARTER_MIN
from chocolib.core.plans import Plan
from chocolib.core.remarks import Remark
from chocolib.core.schedule import Task
from chocolib.core.time import HOUR
from chocolib.plan.agreement import agrees
from chocolib.plan.batches import batches
from chocolib.plan.footprint import footprint
from chocolib.plan.horizon import Horizon
from chocolib.plan.stock import net_of

_NO_STOCK: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Underway:
    """What a plan takes over from the one before it; `Underway()` is an empty factory.

    Attributes:
        tasks: begun or set up for by `since`, or bound to follow such a one at once; they
            stay.
        first_day: first local day with a batch that is not finished; None: nothing is
            taken over.
        last_day: last local day with a batch that has begun.
        since: nothing new may start, or be set up for, before it, UTC.
        stock: finished batches at hand that serve the orders from `first_day` on.
    """

    tasks: tuple[Task, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    since: pd.Timestamp | None = None
    stock: Mapping[str, int] = field(default_factory=lambda: _NO_STOCK)

    @property
    def batches(self) -> dict[str, list[Task]]:
        """Their tasks by batch, in order."""
        routes: dict[str, list[Task]] = defaultdict(list)
        for task in sorted(self.tasks, key=lambda task: task.start):
            routes[task.batch].append(task)
        return routes


def taken_over(previous: Plan, spec: FactorySpec, now: pd.Timestamp) -> Underway | None:
    """What of the previous plan has begun by `now`, were it followed to the letter.

    Orders before the first that is not finished are closed; finished batches of later
    orders stay, so that they count towards them.

    Returns:
        None when nothing of it is left to do, or it says nothing of its first day.

    Raises:
        OtherFactory: it is not a plan of this factory, or what it has begun cannot go on in it.
    """
    if previous.first_day is None or previous.window.end <= now:
        return None
    asked = tuple(spec.orders(previous.first_day, previous.made_days))
    orders, _ = net_of(asked, previous.stock)
    named = {batch.name: batch.order for batch in batches(orders, spec.demand.mix)}
    routes = _routes(previous, spec)
    if set(named) != set(routes):
        raise OtherFactory(Remark("plan.before.other"))
    cleaned = pd.Timedelta(hours=spec.stages[-1].cleaning_h)
    open_days = [named[b].day for b, route in routes.items() if route[-1].end + cleaned > now]
    if not open_days:
        return None
    first = min(open_days)
    _, stock = net_of([order for order in asked if order.day < first], previous.stock)
    kept = [route for batch, route in routes.items() if named[batch].day >= first]
    tasks = tuple(task for route in kept for task in _begun(route, spec, now))
    if not all(agrees(task, spec) for task in tasks):
        raise OtherFactory(Remark("plan.before.changed"))
    last = max((named[task.batch].day for task in tasks), default=first)
    return Underway(tasks, first, last, now, stock)


def _routes(previous: Plan, spec: FactorySpec) -> dict[str, list[Task]]:
    names = [stage.name for stage in spec.stages]
    routes = Underway(previous.best.tasks).batches
    if any([task.stage for task in route] != names for route in routes.values()):
        raise OtherFactory(Remark("plan.before.stages"))
    return routes


def _begun(route: Sequence[Task], spec: FactorySpec, now: pd.Timestamp) -> list[Task]:
    """The tasks of a batch that have begun, setting up included, and those that follow at once."""
    setups = (pd.Timedelta(hours=stage.setup_h) for stage in spec.stages)
    steps = zip(route, setups, strict=True)
    begun = [task for task, _ in takewhile(lambda step: step[0].start - step[1] <= now, steps)]
    while begun and len(begun) < len(route) and spec.stages[len(begun) - 1].hold_max_h == 0:
        begun.append(route[len(begun)])
    return begun


class Load:
    """What the tasks underway take of a horizon, and where their batches wait.

    Attributes:
        busy: by stage, machines taken per step.
        staffed: by stage, tasks that somebody stands beside per step.
        kw: their draw per step.
        waiting: by product and number of the stage, steps from which its batches wait
            after it, ascending.
        done: by product, steps at which batches are finished, ascending.
        begun: by product and number of the stage, batches that have begun it.
    """

    def __init__(self, underway: Underway, spec: FactorySpec, horizon: Horizon) -> None:
        self.horizon = horizon
        names = {stage.name: number for number, stage in enumerate(spec.stages)}
        self.busy = {name: np.zeros(len(horizon)) for name in names}
        self.staffed = {name: np.zeros(len(horizon)) for name in names}
        self.kw = np.zeros(len(horizon))
        self.begun: Counter[tuple[str, int]] = Counter()
        for task in underway.tasks:
            self._add(task, spec.stages[names[task.stage]])
            self.begun[task.product, names[task.stage]] += 1
        waiting: dict[tuple[str, int], list[int]] = defaultdict(list)
        for route in underway.batches.values():
            last = route[-1]
            waiting[last.product, names[last.stage]].append(horizon.ceiling(last.end))
        final = len(spec.stages) - 1
        self.waiting = {key: np.sort(ends) for key, ends in waiting.items() if key[1] < final}
        self.done = {product: np.sort(e) for (product, at), e in waiting.items() if at == final}

    def waits(self, product: str, stage: int, by: np.ndarray) -> np.ndarray:
        """How many batches wait after the stage, ended by the beginning of each step of `by`."""
        ends = self.waiting.get((product, stage), np.empty(0, dtype=int))
        return np.searchsorted(ends, by, side="right")

    def finished(self, product: str, by: np.ndarray) -> np.ndarray:
        """How many batches are finished by the beginning of each step of `by`."""
        return np.searchsorted(self.done.get(product, np.empty(0, dtype=int)), by, side="right")

    def _add(self, task: Task, stage: Stage) -> None:
        mark = footprint(stage, task.product, QUARTER_MIN)
        first = int((task.start - self.horizon.window.start) / HOUR * 4) - mark.before
        self.busy[stage.name] += self._steps(first, np.ones(mark.busy))
        self.staffed[stage.name] += self._steps(first, mark.staffed.astype(float))
        self.kw += self._steps(first, mark.most)

    def _steps(self, first: int, values: np.ndarray) -> np.ndarray:
        """Values by quarter of an hour from `first` on, as the highest of each step."""
        per_step = self.horizon.minutes // QUARTER_MIN
        quarters = np.zeros(len(self.horizon) * per_step)
        low, high = max(first, 0), min(first + len(values), len(quarters))
        if low < high:
            quarters[low:high] = values[low - first : high - first]
        return np.asarray(quarters.reshape(-1, per_step).max(axis=1))
