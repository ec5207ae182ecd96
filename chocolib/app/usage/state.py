"""What is kept of usage, as numbers: how much, since when, under how old a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.settings import Settings
from chocolib.app.usage.people import key_since
from chocolib.app.usage.troubles import said
from chocolib.core.time import iso
from chocolib.store.usage import kept
from chocolib.store.usage import people as register
from chocolib.store.usage.file import PEOPLE_FILE, USAGE_FILE, UsageFile
from chocolib.store.usage.logs import read_at
from chocolib.store.usage.troubles import Trouble, troubles


@dataclass(frozen=True, slots=True)
class State:
    """What is kept.

    Attributes:
        files: bytes by name; only those there are.
        views: rows of views by pseudonym.
        oldest: the oldest view, UTC; None: there is none.
        days: Madrid days of which only numbers are left.
        people: entries of the register.
        key_since: since when the key is in use, UTC; None: there is none yet.
        read_until: when a log was last read, UTC; None: never.
        troubles: what was wrong with logs or the Tailnet.
    """

    files: dict[str, int]
    views: int
    oldest: pd.Timestamp | None
    days: int
    people: int
    key_since: pd.Timestamp | None
    read_until: pd.Timestamp | None
    troubles: tuple[Trouble, ...]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib usage status --json`."""
        return {
            "files": self.files,
            "views": self.views,
            "oldest": _iso(self.oldest),
            "days": self.days,
            "people": self.people,
            "key_since": _iso(self.key_since),
            "read_until": _iso(self.read_until),
            "troubles": [
                {"what": said(one, "en"), "since": iso(one.since), "last": iso(one.last)}
                for one in self.troubles
            ],
        }


def state(settings: Settings) -> State:
    """How much is kept now; asking makes no file.

    Raises:
        DataError: a file of usage is there and cannot be read.
    """
    home = settings.home
    files = {
        name: (home / name).stat().st_size
        for name in (USAGE_FILE, PEOPLE_FILE)
        if (home / name).exists()
    }
    people = 0
    if PEOPLE_FILE in files:
        with UsageFile.people(home) as file:
            people = register.size(file)
    if USAGE_FILE not in files:
        return State(files, 0, None, 0, people, key_since(home), None, ())
    with UsageFile.usage(home) as file:
        return State(
            files=files,
            views=kept.size(file),
            oldest=kept.oldest(file),
            days=kept.days_kept(file)["day"].nunique(),
            people=people,
            key_since=key_since(home),
            read_until=read_at(file),
            troubles=troubles(file),
        )


def _iso(moment: pd.Timestamp | None) -> str | None:
    return None if moment is None else iso(moment)
