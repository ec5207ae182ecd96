"""The steps a plan is made of: who works in them, which machines, what they may draw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.errors import SettingsError
from chocolib.core.factory import FactorySpec, Stage
from chocolib.core.plan_parts import Halt
from chocolib.core.time import HOUR, Window
from chocolib.plan.footprint import footprint

#: Sums of kW such as 3.2 + 1.8 may miss a limit they just reach by a rounding error.
ROUNDING_KW = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """A window cut into equal steps on the UTC grid, numbered from 0.

    Attributes:
        window: `[start, end)`, UTC, on full hours.
        step: length of a step; divides the hour.
        staffed: bool per step, a shift is in (the night shift too, where enabled).
        night: bool per step, only the night shift is there, and is paid extra.
        power_kw: contracted power per step, kW.
        machines: by stage, machines not in service per step.
        allowed: by stage, bool per step: the room's climate lets it run.
        penalty: by stage, EUR per step that it runs in a room outside its aim.
    """

    window: Window
    step: pd.Timedelta
    staffed: np.ndarray
    night: np.ndarray
    power_kw: np.ndarray
    machines: dict[str, np.ndarray]
    allowed: dict[str, np.ndarray]
    penalty: dict[str, np.ndarray]

    @classmethod
    def of(
        cls,
        spec: FactorySpec,
        window: Window,
        step: pd.Timedelta = HOUR,
        halts: Iterable[Halt] = (),
        cautious: frozenset[str] = frozenset(),
    ) -> Horizon:
        """The steps of `window` as the factory's shifts, services and contract see them.

        Args:
            halts: hours in which the room stops a stage, or makes it dear.
            cautious: stages whose machines in service are out of use from the first of
                their services to the last, so that no batch has to change machines.

        Raises:
            SettingsError: the step is not 15, 30 or 60 minutes.
        """
        if step not in {HOUR, HOUR / 2, HOUR / 4}:
            raise SettingsError(f"a step of {step} does not divide the hour into 1, 2 or 4")
        steps = pd.date_range(window.start, window.end, freq=step, inclusive="left")
        night = spec.night(steps) & spec.night_shift.enabled
        allowed = {stage.name: np.ones(len(steps), dtype=bool) for stage in spec.stages}
        penalty = {stage.name: np.zeros(len(steps)) for stage in spec.stages}
        for halt in halts:
            touched = (steps < halt.end) & (steps + step > halt.start)
            if halt.stage not in allowed:
                continue
            if halt.eur_h is None:
                allowed[halt.stage][touched] = False
            else:
                penalty[halt.stage][touched] += halt.eur_h * (step / HOUR)
        free = {name: np.maximum(n, 0) for name, n in spec.machines_free(steps, step).items()}
        for stage in spec.stages:
            gone = np.flatnonzero(free[stage.name] < stage.machines)
            if stage.name in cautious and len(gone):
                serviced = {s.machine for s in spec.services(window) if s.stage == stage.name}
                free[stage.name][gone[0] : gone[-1] + 1] = stage.machines - len(serviced)
        limit = spec.power_limit(steps)
        return cls(window, step, spec.staffed(steps), night, limit, free, allowed, penalty)

    def __len__(self) -> int:
        return len(self.staffed)

    @property
    def minutes(self) -> int:
        """Length of a step."""
        return int(self.step / pd.Timedelta(minutes=1))

    def steps(self, hours: float) -> int:
        """How many steps `hours` take, a part of one counting as none."""
        return int(round(hours * 4) * 15 // self.minutes)

    def position(self, moment: pd.Timestamp) -> int:
        """Number of the step that `moment` lies in; may lie outside the window."""
        return int((moment - self.window.start) // self.step)

    def ceiling(self, moment: pd.Timestamp) -> int:
        """Number of the first step that begins at or after `moment`."""
        return -int((self.window.start - moment) // self.step)

    def moment(self, step: int) -> pd.Timestamp:
        """UTC time at which a step begins."""
        return self.window.start + int(step) * self.step

    def may_start(self, stage: Stage, product: str) -> np.ndarray:
        """Bool per step: whether `stage` may start there, were the factory empty.

        With setting up and cleaning it must lie inside the window and find a machine
        out of service, its power contracted, staff where it needs them, and for the
        batch itself a room that allows it.
        """
        mark = footprint(stage, product, self.minutes)
        able = self.across(self.machines[stage.name] > 0, -mark.before, mark.busy)
        able &= self.across(self.allowed[stage.name], 0, mark.steps)
        for first, last, kw in mark.draws():
            able &= self.across(kw <= self.power_kw + ROUNDING_KW, first, last - first)
        for first, last in mark.attendances():
            able &= self.across(self.staffed, first, last - first)
        return able

    def across(self, mask: np.ndarray, first: int, steps: int) -> np.ndarray:
        """Bool per step t: `mask` holds in all of `t + first .. t + first + steps - 1`."""
        whole = throughout(mask, steps)
        moved = np.zeros(len(mask), dtype=bool)
        at = np.arange(max(0, -first), len(mask) - max(0, first))
        moved[at] = whole[at + first]
        return moved


def throughout(mask: np.ndarray, steps: int) -> np.ndarray:
    """Bool per step: `mask` holds in it and in the following `steps - 1`."""
    total = np.append(0, np.cumsum(mask))
    whole = np.zeros(len(mask), dtype=bool)
    last = len(mask) - steps + 1
    if last > 0:
        whole[:last] = total[steps:] - total[:last] == steps
    return whole


def within(mask: np.ndarray, first: int, last: int) -> np.ndarray:
    """Bool per step t: `mask` holds somewhere in `t + first .. t + last`, both included."""
    total = np.append(0, np.cumsum(mask))
    here = np.arange(len(mask))
    low = np.clip(here + first, 0, len(mask))
    high = np.clip(here + last + 1, 0, len(mask))
    return np.asarray(total[high] > total[low])
