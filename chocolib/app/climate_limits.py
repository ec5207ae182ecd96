"""When the room's climate stops which stage, from the weather known and expected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from chocolib.app.context import Context
from chocolib.app.site_weather import COLUMNS, expected_weather, site_weather
from chocolib.core.factory import FactorySpec
from chocolib.core.facts import Fact
from chocolib.core.plan_parts import Halt
from chocolib.core.remarks import Remark
from chocolib.core.thresholds import Climate
from chocolib.core.time import DAY, HOUR, Window
from chocolib.insights.climate import HUMIDITY, TEMPERATURE, halted, indoors

#: How far back weather says something of the hours ahead.
_BEFORE = 10 * DAY
#: What an hour's weather is, and the text that says so.
_WAYS = {
    "observed": "plan.weather.observed",
    "forecast": "plan.weather.forecast",
    "persistence": "plan.weather.persistence",
    "climatology": "plan.weather.climatology",
}


def climate_limits(context: Context, window: Window) -> tuple[tuple[Halt, ...], tuple[Remark, ...]]:
    """The hours of `window` in which a hard limit stops a stage, and what that rests on.

    Each hour takes the best that is known at `as_of`: observed, a stored forecast, the last
    whole day, SIAR's usual weather of the date. An hour of which nothing is known stops
    nothing, and is said.

    Returns:
        Halts by stage and time, UTC; and notes.
    """
    weather = site_weather(context, Window(window.start - _BEFORE, window.end))
    outside = expected_weather(context, weather, window)
    return halts_in(context.factory, outside), tuple(_notes(outside))


def halts_in(factory: FactorySpec, outside: pd.DataFrame) -> tuple[Halt, ...]:
    """Where a hard limit of the room's climate stops a stage, by stage and time.

    Args:
        outside: `temperature_c`, `humidity_pct` of the air by UTC hour.
    """
    thresholds = factory.thresholds
    room = indoors(outside[COLUMNS], thresholds.indoor)
    names = [stage.name for stage in factory.stages]
    stops = halted(room, thresholds.climate, names)
    return tuple(
        halt for name in names for halt in _runs(stops[name], room, thresholds.climate, name)
    )


def _runs(stops: pd.Series, room: pd.DataFrame, climate: Climate, stage: str) -> Iterator[Halt]:
    """Consecutive hours that stop the stage for one reason, the worst of them said."""
    on = stops.fillna(False).to_numpy(dtype=bool)
    hours = room[on]
    if hours.empty:
        return
    reasons = _reasons(hours, climate, stage)
    index = pd.DatetimeIndex(hours.index)
    breaks = (np.diff(index) != HOUR) | (reasons[1:] != reasons[:-1])
    for run in np.split(np.arange(len(hours)), np.flatnonzero(breaks) + 1):
        reason = str(reasons[run[0]])
        worst = hours[TEMPERATURE if reason == "temperature" else HUMIDITY].iloc[run].max()
        limit = _limit(climate, stage, reason)
        yield Halt(stage, index[run[0]], index[run[-1]] + HOUR, reason, float(worst), limit)


def _reasons(hours: pd.DataFrame, climate: Climate, stage: str) -> np.ndarray:
    """Which limit stops each hour: the pause goes before the heat, the heat before humidity."""
    most = climate.of(stage).temperature_most_c
    hot = hours[TEMPERATURE] > (np.inf if most is None else most)
    return np.select(
        [(hours[HUMIDITY] > climate.humidity_pause_pct).to_numpy(), hot.to_numpy()],
        ["pause", "temperature"],
        "humidity",
    )


def _limit(climate: Climate, stage: str, reason: str) -> float:
    own = climate.of(stage)
    limits = {"temperature": own.temperature_most_c, "humidity": own.humidity_most_pct}
    limit = limits.get(reason, climate.humidity_pause_pct)
    return float("nan") if limit is None else limit


def _notes(outside: pd.DataFrame) -> Iterator[Remark]:
    """A note for each kind of weather the hours have; which rule stands in is in its text."""
    for way, key in _WAYS.items():
        hours = outside.index[outside["weather"] == way]
        if len(hours):
            yield Remark(key, {"hours": Fact(len(hours), "h")})
    unknown = outside.index[outside["weather"] == "none"]
    if len(unknown):
        facts = {"hours": Fact(len(unknown), "h"), "from": Fact(unknown[0], "time")}
        yield Remark("plan.weather.none", facts)
