"""What doors, tools and pages ask of usage: the only functions, so that none forgets the privacy.

What an answer tells of people depends on `context.role`; nothing after `context.as_of` is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.usage import performance as fares
from chocolib.app.usage.people import names_of
from chocolib.core.errors import SettingsError
from chocolib.core.time import DAY, Window, at, local_date, midnight
from chocolib.core.usage import SESSION_GAP, VIEW_DAYS, ActiveUsers, Performance, Usage, unread
from chocolib.store.usage.file import USAGE_FILE, UsageFile
from chocolib.store.usage.kept import known_since, read_to_sum, views_between
from chocolib.store.usage.logs import read_at
from chocolib.usage.present import active
from chocolib.usage.privacy import (
    active_for_viewer,
    days_told,
    performance_for_viewer,
    usage_for_viewer,
)
from chocolib.usage.summary import days_of, summarise
from chocolib.usage.unread import nobody_known, nothing_known

__all__ = ["MOST_MINUTES", "active_users", "performance", "usage"]

MOST_MINUTES = 24 * 60
_SECOND = pd.Timedelta(seconds=1)


def active_users(context: Context, minutes: int = 5) -> ActiveUsers:
    """Who was there in the minutes up to `as_of`.

    Args:
        minutes: 1 to 1,440.

    Raises:
        SettingsError: minutes out of these bounds.
        DataError: a file of usage is there and cannot be read.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise SettingsError(f"{minutes} minutes is not between 1 and {MOST_MINUTES}")
    span = pd.Timedelta(minutes=minutes)
    with _file(context) as file:
        until, since = _read_until(file, context), _known_since(file)
        if file is None or until is None or since is None or context.as_of < since:
            return nobody_known(minutes)
        if unread(until, context.as_of - span):
            return nobody_known(minutes, read_until=until)
        views = views_between(file, _known(context, context.as_of - span - DAY))
    names = _names(context, views[views.index > context.as_of - span])
    found = active(views, context.as_of, minutes=minutes, names=names, read_until=until)
    return found if context.role == "admin" else active_for_viewer(found)


def usage(context: Context, days: int = 7) -> Usage:
    """How the dashboards were used on the Madrid days up to that of `as_of`, it one of them.

    Args:
        days: 1 to `VIEW_DAYS`: of earlier days there are only numbers by day.

    Raises:
        SettingsError: days out of these bounds.
        DataError: a file of usage is there and cannot be read.
    """
    if not 1 <= days <= VIEW_DAYS:
        raise SettingsError(f"{days} days is not between 1 and {VIEW_DAYS}")
    today = local_date(context.as_of)
    window = Window(midnight(today - timedelta(days=days - 1)), at(today, 24))
    with _file(context) as file:
        until, since = _read_until(file, context), _known_since(file)
        if file is None or until is None or since is None or window.end <= since:
            return nothing_known(window)
        if unread(until, window.start):
            return nothing_known(window, read_until=until)
        views = read_to_sum(file, _known(context, window.start - SESSION_GAP))
    if context.role != "admin":
        return usage_for_viewer(views, window, read_until=until)
    names, every = _names(context, views), days_of(window)
    found = summarise(views, window, days=every, names=names, read_until=until)
    read = [day for day in found.by_day.index if not unread(until, midnight(day))]
    known = [day for day in read if day >= local_date(since)]
    return replace(found, by_day=found.by_day.loc[known].reindex(found.by_day.index))


def performance(context: Context, days: int = 7) -> Performance:
    """How the house fared on the Madrid days up to that of `as_of`.

    Viewers are not told how often a path was asked for, where that tells of a page or a day what
    `usage` does not.

    Args:
        days: 1 to `VIEW_DAYS`.

    Raises:
        SettingsError: days out of these bounds.
        DataError: a file of usage is there and cannot be read.
    """
    if context.role == "admin":
        return fares.performance(context, days)
    used = usage(context, days)
    found = fares.performance(context, days, told=days_told(used))
    return performance_for_viewer(found, used)


def _known(context: Context, start: pd.Timestamp) -> Window:
    """From there to `as_of`, its second included."""
    return Window(start, context.as_of + _SECOND)


def _names(context: Context, views: pd.DataFrame) -> dict[str, str]:
    """Names for admins; the file of names is not even opened for others."""
    if context.role != "admin":
        return {}
    return names_of(context.settings.home, views["visitor"].unique())


def _known_since(file: UsageFile | None) -> pd.Timestamp | None:
    """Before it nobody knows who was there, which is not the same as nobody; None: never read."""
    return (known_since(file) or read_at(file)) if file else None


def _read_until(file: UsageFile | None, context: Context) -> pd.Timestamp | None:
    read = read_at(file) if file else None
    return None if read is None else min(read, context.as_of)


@contextmanager
def _file(context: Context) -> Iterator[UsageFile | None]:
    """The file of usage, if there is one: asking makes none."""
    home = context.settings.home
    if not (home / USAGE_FILE).exists():
        yield None
        return
    with UsageFile.usage(home) as file:
        yield file
