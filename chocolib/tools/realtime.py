"""What is true now: the price, the weather and the room."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.outlook import room_now
from chocolib.app.views.today import TRAILING, quartiles
from chocolib.core.errors import NotEnoughData
from chocolib.core.i18n import t
from chocolib.core.tariff import tariff_period
from chocolib.core.time import DAY, HOUR, Window
from chocolib.core.views import RoomNow, price_at
from chocolib.tools.answer import Answer, Figure, Moment, price, rounded

#: Which series each kind of weather is of.
_SERIES = {
    "observed": "weather_data",
    "forecast": "weather_forecast",
    "persistence": "weather_data",
    "climatology": "siar_daily",
}


class CurrentPrice(Answer):
    """The published price of the current hour, and how it compares."""

    price: Figure = Field(description="PVPC of the current hour")
    tariff_period: Literal["P1", "P2", "P3"] = Field(description="punta, llano, valle (2.0TD)")
    rank_pct: float = Field(description="share of the trailing 30 days' hours that are cheaper, %")
    level: Literal["cheap", "usual", "dear"] | None = Field(
        description="by quartiles of those 30 days; null with less than a week of prices"
    )
    next_price: Figure | None = Field(description="the hour after, where it is published")
    published_until: Moment = Field(description="end of the last hour with a published price")


def get_current_price(context: Context) -> CurrentPrice:
    """The price of electricity (PVPC) this hour, if that is cheap or dear, and the next hour's.

    Ask it for "the price now"; other hours are in the weekly forecast.

    Raises:
        NotEnoughData: the current hour has no published price.
    """
    hour = context.as_of.floor("h")
    frame = prices(context, Window(context.as_of - TRAILING, hour + 2 * DAY))
    series = frame["price_eur_kwh"]
    now = price_at(series, hour)
    if now is None:
        raise NotEnoughData(
            f"the price of {hour:%Y-%m-%d %H:%M} UTC is not known",
            hint="chocolib ingest prices fetches it",
        )
    past = series[series.index < context.as_of]
    return CurrentPrice.of(
        context,
        "energy_prices",
        price=_published(frame, hour, now),
        tariff_period=tariff_period(pd.DatetimeIndex([hour])).iloc[0],
        rank_pct=rounded(100 * float((past < now).mean()), 1),
        level=_level(now, quartiles(past)),
        next_price=_next(frame, hour + HOUR),
        published_until=series.index[-1] + HOUR,
    )


def _level(now: float, typical: tuple[float, float] | None) -> str | None:
    """The page's word for a price."""
    if typical is None:
        return None
    low, high = typical
    return "cheap" if now <= low else "dear" if now >= high else "usual"


def _next(frame: pd.DataFrame, hour: pd.Timestamp) -> Figure | None:
    value = price_at(frame["price_eur_kwh"], hour)
    return None if value is None else _published(frame, hour, value)


def _published(frame: pd.DataFrame, hour: pd.Timestamp, value: float) -> Figure:
    source = str(frame.loc[hour, "source"])
    return Figure.model_validate(
        {"value": price(value), "unit": "EUR/kWh", "time": hour, "source": source}
    )


class CurrentWeather(Answer):
    """The newest weather outside, and the room that it makes."""

    basis: Literal["observed", "forecast", "persistence", "climatology"] = Field(
        description="what it rests on: a station, a stored forecast, the days before, or only "
        "what is usual on this date"
    )
    outside_c: Figure = Field(description="temperature outside")
    outside_pct: Figure = Field(description="relative humidity outside")
    room_c: Figure = Field(description="temperature of the room by its declared model")
    room_pct: Figure = Field(description="relative humidity of the room by its declared model")
    halted: tuple[str, ...] | None = Field(
        description="stages whose hard climate limit the room passes; null: nobody can tell"
    )
    beside_aim: tuple[str, ...] = Field(description="stages that run outside their aim")
    observed_until: Moment | None = Field(description="end of the newest observed hour")
    observed_age_h: float | None = Field(description="hours from then to `as_of`")


def get_current_weather(context: Context) -> CurrentWeather:
    """The weather outside now, the climate of the production room, and the stages it halts.

    Raises:
        NotEnoughData: nothing is known of the weather, not even what is usual.
    """
    now = room_now(context)
    if now is None:
        raise NotEnoughData(
            "no weather is known", hint="chocolib ingest weather fetches it, chocolib import siar"
        )
    until = None if now.newest is None else now.newest + HOUR
    return CurrentWeather.of(
        context,
        _SERIES[now.source],
        remarks=_weather_remarks(context, now),
        basis=now.source,
        outside_c=_air(now, now.outside_c, "C"),
        outside_pct=_air(now, now.outside_pct, "%"),
        room_c=_air(now, now.room_c, "C", room=True),
        room_pct=_air(now, now.room_pct, "%", room=True),
        halted=now.halted,
        beside_aim=now.beside,
        observed_until=until,
        observed_age_h=None if until is None else rounded((context.as_of - until) / HOUR, 1),
    )


def _air(now: RoomNow, value: float, unit: str, *, room: bool = False) -> dict[str, object]:
    return {
        "value": rounded(value, 1),
        "unit": unit,
        "time": now.hour,
        "source": f"{now.source}, room model" if room else now.source,
        "expected": now.source != "observed",
    }


def _weather_remarks(context: Context, now: RoomNow) -> tuple[str, ...]:
    """That it is not an observation, where it is not."""
    return () if now.source == "observed" else (t(WEATHER[now.source], context.lang),)


#: What to say of weather that nobody observed.
WEATHER = {
    "forecast": "tool.weather.forecast",
    "persistence": "tool.weather.persistence",
    "climatology": "tool.weather.climatology",
}
