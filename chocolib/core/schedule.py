"""Tasks and the schedule they make: which batch is on which machine, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.core.time import HOUR, iso


@dataclass(frozen=True, slots=True)
class Task:
    """One batch in one stage on one machine, `[start, end)` in UTC.

    Setting up lies before `start`, cleaning after `end`; their energy is counted here.
    """

    batch: str
    product: str
    stage: str
    machine: str
    start: pd.Timestamp
    end: pd.Timestamp
    energy_kwh: float
    cost_eur: float

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON documents."""
        return {
            "batch": self.batch,
            "product": self.product,
            "stage": self.stage,
            "machine": self.machine,
            "start": iso(self.start),
            "end": iso(self.end),
            "energy_kwh": round(self.energy_kwh, 3),
            "cost_eur": round(self.cost_eur, 6),
        }

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Task:
        """The inverse of `to_dict`."""
        times = {name: pd.Timestamp(item[name]) for name in ("start", "end")}
        return cls(**{**item, **times})

    @property
    def hours(self) -> pd.DatetimeIndex:
        """The UTC hours the task runs in."""
        return pd.date_range(self.start.floor(HOUR), self.end, freq=HOUR, inclusive="left")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Tasks that make some kilograms, under a name ("optimal", "as usual").

    Attributes:
        step_minutes: the grid its starts lie on; a task takes whole steps.
    """

    name: str
    tasks: tuple[Task, ...]
    kg: float
    step_minutes: int = 60

    @property
    def cost_eur(self) -> float:
        """Energy cost of all tasks, EUR: the sum of what each task shows."""
        return sum(round(task.cost_eur, 6) for task in self.tasks)

    @property
    def energy_kwh(self) -> float:
        """Energy of all tasks, kWh."""
        return sum(task.energy_kwh for task in self.tasks)

    @property
    def batches(self) -> int:
        """How many batches it makes."""
        return len({task.batch for task in self.tasks})

    def totals(self) -> dict[str, Any]:
        """Name, cost, energy and kilograms."""
        return {
            "name": self.name,
            "cost_eur": round(self.cost_eur, 6),
            "energy_kwh": round(self.energy_kwh, 3),
            "kg": round(self.kg, 3),
        }
