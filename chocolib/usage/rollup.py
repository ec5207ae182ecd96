"""Views into the numbers of each day, which stay when the views are deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd

from chocolib.core.time import Window
from chocolib.usage.sessions import begun_in, in_sessions, sessions
from chocolib.usage.summary import inside, opened, stays

_COLUMNS = ["day", "page", "card", "views", "people", "sessions", "seconds"]


def rolled_up(views: pd.DataFrame, window: Window, days: Collection[date]) -> pd.DataFrame:
    """The numbers of some Madrid days of a window, exact.

    Args:
        views: index `time` (UTC), columns `core.usage.VIEW_COLUMNS`; from `SESSION_GAP` before
            the first of the days.

    Returns:
        Columns day (date), page, card, views, people, sessions, seconds. A row with page "" is
        the day as a whole: its sessions are those that begin on it, so days can be added up. A
        row with card "" is a page: its sessions are those in which it was opened that day.
    """
    marked = in_sessions(views)
    seen = inside(marked, window, days)
    looked = seen[seen["kind"] == "card"]
    begun = begun_in(sessions(marked), window)
    begun = begun[begun["day"].isin(set(days))]
    day = _numbers(opened(seen), ["day"]).drop(columns="sessions")
    day = day.join(begun.groupby("day").size().rename("sessions"), how="outer")
    day["people"] = seen.groupby("day")["visitor"].nunique()  # whoever only stayed was there, too
    pages = _numbers(opened(seen), ["day", "page"])
    told = [
        _with_seconds(day, seen, ["day"]),
        _with_seconds(pages, seen, ["day", "page"]),
        _numbers(looked, ["day", "page", "card"]).reset_index().assign(seconds=0),
    ]
    table = pd.concat([one.reindex(columns=_COLUMNS) for one in told], ignore_index=True)
    names = {"page": "", "card": ""}
    numbers = dict.fromkeys(_COLUMNS[3:], 0)
    whole = table.fillna(names | numbers).astype(dict.fromkeys(numbers, "int64"))
    return whole.sort_values(_COLUMNS[:3], ignore_index=True)


def _numbers(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return rows.groupby(by).agg(
        views=("count", "sum"), people=("visitor", "nunique"), sessions=("session", "nunique")
    )


def _with_seconds(told: pd.DataFrame, seen: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    seconds = stays(seen).groupby(by)["seconds"].sum()
    return told.join(seconds, how="outer").reset_index()
