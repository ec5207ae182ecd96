"""Rules on the data themselves: stale, missing, with holes. Limits stand in `core.schema`."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from chocolib.core.facts import Fact
from chocolib.core.gaps import Freshness, Status
from chocolib.core.schema import ENERGY_PRICES, WEATHER_DATA
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import DAY_AHEAD_PUBLICATION, HOUR
from chocolib.insights.rules import Found, Rule
from chocolib.insights.situation import Situation


def stale_price(situation: Situation, _: Thresholds) -> Iterator[Found]:
    """The prices end too long before what should be published."""
    yield from _behind(situation.prices_fresh, "stale")


def day_ahead_missing(situation: Situation, _: Thresholds) -> Iterator[Found]:
    """Tomorrow should be published and is not; told until the prices are stale altogether."""
    yield from _behind(situation.prices_fresh, "late")


def stale_weather(situation: Situation, _: Thresholds) -> Iterator[Found]:
    """The observed weather ends too long ago."""
    yield from _behind(situation.weather_fresh, "stale")


def gaps(situation: Situation, thresholds: Thresholds) -> Iterator[Found]:
    """A long hole between rows. What lacks at a series' end is the other rules' to tell."""
    for gap in situation.gaps or ():
        if gap.hours > thresholds.alerts.gap_h:
            yield Found(
                start=gap.window.start,
                end=gap.window.end,
                subject=gap.measurement,
                facts={
                    "series": Fact(gap.measurement, "key"),
                    "hours": Fact(gap.hours, "h"),
                    "from": Fact(gap.window.start, "time"),
                    "to": Fact(gap.window.end, "time"),
                },
            )


def _behind(fresh: Freshness | None, status: Status) -> Iterator[Found]:
    if fresh is not None and fresh.status == status and fresh.until is not None:
        facts = {"until": Fact(fresh.until, "time"), "behind": Fact(fresh.lag / HOUR, "h")}
        yield Found(start=fresh.until, facts=facts)


def _stale_after(limit: pd.Timedelta | None) -> dict[str, Fact]:
    return {"limit": Fact((limit or HOUR) / HOUR, "h")}


def _day_ahead_limits(_: Thresholds) -> dict[str, Fact]:
    minutes = (DAY_AHEAD_PUBLICATION + ENERGY_PRICES.grace) // pd.Timedelta(minutes=1)
    return {"clock": Fact(f"{minutes // 60:02d}:{minutes % 60:02d}", "key")}


DATA_RULES = (
    Rule(
        id="stale_price",
        level="critical",
        needs=("prices_fresh",),
        title="alert.stale_price.title",
        evidence="alert.stale_price.evidence",
        todo="alert.stale_price.todo",
        when="alert.stale_price.when",
        limits=lambda _: _stale_after(ENERGY_PRICES.stale_after),
        judge=stale_price,
    ),
    Rule(
        id="day_ahead_missing",
        level="warning",
        needs=("prices_fresh",),
        title="alert.day_ahead_missing.title",
        evidence="alert.day_ahead_missing.evidence",
        todo="alert.day_ahead_missing.todo",
        when="alert.day_ahead_missing.when",
        limits=_day_ahead_limits,
        judge=day_ahead_missing,
    ),
    Rule(
        id="stale_weather",
        level="warning",
        needs=("weather_fresh",),
        title="alert.stale_weather.title",
        evidence="alert.stale_weather.evidence",
        todo="alert.stale_weather.todo",
        when="alert.stale_weather.when",
        limits=lambda _: _stale_after(WEATHER_DATA.stale_after),
        judge=stale_weather,
    ),
    Rule(
        id="gap",
        level="warning",
        needs=("gaps",),
        title="alert.gap.title",
        evidence="alert.gap.evidence",
        todo="alert.gap.todo",
        when="alert.gap.when",
        limits=lambda th: {"limit": Fact(th.alerts.gap_h, "h")},
        judge=gaps,
    ),
)
