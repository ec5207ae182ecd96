"""Lines counted as they come: views by who and when, answers by their milliseconds, the rest.

Nothing of a line is kept as it is: a path becomes one of few names, an agent a kind of device.
Who looked stays as login and address until `app` gives it a pseudonym. What is met is noted in
lists and counted at the end of an hour, which is several times as fast as counting line by line.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from chocolib.core.traffic import Asked, Judges, What
from chocolib.core.usage import Kind
from chocolib.sources.access_log.lines import Line, parse, second

HOUR_S = 3_600
MINUTE_S = 60
#: Answers that took longer, or less than nothing, are no answers.
LONGEST_ANSWER_S = 86_400.0
#: What stands for the time of an answer whose log does not tell it.
_UNTOLD = -1.0
#: What is remembered of paths, times and readers, so that a flood of them stays small.
_REMEMBERED = 16_384
_LOGIN = re.compile(r"[!-~]{1,200}", re.ASCII)
#: What nginx writes for a login that is none of ASCII: somebody, but nobody can say who.
_UNKNOWN = "<not ASCII>"
_VIEWS = frozenset({"page", "report", "card", "stay", "refresh"})
#: Turned away at once, or open as long as a page is: their times say nothing of ours.
_UNTIMED = frozenset({"refused", "live"})
#: These count as what they are whoever asked.
_UNSERVED = frozenset({"refused", "failed"})
#: Who asks by itself, in the words of the log.
_SCRIPT = "script"
#: nginx's own status of a client that did not wait for the answer.
_GONE = 499


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds since 1970 UTC `[first, end)` in which a line's time is believed."""

    first: int
    end: int


#: Who asked: login ("" none), IP address, kind of device ("" for a program).
Reader = tuple[str, str, str]
#: kind, page, card ("" for a page as a whole), seconds of a stay (else 0)
Shown = tuple[str, str, str, int]
#: second (refresh: beginning of its minute), what was before a reader, how often
View = tuple[int, tuple[Shown, ...], int]
#: hour, path, milliseconds
Answer = tuple[int, str, int]
#: What a line counts as, the name its time goes under ("" none), what was before a reader.
Verdict = tuple[What, str, tuple[Shown, ...]]

#: Numbers of verdicts have so many bits; what is noted of a view is one number.
_BITS = 24
_MASK = (1 << _BITS) - 1
#: Numbers are given anew when there are so many, so that a flood stays small.
_MOST_NUMBERS = 100_000


@dataclass(slots=True)
class Counts:
    """What was counted.

    Attributes:
        views: of each hour and reader.
        answers: how many; without the refused and the endless ones.
        errors: those of the answers that were 5xx.
        lines: by hour and what they were; of one without a time the hour of the one before it.
        until: the newest second of a usable line; 0: there was none.
    """

    views: dict[tuple[int, Reader], list[View]] = field(default_factory=dict)
    answers: Counter[Answer] = field(default_factory=Counter)
    errors: Counter[Answer] = field(default_factory=Counter)
    lines: Counter[tuple[int, What]] = field(default_factory=Counter)
    until: int = 0


class _Hour:
    """What was met in an hour, in the order of the log.

    A view is noted, by the number of its reader, as second of the hour and number of its verdict in
    one number; of an answer its seconds, by path and whether it failed.
    """

    __slots__ = ("answers", "begin", "failures", "lines", "until", "views")

    def __init__(self, begin: int, until: int) -> None:
        self.begin = begin
        self.until = until
        self.views: defaultdict[int, list[int]] = defaultdict(list)
        self.answers: defaultdict[str, list[float]] = defaultdict(list)
        self.failures: defaultdict[str, list[float]] = defaultdict(list)
        self.lines: defaultdict[What, int] = defaultdict(int)

    def count(self, counts: Counts, readers: list[Reader], verdicts: list[Verdict]) -> None:
        """Add it to what was counted; numbers are places in the lists."""
        counts.until = max(self.until, counts.until)
        for what, number in self.lines.items():
            counts.lines[self.begin, what] += number
        for reader, seen in self.views.items():
            counts.views.setdefault((self.begin, readers[reader]), []).extend(
                (self.begin + (one >> _BITS), verdicts[one & _MASK][2], times)
                for one, times in Counter(seen).items()
            )
        for path, seconds in self.answers.items():
            _add(counts.answers, self.begin, path, seconds)
        for path, seconds in self.failures.items():
            _add(counts.answers, self.begin, path, seconds)
            _add(counts.errors, self.begin, path, seconds)


def _add(answers: Counter[Answer], hour: int, path: str, seconds: list[float]) -> None:
    for took, number in Counter(seconds).items():
        answers[hour, path, round(took * 1000)] += number


