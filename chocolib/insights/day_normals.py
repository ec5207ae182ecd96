"""What is usual on each day of the year, of the days around it in all years."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: Days before and after a date that tell of it, and the years there must be of them (ours).
AROUND, LEAST_YEARS = 7, 5
_DAYS = 366
_SHARES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
#: Of each day the highest and the lowest temperature, with the side whose record counts.
SIDES = {"high": ("temperature_max_c", "most"), "low": ("temperature_min_c", "least")}


def day_normals(joined: pd.DataFrame) -> pd.DataFrame:
    """Percentiles and records of the highest and lowest temperature by day of the year.

    Args:
        joined: see `climate_history.join_stations`.

    Returns:
        Day of a leap year (1-366) x `high_p10`, `high_p50`, `high_p90`, `high_most`,
        `low_p10`, `low_p50`, `low_p90`, `low_least`, C; `high_day` and `low_day`, the dates
        of the records (ISO); `years`, how many tell of it. Days within `AROUND` of the date
        count; with fewer than `LEAST_YEARS` years it is all missing.
    """
    dates = pd.DatetimeIndex(joined.index)
    place = leap_day(dates)
    rows = {day: _row(joined, dates, _near(place, day)) for day in range(1, _DAYS + 1)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("day")


def leap_day(dates: pd.DatetimeIndex) -> np.ndarray:
    """The place of each date in a leap year, 1-366: 1 March is always 61."""
    after = (dates.month > 2) & ~dates.is_leap_year
    return np.asarray(dates.day_of_year + after.astype(int))


def _near(place: np.ndarray, day: int) -> np.ndarray:
    away = np.abs(place - day)
    return np.asarray(np.minimum(away, _DAYS - away) <= AROUND)


def _row(joined: pd.DataFrame, dates: pd.DatetimeIndex, near: np.ndarray) -> dict[str, object]:
    years = dates[near].year.nunique()
    row: dict[str, object] = {"years": years}
    for side, (field, record) in SIDES.items():
        values = joined[field].to_numpy(float)[near]
        there = ~np.isnan(values)
        if years < LEAST_YEARS or not there.any():
            row |= dict.fromkeys([*(f"{side}_{name}" for name in _SHARES), f"{side}_{record}"])
            row[f"{side}_day"] = None
            continue
        told, days = values[there], dates[near][there]
        shares = np.quantile(told, list(_SHARES.values()))
        row |= {f"{side}_{n}": float(v) for n, v in zip(_SHARES, shares, strict=True)}
        best = int(told.argmax() if record == "most" else told.argmin())
        row |= {f"{side}_{record}": float(told[best]), f"{side}_day": f"{days[best]:%Y-%m-%d}"}
    return row
