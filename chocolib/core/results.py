"""What the models, the planner and the imports give back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.core.plan_parts import Halt
from chocolib.core.plans import Plan
from chocolib.core.remarks import Remark
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import iso

__all__ = [
    "QUANTILES",
    "Forecast",
    "Halt",
    "Plan",
    "Remark",
    "Schedule",
    "Task",
    "Written",
]

#: The median, the 80 % band and the 90 % band.
QUANTILES = ("q05", "q10", "q50", "q90", "q95")


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
