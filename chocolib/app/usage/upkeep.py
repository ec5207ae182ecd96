"""Use case: what is kept of people stays within its bounds, in time and in number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from chocolib.app.settings import Settings
from chocolib.app.usage import people as pseudonyms
from chocolib.core.time import Window, local_date, midnight
from chocolib.core.usage import SESSION_GAP, VIEW_DAYS
from chocolib.store.usage import kept
from chocolib.store.usage import people as register
from chocolib.store.usage.file import PEOPLE_FILE, USAGE_FILE, UsageFile
from chocolib.store.usage.lines import delete_lines
from chocolib.usage.rollup import rolled_up
from chocolib.usage.summary import days_of


@dataclass(frozen=True, slots=True)
class Tidied:
    """What the upkeep did.

    Attributes:
        days: Madrid days of which only numbers are left now.
        deleted: rows of views that are gone.
        unseen: who left the register, for none of their views is kept any more.
        rekeyed: visitors with views that got another pseudonym; 0: the key is not old.
    """

    days: int
    deleted: int
    unseen: int
    rekeyed: int


def keep_within_bounds(settings: Settings, *, now: pd.Timestamp) -> Tidied:
    """Views of more than `VIEW_DAYS` become numbers by day; an old key is replaced.

    Every step is whole or not at all, and the next call goes on where this one was cut off.

    Raises:
        DataError: a file of usage cannot be read or written.
    """
    if not (settings.home / USAGE_FILE).exists():
        return Tidied(0, 0, 0, 0)
    with UsageFile.usage(settings.home) as usage:
        with usage.writing():
            delete_lines(usage, before=midnight(local_date(now) - timedelta(days=VIEW_DAYS - 1)))
        days, deleted = _roll_up(usage, local_date(now) - timedelta(days=VIEW_DAYS - 1))
        if not (settings.home / PEOPLE_FILE).exists():
            return Tidied(days, deleted, 0, 0)
        with UsageFile.people(settings.home) as people:
            unseen = register.delete_unseen(people, now - pd.Timedelta(days=VIEW_DAYS + 1))
            rekeyed = _rekey(usage, people, now)
    return Tidied(days, deleted, unseen, rekeyed)


def _roll_up(usage: UsageFile, first_kept: date) -> tuple[int, int]:
    """Days before `first_kept` as numbers; how many, and how many rows of views went.

    The last `SESSION_GAP` stays a day longer: else the next day's sessions could not be told
    from those that go on.
    """
    with usage.writing():
        oldest = kept.oldest(usage)
        if oldest is None or local_date(oldest) >= first_kept:
            return 0, 0
        window = Window(midnight(local_date(oldest)), midnight(first_kept))
        rolled = set(kept.days_kept(usage)["day"])
        numbers = _numbers(usage, window, rolled)
        kept.add_days(usage, numbers)
        deleted = kept.delete_before(usage, window.end - SESSION_GAP)
    usage.overwrite()
    return numbers["day"].nunique(), deleted


def _numbers(usage: UsageFile, window: Window, rolled: set[date]) -> pd.DataFrame:
    views = kept.read_to_sum(usage, window)
    newest = max(rolled, default=date.min)
    return rolled_up(views, window, [day for day in days_of(window) if day > newest])


def _rekey(usage: UsageFile, people: UsageFile, now: pd.Timestamp) -> int:
    """Finish what a stopped change of keys left, or change an old key."""
    if finished := pseudonyms.finish(usage, people):
        return finished
    keys = register.keys(people)
    if not keys or not pseudonyms.is_old(keys[0], now):
        return 0
    return pseudonyms.rotate(usage, people, now)
