"""Hot days of each year, and whether there are more of them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from chocolib.insights.trends import Trend, trend

#: Days whose highest temperature is above these, C.
HEATS = (30, 35, 38)
#: The months in which they happen; a year counts when it has 90 % of these days.
SEASON = range(5, 11)
WHOLE = 0.9


def hot_days(joined: pd.DataFrame) -> pd.DataFrame:
    """Days above each heat, by year.

    Args:
        joined: see `climate_history.join_stations`.

    Returns:
        Year x `above_30`.. (days), `coverage` (share of the days of May to October that
        are known), `station` (of most of them) and `counts` (bool: covered enough, and
        by a single station).
    """
    index = pd.DatetimeIndex(joined.index)
    season = joined[index.month.isin(list(SEASON))].dropna(subset=["temperature_max_c"])
    year = pd.DatetimeIndex(season.index).year
    most = season["temperature_max_c"].astype(float)
    table = pd.DataFrame({f"above_{heat}": (most > heat).groupby(year).sum() for heat in HEATS})
    days = sum(pd.Period(f"2001-{month:02d}").days_in_month for month in SEASON)
    table["coverage"] = most.groupby(year).size() / days
    stations = season["station"].groupby(year)
    table["station"] = stations.agg(lambda names: names.mode().iloc[0])
    table["counts"] = (table["coverage"] >= WHOLE) & (stations.nunique() == 1)
    return table.rename_axis("year")


def hot_day_trends(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The trend of each heat: over all years, and comparing years of one station only.

    Returns:
        `above_c`, `compared` ("all" or "within stations") and the fields of `Trend`,
        which are None where there are too few years.
    """
    years = table[table["counts"]]
    found = []
    for heat in HEATS:
        series = years[f"above_{heat}"]
        whole, within = trend(series), trend(series, years["station"])
        found.append(_said(heat, "all", whole))
        found.append(_said(heat, "within stations", within))
    return found


def _said(heat: int, compared: str, made: Trend | None) -> dict[str, Any]:
    return {
        "above_c": heat,
        "compared": compared,
        "days_per_decade": round(made.slope, 3) if made else None,
        "p": round(made.p, 4) if made else None,
        "inflation": round(made.inflation, 3) if made else None,
        "years": made.years if made else None,
    }
