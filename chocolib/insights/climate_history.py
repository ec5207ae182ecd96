"""The climate of the two SIAR stations: joined, normals, extremes. Nothing is corrected.

J09 tells until 2017, J17 from June 2018. They are different places, nobody homogenised
them, and they never measured side by side: what changed with the station cannot be told
from what changed with the climate, so every figure says which stations it is of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from chocolib.core.time import DAY, MADRID

#: Days that two stations must share before their difference is worth a number.
LEAST_OVERLAP_D = 365
#: Fields of the normals, with what is said of each.
NORMALS = (
    "temperature_c",
    "temperature_max_c",
    "temperature_min_c",
    "humidity_pct",
    "radiation_mj_m2",
    "wind_ms",
)
PERCENTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
EXTREMES = (
    ("temperature_max_c", "highest"),
    ("temperature_min_c", "lowest"),
    ("temperature_c", "highest"),
    ("temperature_c", "lowest"),
    ("humidity_pct", "lowest"),
    ("wind_max_ms", "highest"),
    ("precipitation_mm", "highest"),
)


@dataclass(frozen=True, slots=True)
class Joint:
    """Where one station hands over to the next.

    Attributes:
        until, since: last day of the first station, first day of the second.
        overlap_days: days that both have; their rows are the first station's.
        offset: mean of second minus first over those days, by field; empty when they
            are fewer than `LEAST_OVERLAP_D`. It is reported and never applied.
    """

    first: str
    second: str
    until: pd.Timestamp
    since: pd.Timestamp
    overlap_days: int
    offset: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib climate --json`."""
        return {
            "first": self.first,
            "second": self.second,
            "until": f"{self.until:%Y-%m-%d}",
            "since": f"{self.since:%Y-%m-%d}",
            "days_between": max(0, (self.since - self.until) // DAY - 1),
            "overlap_days": self.overlap_days,
            "offset": {name: round(value, 3) for name, value in self.offset.items()},
            "applied": False,
        }


def join_stations(
    daily: pd.DataFrame, order: Sequence[str]
) -> tuple[pd.DataFrame, tuple[Joint, ...]]:
    """One row a day from several stations, as they measured it.

    Args:
        daily: rows of `siar_daily` (UTC index of Madrid midnights, `station`, fields).
        order: stations, the earlier first; where two have a day, the earlier counts.

    Returns:
        A frame on naive Madrid dates, ascending, with `station`; days without a single
        value are left out, missing days are simply not in it. And its joints.
    """
    fields = [
        str(name) for name in daily if name not in {"station", "source", "available_at", "flag"}
    ]
    told = daily.dropna(subset=fields, how="all")
    dates = pd.DatetimeIndex(told.index).tz_convert(MADRID).tz_localize(None).rename("day")
    told = told[["station", *fields]].set_axis(dates)
    parts = [told[told["station"] == name].sort_index() for name in order]
    parts = [part for part in parts if len(part)]
    joints = tuple(_joint(first, second, fields) for first, second in pairwise(parts))
    whole = pd.concat(parts) if parts else told
    return whole[~whole.index.duplicated()].sort_index(), joints


def _joint(first: pd.DataFrame, second: pd.DataFrame, fields: Sequence[str]) -> Joint:
    both = first.index.intersection(second.index)
    difference = second.loc[both, list(fields)].astype(float) - first.loc[both, list(fields)]
    enough = len(both) >= LEAST_OVERLAP_D
    return Joint(
        first=str(first["station"].iloc[0]),
        second=str(second["station"].iloc[0]),
        until=pd.Timestamp(first.index[-1]),
        since=pd.Timestamp(second.index[0]),
        overlap_days=len(both),
        offset={str(k): float(v) for k, v in difference.mean().items()} if enough else {},
    )


def absent_days(joined: pd.DataFrame) -> pd.DatetimeIndex:
    """Days between the first and the last of which nothing is known."""
    if joined.empty:
        return pd.DatetimeIndex([])
    days = pd.date_range(joined.index[0], joined.index[-1], freq=DAY)
    return days[~days.isin(joined.index)]


def normals(joined: pd.DataFrame) -> pd.DataFrame:
    """What is usual in each month: mean and percentiles of the daily values.

    Returns:
        Month 1-12 x two-level columns (field, "mean", "p10", "p50", "p90"), and
        ("days", "n"): how many days are behind them; ("precipitation_mm", "month"): the
        mean monthly sum over the months that lack at most a tenth of their days.
    """
    month = pd.DatetimeIndex(joined.index).month
    table: dict[tuple[str, str], pd.Series] = {("days", "n"): joined.groupby(month).size()}
    for name in NORMALS:
        grouped = joined[name].astype(float).groupby(month)
        table[name, "mean"] = grouped.mean()
        for label, share in PERCENTILES.items():
            table[name, label] = grouped.quantile(share)
    table["precipitation_mm", "month"] = _monthly_rain(joined["precipitation_mm"].astype(float))
    return pd.DataFrame(table).rename_axis("month").reindex(range(1, 13))


def _monthly_rain(rain: pd.Series) -> pd.Series:
    months = pd.DatetimeIndex(rain.index).to_period("M")
    sums = rain.groupby(months).agg(["sum", "count"])
    periods = pd.PeriodIndex(sums.index)
    whole = sums["sum"][(sums["count"] >= 0.9 * periods.days_in_month).to_numpy()]
    return whole.groupby(pd.PeriodIndex(whole.index).month).mean()


def extremes(joined: pd.DataFrame) -> list[dict[str, Any]]:
    """The highest and lowest values with their day and station; the first of equals."""
    found = []
    for name, which in EXTREMES:
        values = joined[name].dropna().astype(float)
        if values.empty:
            continue
        day = pd.Timestamp(str(values.idxmax() if which == "highest" else values.idxmin()))
        found.append(
            {
                "field": name,
                "which": which,
                "value": float(values[day]),
                "day": f"{day:%Y-%m-%d}",
                "station": str(joined.at[day, "station"]),
            }
        )
    return found
