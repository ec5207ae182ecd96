"""Views kept under pseudonyms: given others, deleted, and what stays of them: numbers by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from chocolib.core.time import Window, day_window
from chocolib.core.traffic import UNUSABLE
from chocolib.core.usage import VIEW_COLUMNS
from chocolib.store.usage.file import UsageFile
from chocolib.store.usage.lines import seconds

#: Columns of a frame of days: `day` is a date of Madrid, "" stands for all pages or cards.
DAY_COLUMNS = ("day", "page", "card", "views", "people", "sessions", "seconds")

_EVERY = (
    "select time, visitor, device, kind, page, card, count, seconds from views "
    "where time >= :start and time < :end order by time, visitor, device, kind, page, card"
)
_THINNED = """
with inside as (select * from views where time >= :start and time < :end),
  refreshed as (select visitor, device, min(time) as first, max(time) as last from inside
    where kind = 'refresh' group by visitor, device, time / 600)
select time, visitor, device, kind, page, card, count, seconds from inside where kind <> 'refresh'
union all select first, visitor, device, 'refresh', '', '', 1, 0 from refreshed
union all select last, visitor, device, 'refresh', '', '', 1, 0 from refreshed where last > first
"""
_COPY = (
    "insert into views(time, visitor, device, kind, page, card, count, seconds) "
    "select time, ?, device, kind, page, card, count, seconds from views where visitor = ? "
    "on conflict(time, visitor, device, kind, page, card) do update "
    "set count = count + excluded.count, seconds = seconds + excluded.seconds"
)

_NEWEST_DAY = "select max(day) from view_days"


def views_between(file: UsageFile, window: Window) -> pd.DataFrame:
    """The views of a window: index `time` (UTC, ascending, not unique), columns `VIEW_COLUMNS`.

    Raises:
        DataError: the file cannot be read.
    """
    return _views(file, _EVERY, window)


def read_to_sum(file: UsageFile, window: Window) -> pd.DataFrame:
    """The views of a window, of refreshes only what sessions and days need to be exact.

    Of those of a visitor and device in ten minutes the first and the last are enough: no pause
    that ends a session lies between them. A page left open makes thirty times as many.

    Returns:
        Index `time` (UTC, ascending, not unique), columns `core.usage.VIEW_COLUMNS`; refreshes
        without a page.

    Raises:
        DataError: the file cannot be read.
    """
    return _views(file, _THINNED, window).sort_index(kind="stable")


def _views(file: UsageFile, query: str, window: Window) -> pd.DataFrame:
    start, end = seconds(window)
    found = file.frame(query, {"start": start, "end": end}, columns=("time", *VIEW_COLUMNS))
    found["time"] = pd.to_datetime(found["time"].astype("int64"), unit="s", utc=True)
    return found.astype({"count": "int64", "seconds": "int64"}).set_index("time")


def size(file: UsageFile) -> int:
    """How many rows of views there are."""
    return int(file.rows("select count(*) from views")[0][0])


def oldest(file: UsageFile) -> pd.Timestamp | None:
    """When the oldest view is of, UTC; None where there is none."""
    seconds = file.rows("select min(time) from views")[0][0]
    return None if seconds is None else pd.Timestamp(seconds, unit="s", tz="UTC")


def visitors(file: UsageFile) -> list[str]:
    """Every pseudonym under which a view is kept."""
    return [one for (one,) in file.rows("select distinct visitor from views order by visitor")]


def rename(file: UsageFile, visitors: Mapping[str, str]) -> None:
    """Give the views of visitors (old to new pseudonym) another pseudonym.

    Of a view that is there under both, the counts and seconds are added up.
    """
    file.each(_COPY, [(new, old) for old, new in visitors.items()])
    file.each("delete from views where visitor = ?", [(old,) for old in visitors])


def delete_of(file: UsageFile, visitor: str) -> int:
    """Delete all views of a visitor; how many rows that were."""
    return file.do("delete from views where visitor = ?", (visitor,))


def delete_before(file: UsageFile, moment: pd.Timestamp) -> int:
    """Delete all views before a moment (UTC); how many rows that were."""
    return file.do("delete from views where time < ?", (int(moment.timestamp()),))


def add_days(file: UsageFile, days: pd.DataFrame) -> None:
    """Keep the numbers of days (columns `DAY_COLUMNS`); those of a day already kept stay."""
    rows: Sequence[tuple[object, ...]] = [
        (row[0].isoformat(), *row[1:3], *map(int, row[3:]))
        for row in days[list(DAY_COLUMNS)].itertuples(index=False)
    ]
    marks = ", ".join("?" * len(DAY_COLUMNS))
    file.each(f"insert or ignore into view_days values ({marks})", rows)


def days_kept(file: UsageFile) -> pd.DataFrame:
    """The numbers of days whose views are gone, columns `DAY_COLUMNS`, by day."""
    query = f"select {', '.join(DAY_COLUMNS)} from view_days order by day, page, card"
    found = file.frame(query, columns=DAY_COLUMNS)
    return found.assign(day=[date.fromisoformat(day) for day in found["day"]])


def known_since(file: UsageFile) -> pd.Timestamp | None:
    """From when on views are there, UTC: the oldest view or usable line; `None`: there is none.

    Days of which only the numbers are kept are over.

    Raises:
        DataError: the file cannot be read.
    """
    marks = ", ".join("?" * len(UNUSABLE))
    query = (
        "select min(first) from (select min(time) as first from views "
        f"union all select min(hour) from lines where what not in ({marks}))"
    )
    first = file.rows(query, UNUSABLE)[0][0]
    if first is None:
        return None
    sign, gone = pd.Timestamp(first, unit="s", tz="UTC"), file.rows(_NEWEST_DAY)[0][0]
    return sign if gone is None else max(sign, day_window(date.fromisoformat(gone)).end)
