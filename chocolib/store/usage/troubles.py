"""What is wrong with the log or the Tailnet: told when it begins, remembered while it lasts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.store.usage.file import UsageFile

_ADD = (
    "insert into troubles(what, since, last, count, detail) values(?, ?, ?, 1, ?) "
    "on conflict(what) do update "
    "set last = excluded.last, count = count + 1, detail = excluded.detail"
)
_READ = "select what, since, last, count, detail from troubles order by since, what"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong.

    Attributes:
        what: its name: words of the catalogue (`usage.trouble.` before it) up to a colon, and
            what it is about: "log_missing:access.json".
        since, last: when it was first and last met, UTC.
        count: how often.
        detail: a number or a few words; never a person's name or address.
    """

    what: str
    since: pd.Timestamp
    last: pd.Timestamp
    count: int
    detail: str


def note_trouble(file: UsageFile, what: str, *, detail: str = "", now: pd.Timestamp) -> bool:
    """Remember that something is wrong; whether that is new, and so to be told.

    Args:
        now: UTC.

    Raises:
        DataError: the file cannot be written.
    """
    new = not file.rows("select 1 from troubles where what = ?", (what,))
    moment = int(now.timestamp())
    file.do(_ADD, (what, moment, moment, detail))
    return new


def end_trouble(file: UsageFile, what: str) -> bool:
    """Forget what is wrong no longer; whether it was.

    Raises:
        DataError: the file cannot be written.
    """
    return file.do("delete from troubles where what = ?", (what,)) > 0


def troubles(file: UsageFile) -> tuple[Trouble, ...]:
    """All that is wrong, the oldest first.

    Raises:
        DataError: the file cannot be read.
    """
    return tuple(
        Trouble(what, _moment(since), _moment(last), count, detail)
        for what, since, last, count, detail in file.rows(_READ)
    )


def _moment(second: int) -> pd.Timestamp:
    return pd.Timestamp(second, unit="s", tz="UTC")
