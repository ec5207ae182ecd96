"""The five fields of cron: minute, hour, day of the month, month, day of the week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from chocolib.core.factory.units import WEEKDAYS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PART = re.compile(r"(\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:/(\d{1,3}))?", re.ASCII)
#: Longest line that is looked at.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the five: its name, first and last number, and the words for its numbers."""

    name: str
    first: int
    last: int
    words: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        """What a word or a number of the field stands for."""
        found = self.words.index(text) + 1 if text in self.words else -1  # jan and mon are 1
        value = int(text) if text.isdigit() and len(text) < 4 else found
        if not self.first <= value <= self.last:
            words = f" or {self.words[0]} to {self.words[-1]}" if self.words else ""
            raise ValueError(
                f"{text!r} is no {self.name}: it goes from {self.first} to {self.last}{words}"
            )
        return value


_KINDS = (
    _Kind("minute", 0, 59),
    _Kind("hour", 0, 23),
    _Kind("day of the month", 1, 31),
    _Kind("month", 1, 12, _MONTHS),
    _Kind("day of the week", 0, 7, WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class Cron:
    """What a line of five fields allows.

    Attributes:
        weekdays: Monday is 0, as Python counts.
        any_hour: the hour begins with a star: the line goes by elapsed time, not by the clock.
        either: days of the month and of the week are both given: either will do, as in cron.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_hour: bool
    either: bool

    def on(self, day: date) -> bool:
        """Whether it may fire on a local day."""
        by_month, by_week = day.day in self.days, day.weekday() in self.weekdays
        return day.month in self.months and (
            by_month or by_week if self.either else by_month and by_week
        )


def read_cron(text: str) -> Cron:
    """A line of cron: numbers, `*`, lists, ranges, steps, mon to sun, jan to dec.

    Raises:
        ValueError: says which field cannot be, and what it may be.
    """
    fields = text[:_LONGEST].lower().split()
    if len(fields) != 5:
        names = ", ".join(kind.name for kind in _KINDS)
        raise ValueError(f"{text[:40]!r} has {len(fields)} fields; five are needed: {names}")
    minutes, hours, days, months, weekdays = (
        _numbers(field, kind) for field, kind in zip(fields, _KINDS, strict=True)
    )
    return Cron(
        text=" ".join(fields),
        minutes=minutes,
        hours=hours,
        days=frozenset(days),
        months=frozenset(months),
        weekdays=frozenset((number - 1) % 7 for number in weekdays),
        any_hour=fields[1].startswith("*"),
        either=not fields[2].startswith("*") and not fields[4].startswith("*"),
    )


def _numbers(field: str, kind: _Kind) -> tuple[int, ...]:
    """The numbers that a field allows, in order."""
    return tuple(sorted({number for part in field.split(",") for number in _part(part, kind)}))


def _part(text: str, kind: _Kind) -> range:
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} cannot be a {kind.name}, for example 5, 1-5, */15 or 8,20")
    span, step = match.groups()
    if step is not None and not int(step):
        raise ValueError(f"{text!r} is no {kind.name}: a step is at least 1")
    first, dash, last = span.partition("-")
    low = kind.first if span == "*" else kind.number(first)
    high = kind.number(last) if dash else kind.last if span == "*" or step else low
    if high < low:
        raise ValueError(f"{text!r} is no {kind.name}: {first} comes after {last}")
    return range(low, high + 1, int(step or 1))
