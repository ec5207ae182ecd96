"""Windows as sources are asked for them, and answers cut back to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd

from chocolib.core.errors import SourceChanged
from chocolib.core.time import HOUR, Window, at, local_date, midnight

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
        SourceChanged: there are rows, and none of them is of that window, or all are
            shifted: some lie past one end and the other end has none.
    """
    kept = inside(rows, asked)
    times = pd.DatetimeIndex(rows.index)
    ahead = bool((times >= asked.end).any()) and asked.start not in times
    behind = bool((times < asked.start).any()) and asked.end - HOUR not in times
    if len(rows) and (kept.empty or ahead or behind):
        first, last = rows.index.min(), rows.index.max()
        raise SourceChanged(
            f"expected hours from {asked.start:%Y-%m-%d %H:%M} to {asked.end:%Y-%m-%d %H:%M} UTC, "
            f"found others, from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}",
            source=source,
        )
    return kept
