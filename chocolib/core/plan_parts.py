"""What a plan says besides its schedule: halted hours, late batches, what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from chocolib.core.facts import Fact, Unit
from chocolib.core.remarks import Remark, Value
from chocolib.core.time import iso, local_date

#: The sentence of a halt by its reason.
_HALTED = {
    "temperature": "plan.halt.temperature",
    "humidity": "plan.halt.humidity",
    "pause": "plan.halt.pause",
}


@dataclass(frozen=True, slots=True)
class Halt:
    """Hours `[start, end)`, UTC, in which the room's climate stops a stage, or makes it dear.

    Attributes:
        reason: "temperature", "humidity" or "pause".
        value: the worst the room is expected to reach in these hours, C or %.
        limit: what it should keep.
        eur_h: None where no batch may run, else what an hour of it is penalised with.
    """

    stage: str
    start: pd.Timestamp
    end: pd.Timestamp
    reason: str
    value: float
    limit: float
    eur_h: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON document of a plan."""
        return {
            "stage": self.stage,
            "start": iso(self.start),
            "end": iso(self.end),
            "reason": self.reason,
            "value": round(self.value, 2),
            "limit": self.limit,
            "eur_h": self.eur_h,
            "text": self.said.text("en") if self.eur_h is None else None,
        }

    @property
    def said(self) -> Remark:
        """What no batch may do in these hours, and why."""
        unit: Unit = "C" if self.reason == "temperature" else "%"
        values: dict[str, Value] = {
            "stage": Fact(self.stage, "name"),
            "from": Fact(self.start, "time"),
            "to": Fact(self.end, "clock" if _same_day(self.start, self.end) else "time"),
            "value": Fact(_above(self.limit, self.value), unit),
            "limit": Fact(self.limit, unit),
        }
        return Remark(_HALTED.get(self.reason, "plan.halt.humidity"), values)

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Halt:
        """The inverse of `to_dict`."""
        facts = {name: item[name] for name in ("stage", "reason", "value", "limit", "eur_h")}
        return cls(start=pd.Timestamp(item["start"]), end=pd.Timestamp(item["end"]), **facts)


def halted_hours(halts: Iterable[Halt]) -> list[Remark]:
    """The hours in which stages may not run, in their order; stages halted alike are named once."""
    alike: dict[Halt, list[str]] = {}
    for halt in sorted(halts, key=lambda halt: halt.start):
        if halt.eur_h is None:
            alike.setdefault(replace(halt, stage=""), []).append(halt.stage)
    return [replace(halt, stage=", ".join(stages)).said for halt, stages in alike.items()]


def _above(limit: float, value: float) -> float:
    """Rounded to a tenth, but up where what passes a limit would not read so."""
    near = round(value, 1)
    return near if near > limit else math.ceil(round(value * 10, 3)) / 10


def _same_day(start: pd.Timestamp, end: pd.Timestamp) -> bool:
    return local_date(start) == local_date(end)


@dataclass(frozen=True, slots=True)
class Late:
    """A batch that leaves the last stage after its due time."""

    batch: str
    due: pd.Timestamp
    ready: pd.Timestamp
    hours: float

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON document of a plan."""
        return {
            "batch": self.batch,
            "due": iso(self.due),
            "ready": iso(self.ready),
            "hours": self.hours,
            "text": self.said.text("en"),
        }

    @property
    def said(self) -> Remark:
        """When it is ready, and how late that is."""
        values: dict[str, Value] = {
            "batch": self.batch,
            "ready": Fact(self.ready, "time"),
            "due": Fact(self.due, "time"),
            "hours": Fact(self.hours, "h"),
        }
        return Remark("plan.late", values)

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Late:
        """The inverse of `to_dict`."""
        due, ready = pd.Timestamp(item["due"]), pd.Timestamp(item["ready"])
        return cls(item["batch"], due, ready, item["hours"])


@dataclass(frozen=True, slots=True)
class Costs:
    """What a schedule costs, EUR, split by what it is paid for.

    Attributes:
        energy: by tariff period.
        labour: night shifts called in.
        peak: the highest draw above what is free.
        lateness: the price of late batches: a wish, nobody sends an invoice.
        climate: penalties for hours outside a stage's aim: a wish too.
    """

    energy: Mapping[str, float]
    labour: float = 0.0
    peak: float = 0.0
    lateness: float = 0.0
    climate: float = 0.0

    @property
    def total(self) -> float:
        """All of it, EUR: what the plan makes least."""
        wishes = self.lateness + self.climate
        return sum(self.energy.values()) + self.labour + self.peak + wishes

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON document of a plan."""
        names = ("labour", "peak", "lateness", "climate", "total")
        return {
            "energy": {period: round(eur, 6) for period, eur in self.energy.items()},
            **{name: round(getattr(self, name), 6) for name in names},
        }

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Costs:
        """The inverse of `to_dict`."""
        return cls(**{name: value for name, value in item.items() if name != "total"})