class Tally:
    """Counts lines; `taken` hands over what was counted and begins anew.

    What is noted are plain numbers, which cost Python's collector nothing.

    Args:
        hour: where lines without a time are counted until one has a time, seconds.
    """

    def __init__(self, judges: Judges, bounds: Bounds, *, hour: int) -> None:
        self._judges = judges
        self._first, self._end = bounds.first, bounds.end
        self._counts = Counts()
        self._hour = _Hour(hour, 0)
        self._noted = 0
        self._time, self._at = "", second("")
        self._forget()

    @property
    def noted(self) -> int:
        """How many views wait to be taken."""
        return self._noted

    def add(self, lines: Iterable[bytes], *, too_long: int = 0) -> None:
        """Count lines, and those that were too long to be read."""
        for line in lines:
            one = parse(line)
            said: What = self._what(one) if type(one) is Line else one  # type: ignore[assignment]
            self._hour.lines[said] += 1
        if too_long:
            self._hour.lines["hostile"] += too_long

    def taken(self) -> Counts:
        """What was counted since the last time."""
        self._turn(self._hour.begin)
        counts, self._counts, self._noted = self._counts, Counts(), 0
        if len(self._readers) + len(self._verdicts) > _MOST_NUMBERS:
            self._forget()
        return counts

    def _turn(self, hour: int) -> _Hour:
        """Count what was noted and go on with an hour."""
        self._hour.count(self._counts, self._readers, self._verdicts)
        self._hour = _Hour(hour, 0)
        return self._hour

    def _forget(self) -> None:
        """Give numbers anew, when nothing is noted."""
        remembered = lru_cache(_REMEMBERED)
        self._readers: list[Reader] = []
        self._verdicts: list[Verdict] = []
        self._reader = remembered(self._numbered_reader)
        self._verdict = remembered(self._numbered_verdict)

    def _numbered_reader(self, login: str, address: str, agent: str) -> tuple[int, bool] | None:
        """The number of a reader, and whether it is a program."""
        reader = _reader(self._judges, login, address, agent)
        if reader is None:
            return None
        self._readers.append(reader)
        return len(self._readers) - 1, not reader[2]

    def _numbered_verdict(
        self, path: str, status: int, method: str, by: str
    ) -> tuple[What, int, str, bool] | None:
        """What a line counts as, its verdict's number, its timed path, whether it is a view."""
        verdict = _verdict(self._judges, path, status, method, by)
        if verdict is None:
            return None
        self._verdicts.append(verdict)
        what, path, shown = verdict
        return what, len(self._verdicts) - 1, path, bool(shown)

    def _what(self, line: Line) -> What:
        """What a line that could be read counts as; its view and its answer are noted."""
        if line.time != self._time:  # lines of one second stand together
            self._time, self._at = line.time, second(line.time)
        at = self._at
        reader = self._reader(line.login, line.address, line.agent)
        verdict = self._verdict(line.path, line.status, line.method, line.by)
        seconds = line.seconds
        took = 0 <= seconds <= LONGEST_ANSWER_S or seconds == _UNTOLD
        if at is None or reader is None or verdict is None or not took:
            return "hostile"
        if not self._first <= at < self._end:
            return "past" if at < self._first else "future"
        hour = self._hour
        passed = at - hour.begin
        if not 0 <= passed < HOUR_S:
            passed = at % HOUR_S
            hour = self._turn(at - passed)
        hour.until = max(hour.until, at)
        what, number, path, seen = verdict
        if path and seconds >= 0:
            (hour.failures if what == "failed" else hour.answers)[path].append(seconds)
        who, program = reader
        if program and what not in _UNSERVED:
            return "program"
        if seen:
            if what == "refresh":
                passed -= passed % MINUTE_S
            hour.views[who].append(passed << _BITS | number)
            self._noted += 1
        return what


def _verdict(judges: Judges, path: str, status: int, method: str, by: str) -> Verdict | None:
    """The verdict on a line; `None`: there is no such status."""
    if not 100 <= status <= 599:
        return None
    asked = judges.asked(path)
    if asked.kind == "page" and by == _SCRIPT:  # an open page takes up what is new
        asked = Asked("refresh", path=asked.path)
    what = _kind(asked.kind, status, method)
    timed = what not in _UNTIMED and status != _GONE
    shown = [(asked.kind, asked.page, card, asked.seconds) for card in asked.cards or ("",)]
    return what, asked.path if timed else "", tuple(shown if what in _VIEWS else ())


def _kind(kind: Kind, status: int, method: str) -> What:
    """What a line counts as: only a GET that was answered is what it asked for.

    What a browser had already (304) is before the reader all the same.
    """
    if status >= 400:
        return "failed" if status >= 500 else "other" if status == _GONE else "refused"
    served = 200 <= status < 300 or status == 304
    return "other" if kind in _VIEWS and not (served and method == "GET") else kind


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
