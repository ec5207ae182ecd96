"""Stages: how long, how much power, how many machines, who stands beside them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Literal, TypeGuard

import numpy as np
from pydantic import Field, model_validator

from chocolib.core.factory.units import (
    Count,
    Flag,
    Hours,
    HoursOrNone,
    MachineKilowatts,
    Machines,
    Name,
)
from chocolib.core.toml.parts import Part

#: Minutes of the grid on which every duration of a factory lies.
QUARTER_MIN = 15


class Phase(Part):
    """A part of a stage with a draw of its own; without `hours` it is the rest."""

    kw: MachineKilowatts = Field(description="mean draw of one machine in this phase")
    hours: Hours | None = Field(None, description="how long; left out: the rest of the stage")


class Stage(Part):
    """One step of the process and its identical machines."""

    name: Name = Field(description="what the stage is called")
    machines: Machines = Field(description="identical machines")
    power_kw: MachineKilowatts = Field(
        description="mean draw of one machine; left out with phases: their highest"
    )
    phases: tuple[Phase, ...] = Field((), description="the draw by phase, in order")
    hours: dict[Name, Hours] = Field(description="duration by product")
    attended: Literal["whole", "start", "no"] = Field(
        description="staff for all of it, for its first hour, or not at all"
    )
    hold_max_h: HoursOrNone = Field(description="longest wait after it; 0: the next one at once")
    tank_batches: Count | None = Field(
        None, description="batches that may wait after it; left out: no limit"
    )
    setup_h: HoursOrNone = Field(0, description="machine busy before every batch")
    setup_kw: MachineKilowatts = Field(0.0, description="its draw meanwhile")
    setup_attended: Flag = Field(True, description="whether setting up needs staff")
    cleaning_h: HoursOrNone = Field(0, description="machine busy after every batch")
    cleaning_kw: MachineKilowatts = Field(0.0, description="its draw meanwhile")
    cleaning_attended: Flag = Field(True, description="whether cleaning needs staff")

    @model_validator(mode="before")
    @classmethod
    def _highest_phase(cls, given: Any) -> Any:
        """Phases without `power_kw`: the machine's power is that of its highest phase."""
        phases = given.get("phases") if isinstance(given, dict) else None
        if not isinstance(phases, (list, tuple)) or not phases or "power_kw" in given:
            return given
        draws = (phase.get("kw") for phase in phases if isinstance(phase, dict))
        return given | {"power_kw": max(filter(_number, draws), default=0.0)}

    def steps(self, product: str, step_minutes: int) -> int:
        """Steps the product takes here; a part of a step counts as a whole one."""
        return _steps(self.hours[product], step_minutes)

    def setup_steps(self, step_minutes: int) -> int:
        """Steps the machine is busy before a batch, rounded up."""
        return _steps(self.setup_h, step_minutes)

    def cleaning_steps(self, step_minutes: int) -> int:
        """Steps the machine is busy after a batch, rounded up."""
        return _steps(self.cleaning_h, step_minutes)

    def timeline(self, product: str) -> tuple[tuple[float, float], ...]:
        """Hours and kW of each phase of the product, in order; one entry without phases."""
        total = self.hours[product]
        if not self.phases:
            return ((total, self.power_kw),)
        rest = total - sum(phase.hours or 0 for phase in self.phases)
        return tuple((rest if p.hours is None else p.hours, p.kw) for p in self.phases)

    def profile_kw(self, product: str, step_minutes: int) -> tuple[float, ...]:
        """Mean draw of one machine in each step, kW.

        The energy is exact whatever the step: a last step that the stage only
        partly fills draws accordingly less on average.
        """
        return _profile(self.timeline(product), step_minutes)

    def setup_profile_kw(self, step_minutes: int) -> tuple[float, ...]:
        """Mean draw in each step of setting up, kW."""
        return _profile(((self.setup_h, self.setup_kw),), step_minutes)

    def cleaning_profile_kw(self, step_minutes: int) -> tuple[float, ...]:
        """Mean draw in each step of cleaning, kW."""
        return _profile(((self.cleaning_h, self.cleaning_kw),), step_minutes)

    def process_kwh(self, product: str) -> float:
        """Energy of one batch in the stage, kWh, without setting up and cleaning."""
        return sum(hours * kw for hours, kw in self.timeline(product))

    def energy_kwh(self, product: str) -> float:
        """Energy of one batch in the stage, kWh, with setting up and cleaning."""
        around = self.setup_h * self.setup_kw + self.cleaning_h * self.cleaning_kw
        return self.process_kwh(product) + around

    def busy_h(self, product: str) -> float:
        """Hours a batch keeps a machine: setting up, the stage, cleaning."""
        return self.setup_h + self.hours[product] + self.cleaning_h


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _steps(hours: float, step_minutes: int) -> int:
    return -(-round(hours * 4) * QUARTER_MIN // step_minutes)


@lru_cache(maxsize=1024)
def _profile(timeline: tuple[tuple[float, float], ...], step_minutes: int) -> tuple[float, ...]:
    hours = np.append(0.0, np.cumsum([duration for duration, _ in timeline]))
    kwh = np.append(0.0, np.cumsum([duration * kw for duration, kw in timeline]))
    step = step_minutes / 60
    edges = np.arange(_steps(float(hours[-1]), step_minutes) + 1) * step
    return tuple((np.diff(np.interp(edges, hours, kwh)) / step).round(9).tolist())
