"""The climate history of the site, from the SIAR rows known at `as_of`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.core.errors import NotEnoughData
from chocolib.core.measurement import OUTLIER
from chocolib.core.schema import SIAR_DAILY
from chocolib.core.time import MADRID, as_utc
from chocolib.insights.climate_history import (
    Joint,
    absent_days,
    extremes,
    join_stations,
    normals,
)
from chocolib.insights.correlations import correlations
from chocolib.insights.diurnal import EXTREMES, hours_of_days
from chocolib.insights.hot_days import hot_day_trends, hot_days
from chocolib.insights.unfit_hours import unfit_hours
from chocolib.sources.weather import LINARES

#: The stage whose room is the most delicate.
STAGE = "temper"
#: What is correlated with the price.
WEATHER = (
    "temperature_c",
    "temperature_max_c",
    "humidity_pct",
    "radiation_mj_m2",
    "wind_ms",
    "precipitation_mm",
)
MIDDAY = range(12, 16)


@dataclass(frozen=True, slots=True)
class ClimateHistory:
    """Everything that the stations of the site say of its climate.

    Attributes:
        days: one row a day, as measured (see `climate_history.join_stations`).
        absent: days between first and last of which nothing is known.
        normals, hot, unfit: the tables of `climate_history`, `hot_days`, `unfit_hours`.
        trends, extremes, correlations: rows of those modules; correlations are empty
            where there are too few days with prices.
    """

    synthetic: bool
    days: pd.DataFrame
    joints: tuple[Joint, ...]
    absent: pd.DatetimeIndex
    normals: pd.DataFrame
    extremes: list[dict[str, Any]]
    hot: pd.DataFrame
    trends: list[dict[str, Any]]
    unfit: pd.DataFrame
    correlations: list[dict[str, Any]]

    def to_dict(self, month: int | None = None) -> dict[str, Any]:
        """The JSON document of `chocolib climate --json`; of one month where one is given."""
        keep = slice(None) if month is None else [month]
        stations = self.days.groupby("station").size()
        return {
            "synthetic": self.synthetic,
            "first": f"{self.days.index[0]:%Y-%m-%d}",
            "last": f"{self.days.index[-1]:%Y-%m-%d}",
            "days": len(self.days),
            "days_by_station": {str(name): int(n) for name, n in stations.items()},
            "absent_days": len(self.absent),
            "absent_by_year": {
                str(year): int(n)
                for year, n in self.absent.to_series().groupby(self.absent.year).size().items()
            },
            "homogenised": False,
            "joints": [joint.to_dict() for joint in self.joints],
            "normals": _nested(self.normals.loc[keep]),
            "tempering_unfit_h_per_month": _flat(self.unfit.loc[keep].round(1), "month"),
            "extremes": self.extremes,
            "hot_days": _flat(self.hot.round(3), "year"),
            "hot_day_trends": self.trends,
            "correlations_of_anomalies": [
                {name: _short(value) for name, value in row.items()} for row in self.correlations
            ],
        }


def climate_history(context: Context) -> ClimateHistory:
    """The history as known at `as_of`, computed anew (a second or two).

    Raises:
        NotEnoughData: no SIAR day is stored.
    """
    days, joints = site_days(context)
    hot = hot_days(days)
    return ClimateHistory(
        synthetic=context.store.synthetic,
        days=days,
        joints=joints,
        absent=absent_days(days),
        normals=normals(days),
        extremes=extremes(days),
        hot=hot,
        trends=hot_day_trends(hot),
        unfit=stage_unfit_hours(context, days),
        correlations=price_correlations(context, days),
    )


def site_days(context: Context) -> tuple[pd.DataFrame, tuple[Joint, ...]]:
    """The SIAR days known at `as_of`, one row a day, and where the stations are joined.

    Raises:
        NotEnoughData: no SIAR day is stored.
    """
    rows = context.store.read("siar_daily", as_of=context.as_of)
    rows = rows[(rows["flag"] != OUTLIER).to_numpy()]
    days, joints = join_stations(rows, SIAR_DAILY.pool)
    if days.empty:
        raise NotEnoughData(
            "no daily weather of a SIAR station is known", hint="chocolib import siar PATH"
        )
    return days, joints


def stage_unfit_hours(context: Context, days: pd.DataFrame) -> pd.DataFrame:
    """Hours of each month in which the room is unfit for `STAGE`; see `insights.unfit_hours`."""
    stamped = days.set_axis(as_utc(pd.DatetimeIndex(days.index).tz_localize(MADRID)))
    hours = hours_of_days(
        stamped[list(EXTREMES)], latitude=LINARES.latitude, longitude=LINARES.longitude
    )
    return unfit_hours(hours, context.factory.thresholds, STAGE)


def price_correlations(context: Context, days: pd.DataFrame) -> list[dict[str, Any]]:
    """Of the days' weather with the day's prices; empty where there are too few days."""
    return correlations(days[list(WEATHER)], _daily_prices(context))


def _daily_prices(context: Context) -> pd.DataFrame:
    """Mean, midday mean and spread of each whole Madrid day, EUR/kWh, on naive dates."""
    rows = context.store.read("energy_prices", as_of=context.as_of)
    prices = rows["price_eur_kwh"][(rows["flag"] != OUTLIER).to_numpy()]
    here = pd.DatetimeIndex(prices.index).tz_convert(MADRID)
    day = here.tz_localize(None).normalize()
    grouped = prices.groupby(day)
    midday = prices[here.hour.isin(list(MIDDAY))]
    noon = midday.groupby(day[here.hour.isin(list(MIDDAY))]).mean()
    table = pd.DataFrame(
        {"mean": grouped.mean(), "midday": noon, "spread": grouped.max() - grouped.min()}
    )
    return table[(grouped.size() >= 23).to_numpy()].rename_axis("day")


def _nested(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a two-level table as nested documents, by month."""
    found = []
    names = [(str(column[0]), str(column[1])) for column in table.columns]
    for month, row in zip(table.index, table.to_numpy(dtype=float), strict=True):
        entry: dict[str, Any] = {"month": int(month)}
        for (field, what), value in zip(names, row, strict=True):
            entry.setdefault(field, {})[what] = None if pd.isna(value) else round(float(value), 2)
        found.append(entry)
    return found


def _flat(table: pd.DataFrame, name: str) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    numbered = zip(table.index, rows, strict=True)
    return [{name: int(key), **{str(k): v for k, v in row.items()}} for key, row in numbered]


def _short(value: Any) -> Any:
    """A number to four digits, so that a small p is not written as none."""
    return float(f"{value:.4g}") if isinstance(value, float) else value
