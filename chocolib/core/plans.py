"""`Plan`: the schedule to follow, its proof, its costs, and the same work done as usual."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from chocolib.core.risk import Risk
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import Window, iso

_NONE: Mapping[str, int] = MappingProxyType({})


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
        }

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Halt:
        """The inverse of `to_dict`."""
        times = {name: pd.Timestamp(item[name]) for name in ("start", "end")}
        return cls(**{**item, **times})


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
        }

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Late:
        """The inverse of `to_dict`."""
        return cls(**{**item, **{n: pd.Timestamp(item[n]) for n in ("due", "ready")}})


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


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """The cheapest schedule found, its proof, and the same work done as usual.

    Attributes:
        as_of: what was known when it was made, UTC.
        window: from the first step that was free to plan to the last due time, UTC.
        days: local days that were asked for.
        status: "optimal" (gap proven within the asked one) or "feasible".
        gap: relative optimality gap, (cost - bound) / cost of what was free to plan; with
            dear price paths counted, of the mean and the CVaR as they were weighed.
        seconds: time the solver took.
        best: the schedule to follow; of a re-plan with what had already been done.
        as_usual: the same kilograms and kilowatt-hours, in order from the usual hour.
        synthetic: made from demonstration data.
        late: batches that are past their due time as usual: with any more of them than
            the plan has, as usual does less than the plan for its money.
        first_day: first local day whose demand it makes; of a re-plan it may lie before
            `window`. The last is `first_day + made_days - 1`.
        made_days: local days whose demand it makes.
        step_minutes: the grid its starts lie on.
        bound_eur: no plan costs less than this, EUR, all terms of `costs`; None: nothing
            was proven in the time given, or dear price paths counted too (`risk`).
        costs: what the schedule costs, split; None in a document that has none.
        late_batches: batches of the plan itself that are late.
        frozen: batches that had begun when it was made.
        stock: finished batches at hand that serve the first orders, by product.
        halts: hours in which the room's climate stops a stage.
        notes: what is unusual about it, in plain words.
        risk: how it does on the price paths that may come; None where nobody asked.
    """

    as_of: pd.Timestamp
    window: Window
    days: int
    status: str
    gap: float
    seconds: float
    best: Schedule
    as_usual: Schedule
    synthetic: bool = False
    late: int = 0
    first_day: date | None = None
    made_days: int = 0
    step_minutes: int = 60
    bound_eur: float | None = None
    costs: Costs | None = None
    late_batches: tuple[Late, ...] = ()
    frozen: tuple[str, ...] = ()
    stock: Mapping[str, int] = field(default_factory=lambda: _NONE)
    halts: tuple[Halt, ...] = ()
    notes: tuple[str, ...] = ()
    risk: Risk | None = None

    def __repr__(self) -> str:
        return (
            f"<Plan {iso(self.window.start)} to {iso(self.window.end)}: {self.best.kg:g} kg in "
            f"{self.best.batches} batches, {self.best.cost_eur:.2f} EUR, {self.status}>"
        )

    @property
    def saving_eur(self) -> float:
        """What the plan saves against as usual, EUR of energy, same kilograms and energy."""
        return self.as_usual.cost_eur - self.best.cost_eur

    @property
    def saving_share(self) -> float:
        """The saving as a share of the as-usual cost (0 when nothing is made)."""
        usual = self.as_usual.cost_eur
        return self.saving_eur / usual if usual else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `chocolib plan --json`."""
        totals = self.best.totals()
        return {
            "as_of": iso(self.as_of),
            "start": iso(self.window.start),
            "end": iso(self.window.end),
            "days": self.days,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "made_days": self.made_days,
            "step_minutes": self.step_minutes,
            "synthetic": self.synthetic,
            "status": self.status,
            "gap": self.gap,
            "bound_eur": None if self.bound_eur is None else round(self.bound_eur, 6),
            "seconds": round(self.seconds, 3),
            "cost_eur": totals["cost_eur"],
            "costs": self.costs.to_dict() if self.costs else None,
            "energy_kwh": totals["energy_kwh"],
            "kg": totals["kg"],
            "saving_eur": round(self.saving_eur, 6),
            "late_batches": [late.to_dict() for late in self.late_batches],
            "frozen": list(self.frozen),
            "stock": dict(self.stock),
            "halts": [halt.to_dict() for halt in self.halts],
            "notes": list(self.notes),
            "risk": self.risk.to_dict() if self.risk else None,
            "batches": [task.to_dict() for task in self.best.tasks],
            "as_usual": {
                **self.as_usual.totals(),
                "late_batches": self.late,
                "batches": [task.to_dict() for task in self.as_usual.tasks],
            },
        }

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The inverse of `json.dumps(plan.to_dict())`; older documents lack some keys."""
        item = json.loads(text)
        usual, first_day = item["as_usual"], item.get("first_day")
        step = item.get("step_minutes", 60)
        return cls(
            as_of=pd.Timestamp(item["as_of"]),
            window=Window(pd.Timestamp(item["start"]), pd.Timestamp(item["end"])),
            days=item["days"],
            status=item["status"],
            gap=item["gap"],
            seconds=item["seconds"],
            best=_schedule("optimal", item, step),
            as_usual=_schedule(usual["name"], usual, step),
            synthetic=item["synthetic"],
            late=usual["late_batches"],
            first_day=date.fromisoformat(first_day) if first_day else None,
            made_days=item.get("made_days", 0),
            step_minutes=step,
            bound_eur=item.get("bound_eur"),
            costs=Costs.from_dict(item["costs"]) if item.get("costs") else None,
            late_batches=tuple(map(Late.from_dict, item.get("late_batches", []))),
            frozen=tuple(item.get("frozen", [])),
            stock=item.get("stock", {}),
            halts=tuple(map(Halt.from_dict, item.get("halts", []))),
            notes=tuple(item.get("notes", [])),
            risk=Risk.from_dict(item["risk"]) if item.get("risk") else None,
        )


def _schedule(name: str, item: dict[str, Any], step_minutes: int) -> Schedule:
    tasks = tuple(map(Task.from_dict, item["batches"]))
    return Schedule(name, tasks, item["kg"], step_minutes)
