"""The steps a plan is made of: when they are, who works in them, what they may draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.errors import SettingsError
from chocolib.core.factory import FactorySpec, Stage
from chocolib.core.time import HOUR, Window


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """A window cut into equal steps on the UTC grid, numbered from 0.

    Attributes:
        window: `[start, end)`, UTC, on full hours.
        step: length of a step; divides the hour.
        staffed: bool per step, a shift is in.
        power_kw: contracted power per step, kW.
    """

    window: Window
    step: pd.Timedelta
    staffed: np.ndarray
    power_kw: np.ndarray

    @classmethod
    def of(cls, spec: FactorySpec, window: Window, step: pd.Timedelta = HOUR) -> Horizon:
        """The steps of `window` as the factory's shifts and contract see them.

        Raises:
            SettingsError: the step does not divide the hour.
        """
        if not pd.Timedelta(0) < step <= HOUR or HOUR % step != pd.Timedelta(0):
            raise SettingsError(f"a step of {step} does not divide the hour")
        steps = pd.date_range(window.start, window.end, freq=step, inclusive="left")
        return cls(window, step, spec.staffed(steps), spec.power_limit(steps))

    def __len__(self) -> int:
        return len(self.staffed)

    def steps(self, hours: int) -> int:
        """How many steps `hours` take."""
        return hours * (HOUR // self.step)

    def position(self, moment: pd.Timestamp) -> int:
        """Number of the step that begins at `moment`; may lie outside the window."""
        return int((moment - self.window.start) // self.step)

    def moment(self, step: int) -> pd.Timestamp:
        """UTC time at which a step begins."""
        return self.window.start + int(step) * self.step

    def may_start(self, stage: Stage, product: str) -> np.ndarray:
        """Bool per step: whether `stage` may start there, were the factory empty.

        It must end inside the window, find the contracted power at least its own
        all along, and staff in its first hour ("start") or in all ("whole").
        """
        duration = self.steps(stage.hours[product])
        attended = duration if stage.attended == "whole" else self.steps(1)
        enough = throughout(stage.power_kw <= self.power_kw, duration)
        return np.asarray(np.logical_and(enough, throughout(self.staffed, attended)))


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
