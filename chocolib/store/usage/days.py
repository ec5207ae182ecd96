"""Which Madrid days lie wholly in a window: only those can be told from what is kept by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import pandas as pd

from chocolib.core.time import Window, local_date, midnight
from chocolib.store.usage.file import UsageFile

_OLDEST = {
    "probes": "select min(time) from probes",
    "requests": "select min(hour) from requests",
}


def whole_days(window: Window) -> tuple[str, str]:
    """The first day wholly in a window and the day after the last one, as ISO dates.

    Of a window within a day the two are such that no day is between them.
    """
    first = local_date(window.start)
    if midnight(first) < window.start:
        first += timedelta(days=1)
    return first.isoformat(), local_date(window.end).isoformat()


def oldest_day(file: UsageFile, table: Literal["probes", "requests"]) -> date | None:
    """The Madrid day of the oldest row; None where there is none."""
    oldest = file.rows(_OLDEST[table])[0][0]
    return None if oldest is None else local_date(moment(oldest))


def moment(since_1970: int) -> pd.Timestamp:
    """A time of the tables, UTC."""
    return pd.Timestamp(since_1970, unit="s", tz="UTC")


def seconds(moment: pd.Timestamp) -> int:
    """Seconds since 1970 UTC: how a time stands in the tables."""
    return int(moment.timestamp())
