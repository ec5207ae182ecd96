"""`Risk`: what a plan costs on the price paths that may come, beside as usual."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chocolib.core.remarks import Remark


@dataclass(frozen=True, slots=True)
class Spread:
    """EUR of energy of one schedule over the price paths.

    Attributes:
        mean: the expected cost.
        cvar: the mean of the dearest share of the paths (`Risk.tail`).
        q10, q90: eight paths in ten lie between.
    """

    mean: float
    cvar: float
    q10: float
    q90: float


@dataclass(frozen=True, slots=True)
class Regret:
    """At most so much dearer than the cheapest plan had the path been known, EUR, all costs.

    Attributes:
        mean: over the paths; worst: of one path. Each is an upper bound: the cheapest plan
            of a path is known by the solver's proven bound.
    """

    mean: float
    worst: float


@dataclass(frozen=True, slots=True)
class Risk:
    """What a plan costs on the price paths that may come.

    Attributes:
        weight: how much the dearest paths counted beside the mean, 0 to 1; with 0 it is
            the plain plan, made at the forecast's median.
        tail: the share of the paths that are the dearest: 0.1.
        paths: how many, all of one probability.
        plan, as_usual: EUR of energy of both; all other costs are certain.
        cheaper: the share of the paths on which the plan costs less than as usual.
        regret: None where the time given proved nothing.
        remarks: what had to be used in place of past weeks.
    """

    weight: float
    tail: float
    paths: int
    plan: Spread
    as_usual: Spread
    cheaper: float
    regret: Regret | None
    remarks: tuple[Remark, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON document of a plan."""
        return {
            "weight": self.weight,
            "tail": self.tail,
            "paths": self.paths,
            "plan": _rounded(self.plan),
            "as_usual": _rounded(self.as_usual),
            "cheaper": self.cheaper,
            "regret": None if self.regret is None else _rounded(self.regret),
            "remarks": [remark.to_dict() for remark in self.remarks],
        }

    @classmethod
    def from_dict(cls, item: dict[str, Any]) -> Risk:
        """The inverse of `to_dict`."""
        regret = item["regret"]
        parts: dict[str, Any] = {
            "plan": Spread(**item["plan"]),
            "as_usual": Spread(**item["as_usual"]),
            "regret": None if regret is None else Regret(**regret),
            "remarks": tuple(map(Remark.from_dict, item["remarks"])),
        }
        return cls(**{**item, **parts})


def _rounded(values: Spread | Regret) -> dict[str, float]:
    return {name: round(value, 6) for name, value in asdict(values).items()}
