"""Prices as a table of Madrid days and clock hours, whole and free of lone spikes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.clock import clock_of
from chocolib.core.errors import NotEnoughData
from chocolib.core.time import DAY

#: A day is the last one of a grid only with so many hours of its own.
LEAST_HOURS = 18
#: EUR/kWh above or below both neighbours of the day: the gate's rule for an outlier.
SPIKE = 0.35


@dataclass(frozen=True, slots=True)
class DayGrid:
    """Hourly prices by local day.

    Attributes:
        days: consecutive local dates, naive midnights.
        price: EUR/kWh, shape (days, 24), without holes.
        seen: bool, same shape: the price was in the history, not filled.
    """

    days: pd.DatetimeIndex
    price: np.ndarray
    seen: np.ndarray

    @property
    def filled(self) -> int:
        """Hours that the history lacked."""
        return int((~self.seen).sum())


def day_grid(history: pd.Series) -> DayGrid:
    """Hourly EUR/kWh (UTC index, gaps left out) on the grid of local days.

    The doubled hour of autumn is averaged. A single missing hour, as that of spring,
    is the mean of its neighbours; longer gaps repeat the same day of the week before.
    Lone spikes (`SPIKE`) count as missing. An unfinished last day is left out.

    Raises:
        NotEnoughData: no day of the history is whole enough.
    """
    date, hour = clock_of(pd.DatetimeIndex(history.index))
    table = history.groupby([date, hour]).mean().unstack().reindex(columns=range(24))
    days = pd.date_range(table.index[0], table.index[-1], freq=DAY) if len(table) else table.index
    price = table.reindex(days).to_numpy(dtype=float)
    whole = np.flatnonzero((~np.isnan(price)).sum(axis=1) >= LEAST_HOURS)
    if not len(whole):
        raise NotEnoughData(f"no day has {LEAST_HOURS} hours of prices")
    span = slice(whole[0], whole[-1] + 1)
    price = without_spikes(price[span])
    seen = ~np.isnan(price)
    return DayGrid(pd.DatetimeIndex(days[span]), _filled(price), seen)


def without_spikes(price: np.ndarray) -> np.ndarray:
    """The same table with NaN where one hour stands far from both its neighbours."""
    inner, left, right = price[:, 1:-1], price[:, :-2], price[:, 2:]
    with np.errstate(invalid="ignore"):
        up = (inner - left > SPIKE) & (inner - right > SPIKE)
        down = (left - inner > SPIKE) & (right - inner > SPIKE)
    kept = price.copy()
    kept[:, 1:-1][up | down] = np.nan
    return kept


def _filled(price: np.ndarray) -> np.ndarray:
    whole = price.copy()
    lone = np.isnan(whole[:, 1:-1]) & ~np.isnan(whole[:, :-2]) & ~np.isnan(whole[:, 2:])
    whole[:, 1:-1][lone] = ((whole[:, :-2] + whole[:, 2:]) / 2)[lone]
    for day in np.flatnonzero(np.isnan(whole).any(axis=1)):
        before = whole[day - 7] if day >= 7 else whole[day - 1] if day else np.nanmean(whole[0])
        whole[day] = np.where(np.isnan(whole[day]), before, whole[day])
    return whole
