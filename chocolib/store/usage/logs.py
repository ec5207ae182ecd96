"""How far each log was read, kept in one transaction with what was read from it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from chocolib.core.traffic import Position
from chocolib.store.usage.file import UsageFile

_READ = "select log, mark, offset, size from logs order by read_at, mark"
_KEEP = "insert or replace into logs(log, mark, offset, size, read_at) values(?, ?, ?, ?, ?)"


def positions(file: UsageFile) -> list[Position]:
    """Everything that is remembered.

    Raises:
        DataError: the file cannot be read.
    """
    return [Position(*row) for row in file.rows(_READ)]


def move_on(
    file: UsageFile, before: Position | None, after: Position, *, now: pd.Timestamp
) -> None:
    """Remember that a log was read on, inside the transaction that keeps what was read.

    Args:
        before: where it was read from, its mark may have been shorter; `None`: its beginning.
        now: UTC.

    Raises:
        DataError: the file cannot be written.
    """
    if before:
        file.do("delete from logs where mark = ?", (before.mark,))
    file.do(_KEEP, (after.log, after.mark, after.offset, after.size, int(now.timestamp())))


def looked(file: UsageFile, marks: Collection[str], *, now: pd.Timestamp) -> None:
    """Remember that logs were looked into, whether or not there was anything new.

    Args:
        now: UTC.

    Raises:
        DataError: the file cannot be written.
    """
    moment = int(now.timestamp())
    file.each("update logs set read_at = ? where mark = ?", [(moment, mark) for mark in marks])


def forget_logs(file: UsageFile, *, before: pd.Timestamp, there: Collection[str]) -> int:
    """Forget positions of logs that are gone: not among the marks, last read before a moment.

    Returns:
        How many.

    Raises:
        DataError: the file cannot be written.
    """
    old = file.rows("select mark from logs where read_at < ?", (int(before.timestamp()),))
    gone = [str(mark) for (mark,) in old if mark not in there]
    file.each("delete from logs where mark = ?", [(mark,) for mark in gone])
    return len(gone)


def read_at(file: UsageFile) -> pd.Timestamp | None:
    """When the logs were last looked at, UTC; `None`: never.

    Raises:
        DataError: the file cannot be read.
    """
    newest = file.rows("select max(read_at) from logs")[0][0]
    return None if newest is None else pd.Timestamp(newest, unit="s", tz="UTC")
