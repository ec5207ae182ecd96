"""What the years say: the climate of the site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from chocolib.app.climate_usual import climate_usual
from chocolib.app.context import Context
from chocolib.core.errors import NotEnoughData
from chocolib.core.i18n import t
from chocolib.tools.answer import Answer, Part, rounded


class MonthNormal(Part):
    """What is usual in a month, means over the years."""

    month: int = Field(description="1 to 12")
    mean_c: float | None = Field(description="mean temperature, C")
    max_c: float | None = Field(description="mean of the days' highest, C")
    max_p90_c: float | None = Field(description="one day in ten is hotter, C")
    min_c: float | None = Field(description="mean of the days' lowest, C")
    min_p10_c: float | None = Field(description="one day in ten is colder, C")
    humidity_pct: float | None = Field(description="mean relative humidity, %")
    rain_mm: float | None = Field(description="mean rain of the month, mm")
    unfit_h: float | None = Field(
        description="hours of the month in which the tempering room would be halted, h"
    )


class Extreme(Part):
    """The highest or lowest value ever measured."""

    what: str = Field(description="field of siar_daily, with its unit at its end")
    which: Literal["highest", "lowest"]
    value: float = Field(description="in the unit that `what` ends with")
    day: date
    station: str


class HotYear(Part):
    """Hot days of one year, May to October."""

    year: int
    above_30: int = Field(description="days above 30 C")
    above_35: int = Field(description="days above 35 C")
    above_38: int = Field(description="days above 38 C")
    whole: bool = Field(description="enough days are known for the trend to count it")


class HotTrend(Part):
    """How the number of hot days changes."""

    above_c: float = Field(description="days above so many C")
    compared: str = Field(description="all years, or only within stations")
    days_per_decade: float = Field(description="so many days more, negative: fewer")
    p: float | None = Field(description="probability of such a trend by chance")
    years: int


class SiarAnalysis(Answer):
    """The climate of the site by its SIAR stations."""

    first: date
    last: date
    days: int = Field(description="days that are known")
    absent_days: int = Field(description="days between first and last that are not")
    stations: dict[str, int] = Field(description="days of each station")
    months: tuple[MonthNormal, ...] = Field(description="one where a month was asked for")
    extremes: tuple[Extreme, ...] = Field(description="of that month where one was asked for")
    hot_years: tuple[HotYear, ...]
    hot_trends: tuple[HotTrend, ...] = Field(description="empty: too few whole years")


def get_siar_analysis(
    context: Context,
    month: Annotated[int | None, Field(ge=1, le=12, description="only this month")] = None,
) -> SiarAnalysis:
    """The climate history of the site: normals by month, records, hot days and their trend.

    Daily means of the SIAR stations since 2000, as measured. It says how often the tempering
    room would be too warm or too humid; the weather of now is in the current weather.

    Raises:
        NotEnoughData: no SIAR day is stored.
    """
    usual = climate_usual(context)
    if usual is None:
        raise NotEnoughData(
            "no daily weather of a SIAR station is known", hint="chocolib import siar PATH"
        )
    unfit = {row["month"]: row["halted"] for row in usual["unfit"]}
    kept = [row for row in usual["months"] if month in (None, row["month"])]
    extremes = usual["extremes"] if month is None else usual["month_extremes"].get(str(month), ())
    joined = (t("tool.siar.stations", context.lang),) if len(usual["stations"]) > 1 else ()
    return SiarAnalysis.of(
        context,
        "siar_daily",
        remarks=joined,
        **{name: usual[name] for name in ("first", "last", "days", "absent_days", "stations")},
        months=tuple(_normal(row, unfit.get(row["month"])) for row in kept),
        extremes=tuple(map(_extreme, extremes)),
        hot_years=tuple(map(_hot_year, usual["hot"])),
        hot_trends=tuple(_trend(row) for row in usual["trends"] if row["years"] is not None),
    )


def _normal(row: Mapping[str, Any], unfit_h: float | None) -> MonthNormal:
    def told(field: str, what: str) -> float | None:
        return rounded(row.get(field, {}).get(what), 1)

    return MonthNormal.model_validate(
        {
            "month": row["month"],
            "mean_c": told("temperature_c", "mean"),
            "max_c": told("temperature_max_c", "mean"),
            "max_p90_c": told("temperature_max_c", "p90"),
            "min_c": told("temperature_min_c", "mean"),
            "min_p10_c": told("temperature_min_c", "p10"),
            "humidity_pct": told("humidity_pct", "mean"),
            "rain_mm": told("precipitation_mm", "month"),
            "unfit_h": rounded(unfit_h, 1),
        }
    )


def _extreme(row: Mapping[str, Any]) -> Extreme:
    return Extreme.model_validate(
        {"what": row["field"], "which": row["which"], "value": rounded(row["value"], 2)}
        | {"day": row["day"], "station": row["station"]}
    )


def _hot_year(row: Mapping[str, Any]) -> HotYear:
    names = ("year", "above_30", "above_35", "above_38")
    return HotYear.model_validate({**{n: row[n] for n in names}, "whole": row["counts"]})


def _trend(row: Mapping[str, Any]) -> HotTrend:
    return HotTrend.model_validate(
        {"above_c": row["above_c"], "compared": row["compared"], "years": row["years"]}
        | {"days_per_decade": rounded(row["days_per_decade"], 1), "p": rounded(row["p"], 4)}
    )
