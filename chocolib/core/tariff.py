"""The only place that knows tariff periods and the holidays that move them.

Tariff 2.0TD (Circular CNMC 3/2020, art. 7): P1 (punta) 10-14 and 18-22, P2
(llano) 8-10, 14-18 and 22-24, P3 (valle) 0-8, all in local time on working
days; Saturdays, Sundays, 6 January and the national holidays of fixed date that
no region may move are P3 all day. Good Friday and moved Mondays are not: the
published prices show the P1 step on them.

PVPC, and with it 2.0TD, is legally open only to supplies of up to 10 kW; the
default factory is larger, so for it PVPC is the price signal, not the contract.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.time import MADRID

PERIODS = ("P1", "P2", "P3")

#: Month and day of the national holidays that are P3 all day in 2.0TD.
FIXED_HOLIDAYS = frozenset(
    {(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)}
)

_WORKDAY_BY_HOUR = np.array(
    ["P3"] * 8 + ["P2"] * 2 + ["P1"] * 4 + ["P2"] * 4 + ["P1"] * 4 + ["P2"] * 2
)


def tariff_period(hours: pd.DatetimeIndex) -> pd.Series:
    """The 2.0TD period, "P1", "P2" or "P3", of each hour.

    Args:
        hours: UTC (or any aware) index of hour starts.

    Returns:
        Series of str on the same index. Source: Circular CNMC 3/2020, art. 7.
    """
    here = hours.tz_convert(MADRID)
    stamp = np.asarray(here.month) * 100 + np.asarray(here.day)
    holiday = np.isin(stamp, [month * 100 + day for month, day in FIXED_HOLIDAYS])
    valley = holiday | (np.asarray(here.day_of_week) >= 5)
    period = np.where(valley, "P3", _WORKDAY_BY_HOUR[np.asarray(here.hour)])
    return pd.Series(period, index=hours, name="tariff_period")


def next_period(moment: pd.Timestamp) -> tuple[pd.Timestamp, str]:
    """When the 2.0TD period of a moment (UTC) ends, and which one follows.

    The longest stretch of one period is a holiday week end; ten days hold every change.
    """
    hours = pd.date_range(moment.floor("h"), periods=240, freq="h")
    periods = tariff_period(hours)
    change = int((periods != periods.iloc[0]).to_numpy().argmax())
    return hours[change], str(periods.iloc[change])
