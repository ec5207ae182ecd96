"""Lines counted as they come: views by who and when, answers by their milliseconds, the rest.

Nothing of a line is kept as it is: a path becomes one of few names, an agent a kind of device.
Who looked stays as login and address until `app` gives it a pseudonym.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from chocolib.core.traffic import Asked, Judges, What
from chocolib.sources.access_log.lines import Line, parse, second

HOUR_S = 3_600
MINUTE_S = 60
#: Answers that took longer, or less than nothing, are no answers.
LONGEST_ANSWER_S = 86_400.0
#: What is remembered of paths, agents and readers, so that a flood of them stays small.
_REMEMBERED = 4_096
_LOGIN = re.compile(r"[!-~]{1,200}", re.ASCII)
#: What nginx writes for a login that is none of ASCII: somebody, but nobody can say who.
_UNKNOWN = "<not ASCII>"
_VIEWS = ("page", "report", "card", "stay", "refresh")
#: Turned away at once, or open as long as a page is: their times say nothing of ours.
_UNTIMED = ("refused", "live")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds since 1970 UTC `[first, end)` in which a line's time is believed."""

    first: int
    end: int


#: second (refresh: minute), login, address, device, kind, page, card
View = tuple[int, str, str, str, str, str, str]


@dataclass(slots=True)
class Counts:
    """What was counted.

    Attributes:
        views: how many of each; of a refresh the time is the beginning of its minute.
        stays: seconds of views of kind "stay".
        answers: by hour, path and whole milliseconds; without the refused and the endless ones.
        errors: those of the answers that were 5xx.
        lines: by hour and what they were; of one without a time the hour of the one before it.
        until: the newest second of a usable line; 0: there was none.
    """

    views: dict[View, int] = field(default_factory=dict)
    stays: dict[View, int] = field(default_factory=dict)
    answers: dict[tuple[int, str, int], int] = field(default_factory=dict)
    errors: dict[tuple[int, str, int], int] = field(default_factory=dict)
    lines: dict[tuple[int, What], int] = field(default_factory=dict)
    until: int = 0


class Tally:
    """Counts lines; `taken` hands over what was counted and begins anew.

    Args:
        hour: where lines without a time are counted until one has a time, seconds.
    """

    def __init__(self, judges: Judges, bounds: Bounds, *, hour: int) -> None:
        self.counts = Counts()
        self._bounds = bounds
        self._hour = hour
        self._asked = _remembered(judges.asked)
        self._device = _remembered(judges.device)
        self._second = _remembered(second)
        self._address = _remembered(_address)

    def add(self, lines: Iterable[bytes], *, too_long: int = 0) -> None:
        """Count lines, and those that were too long to be read."""
        count, what = self.counts.lines, self._what
        for line in lines:
            one = parse(line)
            key = (self._hour, one) if isinstance(one, str) else what(one)
            count[key] = count.get(key, 0) + 1
        if too_long:
            hostile: tuple[int, What] = (self._hour, "hostile")
            count[hostile] = count.get(hostile, 0) + too_long

    def taken(self) -> Counts:
        """What was counted since the last time."""
        counts, self.counts = self.counts, Counts()
        return counts

    def _what(self, line: Line) -> tuple[int, What]:
        """Count a line that could be read; its hour, and what it was."""
        at = self._second(line.time)
        address = self._address(line.address)
        if at is None or not address or not _believed(line):
            return self._hour, "hostile"
        if not self._bounds.first <= at < self._bounds.end:
            return self._hour, "past" if at < self._bounds.first else "future"
        hour = self._hour = at - at % HOUR_S
        self.counts.until = max(at, self.counts.until)
        asked = self._asked(line.path)
        what = self._kind(line, asked)
        if what not in _UNTIMED and line.status != 499 and line.seconds >= 0:
            self._answered(hour, asked.path, line)
        if what in _VIEWS:
            self._seen(at, line, address, asked)
        return hour, what

    def _kind(self, line: Line, asked: Asked) -> What:
        """What the line counts as: only GETs that were answered are what they asked for.

        A page that asks whether anything is new is there, also when nothing is (304).
        """
        status = line.status
        if status >= 400:
            return "failed" if status >= 500 else "other" if status == 499 else "refused"
        if not self._device(line.agent):
            return "program"
        fresh = status == 304 and asked.kind == "refresh"
        if asked.kind in _VIEWS and (line.method != "GET" or not (200 <= status < 300 or fresh)):
            return "other"
        return asked.kind

    def _answered(self, hour: int, path: str, line: Line) -> None:
        key = (hour, path, round(line.seconds * 1000))
        answers = self.counts.answers
        answers[key] = answers.get(key, 0) + 1
        if line.status >= 500:
            self.counts.errors[key] = self.counts.errors.get(key, 0) + 1

    def _seen(self, at: int, line: Line, address: str, asked: Asked) -> None:
        if asked.kind == "refresh":
            at -= at % MINUTE_S
        login = "" if line.login == _UNKNOWN else line.login
        device, views = self._device(line.agent), self.counts.views
        for card in asked.cards or ("",):
            key = (at, login, address, device, asked.kind, asked.page, card)
            views[key] = views.get(key, 0) + 1
        if asked.seconds:
            self.counts.stays[key] = self.counts.stays.get(key, 0) + asked.seconds


def _believed(line: Line) -> bool:
    """Whether its values can be."""
    login = line.login
    return (
        100 <= line.status <= 599
        and line.seconds <= LONGEST_ANSWER_S
        and (line.seconds >= 0 or line.seconds == -1.0)
        and (not login or login == _UNKNOWN or _LOGIN.fullmatch(login) is not None)
    )


def _address(text: str) -> str:
    """An IP address as it is usually written; "unix" for a socket; "" for anything else."""
    if text == "unix:":
        return "unix"
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def _remembered(judge: Callable[[str], T]) -> Callable[[str], T]:
    """A pure function of a text that remembers some answers; all are forgotten when it is full."""
    known: dict[str, T] = {}

    def answer(text: str) -> T:
        if text in known:
            return known[text]
        if len(known) >= _REMEMBERED:
            known.clear()
        made = known[text] = judge(text)
        return made

    return answer
