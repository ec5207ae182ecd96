"""A made-up month of readers for the pictures of the page "usage": a log, and the probes beside it.

The same seed makes the same month. The log goes the way of every log, by `read_logs`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd

from chocolib.app.settings import Settings
from chocolib.app.usage.people import visitors_of
from chocolib.app.usage.reading import read_logs
from chocolib.core.remarks import Remark
from chocolib.core.time import DAY, at, local, local_date
from chocolib.core.usage import PARTS, Probe
from chocolib.doors.cards import CARDS
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.probes import add

DAYS, PROBED_DAYS = 30, 8
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TABLET = "Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari"
#: Typical milliseconds of an answer.
MS = {"today": 38, "plan": 55, "history": 240, "climate": 120, "system": 90}


@dataclass(frozen=True)
class Reader:
    """Somebody with habits: when they look, how often on a working day, at what, with what."""

    login: str
    address: str
    agents: tuple[str, ...]
    hours: tuple[int, ...]
    often: float
    pages: tuple[str, ...]


READERS = (
    Reader("ana@example.org", "100.64.0.2", (DESKTOP, PHONE), (7, 8, 13, 18), 3.0,
           ("home", "today", "plan", "system", "usage", "models", "today")),
    Reader("bruno@example.org", "100.64.0.3", (PHONE,), (6, 6, 14, 21), 2.4,
           ("today", "today", "plan", "ask")),
    Reader("carmen@example.org", "100.64.0.4", (TABLET,), (6, 7, 10, 12, 15), 3.2,
           ("plan", "today", "plan", "week")),
    Reader("diego@example.org", "100.64.0.5", (DESKTOP,), (9, 11, 16), 1.1,
           ("week", "history", "models", "climate")),
    Reader("elena@example.org", "100.64.0.6", (PHONE, DESKTOP), (8, 20, 21), 0.8,
           ("home", "reports", "week", "today")),
    Reader("", "100.64.0.9", (TABLET,), (6, 9, 12, 15, 18), 1.6, ("today",)),
)  # fmt: skip


def fill_usage(settings: Settings, now: pd.Timestamp) -> None:
    """Write the month before `now` (UTC) into the log of a home, read it, and add the probes."""
    log = settings.home / "access" / "access.json"
    log.parent.mkdir(parents=True, exist_ok=True)
    lines = sorted(month(now), key=lambda line: str(line["time"]))
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="ascii")
    read_logs(settings, now=now, visitors=visitors_of)
    with UsageFile.usage(settings.home) as usage:
        for minute in pd.date_range(now.floor("min") - PROBED_DAYS * DAY, now, freq="min"):
            add(usage, minute, probed(minute, now))


def month(now: pd.Timestamp) -> Iterator[dict[str, object]]:
    """The lines of the month, as nginx writes them, in no order."""
    chance = random.Random(7)  # noqa: S311 - a month made up, not a secret
    today = local_date(now)
    for back in range(DAYS):
        day = (pd.Timestamp(today) - pd.Timedelta(days=back)).date()
        for reader in READERS:
            busy = reader.often * (0.3 if day.weekday() >= 5 else 1.0)
            for _ in range(min(5, int(chance.expovariate(1 / busy) + 0.5))):
                start = at(day, chance.choice(reader.hours)) + chance.randrange(3600) * SECOND
                if start < now - pd.Timedelta(minutes=40):
                    yield from session(chance, reader, start, chance.randint(1, 4))
    for reader, minutes in ((READERS[0], 9), (READERS[2], 6), (READERS[5], 5), (READERS[1], 4)):
        start = now - pd.Timedelta(minutes=minutes)
        yield line(chance, reader, start, f"/{reader.pages[1 % len(reader.pages)]}")
        yield line(chance, reader, now - chance.randint(5, 100) * SECOND, "/revision")
    for n in range(14):
        stranger = Reader("", "100.64.0.77", (DESKTOP,), (), 0, ())
        yield line(chance, stranger, now - n * 7 * pd.Timedelta(hours=1), "/.env", 403)


SECOND = pd.Timedelta(seconds=1)


def session(
    chance: random.Random, reader: Reader, start: pd.Timestamp, pages: int
) -> Iterator[dict[str, object]]:
    """Some pages one after the other, what was seen of each, and for how long."""
    agent = chance.choice(reader.agents)
    say = partial(line, chance, reader, agent=agent)
    for _ in range(pages):
        page = chance.choice(reader.pages)
        stayed = int(min(1500, chance.lognormvariate(4.0, 1.0))) + 4
        failed = chance.random() < 0.002
        yield say(start, "/" if page == "home" else f"/{page}", status=502 if failed else 200)
        seen = [card for card, where in CARDS.items() if where == page]
        deep = chance.randint(min(2, len(seen)), len(seen)) if seen else 0
        if deep:
            yield say(start + 5 * SECOND, f"/seen/{page}/{'.'.join(seen[:deep])}", status=204)
        for n in range(30, stayed, 30):
            yield say(start + n * SECOND, "/revision")
        start += stayed * SECOND
        yield say(start, f"/seen/{page}/{stayed}", status=204)


def line(
    chance: random.Random,
    reader: Reader,
    when: pd.Timestamp,
    path: str,
    status: int = 200,
    agent: str = "",
) -> dict[str, object]:
    """A line of the log."""
    ms = MS.get(path[1:], 8 if path.startswith(("/seen", "/revision")) else 45)
    seconds = round(ms * chance.lognormvariate(0.0, 0.6) / 1000, 3)
    return {
        "time": f"{when:%Y-%m-%dT%H:%M:%S}+00:00",
        "request": f"{chance.getrandbits(128):032x}",
        "login": reader.login,
        "address": reader.address,
        "method": "GET",
        "path": path,
        "status": status,
        "bytes": 0 if status == 204 else 40_000,
        "seconds": seconds,
        "upstream_status": str(status),
        "upstream_seconds": str(seconds),
        "agent": agent or reader.agents[0],
    }


def probed(minute: pd.Timestamp, now: pd.Timestamp) -> Iterator[Probe]:
    """A minute's probes: one evening without an API, sources that were late one night."""
    chance = random.Random(int(minute.timestamp()))  # noqa: S311 - made up
    here, back = local(minute), (now - minute) / DAY
    for part in PARTS:
        down = part == "api" and 4.05 < back < 4.35
        late = part == "sources" and here.day % 6 == 2 and 3 <= here.hour < 5
        if part == "worker" and 1.5 < back < 1.56:
            continue
        if down or late:
            yield Probe(part, False, None, Remark("usage.probe.silent") if down else None)
        else:
            base = {"dashboards": 9.0, "api": 6.0, "store": 3.0}.get(part)
            ms = None if base is None else round(base * chance.lognormvariate(0.0, 0.5))
            yield Probe(part, True, ms)
