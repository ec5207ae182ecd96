"""A month of traffic of known readers, as nginx writes it, with the truth about it.

Readers come in sessions: pages, cards on screen, refreshes every half a minute, stays. Between two
sessions of a reader are at least 32 minutes, within one at most 28, so a refresh that is known
to the minute only changes no session. Of ten lines three are torn, foreign or hostile.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chocolib.core.time import MADRID

#: Across the change of clocks of 25 October.
BEGINNING = datetime(2026, 10, 23, tzinfo=UTC)
DAYS = 30
PAGES = ("home", "today", "week", "plan", "ask", "climate", "models", "history", "reports")
CARDS = ("price_now", "cheapest_hours", "plan_today", "weather", "alerts", "savings", "forecast")
AGENTS = {
    "desktop": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
    "phone": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Mobile/15E148",
    "tablet": "Mozilla/5.0 (iPad; CPU OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1",
}
_SESSIONS_A_DAY, _LINES_A_SESSION = 6, 34
_EVERY_HOSTILE = (3, 10)


@dataclass(slots=True)
class Truth:
    """What is in the traffic, counted where it was made.

    Attributes:
        lines: by what they are.
        people: subjects with views.
        devices: of each subject.
        sessions: by subject and device.
        pages: views by page (reports too, as "reports" with their kind in `cards`).
        cards: views by page and card.
        seconds: of stays by page.
        refreshes: in all.
        answers: by path, [milliseconds].
        errors: by path.
        until: the newest second.
    """

    lines: Counter[str] = field(default_factory=Counter)
    people: set[str] = field(default_factory=set)
    devices: set[tuple[str, str]] = field(default_factory=set)
    sessions: Counter[tuple[str, str]] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    cards: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    refreshes: int = 0
    answers: dict[str, list[int]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    until: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody: with a login, or only an address."""

    login: str
    address: str
    devices: tuple[str, ...]

    @property
    def subject(self) -> str:
        return f"login:{self.login}" if self.login else f"address:{self.address}"


def line(
    time: str, path: str, *, login: str = "", address: str = "100.64.0.9", status: int = 200,
    ms: int = 12, agent: str = AGENTS["desktop"], method: str = "GET", request: int = 0,
    by: str = "",
) -> bytes:  # fmt: skip
    """A line as our format has it, with its newline."""
    return (
        f'{{"time":"{time}","request":"{request:032x}","login":"{login}","address":"{address}",'
        f'"method":"{method}","path":"{path}","status":{status},"bytes":3211,'
        f'"seconds":{ms / 1000:.3f},"upstream_status":"{status}",'
        f'"upstream_seconds":"{ms / 1000:.3f}","agent":"{agent}","by":"{by}"}}\n'
    ).encode()


#: second, reader, device, path, status, what it is
Event = tuple[int, Reader, str, str, int, str]


def readers(count: int, dice: random.Random) -> list[Reader]:
    """So many people, every fifth without a login."""
    kinds = list(AGENTS)
    made = []
    for n in range(count):
        devices = tuple(dice.sample(kinds, dice.choice((1, 1, 2))))
        login = "" if n % 5 == 4 else f"reader{n}@factory.example"
        made.append(Reader(login, f"100.64.{n // 250}.{n % 250 + 1}", devices))
    return made


