"""The price without its tolls, and what of it is known at the start of each day.

Index `i` is an origin: the midnight before day `i`, when days up to `i - 1` are
known. Everything here for an origin uses earlier days only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.time import DAY
from chocolib.models.calendar import day_types, is_holiday, period_grid
from chocolib.models.daygrid import DayGrid
from chocolib.models.tolls import on_grid, toll_steps

#: Days that an origin needs before it: those of the base.
BASE_DAYS = 28
#: Days after the last known one that the calendar reaches (a horizon of 400 h, stale prices).
AHEAD = 40
WEEK = 7


@dataclass(frozen=True, slots=True)
class Market:
    """Prices without tolls, and the calendar, of days 0..n-1 and `AHEAD` more.

    Attributes:
        days: naive local dates, n + AHEAD.
        price: EUR/kWh as published, shape (n, 24).
        net: the same without tolls.
        seen: bool, shape (n, 24): not filled.
        steps: tolls of P1 and P2 as known at the end of each day, shape (n, 2).
        kinds: day types, n + AHEAD.
        free: bool, holidays, n + AHEAD.
        period: tariff periods, shape (n + AHEAD, 24).
    """

    days: pd.DatetimeIndex
    price: np.ndarray
    net: np.ndarray
    seen: np.ndarray
    steps: np.ndarray
    kinds: np.ndarray
    free: np.ndarray
    period: np.ndarray

    @property
    def end(self) -> int:
        """The origin after the last known day."""
        return len(self.net)

    def tolls(self, origins: np.ndarray, leads: np.ndarray) -> np.ndarray:
        """EUR/kWh of tolls on days `origins + leads` as known at `origins`: shape (m, 24)."""
        return on_grid(self.steps[origins - 1], self.period[origins + leads])


def market_of(grid: DayGrid) -> Market:
    """The market part of a grid of prices, and its calendar."""
    days = pd.date_range(grid.days[0], periods=len(grid.days) + AHEAD, freq=DAY)
    period = period_grid(days)
    known = period[: len(grid.days)]
    steps = toll_steps(grid.price, known)
    return Market(
        days=days,
        price=grid.price,
        net=grid.price - on_grid(steps, known),
        seen=grid.seen,
        steps=steps,
        kinds=day_types(days),
        free=is_holiday(days),
        period=period,
    )
