"""Views into the numbers of a window: people, sessions, pages, cards, hours, favourites."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from chocolib.core.time import Window
from chocolib.core.usage import Seen, Usage, Visitor
from chocolib.usage.sessions import OPENED, begun_in, in_sessions, madrid, sessions

_FAVOURITES = 3


def days_of(window: Window) -> tuple[date, ...]:
    """The Madrid days of a window of whole ones, of 23 to 25 hours each."""
    first, last = madrid(pd.DatetimeIndex([window.start, window.end]))
    return tuple(pd.date_range(first.date(), last.date(), inclusive="left").date)


def day_index(days: Sequence[date]) -> pd.Index[Any]:
    """Madrid days as an index `day` of dates."""
    index: pd.Index[Any] = pd.Index(np.array(days, dtype=object), name="day")
    return index


def inside(views: pd.DataFrame, window: Window, days: Collection[date]) -> pd.DataFrame:
    """Views of some Madrid days of a window, with their `day` (date) and clock `hour` (0..23)."""
    chosen = views[(views.index >= window.start) & (views.index < window.end)]
    here = madrid(pd.DatetimeIndex(chosen.index))
    chosen = chosen.assign(day=here.date, hour=here.hour)
    return chosen[chosen["day"].isin(set(days))]


def summarise(
    views: pd.DataFrame,
    window: Window,
    *,
    days: Collection[date],
    names: Mapping[str, str],
    read_until: pd.Timestamp | None,
) -> Usage:
    """All there is to tell of a window, nothing hidden.

    Views are pages and reports opened; a person was there on a day when there is any sign of
    them; a session counts on the day it begins; a stay on the day it ends.

    Args:
        views: index `time` (UTC), columns `core.usage.VIEW_COLUMNS`; from `SESSION_GAP` before
            the window, so that a session that goes on is not taken for a new one.
        window: whole Madrid days.
        days: of these only, the others as if nobody had been there.
        names: logins by pseudonym.
        read_until: up to where the log was read, UTC.
    """
    seen = inside(views, window, days)
    begun = begun_in(sessions(in_sessions(views)), window)
    begun = begun[begun["day"].isin(set(days))]
    return Usage(
        days=len(days_of(window)),
        people=seen["visitor"].nunique(),
        devices=len(seen[["visitor", "device"]].drop_duplicates()),
        sessions=len(begun),
        views=views_in(seen),
        returning=len(returning(begun)),
        seconds=stayed(seen),
        by_day=_by_day(seen, begun, days_of(window)),
        by_hour=_by_hour(seen),
        pages=_pages(seen),
        cards=_cards(seen),
        visitors=_visitors(seen, begun, names),
        read_until=read_until,
    )


def views_in(seen: pd.DataFrame) -> int:
    """How many pages and reports were opened."""
    return int(opened(seen)["count"].sum())


def opened(seen: pd.DataFrame) -> pd.DataFrame:
    """The views of pages and reports among others."""
    return seen[seen["kind"].isin(OPENED)]


def stays(seen: pd.DataFrame) -> pd.DataFrame:
    """The stays among views: how long a page was before somebody, as their browser told."""
    return seen[seen["kind"] == "stay"]


def stayed(seen: pd.DataFrame) -> float | None:
    """Seconds on screen in all; None where no browser told any."""
    told = stays(seen)
    return float(told["seconds"].sum()) if len(told) else None


def returning(begun: pd.DataFrame) -> list[str]:
    """Visitors with sessions that begin on two Madrid days or more."""
    days = begun.groupby("visitor")["day"].nunique()
    return list(days[days > 1].index)


def _by_day(seen: pd.DataFrame, begun: pd.DataFrame, days: Sequence[date]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "sessions": begun.groupby("day").size(),
            "people": seen.groupby("day")["visitor"].nunique(),
            "views": opened(seen).groupby("day")["count"].sum(),
        }
    )
    return table.reindex(day_index(days)).fillna(0).astype(float)  # no line is no view


def _by_hour(seen: pd.DataFrame) -> pd.DataFrame:
    views = opened(seen).groupby("hour")["count"].sum()
    hours = pd.RangeIndex(24, name="hour")
    return views.reindex(hours).fillna(0).astype(float).to_frame("views")


def _pages(seen: pd.DataFrame) -> tuple[Seen, ...]:
    views, told = opened(seen).groupby("page"), stays(seen).groupby("page")
    count, people = views["count"].sum(), views["visitor"].nunique()
    seconds = told["seconds"].sum()
    pages = [
        Seen(
            page=page,
            card="",
            views=int(count.get(page, 0)),
            people=int(people.get(page, 0)),
            seconds=float(seconds[page]) if page in seconds.index else None,
        )
        for page in sorted({*count.index, *seconds.index})
    ]
    return tuple(sorted(pages, key=_most))


def _cards(seen: pd.DataFrame) -> tuple[Seen, ...]:
    cards = seen[seen["kind"] == "card"].groupby(["page", "card"])
    told = cards.agg(views=("count", "sum"), people=("visitor", "nunique"))
    found = [
        Seen(page=page, card=card, views=int(views), people=int(people))
        for page, card, views, people in told.reset_index().itertuples(index=False)
    ]
    return tuple(sorted(found, key=_most))


def _most(one: Seen) -> tuple[int, str, str]:
    return -(one.views or 0), one.page, one.card


def _visitors(
    seen: pd.DataFrame, begun: pd.DataFrame, names: Mapping[str, str]
) -> tuple[Visitor, ...]:
    """Everybody, whoever looked most first; of all at once, for there may be ten thousands."""
    if seen.empty:
        return ()
    devices = seen[["visitor", "device"]].drop_duplicates().sort_values(["visitor", "device"])
    told = pd.DataFrame(
        {
            "devices": devices.groupby("visitor")["device"].agg(tuple),
            "sessions": begun.groupby("visitor").size(),
            "views": opened(seen).groupby("visitor")["count"].sum(),
            "seconds": stays(seen).groupby("visitor")["seconds"].sum(),
            "last": seen.index.to_series().groupby(seen["visitor"].to_numpy()).max(),
        }
    ).reindex(devices["visitor"].unique())
    counts = told[["sessions", "views", "seconds"]].fillna(0)
    told = told.assign(**counts.astype({"sessions": int, "views": int, "seconds": float}))
    liked = favourites(seen)
    found = [
        Visitor(
            visitor=str(who),
            name=names.get(str(who), ""),
            favourites=liked.get(str(who), ()),
            **{str(fact): value for fact, value in facts.items()},
        )
        for who, facts in told.to_dict("index").items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.views, -one.sessions, one.visitor)))


def name_of(rows: pd.DataFrame) -> pd.Series:
    """What was looked at, as people read it: "today", "today/price_now", "reports/daily"."""
    return rows["page"].where(rows["card"] == "", rows["page"] + "/" + rows["card"])


def favourites(seen: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The pages ("today") and cards ("today/price_now") each visitor viewed most, at most three.

    Of two viewed equally often the one earlier in the alphabet comes first.
    """
    looked = seen[seen["kind"].isin((*OPENED, "card"))]
    if looked.empty:
        return {}
    named = looked[["visitor", "count"]].assign(name=name_of(looked))
    counts = named.groupby(["visitor", "name"])["count"].sum().reset_index()
    ranked = counts.sort_values(["visitor", "count", "name"], ascending=[True, False, True])
    most = ranked.groupby("visitor").head(_FAVOURITES)
    return {str(who): tuple(names) for who, names in most.groupby("visitor")["name"]}
