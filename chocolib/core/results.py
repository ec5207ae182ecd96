"""What the models and the planner give back: `Forecast`, `Task`, `Schedule`, `Plan`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from chocolib.core.i18n import Lang, t
from chocolib.core.time import HOUR, Window, iso

#: The median, the 80 % band and the 90 % band.
QUANTILES = ("q05", "q10", "q50", "q90", "q95")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that people should know of a result: a text of the catalogue and its values."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """The remark in a language."""
        return t(self.key, lang, **self.values)

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON documents: the facts, and the text in English."""
        return {"key": self.key, "values": self.values, "text": self.text("en")}

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Remark:
        """The inverse of `to_dict`."""
        return cls(item["key"], item["values"])


@dataclass(frozen=True, slots=True, repr=False)
class Forecast:
    """Prices for the hours from `origin` on.

    Attributes:
        origin: first hour, UTC.
        as_of: what was known when it was made, UTC.
        model: the model's registered name.
        frame: UTC hours x `QUANTILES` (EUR/kWh; forecasts kept by an earlier chocolib
            have no `q05` and `q95`) and `known` (bool: the hour's price was already
            published, all quantiles are it).
        synthetic: made from demonstration data.
        version: the trained version that spoke; empty: fitted for this forecast.
        remarks: why another model or version spoke than was asked for.
    """

    origin: pd.Timestamp
    as_of: pd.Timestamp
    model: str
    frame: pd.DataFrame
    synthetic: bool = False
    version: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def quantiles(self) -> list[str]:
        """Those of `QUANTILES` that it has."""
        return [name for name in QUANTILES if name in self.frame]

    def __repr__(self) -> str:
        known = int(self.frame["known"].sum())
        return (
            f"<Forecast {self.model}: {len(self.frame)} h from {iso(self.origin)}, "
            f"{known} published, median {self.frame['q50'].mean():.4f} EUR/kWh>"
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `chocolib forecast --json`."""
        names = self.quantiles
        points = [
            {
                "time": iso(time),
                **{q: round(float(value), 6) for q, value in zip(names, row, strict=True)},
                "known": bool(known),
            }
            for time, row, known in zip(
                pd.DatetimeIndex(self.frame.index),
                self.frame[names].to_numpy(),
                self.frame["known"],
                strict=True,
            )
        ]
        return {
            "origin": iso(self.origin),
            "as_of": iso(self.as_of),
            "model": self.model,
            "version": self.version or None,
            "remarks": [remark.to_dict() for remark in self.remarks],
            "unit": "EUR/kWh",
            "synthetic": self.synthetic,
            "points": points,
        }


@dataclass(frozen=True, slots=True)
class Task:
    """One batch in one stage on one machine, `[start, end)` in UTC."""

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
        return pd.date_range(self.start, self.end, freq=HOUR, inclusive="left")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Tasks that make some kilograms, under a name ("optimal", "as usual")."""

    name: str
    tasks: tuple[Task, ...]
    kg: float

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


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """The cheapest schedule found, its proof, and the same work done as usual.

    Attributes:
        as_of: what was known when it was made, UTC.
        window: from the first planned midnight to the last due time, UTC.
        days: local days whose demand it makes.
        status: "optimal" (gap proven within the asked one) or "feasible".
        gap: relative optimality gap, (cost - bound) / cost.
        seconds: time the solver took.
        best: the schedule to follow.
        as_usual: the same kilograms and kilowatt-hours, in order from the usual hour.
        synthetic: made from demonstration data.
        late: batches that are past their due time as usual (never in the plan): with
            any of them, as usual does less than the plan for its money.
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

    def __repr__(self) -> str:
        return (
            f"<Plan {iso(self.window.start)} to {iso(self.window.end)}: {self.best.kg:g} kg in "
            f"{self.best.batches} batches, {self.best.cost_eur:.2f} EUR, {self.status}>"
        )

    @property
    def saving_eur(self) -> float:
        """What the plan saves against as usual, EUR, same kilograms and energy."""
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
            "synthetic": self.synthetic,
            "status": self.status,
            "gap": self.gap,
            "seconds": round(self.seconds, 3),
            "cost_eur": totals["cost_eur"],
            "energy_kwh": totals["energy_kwh"],
            "kg": totals["kg"],
            "saving_eur": round(self.saving_eur, 6),
            "batches": [task.to_dict() for task in self.best.tasks],
            "as_usual": {
                **self.as_usual.totals(),
                "late_batches": self.late,
                "batches": [task.to_dict() for task in self.as_usual.tasks],
            },
        }

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The inverse of `json.dumps(plan.to_dict())`."""
        item = json.loads(text)
        usual = item["as_usual"]
        return cls(
            as_of=pd.Timestamp(item["as_of"]),
            window=Window(pd.Timestamp(item["start"]), pd.Timestamp(item["end"])),
            days=item["days"],
            status=item["status"],
            gap=item["gap"],
            seconds=item["seconds"],
            best=Schedule("optimal", tuple(map(Task.from_dict, item["batches"])), item["kg"]),
            as_usual=Schedule(
                usual["name"], tuple(map(Task.from_dict, usual["batches"])), usual["kg"]
            ),
            synthetic=item["synthetic"],
            late=usual["late_batches"],
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What a write or an import did, in rows. `read` is the sum of the others."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    quarantined: int = 0
    outliers: int = 0

    @property
    def read(self) -> int:
        """Rows that came in."""
        return self.new + self.updated + self.unchanged + self.quarantined

    def __add__(self, other: Written) -> Written:
        return Written(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.quarantined + other.quarantined,
            self.outliers + other.outliers,
        )

    def __str__(self) -> str:
        return (
            f"{self.read} read, {self.new} new, {self.updated} updated, "
            f"{self.unchanged} unchanged, {self.quarantined} quarantined"
        )
