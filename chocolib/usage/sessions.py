"""Views into sessions: who looked, with what, from when to when.

A session is the signs of one visitor and device without a pause of `SESSION_GAP`. Every kind of
view is a sign: a stay is one from its beginning to its end, a refresh of a page left open keeps
its session alive. So a session that was begun before midnight is one session, of the day before.
"""

from __future__ import annotations

import pandas as pd

from chocolib.core.time import MADRID, Window
from chocolib.core.usage import SESSION_GAP

#: What counts as a view of a page; cards are told apart, stays and refreshes are no views.
OPENED = ("page", "report")


def in_sessions(views: pd.DataFrame) -> pd.DataFrame:
    """Views with the number of their session, ordered by visitor, device and beginning.

    Args:
        views: index `time` (UTC, not unique), columns `core.usage.VIEW_COLUMNS`, any order.

    Returns:
        The same rows, with `begin` (UTC: `time`, less the seconds of a stay; of several that ended
        in the same second, their mean) and `session`
        (0, 1, ...: a pause of `SESSION_GAP` since the last end before begins another one).
    """
    marked = views.copy()
    stayed = (marked["seconds"] // marked["count"]).where(marked["kind"] == "stay", 0)
    marked["begin"] = marked.index - pd.to_timedelta(stayed.astype("int64").to_numpy(), unit="s")
    marked["end"] = marked.index
    marked = marked.sort_values(["visitor", "device", "begin", "end"], kind="stable")
    whose = [marked["visitor"], marked["device"]]
    ended = marked.groupby(whose, sort=False)["end"].cummax()
    before = ended.groupby(whose, sort=False).shift()
    fresh = before.isna() | (marked["begin"] - before >= SESSION_GAP)
    marked["session"] = fresh.cumsum() - 1
    return marked.drop(columns="end")


def sessions(marked: pd.DataFrame) -> pd.DataFrame:
    """One row a session.

    Args:
        marked: from `in_sessions`.

    Returns:
        Index `session`; `visitor`, `device`, `start` and `end` (UTC; a single view ends when it
        begins, so the length is `end - start`), `views` (pages and reports opened).
    """
    opened = marked["count"].where(marked["kind"].isin(OPENED), 0)
    told = marked.assign(end=marked.index, views=opened).groupby("session")
    return told.agg(
        visitor=("visitor", "first"),
        device=("device", "first"),
        start=("begin", "min"),
        end=("end", "max"),
        views=("views", "sum"),
    )


def begun_in(every: pd.DataFrame, window: Window) -> pd.DataFrame:
    """The sessions that begin in a window, with their Madrid `day` (date).

    Whether the first one is new is only known from `SESSION_GAP` of views before the window.
    """
    begun = every[(every["start"] >= window.start) & (every["start"] < window.end)]
    return begun.assign(day=madrid(pd.DatetimeIndex(begun["start"])).date)


def madrid(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The same moments on Madrid's clock."""
    return times.tz_convert(MADRID)
