"""How long answers took: by hour and path, how many took each number of milliseconds.

A sparse histogram of whole milliseconds, so that every quantile is exact.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from chocolib.core.time import Window
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.lines import seconds

#: hour (seconds since 1970 UTC), path, milliseconds, count, those of them that were 5xx
RequestRow = tuple[int, str, int, int, int]

_TABLE = "requests(hour, path, ms, count, errors)"
_THERE = (
    "on conflict(hour, path, ms) do update "
    "set count = count + excluded.count, errors = errors + excluded.errors"
)
_READ = (
    "select hour, path, ms, count, errors from requests where hour >= ? and hour < ? "
    "order by hour, path, ms"
)
_NUMBERS = ("ms", "count", "errors")


def add_requests(file: UsageFile, rows: Iterable[RequestRow]) -> None:
    """Add to what was counted.

    Raises:
        DataError: the file cannot be written.
    """
    file.add(_TABLE, rows, then=_THERE)


def read_requests(file: UsageFile, window: Window) -> pd.DataFrame:
    """Answers of hours that begin in the window: index `time` (UTC), `path` and integers.

    The integers are `ms`, `count` and `errors`; a row is a path, an hour and a millisecond.

    Raises:
        DataError: the file cannot be read.
    """
    frame = file.frame(_READ, seconds(window), columns=("time", "path", *_NUMBERS))
    frame["time"] = pd.to_datetime(frame["time"].astype("int64"), unit="s", utc=True)
    return frame.astype(dict.fromkeys(_NUMBERS, "int64")).set_index("time")
