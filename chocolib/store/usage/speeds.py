"""How long answers took, as counts of whole milliseconds: by hour, later by day."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from chocolib.core.time import Window, day_window, local_date
from chocolib.store.usage.days import oldest_day, seconds, whole_days
from chocolib.store.usage.file import UsageFile

_TALLIES = """
select path, ms, sum(count), sum(errors) from (
  select path, ms, count, errors from requests where hour >= ? and hour < ?
  union all
  select path, ms, count, errors from request_days where day >= ? and day < ?)
group by path, ms order by path, ms"""
_ROLL_UP = """
insert into request_days select ?, path, ms, sum(count), sum(errors)
from requests where hour >= ? and hour < ? group by path, ms
on conflict do update set count = count + excluded.count, errors = errors + excluded.errors"""

_TYPES = {"path": str, "ms": int, "count": int, "errors": int}
_NONE = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TYPES.items()})


def tallies(file: UsageFile, window: Window) -> pd.DataFrame:
    """Requests of the hours that begin in a window: columns `path`, `ms`, `count`, `errors`.

    Of days of which only the numbers are kept, those that lie wholly in the window.
    """
    bounds = (seconds(window.start), seconds(window.end), *whole_days(window))
    found = file.frame(_TALLIES, bounds, columns=tuple(_TYPES))
    return found.astype(_TYPES)


def tallies_of(file: UsageFile, windows: Iterable[Window]) -> pd.DataFrame:
    """Requests of several windows that do not overlap, columns as of `tallies`."""
    found = [tallies(file, window) for window in windows]
    return pd.concat([_NONE, *found], ignore_index=True)


def lines(file: UsageFile, window: Window, what: str) -> int:
    """How many lines of the logs were `what` in the hours that begin in a window."""
    rows = file.rows(
        "select coalesce(sum(count), 0) from lines where hour >= ? and hour < ? and what = ?",
        (seconds(window.start), seconds(window.end), what),
    )
    return int(rows[0][0])


def roll_up(file: UsageFile, *, before: pd.Timestamp) -> int:
    """Of the Madrid days that are over at `before` keep numbers only; how many rows went.

    Nothing is lost or counted twice, however often it is done and wherever it is cut off; what
    a late log adds to such a day is added to its numbers.

    Raises:
        DataError: it cannot be written.
    """
    gone = 0
    while (day := oldest_day(file, "requests")) and day < local_date(before):
        window = day_window(day)
        bounds = (seconds(window.start), seconds(window.end))
        with file.writing():
            file.do(_ROLL_UP, (day.isoformat(), *bounds))
            gone += file.do("delete from requests where hour >= ? and hour < ?", bounds)
    return gone
