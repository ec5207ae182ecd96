"""A schedule beside its factory, as the rules read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from chocolib.core.factory import FactorySpec, Order, Stage
from chocolib.core.plan_parts import Halt
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import HOUR
from chocolib.plan.draws import attended, draws, stage_of


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule a schedule breaks, and where.

    Attributes:
        rule: "complete", "stages", "machines", "service", "holds", "tanks", "power",
            "staff", "climate", "demand", "due", "earliest" or "totals".
    """

    rule: str
    message: str


class Facts:
    """A schedule beside its factory and orders.

    Attributes:
        halts: hours in which the room stops a stage.
        since: when it was planned; tasks begun by then were underway.
    """

    def __init__(self, schedule: Schedule, spec: FactorySpec, orders: tuple[Order, ...]) -> None:
        self.schedule, self.spec, self.orders = schedule, spec, orders
        self.halts: tuple[Halt, ...] = ()
        self.since: pd.Timestamp | None = None
        self.batches: dict[str, dict[str, Task]] = defaultdict(dict)
        for task in schedule.tasks:
            self.batches[task.batch][task.stage] = task

    @cached_property
    def spans(self) -> list[tuple[pd.Timestamp, pd.Timestamp, float]]:
        """Every draw: start, end, kW."""
        return [(d.start, d.end, d.kw) for t in self.schedule.tasks for d in draws(t, self.spec)]

    @cached_property
    def hours(self) -> pd.DatetimeIndex:
        """The full UTC hours the tasks touch, first to last, setting up and cleaning too."""
        edges = [moment for start, end, _ in self.spans for moment in (start, end)]
        edges += [moment for task in self.schedule.tasks for moment in (task.start, task.end)]
        if not edges:
            return pd.DatetimeIndex([], tz="UTC")
        return pd.date_range(
            min(edges).floor(HOUR), max(edges).ceil(HOUR), freq=HOUR, inclusive="left"
        )

    @cached_property
    def moments(self) -> pd.DatetimeIndex:
        """Every moment at which a load, a tank or a limit may change."""
        times = [moment for start, end, _ in self.spans for moment in (start, end)]
        times += [moment for task in self.schedule.tasks for moment in (task.start, task.end)]
        return self.hours.union(pd.DatetimeIndex(times, tz="UTC")).unique()

    def load(self) -> np.ndarray:
        """KW drawn at every moment."""
        return self.during(self.spans)

    def finished(self, product: str) -> list[Task]:
        """The product's tasks in the last stage, by the time they end."""
        last = self.spec.stages[-1].name
        tasks = (t for t in self.schedule.tasks if t.product == product and t.stage == last)
        return sorted(tasks, key=lambda task: task.end)

    def waits(self) -> Iterator[tuple[Stage, Task, Task]]:
        """Each stage with a batch's task in it and its task in the next stage."""
        for stage, following in pairwise(self.spec.stages):
            for tasks in self.batches.values():
                if stage.name in tasks and following.name in tasks:
                    yield stage, tasks[stage.name], tasks[following.name]

    def during(self, spans: Sequence[tuple[pd.Timestamp, pd.Timestamp, float]]) -> np.ndarray:
        """Sum of the spans' amounts at every moment."""
        total = np.zeros(len(self.moments))
        edges = pd.DatetimeIndex([moment for span in spans for moment in span[:2]], tz="UTC")
        places = self.moments.searchsorted(edges).reshape(-1, 2).tolist()
        for (first, last), (_, _, amount) in zip(places, spans, strict=True):
            total[first:last] += amount
        return total

    def taken(self, task: Task) -> tuple[pd.Timestamp, pd.Timestamp]:
        """When the task keeps its machine."""
        stage = stage_of(task, self.spec)
        if stage is None:
            return task.start, task.end
        return task.start - stage.setup_h * HOUR, task.end + stage.cleaning_h * HOUR

    def beside(self) -> Iterator[tuple[Task, pd.DatetimeIndex]]:
        """Each task with the full hours in which somebody has to be there."""
        for task in self.schedule.tasks:
            for start, end in attended(task, self.spec):
                yield task, pd.date_range(start.floor(HOUR), end, freq=HOUR, inclusive="left")

    def paid_nights(self) -> set[pd.Timestamp]:
        """The hours in which only a night shift, called in, is beside a task."""
        if not self.spec.night_shift.enabled or not len(self.hours):
            return set()
        called = set(self.hours[self.spec.night(self.hours)])
        return {hour for _, hours in self.beside() for hour in hours if hour in called}

    def penalty(self, halt: Halt) -> float:
        """EUR of running a stage outside its aim in the hours of a soft limit."""
        shared = [
            (min(t.end, halt.end) - max(t.start, halt.start)) / HOUR
            for t in self.schedule.tasks
            if t.stage == halt.stage and t.start < halt.end and t.end > halt.start
        ]
        return (halt.eur_h or 0.0) * float(sum(shared))
