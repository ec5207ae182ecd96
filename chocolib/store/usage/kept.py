"""Views kept under pseudonyms: read, given other pseudonyms, deleted; and their numbers by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from chocolib.core.time import Window
from chocolib.core.usage import VIEW_COLUMNS
from chocolib.store.usage.file import UsageFile

#: Columns of a frame of days: `day` is a date of Madrid, "" stands for all pages or cards.
DAY_COLUMNS = ("day", "page", "card", "views", "people", "sessions", "seconds")


def views_between(file: UsageFile, window: Window) -> pd.DataFrame:
    """The views of a window: index `time` (UTC), columns `VIEW_COLUMNS`."""
    columns = ("time", *VIEW_COLUMNS)
    bounds = (int(window.start.timestamp()), int(window.end.timestamp()))
    query = f"select {', '.join(columns)} from views where time >= ? and time < ? order by time"
    found = file.frame(query, bounds, columns=columns)
    return as_views(found)


def as_views(found: pd.DataFrame) -> pd.DataFrame:
    """Rows of the table as a frame of views, with their types where there is none, too."""
    times = pd.to_datetime(found["time"].astype("int64"), unit="s", utc=True)
    index = pd.DatetimeIndex(times, name="time").as_unit("us")
    numbers = {"count": "int64", "seconds": "int64"}
    types = {name: numbers.get(name, "object") for name in VIEW_COLUMNS}
    return found.drop(columns="time").astype(types).set_axis(index, axis="index")


def oldest(file: UsageFile) -> pd.Timestamp | None:
    """When the oldest view is of, UTC; None where there is none."""
    seconds = file.rows("select min(time) from views")[0][0]
    return None if seconds is None else pd.Timestamp(seconds, unit="s", tz="UTC")


def visitors(file: UsageFile) -> list[str]:
    """Every pseudonym under which a view is kept."""
    return [one for (one,) in file.rows("select distinct visitor from views order by visitor")]


def rename(file: UsageFile, visitors: Mapping[str, str]) -> None:
    """Give the views of visitors (old to new pseudonym) another pseudonym."""
    file.each(
        "update views set visitor = ? where visitor = ?", [(n, o) for o, n in visitors.items()]
    )


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


def newest_read(file: UsageFile) -> pd.Timestamp | None:
    """When a log was last read, UTC; None: never."""
    seconds = file.rows("select max(read_at) from logs")[0][0]
    return None if seconds is None else pd.Timestamp(seconds, unit="s", tz="UTC")
