"""Reads what is new in the access logs: who looked at what, how long answers took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from chocolib.app.settings import Settings
from chocolib.app.usage.keeping import Visitors, keep
from chocolib.app.usage.people import finish, visitors_of
from chocolib.app.usage.subjects import Subjects, Who
from chocolib.app.usage.troubles import update
from chocolib.core.time import DAY
from chocolib.core.traffic import UNUSABLE, Judges
from chocolib.core.usage import LOGINS_OF_ADDRESS, PAGE_NAMES, SKEW, VIEW_DAYS
from chocolib.sources.access_log.batches import Batch, batches
from chocolib.sources.access_log.counting import HOUR_S, Bounds
from chocolib.sources.access_log.files import LogFile, find
from chocolib.sources.access_log.tally import Tally
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.logins import forget_logins
from chocolib.store.usage.logs import forget_logs, looked, positions
from chocolib.store.usage.troubles import Trouble
from chocolib.usage.devices import device
from chocolib.usage.paths import asked

Tell = Callable[[str, float], None]

#: Faults that are over as soon as they are not met.
_LASTING = ("log_missing", "log_unreadable", "log_no_file")


@dataclass(slots=True)
class Read:
    """What was read.

    Attributes:
        lines: how many, by what they were (`core.traffic.What`).
        until: the newest second of a usable line, UTC; `None`: there was none.
        told: what is wrong since this reading, to be told once.
    """

    lines: Counter[str] = field(default_factory=Counter)
    until: pd.Timestamp | None = None
    told: tuple[Trouble, ...] = ()

    @property
    def unusable(self) -> int:
        """Lines that were torn, foreign, hostile or of a time that cannot be."""
        return sum(self.lines[what] for what in UNUSABLE)


def read_logs(
    settings: Settings,
    *,
    now: pd.Timestamp,
    visitors: Visitors = visitors_of,
    who: Who | None = None,
    tell: Tell | None = None,
) -> Read:
    """Read on in every access log, each batch kept with its position or not at all.

    What is wrong with a log is remembered and told once; it never stops the others.

    Args:
        now: UTC; lines more than `SKEW` after it, or more than `VIEW_DAYS` before it, are counted
            apart and are no views.
        visitors: the pseudonyms of subjects.
        who: the login behind an address of the Tailnet, where no login is told.
        tell: hears the name of a log and the share of all bytes that are read.

    Raises:
        DataError: the files of usage cannot be used.
    """
    with UsageFile.usage(settings.home) as usage, UsageFile.people(settings.home) as people:
        finish(usage, people)  # a change of keys that was stopped
        reading = _Reading(usage, Subjects(people, who), visitors, now, tell or _quiet)
        found = find(settings.access_logs, positions(usage))
        met = {f"log_{fault}:{name}": "" for fault, name in found.faults}
        new = [log for log in found.files if not log.read]
        done, whole = 0, sum(log.size for log in new) or 1
        for log in new:
            met |= reading.read(log, done / whole, log.size / whole)
            done += log.size
        met |= reading.crowds()
        reading.done.told = update(usage, met, about="log_", lasting=_LASTING, now=now)
        _tidy(usage, people, found.files, now)
        return reading.done


@dataclass(slots=True)
class _Reading:
    """One reading of the logs, its parts and what it found."""

    usage: UsageFile
    subjects: Subjects
    visitors: Visitors
    now: pd.Timestamp
    tell: Tell
    done: Read = field(default_factory=Read)

    def read(self, log: LogFile, begun: float, share: float) -> dict[str, str]:
        """What is new in a log; what is wrong with it, by name."""
        name, seen, met = log.path.name, Counter[str](), dict[str, str]()
        self.tell(name, begun)
        for part in batches(log, self._tally()):
            if not isinstance(part, Batch):
                met[f"log_{part}:{name}"] = ""
            elif keep(self.usage, part, self.subjects, self.visitors, now=self.now):
                self._count(part, seen)
                self.tell(name, begun + share * min(1.0, part.after.offset / max(log.size, 1)))
            else:
                break  # another process reads it
        if seen["foreign"] and not sum(seen[what] for what in seen if what not in UNUSABLE):
            met[f"log_foreign:{name}"] = str(seen["foreign"])
        if seen["future"]:
            met[f"log_future:{name}"] = str(seen["future"])
        return met

    def crowds(self) -> dict[str, str]:
        """That an address stood for too many, without saying which."""
        return {"log_logins": str(LOGINS_OF_ADDRESS)} if self.subjects.crowded else {}

    def _count(self, part: Batch, seen: Counter[str]) -> None:
        for (_, what), count in part.counts.lines.items():
            seen[what] += count
            self.done.lines[what] += count
        if part.counts.until:
            until = pd.Timestamp(part.counts.until, unit="s", tz="UTC")
            self.done.until = max(until, self.done.until or until)

    def _tally(self) -> Tally:
        second = int(self.now.timestamp())
        first = int((self.now - VIEW_DAYS * DAY).timestamp())
        judges = Judges(partial(asked, pages=frozenset(PAGE_NAMES)), device)
        bounds = Bounds(first, int((self.now + SKEW).timestamp()) + 1)
        return Tally(judges, bounds, hour=second - second % HOUR_S)


def _tidy(
    usage: UsageFile, people: UsageFile, files: tuple[LogFile, ...], now: pd.Timestamp
) -> None:
    """Note that was looked; forget the logs that are gone, and the logins of past days."""
    there = {one.mark for one in positions(usage)} & {
        log.position.mark for log in files if log.position
    }
    with usage.writing():
        looked(usage, there, now=now)
        forget_logs(usage, before=now - VIEW_DAYS * DAY, there=there)
    forget_logins(people, before=f"{now - 2 * DAY:%Y-%m-%d}")


def _quiet(_log: str, _part: float) -> None:
    """Nobody watches."""
