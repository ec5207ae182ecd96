"""The factory as data: stages, machines, power, shifts, demand; from one TOML.

`FactorySpec.default()` is the plant of Linares. Hours are whole hours; all
times the methods take or give are UTC, the calendar they ask is Madrid's.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from chocolib.core import time
from chocolib.core.errors import DataError
from chocolib.core.tariff import PERIODS, tariff_period

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LocalHour = Annotated[int, Field(ge=0, le=24)]
Count = Annotated[int, Field(ge=1, le=1000)]
Kilowatts = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Kilograms = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stage(_Part):
    """One step of the process and its identical machines."""

    name: str
    machines: Annotated[int, Field(ge=0, le=1000)]
    power_kw: Kilowatts
    hours: dict[str, Count]
    attended: Literal["whole", "start"]
    hold_max_h: Annotated[int, Field(ge=0, le=1000)]
    tank_batches: Count | None = None


class Shift(_Part):
    """Staffed local hours `[start, end)` on some weekdays."""

    days: tuple[Weekday, ...]
    start: LocalHour
    end: LocalHour


class Calendar(_Part):
    """Dates on which nobody works and nothing is due."""

    closed: tuple[date, ...] = ()


class Demand(_Part):
    """Kilograms by weekday, their split into products and the months' factors."""

    kg: dict[Weekday, Kilograms]
    mix: dict[str, Annotated[float, Field(ge=0, le=1)]]
    month_factor: dict[Annotated[int, Field(ge=1, le=12)], Annotated[float, Field(ge=0, le=20)]]
    made_ahead_days: Annotated[int, Field(ge=0, le=14)]

    @model_validator(mode="after")
    def _whole(self) -> Demand:
        if not math.isclose(sum(self.mix.values()), 1.0, abs_tol=1e-6):
            raise ValueError(f"the mix adds up to {sum(self.mix.values()):g}, not to 1")
        return self


class AsUsual(_Part):
    """How the factory works without a plan: in order, from this local hour."""

    start: LocalHour


@dataclass(frozen=True, slots=True)
class Order:
    """Batches of one product that one civil day asks for.

    Attributes:
        earliest: UTC; finished batches may not be older than this.
        due: UTC; the last stage ends at or before it.
    """

    day: date
    product: str
    batches: int
    earliest: pd.Timestamp
    due: pd.Timestamp


class FactorySpec(_Part):
    """Everything a plan needs to know of the plant; validated, immutable."""

    name: str
    batch_kg: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
    stages: tuple[Stage, ...]
    power_limit_kw: dict[str, Kilowatts]
    auxiliary_kw: dict[str, Kilowatts]
    shifts: tuple[Shift, ...]
    calendar: Calendar
    demand: Demand
    as_usual: AsUsual

    @model_validator(mode="after")
    def _consistent(self) -> FactorySpec:
        if not self.stages:
            raise ValueError("a factory needs at least one stage")
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise ValueError("two stages have the same name")
        if set(self.power_limit_kw) != set(PERIODS):
            raise ValueError(f"power_limit_kw needs exactly {', '.join(PERIODS)}")
        for stage in self.stages:
            lost = set(self.demand.mix) - set(stage.hours)
            if lost:
                raise ValueError(f"stage {stage.name} has no hours for {', '.join(sorted(lost))}")
        return self

    @classmethod
    def read(cls, path: Path) -> FactorySpec:
        """The factory of a TOML file.

        Raises:
            DataError: unreadable, not TOML, or a value that cannot be; says which.
        """
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise DataError(f"cannot be read ({error.strerror})", path=str(path)) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"is not TOML: {error}", path=str(path)) from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the factory"
            raise DataError(f"{where}: {first['msg']}", path=str(path)) from None

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
        """Energy of one batch through all stages, kWh."""
        return sum(stage.power_kw * stage.hours[product] for stage in self.stages)

    def is_working(self, day: date) -> bool:
        """Whether anybody works on `day`."""
        name = WEEKDAYS[day.weekday()]
        return day not in self.calendar.closed and any(name in s.days for s in self.shifts)

    def staffed(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """Bool per UTC hour: whether a shift is in at its start."""
        here = hours.tz_convert(time.MADRID)
        weekday, hour = np.asarray(here.day_of_week), np.asarray(here.hour)
        closed = np.isin(here.tz_localize(None).normalize(), pd.DatetimeIndex(self.calendar.closed))
        on = np.zeros(len(hours), dtype=bool)
        for shift in self.shifts:
            days = [WEEKDAYS.index(day) for day in shift.days]
            on |= np.isin(weekday, days) & (hour >= shift.start) & (hour < shift.end)
        return on & ~closed

    def power_limit(self, hours: pd.DatetimeIndex) -> np.ndarray:
        """Contracted power per UTC hour, kW, by its tariff period."""
        return tariff_period(hours).map(self.power_limit_kw).to_numpy(dtype=float)

    def batches_of(self, day: date) -> dict[str, int]:
        """Whole batches per product that `day` asks for.

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
        return {first: total - sum(counts.values()), **counts}

    def due(self, day: date) -> pd.Timestamp:
        """End of the last shift of the next working day after `day`, UTC."""
        following = (day + timedelta(days=n) for n in range(1, 32))
        working = next((d for d in following if self.is_working(d)), None)
        if working is None:
            raise DataError(f"the factory is closed for a month after {day}")
        name = WEEKDAYS[working.weekday()]
        return time.at(working, max(s.end for s in self.shifts if name in s.days))

    def orders(self, first: date, days: int) -> Iterator[Order]:
        """What `days` civil days from `first` ask for, in order of day and product."""
        for day in (first + timedelta(days=n) for n in range(days)):
            for product, batches in self.batches_of(day).items():
                if batches:
                    earliest = time.midnight(day - timedelta(days=self.demand.made_ahead_days))
                    yield Order(day, product, batches, earliest, self.due(day))
