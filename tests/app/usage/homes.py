"""Homes in which somebody looked at something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.app.context import Context, open_context
from chocolib.app.settings import read_settings
from chocolib.app.usage.asking import usage as asked
from chocolib.app.usage.people import visitors_of
from chocolib.core.roles import Role
from chocolib.store.usage.file import PEOPLE_FILE, USAGE_FILE, UsageFile
from chocolib.store.usage.views import add_views

NOW = pd.Timestamp("2026-11-20T12:00:00Z")
MINUTE = pd.Timedelta(minutes=1)
DAY = pd.Timedelta(days=1)
ANA, EVA, LEO, PC = "login:ana@example.org", "login:eva", "login:leo", "address:100.64.0.9"
EVERYBODY = {who: [NOW - MINUTE, NOW - DAY] for who in (ANA, EVA, LEO, PC)}


def home() -> Path:
    """The home of this test."""
    return read_settings().home


def looked(
    when: Mapping[str, list[pd.Timestamp]], *, read_at: pd.Timestamp = NOW, page: str = "today"
) -> None:
    """Let subjects have opened a page, with a card of it, at these times."""
    with UsageFile.usage(home()) as usage, UsageFile.people(home()) as people, usage.writing():
        named = {subject: subject.partition(":")[2] for subject in when}
        visitors = visitors_of(people, named, read_at)
        for subject, times in when.items():
            for time in times:
                row = (int(time.timestamp()), visitors[subject], "phone")
                add_views(usage, [(*row, "page", page, "", 1, 0)])
                add_views(usage, [(*row, "card", page, "price_now", 1, 0)])
        usage.do("insert or replace into logs values ('a', 'b', 0, 0, ?)", (read_at.timestamp(),))


def asking(role: Role, as_of: pd.Timestamp = NOW) -> Context:
    """Who asks, and when."""
    return replace(open_context(), now=as_of, as_of=as_of, role=role)


def bytes_of_usage() -> bytes:
    """All that is on the disk of usage: both files and what SQLite puts beside them."""
    found = [path for name in (USAGE_FILE, PEOPLE_FILE) for path in home().glob(f"{name}*")]
    return b"".join(path.read_bytes() for path in found)


def numbers() -> tuple[Any, ...]:
    """What must be the same under any key, names included."""
    found = asked(asking("admin"), 30)
    names = sorted((one.name, one.views, one.sessions, one.devices) for one in found.visitors)
    return found.people, found.sessions, found.views, found.returning, names
