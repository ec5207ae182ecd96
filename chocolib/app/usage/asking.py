"""What is asked of usage and health; the role decides what is told of people."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import Context
from chocolib.core.time import local_date
from chocolib.core.usage import PARTS, ActiveUsers, Performance, Usage


def active_users(context: Context, minutes: int) -> ActiveUsers:  # noqa: ARG001 - empty still
    """Who was there in the last minutes before `as_of`."""
    return ActiveUsers(minutes, None, None, None, (), (), None)


def usage(context: Context, days: int) -> Usage:
    """How the dashboards were used in the days until `as_of`."""
    today = pd.Timestamp(local_date(context.as_of))
    index = pd.date_range(end=today, periods=days).date
    by_day = pd.DataFrame({"sessions": 0.0, "people": 0.0, "views": 0.0}, index=index)
    by_hour = pd.DataFrame({"views": 0.0}, index=range(24))
    nobody = (None, None, None, None, None, None)
    return Usage(days, *nobody, by_day, by_hour, (), (), (), None)


def performance(context: Context, days: int) -> Performance:
    """How the house fared in the days until `as_of`."""
    hours = pd.DatetimeIndex([], tz=context.as_of.tz)
    strip = pd.DataFrame(index=hours, columns=list(PARTS), dtype=float)
    return Performance(days, (), (), None, None, 0, 0, 0, strip, (), None)
