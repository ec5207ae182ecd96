"""Prices looked back on: what they were, why a day is dear or cheap, what was forecast of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.price_days import Explained, deviation, explained, prices_of
from chocolib.core.errors import SettingsError
from chocolib.core.facts import Fact
from chocolib.core.i18n import day as day_words
from chocolib.core.i18n import t
from chocolib.core.tariff import PERIODS, tariff_period
from chocolib.core.time import Window, at, local_date, midnight
from chocolib.tools.answer import Answer, Day, Moment, Part, price, rounded
from chocolib.tools.words import of_forecast

#: Of the dearest and cheapest hours of a day so many are named.
_HOURS = 3
#: A statistic without dates is of so many days.
_DAYS = 30


class HourPrice(Part):
    """The price of one hour."""

    start: Moment
    eur_kwh: float = Field(description="EUR/kWh")


class PeriodPrice(Part):
    """The mean of one tariff period."""

    period: Literal["P1", "P2", "P3"] = Field(description="punta, llano, valle (2.0TD)")
    mean_eur_kwh: float = Field(description="EUR/kWh")
    hours: int


class PriceStatistics(Answer):
    """Published prices of some days."""

    since: date = Field(description="first Madrid day")
    until: date = Field(description="last Madrid day, included")
    mean_eur_kwh: float = Field(description="EUR/kWh")
    median_eur_kwh: float = Field(description="EUR/kWh")
    cheapest: HourPrice
    dearest: HourPrice
    by_period: tuple[PeriodPrice, ...]
    hours: int = Field(description="hours with a published price")
    missing_hours: int = Field(description="hours of these days without one")


def get_price_statistics(
    context: Context,
    since: Annotated[
        Day | None, Field(description="first Madrid day; default `until`, else 29 days before it")
    ] = None,
    until: Annotated[
        Day | None, Field(description="last Madrid day, included; default `since`, else today")
    ] = None,
) -> PriceStatistics:
    """What electricity cost on a past day or over a period: mean, extremes, by tariff period.

    Without dates it is of the last 30 days, today included; with one of them, of that day.

    Raises:
        NotEnoughData: no price of these days is known. SettingsError: `until` is before `since`.
    """
    last = until or since or local_date(context.as_of)
    first = since or until or last - timedelta(days=_DAYS - 1)
    if last < first:
        raise SettingsError(f"until {last} is before since {first}")
    prices = prices_of(context, first, last)
    missing = len(Window(midnight(first), at(last, 24))) - len(prices)
    lacking = (t("tool.prices.missing", context.lang, hours=missing),) if missing else ()
    return PriceStatistics.of(
        context,
        "energy_prices",
        remarks=lacking,
        since=first,
        until=last,
        mean_eur_kwh=price(prices.mean()),
        median_eur_kwh=price(prices.median()),
        cheapest=_hour(prices, prices.idxmin()),
        dearest=_hour(prices, prices.idxmax()),
        by_period=tuple(_by_period(prices)),
        hours=len(prices),
        missing_hours=missing,
    )


def _hour(prices: pd.Series, hour: object) -> HourPrice:
    start = pd.Timestamp(str(hour))
    return HourPrice.model_validate({"start": start, "eur_kwh": price(prices.loc[start])})


def _by_period(prices: pd.Series) -> Iterator[PeriodPrice]:
    periods = tariff_period(pd.DatetimeIndex(prices.index))
    for period in PERIODS:
        part = prices[(periods == period).to_numpy()]
        if len(part):
            told = {"period": period, "mean_eur_kwh": price(part.mean()), "hours": len(part)}
            yield PeriodPrice.model_validate(told)


class PriceExplanation(Answer):
    """A day's prices beside those before it, and what makes the difference."""

    day: date
    mean_eur_kwh: float = Field(description="mean of the day, EUR/kWh")
    usual_eur_kwh: float = Field(description="mean of the 30 days before, EUR/kWh")
    weekday_eur_kwh: float | None = Field(
        description="mean of the four same weekdays before, EUR/kWh"
    )
    difference_eur_kwh: float = Field(description="mean less usual, EUR/kWh")
    difference_pct: float | None = Field(description="that as a share of usual, %")
    tolls_eur_kwh: float | None = Field(
        description="part of the difference that is tolls and charges: more or fewer hours in "
        "P1 and P2 than usual, estimated from the prices themselves, EUR/kWh"
    )
    market_eur_kwh: float | None = Field(description="the rest of it: the market, EUR/kWh")
    dearest: tuple[HourPrice, ...] = Field(description="the dearest hours, the dearest first")
    cheapest: tuple[HourPrice, ...] = Field(description="the cheapest hours, the cheapest first")
    hours: int = Field(description="hours of the day that are known or expected")
    published: int = Field(description="how many of them are published")
    why: tuple[str, ...] = Field(description="sentences in the reader's language")


