"""The same hour of another day on a Madrid clock, over days of 23 and 25 hours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.time import DAY, HOUR, MADRID


def clock_of(hours: pd.DatetimeIndex) -> tuple[pd.DatetimeIndex, np.ndarray]:
    """Local date (naive midnight) and clock hour (0-23) of UTC hours."""
    here = hours.tz_convert(MADRID).tz_localize(None)
    return here.normalize(), np.asarray(here.hour)


def by_clock(values: pd.DataFrame) -> pd.DataFrame:
    """Numbers by UTC hour as a table by (local date, clock hour).

    The doubled hour of autumn is averaged; the one that spring skips is the mean of its
    neighbours. Other missing hours stay out.
    """
    table = values.groupby(list(clock_of(pd.DatetimeIndex(values.index)))).mean()
    table.index.names = ["date", "hour"]
    dates = pd.DatetimeIndex(table.index.get_level_values("date").unique())
    two = (dates + 2 * HOUR).tz_localize(
        MADRID, ambiguous=np.ones(len(dates), bool), nonexistent="NaT"
    )
    for date in dates[two.isna()]:
        around = table.reindex([(date, 1), (date, 3)])
        table.loc[(date, 2), :] = around.mean(skipna=False)
    return table.sort_index()


def days_before(table: pd.DataFrame, hours: pd.DatetimeIndex, days: int) -> pd.DataFrame:
    """What `by_clock` has of the same clock hour `days` local days before each hour.

    Returns:
        On `hours`; NaN where the table has no such hour.
    """
    date, hour = clock_of(hours)
    there = pd.MultiIndex.from_arrays([date - days * DAY, hour])
    return table.reindex(there).set_axis(hours)


def local_days(first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
    """All UTC hours of the local dates from `first` to `last` (naive), both included."""
    start, end = first.tz_localize(MADRID), (last + DAY).tz_localize(MADRID)
    hours = pd.date_range(start, end, freq=HOUR, inclusive="left", name="time")
    return hours.tz_convert("UTC").as_unit("us")
