"""When a task draws what: its setting up, its phases and its cleaning as spans of constant kW."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from chocolib.core.factory import FactorySpec, Stage
from chocolib.core.schedule import Task
from chocolib.core.time import HOUR


@dataclass(frozen=True, slots=True)
class Draw:
    """A constant draw in `[start, end)`, UTC."""

    start: pd.Timestamp
    end: pd.Timestamp
    kw: float

    @property
    def kwh(self) -> float:
        """Its energy."""
        return self.kw * float((self.end - self.start) / HOUR)

    def by_hour(self) -> Iterator[Draw]:
        """The same, cut at full hours."""
        start = self.start
        while start < self.end:
            end = min(start.floor(HOUR) + HOUR, self.end)
            yield Draw(start, end, self.kw)
            start = end


def stage_of(task: Task, spec: FactorySpec) -> Stage | None:
    """The stage the task is in; None when the factory has none of that name or product."""
    found = next((stage for stage in spec.stages if stage.name == task.stage), None)
    return found if found is not None and task.product in found.hours else None


def draws(task: Task, spec: FactorySpec) -> Iterator[Draw]:
    """Setting up before the task, its phases from its start, cleaning after its end."""
    stage = stage_of(task, spec)
    if stage is None:
        return
    if stage.setup_h:
        yield Draw(task.start - stage.setup_h * HOUR, task.start, stage.setup_kw)
    start = task.start
    for hours, kw in stage.timeline(task.product):
        yield Draw(start, start + hours * HOUR, kw)
        start += hours * HOUR
    if stage.cleaning_h:
        yield Draw(task.end, task.end + stage.cleaning_h * HOUR, stage.cleaning_kw)


def attended(task: Task, spec: FactorySpec) -> Iterator[tuple[pd.Timestamp, pd.Timestamp]]:
    """Spans in which somebody has to stand beside the task."""
    stage = stage_of(task, spec)
    if stage is None:
        return
    if stage.setup_h and stage.setup_attended:
        yield task.start - stage.setup_h * HOUR, task.start
    length = stage.hours[task.product] * HOUR
    if stage.attended != "no":
        beside = length if stage.attended == "whole" else min(length, HOUR)
        yield task.start, task.start + beside
    if stage.cleaning_h and stage.cleaning_attended:
        yield task.end, task.end + stage.cleaning_h * HOUR
