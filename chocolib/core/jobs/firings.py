"""When a job fires: cron by the clock of Madrid, intervals by elapsed time.

A line with fixed hours fires once on every civil day. In the doubled hour of autumn that is
the first time the clock shows it; a time that spring skips fires at the first moment that
exists, 03:00, as vixie cron does. A line whose hour begins with a star, and every interval, goes
by elapsed time: 25 and 23 times on those days for an hourly one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol

import pandas as pd

from chocolib.core.jobs.cron import Cron
from chocolib.core.time import DAY, HOUR, MADRID, Window, local_date, midnight

#: Nothing that people mean is farther apart: 29 February of two leap years around 2100.
_FARTHEST = 8 * 366 * DAY
_ZERO = pd.Timestamp(0, tz="UTC")


class Trigger(Protocol):
    """When a job fires."""

    def within(self, window: Window) -> Iterator[pd.Timestamp]:
        """The firings in a window, UTC, in order, each once."""
        ...


class CronTrigger:
    """Fires as a line of cron says, in Madrid."""

    def __init__(self, cron: Cron) -> None:
        self.cron = cron

    def within(self, window: Window) -> Iterator[pd.Timestamp]:
        """The firings in a window, UTC, in order, each once."""
        seen: pd.Timestamp | None = None
        last = local_date(window.end)
        for day in _days(local_date(window.start), last):
            if not self.cron.on(day):
                continue
            for moment in self._of_day(day):
                if window.start <= moment < window.end and moment != seen:
                    seen = moment
                    yield moment

    def _of_day(self, day: date) -> Iterator[pd.Timestamp]:
        return self._elapsed(day) if self.cron.any_hour else self._by_clock(day)

    def _elapsed(self, day: date) -> Iterator[pd.Timestamp]:
        """Every real hour of the day whose clock shows one of the hours; each of the doubled."""
        start, end = midnight(day), midnight(day + timedelta(days=1))
        for hour in pd.date_range(start, end, freq=HOUR, inclusive="left"):
            if hour.tz_convert(MADRID).hour in self.cron.hours:
                yield from (hour + pd.Timedelta(minutes=minute) for minute in self.cron.minutes)

    def _by_clock(self, day: date) -> Iterator[pd.Timestamp]:
        for hour in self.cron.hours:
            for minute in self.cron.minutes:
                yield _local(day, hour, minute)


class Every:
    """Fires at the multiples of a length of time since 1970."""

    def __init__(self, length: pd.Timedelta) -> None:
        self.length = length

    def within(self, window: Window) -> Iterator[pd.Timestamp]:
        """The firings in a window, UTC, in order, each once."""
        moment = _ZERO + -((_ZERO - window.start) // self.length) * self.length
        while moment < window.end:
            if moment >= window.start:
                yield moment
            moment += self.length


def firings(triggers: Iterable[Trigger], window: Window) -> list[pd.Timestamp]:
    """The firings of some triggers in a window, UTC, in order, each moment once."""
    return sorted({moment for trigger in triggers for moment in trigger.within(window)})


def next_firing(triggers: Iterable[Trigger], after: pd.Timestamp) -> pd.Timestamp | None:
    """The first firing after a moment; None where there is none in eight years."""
    start = after + pd.Timedelta(seconds=1)
    window = Window(start, start + _FARTHEST)
    found = [next(trigger.within(window), None) for trigger in triggers]
    return min((moment for moment in found if moment is not None), default=None)


def _local(day: date, hour: int, minute: int) -> pd.Timestamp:
    """A time on a Madrid clock, UTC: the first of two, the first that exists after none."""
    naive = pd.Timestamp(day) + pd.Timedelta(hours=hour, minutes=minute)
    there = naive.tz_localize(MADRID, ambiguous=True, nonexistent="shift_forward")
    return there.tz_convert("UTC")


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
