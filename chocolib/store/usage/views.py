"""Views: who had which page or card before them, by the second."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from chocolib.core.time import Window
from chocolib.core.usage import VIEW_COLUMNS
from chocolib.store.usage.file import UsageFile

#: time (seconds since 1970 UTC), visitor, device, kind, page, card, count, seconds
ViewRow = tuple[int, str, str, str, str, str, int, int]

_ADD = (
    "insert into views(time, visitor, device, kind, page, card, count, seconds) "
    "values(?, ?, ?, ?, ?, ?, ?, ?) "
    "on conflict(time, visitor, device, kind, page, card) do update "
    "set count = count + excluded.count, seconds = seconds + excluded.seconds"
)
_READ = (
    "select time, visitor, device, kind, page, card, count, seconds from views "
    "where time >= ? and time < ? order by time, visitor, device, kind, page, card"
)


def add_views(file: UsageFile, rows: Iterable[ViewRow]) -> None:
    """Add views; of one that is there already the counts and seconds are added up.

    Raises:
        DataError: the file cannot be written.
    """
    file.each(_ADD, sorted(rows))


def read_views(file: UsageFile, window: Window) -> pd.DataFrame:
    """The views of a window: index `time` (UTC, ascending, not unique), `VIEW_COLUMNS`.

    Raises:
        DataError: the file cannot be read.
    """
    frame = file.frame(_READ, seconds(window), columns=("time", *VIEW_COLUMNS))
    frame["time"] = pd.to_datetime(frame["time"].astype("int64"), unit="s", utc=True)
    return frame.astype({"count": "int64", "seconds": "int64"}).set_index("time")


def seconds(window: Window) -> tuple[int, int]:
    """Its bounds as whole seconds since 1970 UTC; a begun second counts from its end."""
    return _up(window.start), _up(window.end)


def _up(moment: pd.Timestamp) -> int:
    return int(moment.ceil("s").timestamp())
