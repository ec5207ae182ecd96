"""Views of the last minutes into who is there now."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import pandas as pd

from chocolib.core.usage import ActiveUsers, Look, Present
from chocolib.usage.sessions import OPENED, in_sessions, sessions
from chocolib.usage.summary import name_of, opened

#: A flood of views is counted whole, but only the newest of them are told one by one.
MOST_LOOKS = 500


def active(
    views: pd.DataFrame,
    as_of: pd.Timestamp,
    *,
    minutes: int,
    names: Mapping[str, str],
    read_until: pd.Timestamp | None,
) -> ActiveUsers:
    """Who was seen in the minutes up to `as_of`, its second included; nothing hidden.

    Args:
        views: index `time` (UTC), columns `core.usage.VIEW_COLUMNS`; as many hours before the
            span as sessions are to be followed back.
        as_of: UTC; later views are not looked at.
        names: logins by pseudonym.
        read_until: up to where the log was read, UTC.
    """
    known = views[views.index <= as_of]
    now = known[known.index > as_of - pd.Timedelta(minutes=minutes)]
    there = now[["visitor", "device"]].drop_duplicates()
    return ActiveUsers(
        minutes=minutes,
        people=there["visitor"].nunique(),
        devices=len(there),
        requests=int(opened(now)["count"].sum()),
        present=_present(known, now, names),
        looks=_looks(now, names),
        read_until=read_until,
    )


def _present(
    known: pd.DataFrame, now: pd.DataFrame, names: Mapping[str, str]
) -> tuple[Present, ...]:
    """Everybody with a sign in `now`, the latest seen first."""
    every = sessions(in_sessions(known))
    found = []
    for (visitor, device), signs in now.groupby(["visitor", "device"]):
        own = every[(every["visitor"] == visitor) & (every["device"] == device)]
        since = own["start"].max()
        found.append(
            Present(
                visitor=str(visitor),
                name=names.get(str(visitor), ""),
                device=str(device),
                page=_page(known, str(visitor), str(device), since),
                since=since,
                last=signs.index.max(),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.last.timestamp(), one.visitor, one.device)))


def _page(known: pd.DataFrame, visitor: str, device: str, since: pd.Timestamp) -> str:
    """The page opened last in a session; a refresh names none, a stay tells of one left."""
    own = known[
        (known["visitor"] == visitor) & (known["device"] == device) & (known.index >= since)
    ]
    pages = own.loc[own["kind"].isin(OPENED), "page"].sort_index(kind="stable")
    return str(pages.iloc[-1]) if len(pages) else ""


def _looks(now: pd.DataFrame, names: Mapping[str, str]) -> tuple[Look, ...]:
    """Pages and reports opened in `now`, newest first; one that was opened twice is there twice."""
    rows = now[now["kind"].isin(OPENED)].sort_index(ascending=False, kind="stable")
    told = rows.head(MOST_LOOKS).reset_index()[["time", "visitor", "device", "count"]]
    told["endpoint"] = "/" + name_of(rows.head(MOST_LOOKS)).to_numpy()
    looks = (
        Look(visitor, names.get(visitor, ""), device, endpoint, time)
        for time, visitor, device, count, endpoint in told.itertuples(index=False)
        for _ in range(count)
    )
    return tuple(islice(looks, MOST_LOOKS))
