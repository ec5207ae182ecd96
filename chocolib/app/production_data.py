"""What the production models learn from, gathered from the store as known at `as_of`."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.site_weather import COLUMNS, SiteWeather, site_weather
from chocolib.core.clock import by_clock, days_before
from chocolib.core.errors import NotEnoughData
from chocolib.core.measurement import OUTLIER
from chocolib.core.time import DAY, Window, known_until
from chocolib.insights.climate import HUMIDITY, indoors
from chocolib.insights.score import rate
from chocolib.models.price_ahead import AHEAD_DAYS, LEAST_DAYS, prices_ahead
from chocolib.models.production_table import ROOM_DAYS, Expected, rows_of
from chocolib.models.registry import HISTORY

#: SIAR's row of a day comes the morning after, and prices run to the end of tomorrow: in
#: the evening the last whole day of weather is two days before the last published one.
WEATHER_LAG_DAYS = 2


@dataclass(frozen=True, slots=True)
class Gathered:
    """Prices, weather, and every hour rated as it came and as it was expected.

    Attributes:
        rows: `production_table.rows_of` of all leads, with the `score` and `class` that came.
        rated: hours that are over (`insights.score.rate`).
    """

    rows: pd.DataFrame
    rated: pd.DataFrame
    weather: SiteWeather


def stages(context: Context) -> list[str]:
    """The factory's stages, in order."""
    return [stage.name for stage in context.factory.stages]


def gathered(context: Context) -> Gathered:
    """Everything that the models can learn from at the context's `as_of`.

    Raises:
        NotEnoughData: no price is known, or too few days of them.
    """
    until = known_until(context.as_of)
    window = Window(until - HISTORY, until)
    stored = prices(context, window)
    published = stored["price_eur_kwh"]
    learn = published[(stored["flag"] != OUTLIER).to_numpy()]
    if learn.empty or learn.index[-1] - learn.index[0] < (LEAST_DAYS + 1) * DAY:
        raise NotEnoughData(
            f"the production models need {LEAST_DAYS + 1} days of prices",
            hint="chocolib backfill energy_prices fetches them, chocolib import pvpc FILE reads",
        )
    weather = site_weather(context, window)
    rated = _rated(context, published, published, weather.hours[COLUMNS], 0)
    ahead = prices_ahead(learn)
    rows = [
        rows_of(_expected(context, days, ahead[days], published, weather), rated)
        for days in AHEAD_DAYS
    ]
    came = rated[["score", "class"]]
    return Gathered(pd.concat([part.join(came) for part in rows]), rated, weather)


def _expected(
    context: Context,
    ahead_days: int,
    foretold: pd.DataFrame,
    published: pd.Series,
    weather: SiteWeather,
) -> Expected:
    hours = pd.DatetimeIndex(foretold.index)
    lag = ahead_days + WEATHER_LAG_DAYS
    table = by_clock(weather.hours[COLUMNS])
    seen = days_before(table, hours, lag)
    champion, naive = (
        _rated(context, foretold[name], published, seen, ahead_days - 1)
        for name in ("champion", "naive")
    )
    model = context.factory.thresholds.indoor
    room = indoors(seen, model)
    recent = [
        indoors(days_before(table, hours, lag + back), model)[HUMIDITY] for back in range(ROOM_DAYS)
    ]
    room["humidity_5d_pct"] = pd.concat(recent, axis=1).mean(axis=1)
    return Expected(ahead_days, champion, naive, room, lag)


def _rated(
    context: Context,
    asked: pd.Series,
    history: pd.Series,
    weather: pd.DataFrame,
    unknown_days: int,
) -> pd.DataFrame:
    return rate(
        asked,
        history=history,
        weather=weather,
        thresholds=context.factory.thresholds,
        stages=stages(context),
        unknown_days=unknown_days,
    )
