"""Views as they are read from the log: who had which page or card before them, by the second."""

from __future__ import annotations

from collections.abc import Iterable

from chocolib.store.usage.file import UsageFile

#: time (seconds since 1970 UTC), visitor, device, kind, page, card, count, seconds
ViewRow = tuple[int, str, str, str, str, str, int, int]

_TABLE = "views(time, visitor, device, kind, page, card, count, seconds)"
_THERE = (
    "on conflict(time, visitor, device, kind, page, card) do update "
    "set count = count + excluded.count, seconds = seconds + excluded.seconds"
)


def add_views(file: UsageFile, rows: Iterable[ViewRow]) -> None:
    """Add views; of one that is there already the counts and seconds are added up.

    Raises:
        DataError: the file cannot be written.
    """
    file.add(_TABLE, rows, then=_THERE)
