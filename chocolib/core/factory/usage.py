"""How busy a factory is in a usual week: hours needed against hours there are.

The week is a cycle on quarters of an hour, Monday to Sunday, without holidays and
without a change of the clocks. What is counted as there is an upper bound: a load
above 1 proves that the demand does not fit, one below proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.factory.calendar import Calendar
from chocolib.core.factory.spec import FactorySpec
from chocolib.core.factory.stages import QUARTER_MIN, Stage
from chocolib.core.factory.units import WEEKDAYS

#: The Monday of a week of 168 hours without a holiday, in a month that is none of the default's.
MONDAY = date(2025, 6, 2)
_PER_HOUR = 60 // QUARTER_MIN
_STEPS = 7 * 24 * _PER_HOUR
_A_WEEK = {"day": 7.0, "week": 1.0, "month": 12 / (365.25 / 7)}


@dataclass(frozen=True, slots=True)
class Use:
    """What a week needs of something and what there is of it.

    Attributes:
        of: a stage's name, or "power".
        unit: "machine-hours" or "kWh".
        machines: identical machines; 0 for power.
    """

    of: str
    unit: str
    machines: int
    needed: float
    available: float

    @property
    def load(self) -> float:
        """Needed over available; above 1 it does not fit."""
        if not self.needed:
            return 0.0
        return self.needed / self.available if self.available else float("inf")


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the factory.

    Attributes:
        batches: by product.
        uses: every stage in order, then power.
    """

    batches: dict[str, int]
    kg: float
    energy_kwh: float
    uses: tuple[Use, ...]

    @property
    def bottleneck(self) -> Use:
        """The busiest of the stages and the power."""
        return max(self.uses, key=lambda use: use.load)


def usual(spec: FactorySpec, *, factor: float = 1.0) -> FactorySpec:
    """The factory in an ordinary week: no closed date, no extra order, one demand factor."""
    kg = {day: asked * factor for day, asked in spec.demand.kg.items()}
    demand = spec.demand.model_copy(update={"kg": kg, "month_factor": {}, "orders": ()})
    return spec.model_copy(update={"demand": demand, "calendar": Calendar()})


def week(spec: FactorySpec, *, factor: float = 1.0) -> Week:
    """What a usual week needs and what there is of each stage and of power.

    Args:
        factor: on the demand; the month's, for a week of that month.
    """
    ordinary = usual(spec, factor=factor)
    return _week(ordinary, _asked(ordinary, MONDAY))


def week_of(spec: FactorySpec, monday: date) -> Week:
    """The week that begins on a Monday with its own demand, dated orders included.

    What is counted as there is that of a usual week: a closed date leaves less. Batches
    may be made before and after their week, so here a load above 1 proves nothing.
    """
    return _week(usual(spec), _asked(spec, monday))


def _asked(spec: FactorySpec, monday: date) -> list[dict[str, int]]:
    return [spec.batches_of(monday + timedelta(days=n)) for n in range(7)]


def _week(spec: FactorySpec, asked: list[dict[str, int]]) -> Week:
    batches = {product: sum(day[product] for day in asked) for product in spec.demand.mix}
    steps = pd.date_range(time.midnight(MONDAY), periods=_STEPS, freq=f"{QUARTER_MIN}min")
    made = [product for product, count in batches.items() if count]
    usable = _usable(spec, made, spec.staffed(steps))
    energy = sum(count * spec.energy_kwh(product) for product, count in batches.items())
    limit = spec.power_limit(steps) * np.logical_or.reduce(usable)
    uses = [_use(spec, n, batches, usable[n]) for n in range(len(spec.stages))]
    uses.append(Use("power", "kWh", 0, energy, float(limit.sum()) / _PER_HOUR))
    return Week(batches, sum(batches.values()) * spec.batch_kg, energy, tuple(uses))


def _use(spec: FactorySpec, number: int, batches: dict[str, int], usable: np.ndarray) -> Use:
    stage = spec.stages[number]
    needed = sum(count * stage.busy_h(product) for product, count in batches.items() if count)
    there = stage.machines * float(usable.sum()) / _PER_HOUR - _serviced(spec, stage, usable)
    return Use(stage.name, "machine-hours", stage.machines, needed, max(there, 0.0))


def _serviced(spec: FactorySpec, stage: Stage, usable: np.ndarray) -> float:
    """Machine-hours a week that services take of the usable ones, on average."""
    taken = 0.0
    for entry in (entry for entry in spec.maintenance if entry.stage == stage.name):
        days = range(7) if entry.every == "day" else [WEEKDAYS.index(entry.weekday)]
        steps = np.arange(round(entry.hours * _PER_HOUR)) + round(entry.start * _PER_HOUR)
        inside = sum(usable[(day * 24 * _PER_HOUR + steps) % _STEPS].sum() for day in days)
        taken += (
            len(entry.of(stage.machines))
            * float(inside)
            / _PER_HOUR
            * _A_WEEK[entry.every]
            / len(days)
        )
    return taken


def _usable(spec: FactorySpec, products: list[str], staffed: np.ndarray) -> list[np.ndarray]:
    """Bool per stage and step of the week: the stage may run for one of the products."""
    usable = [np.zeros(_STEPS, dtype=bool) for _ in spec.stages]
    for product in products:
        lengths = [stage.steps(product, QUARTER_MIN) for stage in spec.stages]
        for number, starts in enumerate(_starts(spec, product, staffed, lengths)):
            usable[number] |= _any(starts, 1 - lengths[number], 0)
    return usable


def _starts(
    spec: FactorySpec, product: str, staffed: np.ndarray, lengths: list[int]
) -> list[np.ndarray]:
    """Bool per stage and step: staff is there, and the stages around it lie within the holds."""
    starts = [_attended(stage, product, staffed) for stage in spec.stages]
    for number in reversed(range(len(starts) - 1)):
        longest = lengths[number] + round(spec.stages[number].hold_max_h * _PER_HOUR)
        starts[number] &= _any(starts[number + 1], lengths[number], longest)
    for number in range(1, len(starts)):
        before = lengths[number - 1]
        longest = before + round(spec.stages[number - 1].hold_max_h * _PER_HOUR)
        starts[number] &= _any(starts[number - 1], -longest, -before)
    return starts


def _attended(stage: Stage, product: str, staffed: np.ndarray) -> np.ndarray:
    needed = {"whole": stage.steps(product, QUARTER_MIN), "start": _PER_HOUR, "no": 0}
    length = min(needed[stage.attended], stage.steps(product, QUARTER_MIN))
    alone = _any(~staffed, 0, length - 1) if length else np.zeros(_STEPS, dtype=bool)
    return ~alone


def _any(mask: np.ndarray, first: int, last: int) -> np.ndarray:
    """Bool per step t of the cycle: `mask` holds in one of `t + first .. t + last`."""
    if last - first + 1 >= _STEPS:
        return np.full(_STEPS, mask.any())
    total = np.append(0, np.cumsum(np.tile(mask, 3)))
    low = np.arange(_STEPS) + first % _STEPS
    return np.asarray(total[low + last - first + 1] > total[low])
