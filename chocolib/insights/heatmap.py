"""The week as a map: one cell for each hour of each Madrid day, with its price and class."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from chocolib.core.time import MADRID, Window, at, midnight


def heat_map(
    prices: pd.DataFrame,
    *,
    first_day: date,
    days: int = 7,
    rank: pd.Series | None = None,
    classes: pd.Series | None = None,
) -> pd.DataFrame:
    """Every hour of some Madrid days as a cell; 23 or 25 of them on the odd days.

    Args:
        prices: UTC hours x `q50` (EUR/kWh) and `known`, as in `Forecast.frame`.
        first_day: the first column of the map.
        days: how many columns.
        rank: 0 (cheapest) to 1 of each price in its trailing window (`score.price_rank`).
        classes: production class by UTC hour (`score.rate`).

    Returns:
        On the UTC hours: `day` (date), `hour` (0-23 on the Madrid clock), `again` (the
        second time that the clock shows this hour, in autumn), `price`, `known`, `rank`,
        `class`. What is missing is missing, also an hour that is not in `prices`.
    """
    last = first_day + timedelta(days=days - 1)
    hours = Window(midnight(first_day), at(last, 24)).hours()
    here = hours.tz_convert(MADRID)
    shown = prices.reindex(hours)
    frame = pd.DataFrame(
        {"day": here.date, "hour": here.hour, "price": shown["q50"].astype(float)}, index=hours
    )
    frame["known"] = shown["known"].eq(True)
    frame["rank"] = np.nan if rank is None else rank.reindex(hours).astype(float)
    frame["class"] = None if classes is None else classes.reindex(hours)
    frame.insert(2, "again", frame.duplicated(["day", "hour"]).to_numpy())
    return frame


def by_day(cells: pd.DataFrame, column: str = "price") -> pd.DataFrame:
    """The map as a table: Madrid days down, clock hours across.

    An hour that the clock shows twice is the mean of both (of numbers) or the first (of
    text), one that it skips is missing.
    """
    number = pd.api.types.is_numeric_dtype(cells[column])
    table = cells.pivot_table(
        index="day",
        columns="hour",
        values=column,
        aggfunc="mean" if number else "first",
        dropna=False,
        observed=False,
    )
    return table.reindex(columns=range(24))