def get_price_explanation(
    context: Context,
    day: Annotated[Day | None, Field(description="Madrid day; default tomorrow")] = None,
) -> PriceExplanation:
    """Why the electricity of a day is dear or cheap: against the month before, tolls and market.

    Raises:
        NotEnoughData: no price of the day is published or expected, or none before it.
    """
    found = explained(context, day)
    prices, mean = found.hours["price"], float(found.hours["price"].mean())
    usual = float(found.trailing.mean())
    tolls = _tolls(found)
    ranked = prices.sort_values(kind="stable")
    return PriceExplanation.of(
        context,
        "energy_prices",
        *(("price_forecast",) if found.forecast else ()),
        remarks=of_forecast(context, found.forecast) if found.forecast else (),
        day=found.day,
        mean_eur_kwh=price(mean),
        usual_eur_kwh=price(usual),
        weekday_eur_kwh=price(found.weekday.mean()),
        difference_eur_kwh=price(mean - usual),
        difference_pct=rounded(100 * (mean / usual - 1), 1) if usual > 0 else None,
        tolls_eur_kwh=price(tolls),
        market_eur_kwh=None if tolls is None else price(mean - usual - tolls),
        dearest=tuple(_hour(prices, hour) for hour in ranked.index[::-1][:_HOURS]),
        cheapest=tuple(_hour(prices, hour) for hour in ranked.index[:_HOURS]),
        hours=len(prices),
        published=int(found.hours["known"].sum()),
        why=tuple(_why(context, found, mean, usual, tolls)),
    )


def _tolls(found: Explained) -> float | None:
    """What tolls make the day dearer than the days before, EUR/kWh."""
    if found.toll is None or found.usual_toll is None:
        return None
    return found.toll - found.usual_toll


def _why(
    context: Context, found: Explained, mean: float, usual: float, tolls: float | None
) -> Iterator[str]:
    lang = context.lang
    when = day_words(midnight(found.day), lang)

    def eur(value: float) -> str:
        return Fact(value, "EUR/kWh").shown(lang)

    key = "tool.price.dearer" if mean > usual else "tool.price.cheaper"
    yield t(key, lang, day=when, mean=eur(mean), usual=eur(usual))
    if len(found.weekday):
        yield t("tool.price.weekday", lang, mean=eur(float(found.weekday.mean())))
    if tolls is not None:
        yield t("tool.price.parts", lang, tolls=eur(tolls), market=eur(mean - usual - tolls))
    known = int(found.hours["known"].sum())
    if known < len(found.hours):
        yield t("tool.price.expected", lang, known=known, hours=len(found.hours))


class HourDeviation(Part):
    """What was forecast of an hour, and what came."""

    start: Moment
    forecast_eur_kwh: float = Field(description="median that was forecast, EUR/kWh")
    low_eur_kwh: float | None = Field(description="10 % quantile that was forecast, EUR/kWh")
    high_eur_kwh: float | None = Field(description="90 % quantile that was forecast, EUR/kWh")
    published_eur_kwh: float = Field(description="what came, EUR/kWh")


class ForecastDeviation(Answer):
    """A day's published prices beside the last forecast that did not know them."""

    day: date
    model: str = Field(description="the price model that spoke")
    forecast_made_at: Moment
    mean_error_eur_kwh: float = Field(description="mean absolute error, EUR/kWh")
    bias_eur_kwh: float = Field(description="mean of published less forecast, EUR/kWh")
    naive_error_eur_kwh: float | None = Field(
        description="mean absolute error of repeating the week before, EUR/kWh"
    )
    inside_pct: float | None = Field(
        description="share of hours inside the 80 % band, % (80 is what it promises)"
    )
    hours: tuple[HourDeviation, ...]


def get_forecast_deviation(
    context: Context,
    day: Annotated[
        Day | None, Field(description="Madrid day; default the newest that is published")
    ] = None,
) -> ForecastDeviation:
    """How far the published prices of a day are from what had been forecast of it.

    Raises:
        NotEnoughData: the day is not published, or no forecast of it was kept before.
    """
    found = deviation(context, day)
    figures = found.figures
    return ForecastDeviation.of(
        context,
        "energy_prices",
        day=found.day,
        model=found.made.model,
        forecast_made_at=found.made.as_of,
        mean_error_eur_kwh=price(figures.mae),
        bias_eur_kwh=price(figures.bias),
        naive_error_eur_kwh=price(figures.naive_mae),
        inside_pct=None if figures.inside is None else rounded(100 * figures.inside, 1),
        hours=tuple(_compared(start, row) for start, row in found.hours.iterrows()),
    )


def _compared(start: object, row: pd.Series) -> HourDeviation:
    return HourDeviation.model_validate(
        {
            "start": pd.Timestamp(str(start)),
            "forecast_eur_kwh": price(row["q50"]),
            "low_eur_kwh": price(row["q10"]),
            "high_eur_kwh": price(row["q90"]),
            "published_eur_kwh": price(row["actual"]),
        }
    )
