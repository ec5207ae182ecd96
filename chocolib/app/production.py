"""Energy scores of the hours to come, and the forests that are trained to foretell them."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import forecast
from chocolib.app.logs import ml_training
from chocolib.app.production_data import Gathered, gathered, stages
from chocolib.app.site_weather import COLUMNS, expected_weather, site_weather
from chocolib.core.clock import clock_of
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.core.scores import HourScores
from chocolib.core.time import DAY, HOUR, Window, iso, origin_of
from chocolib.insights.climate import HUMIDITY, TEMPERATURE, indoors
from chocolib.insights.score import price_rank, rate
from chocolib.models.production import ProductionForests
from chocolib.models.production_review import Trained
from chocolib.models.production_rolling import importance, rolling, taught

HOURS = 72
MOST_HOURS = 168
#: Held out for measuring, in so many parts, each foretold by what was trained before it.
TESTED_DAYS, PARTS = 364, 4


def train_production(context: Context) -> Trained:
    """Train both forests on what is known at `as_of`, and measure them.

    They are measured on the last third of the days that can be rated, at most a year.

    Raises:
        NotEnoughData: too few hours have a price and weather; says what to do.
    """
    began = perf_counter()
    known = gathered(context)
    whole = known.rows[known.rows.notna().all(axis=1).to_numpy()]
    starts, until = _parts(whole)
    told, last = rolling(
        known.rows, starts=starts, until=until, bounds=context.factory.thresholds.classes
    )
    dates, _ = clock_of(pd.DatetimeIndex(whole.index))
    lost = importance(last, whole[np.asarray(dates >= starts[-1])])
    forests = ProductionForests().fit(taught(whole))
    facts = _facts(context, known, whole, perf_counter() - began)
    ml_training.info("production models trained", extra=facts)
    return Trained(forests, told, lost, facts)


def _parts(whole: pd.DataFrame) -> tuple[list[pd.Timestamp], pd.Timestamp]:
    """The first dates of the parts that are tested, and the end of the last one."""
    if whole.empty:
        raise NotEnoughData(
            "no hour has a price, its past and the weather, so there is nothing to learn",
            hint="chocolib import siar PATH or chocolib backfill weather_data brings weather",
        )
    dates, _ = clock_of(pd.DatetimeIndex(whole.index))
    days = dates.unique().sort_values()
    tested = min(TESTED_DAYS, len(days) // 3)
    firsts = np.linspace(len(days) - tested, len(days), PARTS, endpoint=False).astype(int)
    return list(days[firsts]), days[-1] + DAY


def _facts(
    context: Context, known: Gathered, whole: pd.DataFrame, seconds: float
) -> dict[str, Any]:
    return {
        "as_of": iso(context.as_of),
        "rows": len(whole),
        "first": iso(pd.Timestamp(whole.index.min())),
        "last": iso(pd.Timestamp(whole.index.max())),
        "weather_hours_observed": known.weather.counts["observed"],
        "weather_hours_made": known.weather.counts["made"],
        "seconds": round(seconds, 1),
    }


def score_hours(context: Context, *, hours: int = HOURS) -> HourScores:
    """The energy score of the hours that follow, by the exact rule.

    Published hours have their price; of the others the champion's median is rated, for no
    forest has beaten that (`docs/production-models.md`). The weather of an hour to come is
    the stored forecast, else that seen last, else the usual one of the date, and says so; from
    the usual one nobody can tell what will be halted.

    Raises:
        NotEnoughData: too little is known; SettingsError: hours out of range.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise SettingsError(f"scores are for 1 to {MOST_HOURS} hours, not {hours}")
    made = forecast(context, horizon=hours)
    frame = rated_hours(context, made.frame["q50"]).assign(known=made.frame["known"])
    name = f"rule-{made.model}"
    return HourScores(origin_of(context.as_of), context.as_of, name, frame, made.synthetic)


def rated_hours(context: Context, asked: pd.Series) -> pd.DataFrame:
    """What the exact rule says of consecutive hours at the prices given for them.

    Args:
        asked: EUR/kWh, published or expected, on consecutive UTC hours; at least one.

    Returns:
        On the same index the columns of `insights.score.rate`, `rank`, `price_eur_kwh`,
        `weather` (see `site_weather.expected_weather`) and the room: `room_c`, `room_pct`.
    """
    thresholds = context.factory.thresholds
    back = (thresholds.score.price_window_days + 1) * DAY
    window = Window(asked.index[0], asked.index[-1] + HOUR)
    past = Window(window.start - back, window.end)
    history = context.store.read("energy_prices", past, as_of=context.as_of)["price_eur_kwh"]
    seen = site_weather(context, Window(window.start - 9 * DAY, window.end))
    weather = expected_weather(context, seen, window)
    frame = rate(
        asked,
        history=history,
        weather=weather[COLUMNS],
        thresholds=thresholds,
        stages=stages(context),
    )
    room = indoors(weather[COLUMNS], thresholds.indoor)
    frame = frame.assign(
        rank=price_rank(asked, history, thresholds.score),
        price_eur_kwh=asked,
        weather=weather["weather"],
        room_c=room[TEMPERATURE],
        room_pct=room[HUMIDITY],
    )
    usual = (weather["weather"] == "climatology").to_numpy()
    frame["halted"] = frame["halted"].mask(usual)  # a mean foretells no extreme
    return frame


def keep_scores(context: Context, made: HourScores) -> None:
    """Write the scores to the store, missing ones as missing."""
    columns = ["score", "price_points", "temperature_points", "humidity_points", "class"]
    rows = made.frame[[*columns, "halted", "weather"]].assign(
        model=made.model,
        lead_h=range(len(made.frame)),
        known=made.frame["known"].astype(int),
        source="chocolib",
        available_at=made.as_of,
        flag="",
    )
    rows.index = pd.DatetimeIndex([made.origin] * len(rows), name="time")
    context.store.write("predictions", rows, received_at=context.now)
