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
_READ = "select hour, what, count from lines where hour >= ? and hour < ? order by hour, what"


def add_lines(file: UsageFile, rows: Iterable[LineRow]) -> None:
    """Add to what was counted.

    Raises:
        DataError: the file cannot be written.
    """
    file.add(_TABLE, rows, then=_THERE)


def read_lines(file: UsageFile, window: Window) -> pd.DataFrame:
    """What was counted in hours that begin in the window: index `time` (UTC), `what`, `count`.

    Raises:
        DataError: the file cannot be read.
    """
    frame = file.frame(_READ, seconds(window), columns=("time", "what", "count"))
    frame["time"] = pd.to_datetime(frame["time"].astype("int64"), unit="s", utc=True)
    return frame.astype({"count": "int64"}).set_index("time")


def seconds(window: Window) -> tuple[int, int]:
    """Its bounds as whole seconds since 1970 UTC; a begun second counts from its end."""
    return _up(window.start), _up(window.end)


def _up(moment: pd.Timestamp) -> int:
    return int(moment.ceil("s").timestamp())
