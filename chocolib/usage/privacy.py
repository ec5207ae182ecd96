"""What a viewer may know of the others: numbers of `FEWEST` people or more, and no person.

Done:

- No pseudonym, name, device or single view is told.
- A number of fewer than `FEWEST` people is None (NaN in a table), and none at all counts as fewer;
  the page or card is left out of its list.
- No hidden part comes out as what is missing from a sum: when the hidden parts (hours, pages, days)
  of a told sum are together of fewer than `FEWEST` people, the part of the fewest people among
  the told ones is hidden, too.
- A day on which fewer than `FEWEST` people were there is in no number at all. So two windows that
  differ by that day do not tell it by their difference.

Not done: who asks again and again, or of many moments, and subtracts one answer from the next,
can learn when some page was opened by somebody on a day when `FEWEST` people were there, and that
one of them was there on no other day; not which of them. No noise is added: numbers are true.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from chocolib.core.time import Window
from chocolib.core.usage import FEWEST, PAGE_NAMES, ActiveUsers, Performance, Seen, Usage
from chocolib.usage.sessions import begun_in, in_sessions, sessions
from chocolib.usage.summary import days_of, inside, opened, returning, stays, summarise

Number = TypeVar("Number", int | None, float | None)


def usage_for_viewer(
    views: pd.DataFrame, window: Window, *, read_until: pd.Timestamp | None
) -> Usage:
    """What a viewer is told of a window; arguments as of `usage.summary.summarise`."""
    days = days_with_enough(views, window)
    whole = summarise(views, window, days=days, names={}, read_until=read_until)
    seen = inside(views, window, days)
    begun = begun_in(sessions(in_sessions(views)), window)
    begun = begun[begun["day"].isin(days)]
    return replace(
        whole,
        people=_told(whole.people, seen),
        devices=_told(whole.devices, seen),
        sessions=_told(whole.sessions, begun),
        views=_told(whole.views, opened(seen)),
        returning=_returning(whole, begun),
        seconds=_told(whole.seconds, stays(seen)),
        by_day=_by_day(whole.by_day, seen, begun),
        by_hour=whole.by_hour.where(_mask(whole.by_hour.index, tellable(opened(seen), "hour"))),
        pages=_pages(whole.pages, seen),
        cards=tuple(card for card in whole.cards if (card.people or 0) >= FEWEST),
        visitors=(),
    )


def active_for_viewer(active: ActiveUsers) -> ActiveUsers:
    """The same without persons; no number where fewer than `FEWEST` people are there.

    `requests` is told only when as many people opened something in the span.
    """
    looked = {look.visitor for look in active.looks}
    enough = (active.people or 0) >= FEWEST
    return replace(
        active,
        people=active.people if enough else None,
        devices=active.devices if enough else None,
        requests=active.requests if len(looked) >= FEWEST else None,
        present=(),
        looks=(),
    )


def performance_for_viewer(fared: Performance, told: Usage) -> Performance:
    """The same without the paths that would tell of a page what `told` does not.

    Args:
        fared: of `days_told` only.
        told: what a viewer is told of the same days. Where it tells no people, nothing of
            requests is told.
    """
    open_to_all = {page.page for page in told.pages}
    hidden = set(PAGE_NAMES) - open_to_all
    paths = (one for one in fared.paths if page_of(one.path) not in hidden)
    if told.people is not None:
        return replace(fared, paths=tuple(paths))
    if told.read_until is None:
        return replace(fared, paths=())
    return replace(fared, paths=(), mean_ms=None, requests=None, errors=None, refused=None)


def days_told(told: Usage) -> frozenset[date]:
    """The Madrid days that are in a viewer's numbers."""
    people = told.by_day["people"]
    return frozenset(people[people.notna()].index)


def page_of(path: str) -> str:
    """The page a path is of, "home" of "/"; of other paths their first part."""
    return path.strip("/").partition("/")[0] or "home"


def days_with_enough(views: pd.DataFrame, window: Window) -> frozenset[date]:
    """The Madrid days of a window on which `FEWEST` people or more were there."""
    people = inside(views, window, days_of(window)).groupby("day")["visitor"].nunique()
    return frozenset(people[people >= FEWEST].index)


def tellable(rows: pd.DataFrame, by: str) -> frozenset[Any]:
    """The parts of a sum that may be told beside it.

    Args:
        rows: what is summed, with `visitor`.
        by: the column that names the part.

    Returns:
        Parts of `FEWEST` people or more; without the smallest of them where the others are
        together of fewer, and so would be told by what is missing.
    """
    people = rows.groupby(by)["visitor"].nunique().sort_values(kind="stable")
    told = people[people >= FEWEST]
    left = rows.loc[~rows[by].isin(told.index), "visitor"].nunique()
    return frozenset(told.index[1:] if 0 < left < FEWEST else told.index)


def _enough(rows: pd.DataFrame) -> bool:
    return rows["visitor"].nunique() >= FEWEST


def _told(number: Number, rows: pd.DataFrame) -> Number | None:
    """A number, if it is of enough people."""
    return number if _enough(rows) else None


def _returning(whole: Usage, begun: pd.DataFrame) -> int | None:
    """How many came again; the others must not be a few, either."""
    again = len(returning(begun))
    others = (whole.people or 0) - again
    return again if again >= FEWEST and not 0 < others < FEWEST else None


def _by_day(table: pd.DataFrame, seen: pd.DataFrame, begun: pd.DataFrame) -> pd.DataFrame:
    tables = {"sessions": begun, "people": seen, "views": opened(seen)}
    return pd.DataFrame(
        {
            name: table[name].where(_mask(table.index, tellable(rows, "day")))
            for name, rows in tables.items()
        }
    )


def _pages(pages: tuple[Seen, ...], seen: pd.DataFrame) -> tuple[Seen, ...]:
    told, timed = tellable(opened(seen), "page"), tellable(stays(seen), "page")
    return tuple(
        page if page.page in timed else replace(page, seconds=None)
        for page in pages
        if page.page in told
    )


def _mask(index: pd.Index[Any], told: frozenset[Any]) -> pd.Series:
    return pd.Series(index.isin(told), index=index)
