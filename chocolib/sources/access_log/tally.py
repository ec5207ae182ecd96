"""Lines counted as they come: views by who and when, answers by their milliseconds, the rest.

Nothing of a line is kept as it is: a path becomes one of few names, an agent a kind of device.
Who looked stays as login and address until `app` gives it a pseudonym. What is met is noted in
lists and counted at the end of a batch, which is several times as fast as counting line by line.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial

from chocolib.core.traffic import Asked, Judges, What
from chocolib.sources.access_log.lines import Line, parse, second

HOUR_S = 3_600
MINUTE_S = 60
#: Answers that took longer, or less than nothing, are no answers.
LONGEST_ANSWER_S = 86_400.0
#: What is remembered of paths, times and readers, so that a flood of them stays small.
_REMEMBERED = 4_096
_LOGIN = re.compile(r"[!-~]{1,200}", re.ASCII)
#: What nginx writes for a login that is none of ASCII: somebody, but nobody can say who.
_UNKNOWN = "<not ASCII>"
_VIEWS = frozenset({"page", "report", "card", "stay", "refresh"})
#: Turned away at once, or open as long as a page is: their times say nothing of ours.
_UNTIMED = frozenset({"refused", "live"})
#: nginx's own status of a client that did not wait for the answer.
_GONE = 499


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds since 1970 UTC `[first, end)` in which a line's time is believed."""

    first: int
    end: int


#: Who asked: login ("" none), IP address, kind of device ("" for a program).
Reader = tuple[str, str, str]
#: second (refresh: beginning of its minute), who, what was before them
View = tuple[int, Reader, tuple[tuple[str, str, str], ...]]
#: hour, path, milliseconds
Answer = tuple[int, str, int]


@dataclass(slots=True)
class Counts:
    """What was counted.

    Attributes:
        views: how many of each.
        stays: seconds of views of kind "stay".
        answers: how many; without the refused and the endless ones.
        errors: those of the answers that were 5xx.
        lines: by hour and what they were; of one without a time the hour of the one before it.
        until: the newest second of a usable line; 0: there was none.
    """

    views: Counter[View] = field(default_factory=Counter)
    stays: Counter[View] = field(default_factory=Counter)
    answers: Counter[Answer] = field(default_factory=Counter)
    errors: Counter[Answer] = field(default_factory=Counter)
    lines: Counter[tuple[int, What]] = field(default_factory=Counter)
    until: int = 0


class _Hour:
    """What was met in an hour, in the order of the log; answers by seconds."""

    __slots__ = ("answers", "begin", "errors", "lines", "views")

    def __init__(self, begin: int) -> None:
        self.begin = begin
        self.views: list[View] = []
        self.answers: list[tuple[str, float]] = []
        self.errors: list[tuple[str, float]] = []
        self.lines: defaultdict[What, int] = defaultdict(int)

    def count(self, counts: Counts) -> None:
        """Add it to what was counted."""
        counts.views.update(self.views)
        for what, number in self.lines.items():
            counts.lines[self.begin, what] += number
        for met, counted in ((self.answers, counts.answers), (self.errors, counts.errors)):
            for (path, seconds), number in Counter(met).items():
                counted[self.begin, path, round(seconds * 1000)] += number


class Tally:
    """Counts lines; `taken` hands over what was counted and begins anew.

    What is noted are plain tuples of texts and numbers, which cost Python's collector nothing.

    Args:
        hour: where lines without a time are counted until one has a time, seconds.
    """

    def __init__(self, judges: Judges, bounds: Bounds, *, hour: int) -> None:
        remembered = lru_cache(_REMEMBERED)
        self._first, self._end = bounds.first, bounds.end
        self._counts = Counts()
        self._hour = _Hour(hour)
        self._asked = remembered(lambda path: (one := judges.asked(path), one.shown))
        self._second = remembered(second)
        self._reader = remembered(partial(_reader, judges))

    @property
    def noted(self) -> int:
        """How many views wait to be taken."""
        return len(self._hour.views) + len(self._counts.views)

    def add(self, lines: Iterable[bytes], *, too_long: int = 0) -> None:
        """Count lines, and those that were too long to be read."""
        for line in lines:
            one = parse(line)
            said: What = one if isinstance(one, str) else self._what(one)
            self._hour.lines[said] += 1
        if too_long:
            self._hour.lines["hostile"] += too_long

    def taken(self) -> Counts:
        """What was counted since the last time."""
        self._turn(self._hour.begin)
        counts, self._counts = self._counts, Counts()
        return counts

    def _turn(self, hour: int) -> None:
        """Count what was noted and go on with an hour."""
        self._hour.count(self._counts)
        self._hour = _Hour(hour)

    def _what(self, line: Line) -> What:
        """What a line that could be read counts as; its view and its answer are noted."""
        at = self._second(line.time)
        reader = self._reader(line.login, line.address, line.agent)
        status, seconds = line.status, line.seconds
        if at is None or reader is None or not 100 <= status <= 599 or not _takes(seconds):
            return "hostile"
        if not self._first <= at < self._end:
            return "past" if at < self._first else "future"
        hour = self._hour
        if not 0 <= at - hour.begin < HOUR_S:
            self._turn(at - at % HOUR_S)
            hour = self._hour
        self._counts.until = max(self._counts.until, at)
        asked, shown = self._asked(line.path)
        plain = 200 <= status < 300 and reader[2] and line.method == "GET"
        what = asked.kind if plain else _kind(line, reader, asked)
        if what not in _UNTIMED and status != _GONE and seconds >= 0:
            hour.answers.append((asked.path, seconds))
        if what in _VIEWS:
            self._seen((at, reader, shown), what, asked.seconds)
        elif what == "failed":
            hour.errors.append((asked.path, seconds))
        return what

    def _seen(self, view: View, what: What, seconds: int) -> None:
        if what == "refresh":
            view = view[0] - view[0] % MINUTE_S, view[1], view[2]
        self._hour.views.append(view)
        if seconds:
            self._counts.stays[view] += seconds


def _takes(seconds: float) -> bool:
    """Whether an answer can take so long; -1: its log does not tell."""
    return 0 <= seconds <= LONGEST_ANSWER_S or seconds == -1.0


def _kind(line: Line, reader: Reader, asked: Asked) -> What:
    """What a line counts as that is not simply a GET of a reader that was answered.

    A page that asks whether anything is new is there, also when nothing is (304).
    """
    status, kind = line.status, asked.kind
    if status >= 400:
        return "failed" if status >= 500 else "other" if status == _GONE else "refused"
    if not reader[2]:
        return "program"
    fresh = kind == "refresh" and status == 304 and line.method == "GET"
    return "other" if kind in _VIEWS and not fresh else kind


def _reader(judges: Judges, login: str, address: str, agent: str) -> Reader | None:
    """Who asked; `None`: no login or address looks like that."""
    known = "" if login == _UNKNOWN else login
    if known and not _LOGIN.fullmatch(known):
        return None
    place = _address(address)
    return (known, place, judges.device(agent)) if place else None


def _address(text: str) -> str:
    """An IP address as it is usually written; "unix" for a socket; "" for anything else."""
    if text == "unix:":
        return "unix"
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
