"""The answers while no log was ever read: nothing is known, which is not the same as nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.time import Window
from chocolib.core.usage import ActiveUsers, Usage
from chocolib.usage.summary import day_index, days_of


def nobody_known(minutes: int) -> ActiveUsers:
    """Who is there, not known."""
    return ActiveUsers(
        minutes=minutes,
        people=None,
        devices=None,
        requests=None,
        present=(),
        looks=(),
        read_until=None,
    )


def nothing_known(window: Window) -> Usage:
    """How it was used, not known; every hour and day of the window NaN."""
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
        read_until=None,
    )
