"""`Plan`: the schedule to follow, its proof, its costs, and the same work done as usual."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from chocolib.core.facts import Fact
from chocolib.core.plan_parts import Costs, Halt, Late
from chocolib.core.remarks import Remark
from chocolib.core.risk import Risk
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import Window, iso

_NONE: Mapping[str, int] = MappingProxyType({})


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
        notes: what is unusual about it, and what it rests on.
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
    notes: tuple[Remark, ...] = ()
    risk: Risk | None = None

    def __repr__(self) -> str:
        return (
            f"<Plan {iso(self.window.start)} to {iso(self.window.end)}: {self.best.kg:g} kg in "
            f"{self.best.batches} batches, {self.best.cost_eur:.2f} EUR, {self.status}>"
        )

    @property
    def bottleneck(self) -> str:
        """What keeps batches from being in time, as the factory file names it, or ""."""
        named = (note.values.get("bottleneck") for note in self.notes)
        return next((str(fact.value) for fact in named if isinstance(fact, Fact)), "")

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
            "notes": [note.to_dict() for note in self.notes],
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
            notes=tuple(map(Remark.from_dict, item.get("notes", []))),
            risk=Risk.from_dict(item["risk"]) if item.get("risk") else None,
        )


def _schedule(name: str, item: dict[str, Any], step_minutes: int) -> Schedule:
    tasks = tuple(map(Task.from_dict, item["batches"]))
    return Schedule(name, tasks, item["kg"], step_minutes)