def month(lines: int, *, seed: int = 1, truth: Truth) -> Iterator[bytes]:
    """About so many lines in order of time, a day's at a time; fills `truth` as it goes."""
    dice = random.Random(seed)
    of_readers = lines * 7 // 10 * 8 // 10
    people = readers(max(4, of_readers // (DAYS * _SESSIONS_A_DAY * _LINES_A_SESSION)), dice)
    quota, left = of_readers // DAYS, dict.fromkeys(people, 0)
    for day in range(DAYS):
        events: list[Event] = []
        while len(events) < quota and any(left[one] <= day * 86_400 + 80_000 for one in people):
            for reader in people:
                if len(events) < quota and left[reader] <= day * 86_400 + 80_000:
                    left[reader] = _session(events, reader, day, left[reader], dice, truth)
        events.sort(key=lambda event: event[0])
        yield b"".join(_written(events, dice, truth))


def _session(
    events: list[Event], reader: Reader, day: int, after: int, dice: random.Random, truth: Truth
) -> int:
    """One session on a day, after a second of the month; when the next one may begin."""
    device = dice.choice(reader.devices)
    at = max(after, day * 86_400 + 18_000) + dice.randrange(0, 5_000)
    truth.sessions[reader.subject, device] += 1
    truth.people.add(reader.subject)
    truth.devices.add((reader.subject, device))
    for _ in range(dice.randrange(1, 6)):
        page = dice.choice(PAGES)
        at += dice.randrange(1, 1_500 if dice.random() < 0.02 else 20)
        events.append((at, reader, device, f"/{page}", 200, "page"))
        cards = dice.sample(CARDS, dice.randrange(1, 5))
        events.append((at + 2, reader, device, f"/seen/{page}/{'.'.join(cards)}", 204, "card"))
        stay = dice.randrange(5, 400)
        refreshes = range(at + 30, at + stay, 30)
        events += [(one, reader, device, "/revision", 200, "refresh") for one in refreshes]
        at += stay
        events.append((at, reader, device, f"/seen/{page}/{stay}", 204, "stay"))
        truth.pages[page] += 1
        truth.cards.update((page, card) for card in cards)
        truth.seconds[page] += stay
        truth.refreshes += len(refreshes)
    return at + 32 * 60


def _written(events: list[Event], dice: random.Random, truth: Truth) -> Iterator[bytes]:
    """The events of a day with what comes between them."""
    stamp, said, made = 0, "", Counter[str]()
    (share, whole), bad = _EVERY_HOSTILE, 0
    for number, (second, reader, device, path, status, what) in enumerate(events):
        if second != stamp:
            stamp, said = second, iso(second)
        ms, agent = dice.randrange(2, 400), AGENTS[device]
        one = line(said, path, login=reader.login, address=reader.address, status=status, ms=ms,
                   agent=agent, request=dice.getrandbits(128))  # fmt: skip
        yield one
        made[what] += 1
        known = path if what == "page" else "/revision" if what == "refresh" else "/seen/*"
        truth.answers.setdefault(known, []).append(ms)
        truth.until = max(truth.until, second + int(BEGINNING.timestamp()))
        if number % 4 == 3:
            yield _besides(said, reader, dice, made, truth)
        while bad * whole < share * made.total():
            wrong, why = _bad(one, said, dice)
            yield wrong
            made[why] += 1
            bad += 1
    truth.lines += made


#: path, status, method, agent, what the line counts as, the name its times go under ("": none)
_BESIDES = (
    ("/static/frame.0123456789ab.js", 404, "GET", "", "refused", ""),
    ("/static/frame.0123456789ab.js", 200, "GET", "", "asset", "/static/*"),
    ("/live/plan", 101, "GET", "", "live", ""),
    ("/today", 403, "GET", "", "refused", ""),
    ("/wp-login.php", 404, "GET", "", "refused", ""),
    ("/today", 502, "GET", "", "failed", "/today"),
    ("/", 302, "GET", "", "other", "/"),
    ("/week", 200, "HEAD", "", "other", "/week"),
    ("/today", 200, "GET", "curl/8.5.0", "program", "/today"),
    ("/seen/nowhere/price_now", 204, "GET", "", "other", "(other)"),
    ("/analytics/access-logs", 200, "GET", "", "other", "(other)"),
)  # fmt: skip


def _besides(
    time: str, reader: Reader, dice: random.Random, made: Counter[str], truth: Truth
) -> bytes:
    """What is asked beside views: scripts, sockets, what is refused, fails or is no reader's."""
    path, status, method, agent, what, known = dice.choice(_BESIDES)
    ms = dice.randrange(2, 3_000)
    made[what] += 1
    if known:
        truth.answers.setdefault(known, []).append(ms)
        truth.errors[known] += status >= 500
    return line(time, path, login=reader.login, address=reader.address, status=status, ms=ms,
                method=method, agent=agent or AGENTS["phone"],
                request=dice.getrandbits(128))  # fmt: skip


def _bad(good: bytes, time: str, dice: random.Random) -> tuple[bytes, str]:
    """A line that is not to be used, made of a good one, and why."""
    chance = dice.random()
    if chance < 0.35:
        return good[: dice.randrange(1, len(good) - 2)] + b"\n", "torn"
    if chance < 0.5:
        return good[dice.randrange(30, 150) :], "torn"
    if chance < 0.5003:
        return b"A" * 40_000 + b"\n", "hostile"
    return dice.choice((
        (b"2026/11/21 10:00:00 [error] 7#7: *1 connect() failed\n", "foreign"),
        (b"\0" * 60 + b"\n", "hostile"),
        (good.replace(b'"login":', b'"login":"admin","login":'), "hostile"),
        (good.replace(b'"status":', b'"status":"x","was":'), "hostile"),
        (good.replace(b'"path":"', b'"path":"\xff\xfe'), "hostile"),
        (b'{"time":' + b"[" * 2_000 + b"]" * 2_000 + b"}\n", "hostile"),
        (good.replace(time.encode(), b"2031-01-01T00:00:00+00:00"), "future"),
        (good.replace(time.encode(), b"1999-12-31T23:59:59+00:00"), "past"),
        (good.replace(b'"address":"', b'"address":"<b>'), "hostile"),
        (json.dumps({"level": "info", "msg": "started"}).encode() + b"\n", "foreign"),
    ))  # fmt: skip


def iso(second: int) -> str:
    """A second of the month as nginx writes it; on odd days its clock is Madrid's."""
    moment = BEGINNING + timedelta(seconds=second)
    local = moment.astimezone(MADRID) if second // 86_400 % 2 else moment
    return local.isoformat(timespec="seconds")
