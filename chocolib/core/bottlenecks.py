"""What can stand in the way of a plan, in words."""

from __future__ import annotations

from chocolib.core.remarks import Remark

#: As `PlanInfeasible` names it, and its text in the catalogue.
BOTTLENECKS = {
    "mix": "problem.bottleneck.mix",
    "refine": "problem.bottleneck.refine",
    "conche": "problem.bottleneck.conche",
    "temper": "problem.bottleneck.temper",
    "mould": "problem.bottleneck.mould",
    "power": "problem.bottleneck.power",
    "shifts": "problem.bottleneck.shifts",
    "holds": "problem.bottleneck.holds",
    "tanks": "problem.bottleneck.tanks",
    "climate": "problem.bottleneck.climate",
    "due": "problem.bottleneck.due",
}


def bottleneck_said(name: str) -> Remark:
    """A bottleneck in words; a stage that the catalogue does not know stays as it is."""
    known = BOTTLENECKS.get(name)
    return Remark(known) if known else Remark("remark.plain", {"text": name})
