"""What all price sources share: hours made of quarters, and the frame."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from chocolib.core.time import MADRID, as_utc, published_at
from chocolib.sources.documents import Malformed

REGION = "peninsula"
_QUARTER = pd.Timedelta(minutes=15)


def price_frame(prices: pd.Series, source: str) -> pd.DataFrame:
    """A frame of `energy_prices` for the Peninsula.

    Args:
        prices: EUR/kWh on an aware index of hour starts, in any order.
        source: what the column `source` says.

    Returns:
        `region`, `price_eur_kwh` (rounded to 6 decimals), `source`, `available_at`
        (by the publication rule) on a UTC index named `time`, in the given order.
    """
    time = as_utc(pd.DatetimeIndex(prices.index)).rename("time")
    return pd.DataFrame(
        {
            "region": REGION,
            "price_eur_kwh": np.round(prices.to_numpy(dtype=float), 6),
            "source": source,
            "available_at": published_at(time),
        },
        index=time,
    )


def from_mwh(points: Sequence[tuple[datetime, float]], source: str) -> pd.DataFrame:
    """The same frame from moments and EUR/MWh, quarters of an hour averaged.

    Raises:
        Malformed: see `hourly`.
    """
    times = pd.to_datetime([moment for moment, _ in points], utc=True)
    values = np.array([value for _, value in points], dtype=float)
    return price_frame(hourly(pd.Series(values, index=times)) / 1000, source)


def hourly(prices: pd.Series) -> pd.Series:
    """Hours as they are, quarters of an hour as the mean of their hour.

    A Madrid day with any point off the hour is a day in quarters; of it only hours
    with all four are kept (a mean of three would be a made-up price). The first
    quarter of the following midnight, which REE adds because its end is inclusive,
    is not an hour and is left out. An hour that comes twice stays twice, also when
    it is one of its quarters that came with two values: the gate judges.

    Args:
        prices: numbers on an aware index, any order.

    Returns:
        Numbers on hour starts: the input itself when it has no quarters.

    Raises:
        Malformed: times neither on the hour nor on a quarter, or not one full hour.
    """
    times = pd.DatetimeIndex(prices.index)
    strange = times[times != times.floor(_QUARTER)]
    if len(strange):
        raise Malformed(f"expected hours or quarters of an hour, found {strange[0]}")
    off_hour = times != times.floor("h")
    if not off_hour.any():
        return prices
    days = times.tz_convert(MADRID).normalize()
    in_quarters = days.isin(days[off_hour])
    end = times.max()
    stray = (times == end) & (times == days) & bool((times == end - _QUARTER).any())
    means = _quarters_to_hours(prices[in_quarters & ~stray])
    hours: pd.Series = pd.concat([prices[~in_quarters & ~stray], means]).sort_index(kind="stable")
    if hours.empty:
        raise Malformed("expected four quarters in an hour, found no hour with all of them")
    return hours


def _quarters_to_hours(quarters: pd.Series) -> pd.Series:
    """Means of full hours: one, or the lowest and the highest where a quarter disagrees."""
    same = quarters.groupby(level=0)
    low, high = same.min(), same.max()
    hour = pd.DatetimeIndex(low.index).floor("h")
    full = low.groupby(hour).size() == 4
    lowest: pd.Series = low.groupby(hour).mean()[full]
    highest: pd.Series = high.groupby(hour).mean()[full]
    means: pd.Series = pd.concat([lowest, highest[highest != lowest]])
    return means
