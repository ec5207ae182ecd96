"""When a job fires: cron by the clock of Madrid, intervals by elapsed time.

A line with fixed hours fires once on every civil day. In the doubled hour of autumn that is
the first time the clock shows it; a time that spring skips fires at the first moment that
exists, 03:00, as vixie cron does. A line whose hour begins with a star, and every interval, goes
by elapsed time: 25 and 23 times on those days for an hourly one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import pandas as pd

from chocolib.core.jobs.cron import Cron
from chocolib.core.time import DAY, MADRID, Window, local_date

#: Nothing that people mean is farther apart: 29 February of two leap years around 2100.
_FARTHEST = 8 * 366 * DAY
_HOUR = timedelta(hours=1)
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
        seen: datetime | None = None
        start, end = window.start.to_pydatetime(), window.end.to_pydatetime()
        for day in _days(local_date(window.start), local_date(window.end)):
            if not self.cron.on(day):
                continue
            of_day = self._elapsed(day, start) if self.cron.any_hour else self._by_clock(day)
            for moment in of_day:
                if moment >= end:
                    return
                if moment >= start and moment != seen:
                    seen = moment
                    yield pd.Timestamp(moment).tz_convert("UTC")

    def _elapsed(self, day: date, start: datetime) -> Iterator[datetime]:
        """Every real hour of the day whose clock shows one of the hours; each of the doubled."""
        hour, end = _at(day), _at(day + timedelta(days=1))
        hour += max(timedelta(0), (start - hour) // _HOUR * _HOUR)
        while hour < end:
            if hour.astimezone(MADRID).hour in self.cron.hours:
                yield from (hour + timedelta(minutes=minute) for minute in self.cron.minutes)
            hour += _HOUR

    def _by_clock(self, day: date) -> Iterator[datetime]:
        for hour in self.cron.hours:
            for minute in self.cron.minutes:
                yield _at(day, hour, minute)


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


def _at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A time on a Madrid clock, UTC: the first of two, the first that exists after none."""
    naive = datetime(day.year, day.month, day.day, hour, minute)
    there = naive.replace(tzinfo=MADRID).astimezone(UTC)
    if there.astimezone(MADRID).replace(tzinfo=None) == naive:
        return there
    shifted = pd.Timestamp(naive).tz_localize(MADRID, nonexistent="shift_forward")
    return shifted.to_pydatetime().astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
