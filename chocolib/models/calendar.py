"""What kind of day it is for the Spanish market: workday, Saturday, or Sunday and holiday.

Demand follows the country, so a holiday counts where most of the autonomous
communities keep it (the `holidays` library): Maundy Thursday does, 28 February of
Andalusia alone does not. The tariff has its own, shorter list: `core.tariff`.
"""

from __future__ import annotations

from functools import lru_cache

import holidays
import numpy as np
import pandas as pd

from chocolib.core.tariff import tariff_period
from chocolib.core.time import MADRID

WORKDAY, SATURDAY, FREE = 0, 1, 2


@lru_cache(maxsize=64)
def national_days(year: int) -> frozenset[pd.Timestamp]:
    """The days of a year that are a holiday in more than half of the communities."""
    known = holidays.country_holidays("ES").subdivisions
    regions = [code for code in known if len(code) == 2]  # 17 communities and two cities
    kept = [
        day for code in regions for day in holidays.country_holidays("ES", subdiv=code, years=year)
    ]
    days, times = np.unique(pd.DatetimeIndex(kept).to_numpy(), return_counts=True)
    return frozenset(pd.DatetimeIndex(days[times > len(regions) / 2]))


def is_holiday(days: pd.DatetimeIndex) -> np.ndarray:
    """Whether each local date (naive midnights) is such a holiday; bool."""
    years = range(int(days.year.min()), int(days.year.max()) + 1) if len(days) else ()
    found = [day for year in years for day in national_days(year)]
    return np.asarray(days.isin(pd.DatetimeIndex(found)), dtype=bool)


def day_types(days: pd.DatetimeIndex) -> np.ndarray:
    """`WORKDAY`, `SATURDAY` or `FREE` of each local date (naive midnights)."""
    week = np.asarray(days.day_of_week)
    kinds = np.where(week == 5, SATURDAY, np.where(week == 6, FREE, WORKDAY))
    return np.asarray(np.where(is_holiday(days), FREE, kinds))


def period_grid(days: pd.DatetimeIndex) -> np.ndarray:
    """The tariff period ("P1", "P2", "P3") of each local hour: shape (days, 24).

    The hour that the spring change skips has the period of the next one (both P3).
    """
    clock = days.repeat(24) + pd.to_timedelta(np.tile(np.arange(24), len(days)), unit="h")
    hours = clock.tz_localize(
        MADRID, ambiguous=np.ones(len(clock), dtype=bool), nonexistent="shift_forward"
    )
    return np.asarray(tariff_period(hours).to_numpy()).reshape(len(days), 24)
