"""Windows as sources are asked for them, and answers cut back to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd

from chocolib.core.errors import SourceChanged
from chocolib.core.time import Window, at, local_date, midnight

_LAST = pd.Timedelta(microseconds=1)


def madrid_days(window: Window, longest: int) -> Iterator[Window]:
    """The whole Madrid days that `window` touches, at most `longest` days at a time."""
    if window.start == window.end:
        return
    first, last = local_date(window.start), local_date(window.end - _LAST)
    while first <= last:
        until = min(first + timedelta(days=longest - 1), last)
        yield Window(midnight(first), at(until, 24))
        first = until + timedelta(days=1)


def last_day(window: Window) -> str:
    """The civil date in Madrid of the last moment of a window, as ISO."""
    return f"{local_date(window.end - _LAST)}"


def inside(rows: pd.DataFrame, window: Window) -> pd.DataFrame:
    """The rows that start in `window`."""
    return rows[(rows.index >= window.start) & (rows.index < window.end)]


def answered(rows: pd.DataFrame, asked: Window, source: str) -> pd.DataFrame:
    """The rows of an answer that start in the window it was asked for.

    Raises:
        SourceChanged: there are rows, and none of them is of that window.
    """
    kept = inside(rows, asked)
    if len(rows) and kept.empty:
        first, last = rows.index.min(), rows.index.max()
        raise SourceChanged(
            f"expected hours from {asked.start:%Y-%m-%d %H:%M} to {asked.end:%Y-%m-%d %H:%M} UTC, "
            f"found none but others from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}",
            source=source,
        )
    return kept
