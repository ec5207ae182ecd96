"""What prices are expected: the week by day or hour, and the cheapest hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.expected import expected_prices
from chocolib.app.outlook import published
from chocolib.app.windows import windows
from chocolib.core.i18n import t
from chocolib.core.results import Forecast
from chocolib.core.time import Window, at, day_window, local_date, midnight
from chocolib.insights.windows import CheapWindow
from chocolib.tools.answer import Answer, Moment, Part, Span, price, rounded
from chocolib.tools.words import of_forecast

_SERIES = ("energy_prices", "price_forecast")


class OptimalWindow(Part):
    """The cheapest hours of one Madrid day."""

    day: date
    spans: tuple[Span, ...] = Field(description="the hours, as stretches in a row")
    mean_eur_kwh: float = Field(description="expected mean price of these hours, EUR/kWh")
    day_mean_eur_kwh: float = Field(description="expected mean price of the whole day, EUR/kWh")
    saving_eur: float = Field(description="what the load costs less than at the day's mean, EUR")
    below_mean: float = Field(description="probability (0-1) that they are below the day's mean")
    published: int = Field(description="how many of the hours have a published, certain price")


class OptimalWindows(Answer):
    """The cheapest hours of each day, the soonest day first."""

    hours: int = Field(description="how many hours a window has")
    load_kw: float = Field(description="load that the saving is for, kW")
    model: str = Field(description="the price model that spoke of hours not yet published")
    forecast_made_at: Moment = Field(description="when it spoke")
    windows: tuple[OptimalWindow, ...]


def get_optimal_windows(
    context: Context,
    hours: Annotated[int, Field(ge=1, le=24, description="hours in a row")] = 3,
    days: Annotated[int, Field(ge=1, le=7, description="Madrid days, from today on")] = 2,
) -> OptimalWindows:
    """The cheapest hours in a row of today and the days after: when to produce.

    Raises:
        NotEnoughData: there is no forecast and none can be made.
    """
    made = expected_prices(context)
    found = windows(context, hours=hours, days=days, made=made)
    return OptimalWindows.of(
        context,
        *_SERIES,
        remarks=of_forecast(context, made),
        hours=hours,
        load_kw=found.load_kw,
        model=made.model,
        forecast_made_at=made.as_of,
        windows=tuple(_window(one) for one in found.days),
    )


def _window(one: CheapWindow) -> OptimalWindow:
    return OptimalWindow.model_validate(
        {
            "day": one.day,
            "spans": tuple(Span(start=span.start, end=span.end) for span in one.spans()),
            "mean_eur_kwh": price(one.mean_eur_kwh),
            "day_mean_eur_kwh": price(one.day_mean_eur_kwh),
            "saving_eur": rounded(one.saving_eur, 2),
            "below_mean": rounded(one.below_mean, 3),
            "published": one.published,
        }
    )


class ForecastHour(Part):
    """The price of one hour: published, or expected with its band."""

    start: Moment
    eur_kwh: float = Field(description="published price, else the expected (median), EUR/kWh")
    low_eur_kwh: float | None = Field(description="one price in ten is below, EUR/kWh")
    high_eur_kwh: float | None = Field(description="one price in ten is above, EUR/kWh")
    published: bool = Field(description="it is certain")


class ForecastDay(Part):
    """The prices of one Madrid day, as far as they are published or expected."""

    day: date
    mean_eur_kwh: float = Field(description="EUR/kWh")
    cheapest_eur_kwh: float = Field(description="EUR/kWh")
    cheapest_hour: Moment = Field(description="start of the cheapest hour")
    dearest_eur_kwh: float = Field(description="EUR/kWh")
    dearest_hour: Moment = Field(description="start of the dearest hour")
    low_eur_kwh: float | None = Field(description="mean of the hours' 10 % quantiles, EUR/kWh")
    high_eur_kwh: float | None = Field(description="mean of the hours' 90 % quantiles, EUR/kWh")
    hours: int = Field(description="hours that are known or expected")
    published: int = Field(description="how many of them are published")
    whole: bool = Field(description="all hours of the day are in it")


class WeeklyForecast(Answer):
    """Prices of today and the days to come."""

    model: str = Field(description="the price model that spoke of hours not yet published")
    forecast_made_at: Moment = Field(description="when it spoke")
    days: tuple[ForecastDay, ...]
    hours: tuple[ForecastHour, ...] = Field(description="only when asked for by hour")


def get_weekly_forecast(
    context: Context,
    days: Annotated[int, Field(ge=1, le=7, description="Madrid days, from today on")] = 7,
    by: Annotated[Literal["day", "hour"], Field(description="with the hours, or days only")] = (
        "day"
    ),
) -> WeeklyForecast:
    """The electricity prices of today and the next days, published and expected, with a band.

    Raises:
        NotEnoughData: there is no forecast and none can be made.
    """
    made = expected_prices(context)
    first = local_date(context.as_of)
    hours = _hours(context, made, Window(midnight(first), at(first + timedelta(days - 1), 24)))
    told = tuple(_days(hours, first, days))
    short = len(told) < days or not told[-1].whole
    cut = (t("tool.forecast.short", context.lang),) if short else ()
    return WeeklyForecast.of(
        context,
        *_SERIES,
        remarks=(*of_forecast(context, made), *cut),
        model=made.model,
        forecast_made_at=made.as_of,
        days=told,
        hours=tuple(_hour(row) for row in _rows(hours)) if by == "hour" else (),
    )


def _hours(context: Context, made: Forecast, window: Window) -> pd.DataFrame:
    """`q10`, `q50`, `q90` (EUR/kWh) and `known` of the hours of which any price is known."""
    known = published(context, window).dropna()
    names = ["q10", "q50", "q90"]
    expected = made.frame.reindex(columns=[*names, "known"]).reindex(window.hours())
    for name in names:
        expected[name] = known.reindex(expected.index).combine_first(expected[name].astype(float))
    expected["known"] = expected["known"].eq(True) | expected.index.isin(known.index)
    return expected[expected["q50"].notna()]


def _days(hours: pd.DataFrame, first: date, days: int) -> Iterator[ForecastDay]:
    for day in (first + timedelta(days=n) for n in range(days)):
        window = day_window(day)
        part = hours[(hours.index >= window.start) & (hours.index < window.end)]
        if len(part):
            yield _day(day, part, whole=len(part) == len(window))


def _day(day: date, part: pd.DataFrame, *, whole: bool) -> ForecastDay:
    median = part["q50"]
    return ForecastDay.model_validate(
        {
            "day": day,
            "mean_eur_kwh": price(median.mean()),
            "cheapest_eur_kwh": price(median.min()),
            "cheapest_hour": median.idxmin(),
            "dearest_eur_kwh": price(median.max()),
            "dearest_hour": median.idxmax(),
            "low_eur_kwh": price(part["q10"].mean()),
            "high_eur_kwh": price(part["q90"].mean()),
            "hours": len(part),
            "published": int(part["known"].sum()),
            "whole": whole,
        }
    )


def _rows(hours: pd.DataFrame) -> Iterator[tuple[pd.Timestamp, dict[str, object]]]:
    rows = hours.astype(object).to_dict("records")
    for start, row in zip(pd.DatetimeIndex(hours.index), rows, strict=True):
        yield start, {str(name): value for name, value in row.items()}


def _hour(row: tuple[pd.Timestamp, dict[str, object]]) -> ForecastHour:
    start, told = row
    return ForecastHour.model_validate(
        {
            "start": start,
            "eur_kwh": price(told["q50"]),
            "low_eur_kwh": price(told["q10"]),
            "high_eur_kwh": price(told["q90"]),
            "published": bool(told["known"]),
        }
    )
