"""`FactorySpec`: everything a plan needs to know of the plant, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field, ValidationInfo, model_validator

from chocolib.core import time
from chocolib.core.errors import DataError
from chocolib.core.factory.calendar import (
    Calendar,
    Maintenance,
    NightShift,
    Service,
    Shift,
    services,
)
from chocolib.core.factory.contradictions import unsound
from chocolib.core.factory.costs import Costs, Priced
from chocolib.core.factory.demand import Demand, Order
from chocolib.core.factory.faults import DRAFT, shown
from chocolib.core.factory.stages import Stage
from chocolib.core.factory.units import WEEKDAYS, Batches, Kilowatts, LocalHour, Name, Part, Unit
from chocolib.core.tariff import tariff_period
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import Window


class AsUsual(Part):
    """How the factory works without a plan: in order, from this local hour."""

    start: LocalHour = Field(description="first start of a day")


class FactorySpec(Part):
    """Everything a plan needs to know of the plant; validated, immutable."""

    name: Name = Field(description="what the plant is called")
    batch_kg: Annotated[
        float, Field(gt=0, le=100_000, allow_inf_nan=False, strict=True), Unit("kg")
    ] = Field(description="one batch")
    tariff: Literal["2.0TD"] = Field("2.0TD", description="access tariff, which sets the periods")
    stages: tuple[Stage, ...] = Field(description="in the order a batch goes through them")
    power_limit_kw: dict[str, Kilowatts] = Field(description="contracted power by tariff period")
    auxiliary_kw: dict[str, Kilowatts] = Field(description="loads on a circuit of their own")
    shifts: tuple[Shift, ...] = Field(description="the regular shifts")
    night_shift: NightShift = Field(NightShift(), description="a shift that may be called in")
    calendar: Calendar = Field(Calendar(), description="dates without work")
    maintenance: tuple[Maintenance, ...] = Field((), description="services, by stage")
    demand: Demand = Field(description="what is asked for")
    stock: dict[Name, Batches] = Field(
        default_factory=dict, description="finished batches at hand when a plan begins, by product"
    )
    costs_eur_kg: Costs = Field(Costs(), description="costs besides energy")
    priced: Priced = Field(Priced(), description="what lateness and peaks are priced at")
    thresholds: Thresholds = Field(Thresholds(), description="climate limits, score and alerts")
    as_usual: AsUsual = Field(description="the reference that savings compare with")

    @model_validator(mode="after")
    def _sound(self, info: ValidationInfo) -> FactorySpec:
        """Without names and numbers that fit each other nothing here can be computed."""
        found = None if info.context == DRAFT else next(unsound(self), None)
        if found:
            raise ValueError(f"{shown(found.path, self.model_dump())}: {found}")
        return self

    @classmethod
    def read(cls, path: Path) -> FactorySpec:
        """The factory of a TOML file.

        Raises:
            FactoryFaults: values that cannot be or contradict each other; has all of them.
            DataError: unreadable, or not TOML.
        """
        from chocolib.core.factory.reading import read

        return read(path)

    @classmethod
    def default(cls) -> FactorySpec:
        """The plant of Linares, `factory.toml` beside this module."""
        return cls.read(Path(__file__).with_name("factory.toml"))

    def with_daily_demand(self, kg: float) -> FactorySpec:
        """The same factory asked for `kg` on every day that has a demand now."""
        demand = {day: kg if now else 0.0 for day, now in self.demand.kg.items()}
        return self.model_copy(
            update={"demand": self.demand.model_copy(update={"kg": demand, "month_factor": {}})}
        )

    def energy_kwh(self, product: str) -> float:
        """Energy of one batch through all stages, kWh, setting up and cleaning included."""
        return sum(stage.energy_kwh(product) for stage in self.stages)

    def rounded_up(self, step_minutes: int) -> tuple[tuple[str, str, float, float], ...]:
        """Stage, product, hours and planned hours of every duration that a step rounds up."""
        planned = [
            (stage.name, product, hours, stage.steps(product, step_minutes) * step_minutes / 60)
            for stage in self.stages
            for product, hours in stage.hours.items()
        ]
        return tuple(entry for entry in planned if entry[3] > entry[2])

    def is_working(self, day: date) -> bool:
        """Whether anybody works on `day`."""
        name = WEEKDAYS[day.weekday()]
        return day not in self.calendar.closed and any(name in s.days for s in self.shifts)

    def staffed(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """Bool per UTC hour (or shorter step): whether a shift is in at its start.

        The night shift counts where it is enabled; `night` says which steps it pays.
        """
        on = self._regular(hours)
        return np.logical_or(on, self.night(hours)) if self.night_shift.enabled else on

    def night(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """Bool per UTC step: only the night shift, were it called in, is there."""
        called = self.night_shift.on(hours, self.calendar.closed)
        return np.asarray(called & ~self._regular(hours))

    def _regular(self, hours: pd.DatetimeIndex) -> np.ndarray:
        here = hours.tz_convert(time.MADRID)
        weekday, hour = np.asarray(here.day_of_week), np.asarray(here.hour)
        closed = np.isin(here.tz_localize(None).normalize(), pd.DatetimeIndex(self.calendar.closed))
        on = np.zeros(len(hours), dtype=bool)
        for shift in self.shifts:
            days = [WEEKDAYS.index(day) for day in shift.days]
            on |= np.isin(weekday, days) & (hour >= shift.start) & (hour < shift.end)
        return np.asarray(on & ~closed)

    def services(self, window: Window) -> Iterator[Service]:
        """Every maintenance that touches the window: stage, machine, UTC span."""
        machines = {stage.name: stage.machines for stage in self.stages}
        return services(self.maintenance, machines, window)

    def machines_free(self, steps: pd.DatetimeIndex, step: pd.Timedelta) -> dict[str, np.ndarray]:
        """Machines of each stage that no service touches, per step; int arrays by stage."""
        free = {stage.name: np.full(len(steps), stage.machines) for stage in self.stages}
        if len(steps):
            for service in self.services(Window(steps[0], steps[-1] + step)):
                touched = (steps < service.window.end) & (steps + step > service.window.start)
                free[service.stage][touched] -= 1
        return free

    def power_limit(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """Contracted power per UTC hour, kW, by its tariff period."""
        return tariff_period(hours).map(self.power_limit_kw).to_numpy(dtype=float)

    def batches_of(self, day: date) -> dict[str, int]:
        """Whole batches per product that `day` asks for, its extra orders included.

        The day's kilograms are rounded to the nearest whole batch, an exact half
        down (a December Friday's 6.5 are 6: an empty plant that starts on that
        Friday could not temper 7 before Saturday 14:00); every product but the
        first of the mix gets its share rounded down, the first the rest (four
        batches at 70/30 are 3+1, two are 2+0).
        """
        if day in self.calendar.closed:
            return dict.fromkeys(self.demand.mix, 0)
        kg = self.demand.kg.get(WEEKDAYS[day.weekday()], 0.0)
        kg *= self.demand.month_factor.get(day.month, 1.0)
        total = math.ceil(kg / self.batch_kg - 0.5 - 1e-9)
        first, *others = self.demand.mix
        counts = {p: math.floor(total * self.demand.mix[p] + 1e-9) for p in others}
        asked = {first: total - sum(counts.values()), **counts}
        for order in self.demand.orders:
            if order.day == day:
                asked[order.product] += order.batches
        return asked

    def due(self, day: date) -> pd.Timestamp:
        """When the demand of `day` is due, UTC.

        `due_working_days` working days later (the next one, unless the file says
        otherwise), at the end of its last shift or at `due_hour`.

        Raises:
            DataError: nobody works in the month after.
        """
        following = (day + timedelta(days=n) for n in range(1, 32))
        working = [d for d in following if self.is_working(d)][: self.demand.due_working_days]
        if len(working) < self.demand.due_working_days:
            raise DataError(f"the factory is closed for a month after {day}")
        name = WEEKDAYS[working[-1].weekday()]
        end = max(s.end for s in self.shifts if name in s.days)
        return time.at(working[-1], end if self.demand.due_hour is None else self.demand.due_hour)

    def orders(self, first: date, days: int) -> Iterator[Order]:
        """What `days` civil days from `first` ask for, in order of day and product."""
        for day in (first + timedelta(days=n) for n in range(days)):
            for product, batches in self.batches_of(day).items():
                if batches:
                    earliest = time.midnight(day - timedelta(days=self.demand.made_ahead_days))
                    yield Order(day, product, batches, earliest, self.due(day))
