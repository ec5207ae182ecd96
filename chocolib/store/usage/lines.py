"""How many lines of the log there were of what (`core.traffic.What`), by the hour."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from chocolib.core.time import Window
from chocolib.store.usage.file import UsageFile

#: hour (seconds since 1970 UTC), what, count
LineRow = tuple[int, str, int]

_TABLE = "lines(hour, what, count)"
_THERE = "on conflict(hour, what) do update set count = count + excluded.count"


def add_lines(file: UsageFile, rows: Iterable[LineRow]) -> None:
    """Add to what was counted.

    Raises:
        DataError: the file cannot be written.
    """
    file.add(_TABLE, rows, then=_THERE)


def delete_lines(file: UsageFile, *, before: pd.Timestamp) -> None:
    """Delete what was counted in hours that began before a moment (UTC).

    Raises:
        DataError: the file cannot be written.
    """
    file.do("delete from lines where hour < ?", (int(before.timestamp()),))


def seconds(window: Window) -> tuple[int, int]:
    """Its bounds as whole seconds since 1970 UTC; a begun second counts from its end."""
    return _up(window.start), _up(window.end)


def _up(moment: pd.Timestamp) -> int:
    return int(moment.ceil("s").timestamp())
