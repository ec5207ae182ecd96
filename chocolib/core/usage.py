"""The facts of usage and health, once: kinds, gaps, limits, and what is told of them.

A *view* is a page or a card that somebody had before them; a *visitor* is the pseudonym of who
looked, a keyed hash; a *session* is views of one visitor and device without a gap of 30 minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd

from chocolib.core.remarks import Remark
from chocolib.core.usage_names import PAGE_KEYS

#: What a request was. Only the first five are kept, as views; of the rest only numbers are.
ViewKind = Literal["page", "report", "card", "stay", "refresh"]
Kind = Literal["page", "report", "card", "stay", "refresh", "asset", "live", "other", "refused"]

#: A pause this long ends a session.
SESSION_GAP = pd.Timedelta(minutes=30)
#: Who was seen within it is there now.
PRESENT = pd.Timedelta(minutes=5)
#: Views are kept so long, then only their numbers by day.
VIEW_DAYS = 90
#: Probes and requests are kept by the minute and the hour so long, then by day.
PROBE_DAYS = 30
#: The key of the pseudonyms is replaced when it is this old; the old one is deleted.
KEY_DAYS = 30
#: What fewer people did is not told to viewers.
FEWEST = 3
#: One address may stand for so many logins a day; more count as the address.
LOGINS_OF_ADDRESS = 20
#: A path whose 95th percentile is over it is called slow.
SLOW_MS = 1000.0

#: Columns of a frame of views beside its index `time` (UTC, to the second, not unique):
#: pseudonyms and names are text, `count` is 1 or more, `seconds` is how long a stay was (else 0).
VIEW_COLUMNS = ("visitor", "device", "kind", "page", "card", "count", "seconds")

#: The names of the pages, so that a log can be read without a door (`doors.pages.PAGES`).
PAGE_NAMES = tuple(PAGE_KEYS)
#: A line that is newer than now by more was written by a clock that is wrong.
SKEW = pd.Timedelta(minutes=5)

#: What is probed once a minute.
PARTS = ("dashboards", "api", "store", "worker", "sources")
#: Kept where a time in ms would be and there is none: it was not well, or it takes no time.
NO_MS = -1


def unread(read_until: datetime | None, since: datetime) -> bool:
    """Whether nothing was read of what came after a moment: it is not known, which is not none."""
    return read_until is None or read_until <= since


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at a part of the house.

    Attributes:
        part: one of `PARTS`.
        ms: how long it took to answer; `None` where it did not, or where nothing is asked.
        why: what is wrong, for people in either language; `None` when it is well.
    """

    part: str
    ok: bool
    ms: int | None = None
    why: Remark | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is there now.

    Attributes:
        visitor: pseudonym.
        name: login, or "" where it is not known (or not for this reader).
        device: kind of device ("phone", "desktop", ...) or its name in the Tailnet.
        page: the last one they had before them.
        since, last: begin of the session and the last sign of them, UTC.
    """

    visitor: str
    name: str
    device: str
    page: str
    since: pd.Timestamp
    last: pd.Timestamp


@dataclass(frozen=True, slots=True)
class Look:
    """One view, as an admin reads the log of the last minutes; `endpoint` is "/today"."""

    visitor: str
    name: str
    device: str
    endpoint: str
    time: pd.Timestamp


@dataclass(frozen=True, slots=True)
class ActiveUsers:
    """Who is there now.

    Attributes:
        minutes: the span that counts as now.
        people: how many; `None`: not known as nothing of the span was read (`unread`), or
            fewer than `FEWEST` and the reader is a viewer.
        present, looks: empty for viewers.
        requests: pages and reports opened in the span; `None` as `people`.
        devices: how many devices; `None` as `people`.
        read_until: up to where the log has been read, UTC; `None`: never.
    """

    minutes: int
    people: int | None
    devices: int | None
    requests: int | None
    present: tuple[Present, ...]
    looks: tuple[Look, ...]
    read_until: pd.Timestamp | None


@dataclass(frozen=True, slots=True)
class Seen:
    """How much a page, or a card of it, was looked at.

    Attributes:
        card: "" for the page as a whole.
        views: `None`: not told; what viewers may not know is left out of their lists.
        people: as `views`.
        seconds: how long it was on screen in all; `None`: not told, or no browser told it.
    """

    page: str
    card: str
    views: int | None
    people: int | None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """What one person looked at; for admins only.

    Attributes:
        favourites: pages and cards ("today/price_now"), the most viewed first, at most three.
    """

    visitor: str
    name: str
    devices: tuple[str, ...]
    sessions: int
    views: int
    seconds: float
    favourites: tuple[str, ...]
    last: pd.Timestamp


@dataclass(frozen=True, slots=True)
class Usage:
    """How the dashboards were used in a window of whole Madrid days that ends with today.

    Numbers that are `None` are not known, as nothing of that time was read (`unread`), or
    are not told to a viewer: they, or what they would give away, are of fewer than `FEWEST`
    people. A viewer's numbers have only the days on which as many were there (`usage.privacy`).

    Attributes:
        days: how many days.
        views: pages and reports opened; cards are told apart.
        returning: people with sessions on two days or more.
        seconds: on screen in all; `None` also where no browser told any.
        by_day: index Madrid days (date), columns `sessions`, `people`, `views`, NaN as `None`.
        by_hour: index 0..23 of Madrid's clock, column `views`, NaN as `None`.
        pages, cards: the most viewed first.
        visitors: empty for viewers.
        read_until: up to where the log has been read, UTC; `None`: never.
    """

    days: int
    people: int | None
    devices: int | None
    sessions: int | None
    views: int | None
    returning: int | None
    seconds: float | None
    by_day: pd.DataFrame
    by_hour: pd.DataFrame
    pages: tuple[Seen, ...]
    cards: tuple[Seen, ...]
    visitors: tuple[Visitor, ...]
    read_until: pd.Timestamp | None


@dataclass(frozen=True, slots=True)
class Uptime:
    """How a part of the house fared, by its probes.

    Attributes:
        part: one of `PARTS`.
        ok: of the newest probe; `None`: never probed, or not in the last minutes. The worker,
            which probes, is not well when it has not for some minutes.
        share_7d, share_30d: of the probes of the time that were well, 0..1; `None` without any.
            Of the worker: of the minutes since the first probe, for without it there is none.
        probes_7d: how many there were.
        p50_ms, p95_ms: of the probes that were well, last 7 days; `None` where it has no time.
        since: when it began to be as it is, UTC, as far as probes are kept by the minute.
        why: what is wrong, in a sentence without addresses or folders; "" when all is well.
    """

    part: str
    ok: bool | None
    share_7d: float | None
    share_30d: float | None
    probes_7d: int
    p50_ms: float | None
    p95_ms: float | None
    since: pd.Timestamp | None
    why: str


@dataclass(frozen=True, slots=True)
class PathSpeed:
    """How fast a path answered: `path` as people call it, "/today"; errors are 5xx answers."""

    path: str
    requests: int
    errors: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Performance:
    """How the house fares: up-time and speed.

    Attributes:
        days: of `paths`, `requests`, `errors`, `refused`, `mean_ms`: whole Madrid days that end
            with today; up-times have their own.
        paths: the slowest first, by p95.
        share_7d: of all probes of the last 7 days that were well; `None` without any.
        mean_ms: of all answers to pages and API; `None` without any.
        requests, errors, refused: answers, those that failed (5xx), and requests that were turned
            away. `None`: not told to a viewer, as on no day enough people were there; a viewer's
            numbers have only the days on which they were, as in `Usage`.
        strip: index hours UTC of the last 7 days, a column a part, share of probes that were
            well (0..1), NaN where there was none; of the worker, share of minutes.
        newest: by measurement, how many hours its newest step has been over; negative where it
            reaches ahead of the moment (`None`: nothing is stored).
        probed_at: the newest probe, UTC; `None`: never.
    """

    days: int
    uptimes: tuple[Uptime, ...]
    paths: tuple[PathSpeed, ...]
    share_7d: float | None
    mean_ms: float | None
    requests: int | None
    errors: int | None
    refused: int | None
    strip: pd.DataFrame
    newest: tuple[tuple[str, float | None], ...]
    probed_at: pd.Timestamp | None
