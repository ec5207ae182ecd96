"""When people work and when machines are serviced, on the local clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from chocolib.core import time
from chocolib.core.factory.units import (
    WEEKDAYS,
    Count,
    EurPerHour,
    Flag,
    Hours,
    LocalHour,
    LocalQuarter,
    Name,
    People,
    Weekday,
)
from chocolib.core.time import HOUR, Window
from chocolib.core.toml.parts import Part


class Shift(Part):
    """Staffed local hours `[start, end)` on some weekdays."""

    days: tuple[Weekday, ...] = Field(description="weekdays: mon tue wed thu fri sat sun")
    start: LocalHour = Field(description="first hour")
    end: LocalHour = Field(description="end, excluded")
    people: People = Field(5, description="people on it, paid whether there is work or not")


class NightShift(Part):
    """A shift that may be called in and is paid extra; it may run over midnight.

    It costs `people * eur_person_h` for each of its hours in which work needs staff.
    """

    enabled: Flag = Field(False, description="whether a plan may use it")
    days: tuple[Weekday, ...] = Field(
        ("mon", "tue", "wed", "thu", "fri"), description="weekdays on which it begins"
    )
    start: LocalHour = Field(22, description="first hour")
    end: LocalHour = Field(6, description="end, excluded; not after start: of the next day")
    people: People = Field(2, description="people on it")
    eur_person_h: EurPerHour = Field(20.0, description="what one of them costs")

    def on(self, hours: pd.DatetimeIndex, closed: tuple[date, ...]) -> np.ndarray:
        """Bool per UTC step: it lies in a night shift that begins on an open date."""
        here = hours.tz_convert(time.MADRID).tz_localize(None)
        evening = self._begins(here, closed) & (np.asarray(here.hour) >= self.start)
        if self.end > self.start:
            return np.asarray(evening & (np.asarray(here.hour) < self.end))
        morning = self._begins(here - time.DAY, closed) & (np.asarray(here.hour) < self.end)
        return np.asarray(evening | morning)

    def _begins(self, here: pd.DatetimeIndex, closed: tuple[date, ...]) -> np.ndarray:
        days = [WEEKDAYS.index(day) for day in self.days]
        shut = np.isin(here.normalize(), pd.DatetimeIndex(closed))
        return np.asarray(np.isin(np.asarray(here.day_of_week), days) & ~shut)


class Calendar(Part):
    """Dates on which nobody works and nothing is due."""

    closed: tuple[date, ...] = Field((), description="dates")


class Maintenance(Part):
    """A recurring service during which machines stand still."""

    stage: Name = Field(description="name of a stage")
    machines: tuple[Count, ...] | None = Field(
        None, description="numbers of its machines; left out: all at once"
    )
    every: Literal["day", "week", "month"] = Field(description="how often")
    weekday: Weekday = Field("sun", description="day it begins; not for every day")
    which: int = Field(
        1, ge=1, le=4, strict=True, description="every month: the first to fourth such weekday"
    )
    start: LocalQuarter = Field(description="when it begins")
    hours: Hours = Field(description="how long")

    def falls_on(self, day: date) -> bool:
        """Whether it begins on `day`."""
        if self.every == "day":
            return True
        if WEEKDAYS[day.weekday()] != self.weekday:
            return False
        return self.every == "week" or (day.day - 1) // 7 + 1 == self.which

    def of(self, machines: int) -> tuple[int, ...]:
        """The numbers of the machines it is for, where there are so many machines."""
        everyone = tuple(range(1, machines + 1))
        return everyone if self.machines is None else tuple(set(self.machines) & set(everyone))

    def span(self, day: date) -> Window:
        """The service that begins on `day`, UTC."""
        whole = int(self.start)
        begins = time.at(day, whole) + (self.start - whole) * HOUR
        return Window(begins, begins + self.hours * HOUR)


@dataclass(frozen=True, slots=True)
class Service:
    """One machine out of use for a while.

    Attributes:
        machine: its number in the stage, from 1.
        window: UTC.
    """

    stage: str
    machine: int
    window: Window


def services(
    maintenance: tuple[Maintenance, ...], machines: dict[str, int], window: Window
) -> Iterator[Service]:
    """Every service that touches the window, by entry, day and machine.

    Args:
        machines: how many machines each stage has; what is for others is left out.
    """
    for entry in maintenance:
        numbers = entry.of(machines[entry.stage])
        early = timedelta(days=int(entry.hours // 24) + 2)
        day, last = time.local_date(window.start) - early, time.local_date(window.end)
        while day <= last:
            if entry.falls_on(day) and (found := entry.span(day)).overlap(window) is not None:
                yield from (Service(entry.stage, number, found) for number in numbers)
            day += timedelta(days=1)
