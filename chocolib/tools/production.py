"""When to produce: the class and score of every hour to come, and stretches of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.expected import expected_prices
from chocolib.app.outlook import published
from chocolib.app.production import rated_hours
from chocolib.core.errors import NotEnoughData
from chocolib.core.i18n import t
from chocolib.core.results import Forecast
from chocolib.core.thresholds import CLASSES
from chocolib.core.time import HOUR, Window
from chocolib.tools.answer import Answer, Moment, Part, price, rounded
from chocolib.tools.realtime import WEATHER
from chocolib.tools.words import of_forecast

HourClass = Literal["Optimal", "Moderate", "Reduced", "Halt"]
#: The classes of hours to use and of hours to avoid; those of the one list are not in the other.
_GOOD, _BAD = CLASSES[:2], CLASSES[2:]


class RatedHour(Part):
    """One hour with its class and what it is made of."""

    start: Moment
    hour_class: HourClass | None = Field(description="null: the room's climate is not known")
    score: float | None = Field(description="energy score, 0-100 points")
    eur_kwh: float = Field(description="published price, else the expected one, EUR/kWh")
    published: bool = Field(description="the price is certain")
    halted: tuple[str, ...] | None = Field(
        description="stages that a hard climate limit halts; null: nobody can tell"
    )
    weather: Literal["observed", "forecast", "persistence", "climatology", "none"] = Field(
        description="what the room's climate rests on"
    )


class Stretch(Part):
    """Hours in a row of one class."""

    start: Moment
    end: Moment = Field(description="excluded")
    hour_class: HourClass
    mean_eur_kwh: float = Field(description="mean price of these hours, EUR/kWh")
    mean_score: float = Field(description="mean energy score of these hours, points")


class ProductionRecommendation(Answer):
    """Hours to produce in, hours to avoid, and every hour with its class."""

    rests_on: str = Field(description="what the classes rest on, in words")
    produce: tuple[Stretch, ...] = Field(description="Optimal and Moderate hours in a row")
    avoid: tuple[Stretch, ...] = Field(description="Reduced and Halt hours in a row")
    hours: tuple[RatedHour, ...]


def get_production_recommendation(
    context: Context,
    hours: Annotated[int, Field(ge=1, le=168, description="hours to come")] = 24,
) -> ProductionRecommendation:
    """Which hours to come are good for production: class and energy score by hour, and why.

    The score weighs the price among those of the last 30 days with the climate of the room. It
    says nothing of batches: those are in the daily optimization.

    Raises:
        NotEnoughData: there is no forecast and none can be made.
    """
    made = expected_prices(context)
    asked = _asked(context, made, hours)
    rated = rated_hours(context, asked["price"]).assign(known=asked["known"])
    told = tuple(map(_hour, _rows(rated)))
    stretches = tuple(_stretches(told))
    return ProductionRecommendation.of(
        context,
        "energy_prices",
        "price_forecast",
        "weather_data",
        "weather_forecast",
        *(("siar_daily",) if rated["weather"].eq("climatology").any() else ()),
        remarks=(*of_forecast(context, made), *_remarks(context, rated, hours)),
        rests_on=_rests_on(context),
        produce=tuple(one for one in stretches if one.hour_class in _GOOD),
        avoid=tuple(one for one in stretches if one.hour_class in _BAD),
        hours=told,
    )


def _asked(context: Context, made: Forecast, hours: int) -> pd.DataFrame:
    """`price` (EUR/kWh) and `known` of the hours from the current one on, without a hole."""
    begin = context.as_of.floor("h")
    window = Window(begin, begin + hours * HOUR)
    known = published(context, window).reindex(window.hours())
    prices = known.combine_first(made.frame["q50"].reindex(window.hours()))
    if pd.isna(prices.iloc[0]):
        prices = prices.iloc[1:]  # the forecast begins with the next hour
    holes = prices.isna().to_numpy()
    prices = prices.iloc[: int(holes.argmax()) if holes.any() else None]
    if prices.empty:
        raise NotEnoughData(
            "no price of the hours to come is known or expected",
            hint="chocolib daily makes a forecast",
        )
    return pd.DataFrame({"price": prices, "known": known.reindex(prices.index).notna()})


def _rows(rated: pd.DataFrame) -> Iterator[dict[str, Any]]:
    whole = rated.astype(object).where(rated.notna(), None)
    for start, row in zip(pd.DatetimeIndex(rated.index), whole.to_dict("records"), strict=True):
        yield {"start": start, **{str(name): value for name, value in row.items()}}


def _hour(row: dict[str, Any]) -> RatedHour:
    halted = row["halted"]
    return RatedHour.model_validate(
        {
            "start": row["start"],
            "hour_class": row["class"],
            "score": rounded(row["score"], 1),
            "eur_kwh": price(row["price_eur_kwh"]),
            "published": bool(row["known"]),
            "halted": None if halted is None else tuple(filter(None, halted.split(", "))),
            "weather": row["weather"],
        }
    )


def _stretches(hours: tuple[RatedHour, ...]) -> Iterator[Stretch]:
    """Runs of hours of one class; hours without one end a run."""
    run: list[RatedHour] = []
    for one in hours:
        if run and one.hour_class != run[-1].hour_class:
            yield from _stretch(run)
            run = []
        run.append(one)
    yield from _stretch(run)


def _stretch(run: list[RatedHour]) -> Iterator[Stretch]:
    scores = [one.score for one in run if one.score is not None]
    if run and run[0].hour_class and scores:
        yield Stretch.model_validate(
            {
                "start": run[0].start,
                "end": run[-1].start + HOUR,
                "hour_class": run[0].hour_class,
                "mean_eur_kwh": price(sum(one.eur_kwh for one in run) / len(run)),
                "mean_score": rounded(sum(scores) / len(scores), 1),
            }
        )


def _rests_on(context: Context) -> str:
    rule = context.factory.thresholds.score
    return t(
        "tool.recommendation.rests_on",
        context.lang,
        days=f"{rule.price_window_days:g}",
        price=f"{rule.price_points:g}",
        temperature=f"{rule.temperature_points:g}",
        humidity=f"{rule.humidity_points:g}",
    )


def _remarks(context: Context, rated: pd.DataFrame, hours: int) -> Iterator[str]:
    """That weather or prices lack, or are not forecast."""
    ways = set(rated["weather"])
    yield from (t(key, context.lang) for way, key in WEATHER.items() if way in ways - {"forecast"})
    if rated["score"].isna().any():
        yield t("tool.recommendation.no_score", context.lang)
    if len(rated) < hours - 1:
        yield t("tool.forecast.short", context.lang)
