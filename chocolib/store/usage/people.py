"""The key of the pseudonyms, and the register of who is behind each.

Two keys are there only while pseudonyms are changed; the newest one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from chocolib.store.usage.file import UsageFile


@dataclass(frozen=True, slots=True)
class Key:
    """A key of pseudonyms, and since when it is in use, UTC."""

    since: pd.Timestamp
    secret: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is behind a pseudonym.

    Attributes:
        subject: "login:..." or "address:...".
        name: what admins read.
        first, last: when they were registered, and last read of, UTC.
    """

    visitor: str
    subject: str
    name: str
    first: pd.Timestamp
    last: pd.Timestamp


def keys(file: UsageFile) -> list[Key]:
    """The keys there are, the newest first."""
    found = file.rows("select since, key from keys order by since desc")
    return [Key(_utc(since), bytes(secret)) for since, secret in found]


def add_key(file: UsageFile, secret: bytes, now: pd.Timestamp) -> None:
    """A newer key, in use from now on (from a second after the one before it, at least)."""
    file.do(
        "insert into keys select max(?, ifnull(max(since) + 1, 0)), ? from keys",
        (_seconds(now), secret),
    )


def delete_keys_before(file: UsageFile, key: Key) -> None:
    """Let no older key be left."""
    file.do("delete from keys where since < ?", (_seconds(key.since),))


def entries(file: UsageFile) -> list[Entry]:
    """Everybody in the register, by subject."""
    found = file.rows("select visitor, subject, name, first, last from people order by subject")
    return [
        Entry(visitor, subject, name, _utc(first), _utc(last))
        for visitor, subject, name, first, last in found
    ]


def size(file: UsageFile) -> int:
    """How many are in the register."""
    return int(file.rows("select count(*) from people")[0][0])


def register(
    file: UsageFile, named: Iterable[tuple[str, str, str]], now: pd.Timestamp, *, most: int
) -> None:
    """Enter visitors (pseudonym, subject, name), or note that they were seen again.

    Args:
        most: so many have room; then the address longest unseen gives way, logins never do.
    """
    at, room = _seconds(now), True
    for visitor, subject, name in named:
        known = file.do(
            "update people set last = max(last, ?), name = iif(? = '', name, ?) where subject = ?",
            (at, name, name, subject),
        )
        if known or not room:
            continue
        room = size(file) < most or _gives_way(file) > 0
        if not room:  # nor is there for who comes later: only an address would make some
            continue
        file.do("insert into people values (?, ?, ?, ?, ?)", (visitor, subject, name, at, at))


def rename(file: UsageFile, visitors: Sequence[tuple[str, str]]) -> None:
    """Give subjects (new pseudonym, subject) another pseudonym."""
    file.each("update people set visitor = ? where subject = ?", visitors)


def delete(file: UsageFile, subject: str) -> int:
    """Strike somebody from the register; how many entries that were."""
    return file.do("delete from people where subject = ?", (subject,))


def delete_unseen(file: UsageFile, since: pd.Timestamp) -> int:
    """Strike who was not seen since then (UTC); how many."""
    return file.do("delete from people where last < ?", (_seconds(since),))


def _gives_way(file: UsageFile) -> int:
    return file.do(
        "delete from people where subject = (select subject from people"
        " where subject like 'address:%' order by last, subject limit 1)"
    )


def _seconds(moment: pd.Timestamp) -> int:
    return int(moment.timestamp())


def _utc(seconds: int) -> pd.Timestamp:
    return pd.Timestamp(seconds, unit="s", tz="UTC")
