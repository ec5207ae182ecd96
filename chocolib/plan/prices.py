"""Prices as the plan needs them: every hour of a span, none missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError, NotEnoughData
from chocolib.core.time import HOUR, iso

_HINT = "fetch or forecast the missing hours, or plan fewer days"
_RUNS_SHOWN = 3


def covering(prices: pd.Series, hours: pd.DatetimeIndex, *, purpose: str) -> np.ndarray:
    """The price of every one of `hours`, EUR/kWh, in their order.

    Args:
        prices: EUR/kWh on an aware index of hour starts; more hours do no harm.
        hours: UTC hour starts, ascending.
        purpose: what needs them, for the message ("the plan").

    Returns:
        Finite floats, one per hour.

    Raises:
        NotEnoughData: an hour is absent or not a number; says which hours.
        DataError: the index has no time zone or an hour twice.
    """
    if not isinstance(prices.index, pd.DatetimeIndex) or prices.index.tz is None:
        raise DataError("the prices must be indexed by times with a zone")
    if prices.index.has_duplicates:
        raise DataError("the prices have an hour twice; nobody can tell which one is right")
    values = prices.tz_convert("UTC").reindex(hours).to_numpy(dtype=float, na_value=np.nan)
    missing = hours[~np.isfinite(values)]
    if len(missing):
        message = f"{len(missing)} of the {len(hours)} hours {purpose} needs have no price"
        raise NotEnoughData(f"{message}: {_runs(missing)}", hint=_HINT)
    return values


def _runs(hours: pd.DatetimeIndex) -> str:
    """Ascending hours as runs `from/to`, to excluded; the first few of them."""
    breaks = np.flatnonzero(np.diff(hours) != HOUR) + 1
    firsts, lasts = np.append(0, breaks), np.append(breaks, len(hours)) - 1
    runs = [f"{iso(hours[a])}/{iso(hours[b] + HOUR)}" for a, b in zip(firsts, lasts, strict=True)]
    more = len(runs) - _RUNS_SHOWN
    return ", ".join(runs[:_RUNS_SHOWN]) + (f" and {more} more gaps" if more > 0 else "")
