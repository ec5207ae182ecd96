"""The answers of a time of which no log was read: nothing is known, which is not nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.time import Window
from chocolib.core.usage import ActiveUsers, Usage
from chocolib.usage.summary import day_index, days_of


def nobody_known(minutes: int, *, read_until: pd.Timestamp | None = None) -> ActiveUsers:
    """Who is there, not known; `read_until`: of something earlier the log was read, UTC."""
    return ActiveUsers(
        minutes=minutes,
        people=None,
        devices=None,
        requests=None,
        present=(),
        looks=(),
        read_until=read_until,
    )


def nothing_known(window: Window, *, read_until: pd.Timestamp | None = None) -> Usage:
    """How it was used, not known; every hour and day of the window NaN.

    Args:
        read_until: of something earlier the log was read, UTC.
    """
    days = day_index(days_of(window))
    hours = pd.RangeIndex(24, name="hour")
    return Usage(
        days=len(days),
        people=None,
        devices=None,
        sessions=None,
        views=None,
        returning=None,
        seconds=None,
        by_day=pd.DataFrame(np.nan, index=days, columns=["sessions", "people", "views"]),
        by_hour=pd.DataFrame(np.nan, index=hours, columns=["views"]),
        pages=(),
        cards=(),
        visitors=(),
        read_until=read_until,
    )
