"""How long answers took: by hour and path, how many took each number of milliseconds.

A sparse histogram of whole milliseconds, so that every quantile is exact.
"""

from __future__ import annotations

from collections.abc import Iterable

from chocolib.store.usage.file import UsageFile

#: hour (seconds since 1970 UTC), path, milliseconds, count, those of them that were 5xx
RequestRow = tuple[int, str, int, int, int]

_TABLE = "requests(hour, path, ms, count, errors)"
_THERE = (
    "on conflict(hour, path, ms) do update "
    "set count = count + excluded.count, errors = errors + excluded.errors"
)


def add_requests(file: UsageFile, rows: Iterable[RequestRow]) -> None:
    """Add to what was counted.

    Raises:
        DataError: the file cannot be written.
    """
    file.add(_TABLE, rows, then=_THERE)
