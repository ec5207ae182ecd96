"""Which backups are kept: the newest of each of the last days, weeks and months that have one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from chocolib.core.time import local

#: A restore that nobody has tried for longer than this is only hoped for.
DRILL_EVERY = pd.Timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days, ISO weeks and months of Europe/Madrid keep their newest backup."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 3


def kept(moments: Iterable[pd.Timestamp], keep: Keep) -> set[pd.Timestamp]:
    """Those to keep; the newest one is always among them.

    Days without a backup do not count, so an idle machine never loses its last ones.

    Args:
        moments: when each good backup was made, UTC.
    """
    newest_first = sorted(moments, reverse=True)
    spans: list[tuple[int, Callable[[pd.Timestamp], object]]] = [
        (keep.daily, lambda at: local(at).date()),
        (keep.weekly, lambda at: tuple(local(at).isocalendar())[:2]),
        (keep.monthly, lambda at: (local(at).year, local(at).month)),
    ]
    chosen = set(newest_first[:1])
    for count, span in spans:
        newest: dict[object, pd.Timestamp] = {}
        for moment in newest_first:
            newest.setdefault(span(moment), moment)
        chosen |= set(list(newest.values())[:count])
    return chosen
