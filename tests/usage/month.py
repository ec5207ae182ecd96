"""A month of visits that is really made: requests through a real nginx whose clock is moved.

The truth is counted where the visits are planned, by hand and with nothing of chocolib: sessions
are planned as sessions, people as people.
"""

from __future__ import annotations

import http.client
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.moved_clock import library
from tests.deploy.edge import HOST, proxied

MADRID = ZoneInfo("Europe/Madrid")
DAYS = 30
AGENTS = {
    "desktop": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "phone": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Mobile/15E148",
}
PAGES = ("today", "week", "plan", "climate", "history")
CARDS = ("now", "windows", "prices", "plan", "weather")
#: Who comes, the address of their machine, its kinds, whether tailscale serve names them, how
#: likely they come on a day. The last one but one only the Tailnet knows, the last one nobody.
READERS = (
    ("maria@factory.example", "100.101.102.103", ("phone", "desktop"), True, 0.9),
    ("jose@factory.example", "100.101.102.104", ("desktop",), True, 0.6),
    ("ana@factory.example", "100.101.102.105", ("phone",), True, 0.5),
    ("luis@factory.example", "100.101.102.106", ("desktop",), True, 0.1),
    ("eva@factory.example", "100.101.102.107", ("phone",), False, 0.4),
    ("", "100.101.102.108", ("desktop",), False, 0.3),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody; `second` is of UTC, `dest` as browsers say what it is for."""

    second: int
    reader: int
    device: str
    path: str
    dest: str


@dataclass(slots=True)
class Truth:
    """What the visits are, counted as they are planned."""

    visits: list[Visit] = field(default_factory=list)
    sessions: list[tuple[date, int, str]] = field(default_factory=list)
    pages: list[tuple[date, int, str]] = field(default_factory=list)
    cards: list[tuple[date, int, str, str]] = field(default_factory=list)
    stays: list[tuple[date, str, int]] = field(default_factory=list)

    def since(self, day: date) -> Expected:
        """The numbers from a Madrid day on."""
        sessions = [one for one in self.sessions if one[0] >= day]
        cards = [one for one in self.cards if one[0] >= day]
        pages = [one for one in self.pages if one[0] >= day]
        return Expected(
            people=len({reader for _, reader, _ in sessions}),
            devices=len({(reader, device) for _, reader, device in sessions}),
            sessions=len(sessions),
            returning=sum(
                len({when for when, who, _ in sessions if who == reader}) > 1
                for reader in range(len(READERS))
            ),
            pages=Counter(page for _, _, page in pages),
            cards=Counter(f"{page}/{card}" for _, _, page, card in cards),
            seconds=sum(seconds for when, _, seconds in self.stays if when >= day),
            of_reader=Counter(reader for _, reader, _ in sessions),
            by_day=Counter(when for when, _, _ in sessions),
            few=frozenset(
                f"{page}/{card}"
                for page in PAGES
                for card in CARDS
                if len({who for _, who, p, c in cards if (p, c) == (page, card)}) < 3
            ),
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """The true numbers of a span; `few`: cards that fewer than three people saw."""

    people: int
    devices: int
    sessions: int
    returning: int
    pages: Counter[str]
    cards: Counter[str]
    seconds: int
    of_reader: Counter[int]
    by_day: Counter[date]
    few: frozenset[str]


def planned(now: datetime, *, days: int = DAYS, seed: int = 10) -> Truth:
    """Visits of the days before `now` and of its last minutes, and the truth about them.

    Sessions begin between 7 and 19 o'clock of Madrid and are at least 35 minutes apart.
    """
    dice, truth = random.Random(seed), Truth()
    today = now.astimezone(MADRID).date()
    for back in range(days - 1, 0, -1):
        day = today - timedelta(days=back)
        opening = datetime(day.year, day.month, day.day, 7, tzinfo=MADRID)
        for number, (_, _, devices, _, often) in enumerate(READERS):
            at = int(opening.timestamp()) + dice.randrange(7_200)
            while dice.random() < often and at < opening.timestamp() + 12 * 3600:
                at = _session(truth, day, number, dice.choice(devices), at, dice)
                at += 35 * 60 + dice.randrange(5 * 3600)
    begun = int(now.timestamp()) - 240
    day = datetime.fromtimestamp(begun, MADRID).date()
    for number in (0, 1):  # those who are there now
        _session(truth, day, number, READERS[number][2][0], begun, dice, 1)
    truth.visits.sort(key=lambda one: one.second)
    return truth


def _session(
    truth: Truth, day: date, reader: int, device: str, at: int, dice: random.Random, pages: int = 0
) -> int:
    """Plan a session; its last second."""
    truth.sessions.append((day, reader, device))
    for _ in range(pages or dice.randrange(1, 5)):
        page, cards = dice.choice(PAGES), sorted(dice.sample(CARDS, dice.randrange(1, 4)))
        stay = 200 if pages else dice.randrange(20, 600)
        truth.pages.append((day, reader, page))
        truth.cards += [(day, reader, page, card) for card in cards]
        truth.stays.append((day, page, stay))
        paths = [(at + 3, f"/seen/{page}/{'.'.join(cards)}")]
        paths += [(at + 60 * n, f"/revision?page={page}") for n in range(1, stay // 60)]
        paths += [(at + 90, f"/{page}")] if stay > 90 else []  # an open page takes up what is new
        paths += [(at + stay, f"/seen/{page}/{stay}")]
        truth.visits.append(Visit(at, reader, device, f"/{page}?lang=en", "document"))
        truth.visits += [Visit(when, reader, device, path, "empty") for when, path in paths]
        at += stay + dice.randrange(5, 120)
    return at


@contextmanager
def moved(folder: Path, upstream: str) -> Iterator[tuple[int, Clock]]:
    """A real nginx before an upstream, and its clock; its port.

    Raises:
        NotHad: there is no nginx, or nothing to move its clock with.
    """
    clock = Clock(folder.parent / "clock")
    clock.back(0)
    with proxied(folder, upstream, clock.variables) as (port, _):
        yield port, clock


@dataclass(frozen=True, slots=True)
class Clock:
    """What a program that was begun with `variables` takes for the time: now, and so much less."""

    file: Path

    @property
    def variables(self) -> dict[str, str]:
        names = {"LD_PRELOAD": str(library()), "FAKETIME_NO_CACHE": "1"}
        return names | {"FAKETIME_TIMESTAMP_FILE": str(self.file)}

    def back(self, seconds: float) -> None:
        """Set it so many seconds back."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{-seconds:+.3f}\n")
        os.replace(fresh, self.file)


def made(port: int, clock: Clock, truth: Truth) -> Counter[int]:
    """Make every visit in its second; how often each status came back."""
    answers: Counter[int] = Counter()
    for visit in truth.visits:
        clock.back(time.time() - visit.second)
        answers[_asked(port, visit)] += 1
    return answers


def _asked(port: int, visit: Visit) -> int:
    login, address, _, named, _ = READERS[visit.reader]
    headers = {"User-Agent": AGENTS[visit.device], "X-Forwarded-For": address}
    headers["Sec-Fetch-Dest"] = visit.dest
    headers |= {"Tailscale-User-Login": login} if named else {}
    line = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        line.request("GET", visit.path, headers=headers)
        answer = line.getresponse()
        answer.read()
        return answer.status
    finally:
        line.close()


def now() -> datetime:
    """The time now, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
