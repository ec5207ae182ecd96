"""Rules on the room's climate ahead: too warm, too humid, for which stages."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from chocolib.core.facts import Fact, Unit
from chocolib.core.thresholds import Climate, Thresholds
from chocolib.core.time import HOUR
from chocolib.insights.climate import HUMIDITY, TEMPERATURE
from chocolib.insights.rules import Found, Level, Rule
from chocolib.insights.situation import Situation


def heat(situation: Situation, thresholds: Thresholds) -> Iterator[Found]:
    """The room leaves a stage's band (warning) or passes its hard limit (critical)."""
    for stages, band, most in _temperatures(thresholds.climate):
        values = _ahead(situation, thresholds, TEMPERATURE)
        hard = most is not None and bool((values > most).any())
        limit = most if hard else band
        if limit is not None:
            level: Level = "critical" if hard else "warning"
            yield from _over(values, limit, "C", stages, level)


def humidity(situation: Situation, thresholds: Thresholds) -> Iterator[Found]:
    """The room passes the humidity at which a stage halts (warning), or all do (critical)."""
    values = _ahead(situation, thresholds, HUMIDITY)
    pause = thresholds.climate.humidity_pause_pct
    if bool((values > pause).any()):
        yield from _over(values, pause, "%", "", "critical")
        return
    for limit, stages in _humidities(thresholds.climate):
        yield from _over(values, limit, "%", stages, "warning")


def _ahead(situation: Situation, thresholds: Thresholds, column: str) -> pd.Series:
    """The room's values of the hours that are looked at; empty when not known."""
    if situation.room is None:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([], tz="UTC"))
    start, room = situation.as_of.floor("h"), situation.room
    end = start + thresholds.alerts.heat_within_h * HOUR
    return room[column][(room.index >= start) & (room.index < end)].dropna()


def _over(
    values: pd.Series, limit: float, unit: Unit, stages: str, level: Level
) -> Iterator[Found]:
    over = values[values > limit]
    if over.empty:
        return
    yield Found(
        start=pd.Timestamp(over.index[0]),
        end=pd.Timestamp(over.index[-1]) + HOUR,
        subject=stages.replace(", ", "+"),
        level=level,
        facts={
            "stages": Fact(stages or "all", "key"),
            "peak": Fact(float(over.max()), unit),
            "peak_at": Fact(pd.Timestamp(str(over.idxmax())), "time"),
            "first": Fact(pd.Timestamp(over.index[0]), "time"),
            "hours": Fact(len(over)),
            "limit": Fact(limit, unit),
        },
    )


def _temperatures(climate: Climate) -> list[tuple[str, float | None, float | None]]:
    """Stages by their band's upper end and their hard limit."""
    pairs: dict[tuple[float | None, float | None], list[str]] = {}
    for room in climate.stages:
        if room.band_to_c is not None or room.temperature_most_c is not None:
            pairs.setdefault((room.band_to_c, room.temperature_most_c), []).append(room.stage)
    return [(", ".join(names), *limits) for limits, names in pairs.items()]


def _humidities(climate: Climate) -> list[tuple[float, str]]:
    """Stages by their hard limit."""
    stages: dict[float, list[str]] = {}
    for room in climate.stages:
        if room.humidity_most_pct is not None:
            stages.setdefault(room.humidity_most_pct, []).append(room.stage)
    return [(limit, ", ".join(names)) for limit, names in sorted(stages.items())]


def _heat_limits(thresholds: Thresholds) -> dict[str, Fact]:
    bands = [room.band_to_c for room in thresholds.climate.stages if room.band_to_c is not None]
    most = [
        room.temperature_most_c
        for room in thresholds.climate.stages
        if room.temperature_most_c is not None
    ]
    return {
        "within": Fact(thresholds.alerts.heat_within_h, "h"),
        "bands": _listed(bands, "°C"),
        "mosts": _listed(most, "°C"),
    }


def _humidity_limits(thresholds: Thresholds) -> dict[str, Fact]:
    most = [limit for limit, _ in _humidities(thresholds.climate)]
    return {
        "within": Fact(thresholds.alerts.heat_within_h, "h"),
        "mosts": _listed(most, "%"),
        "pause": Fact(thresholds.climate.humidity_pause_pct, "%"),
    }


def _listed(values: list[float], unit: str) -> Fact:
    return Fact(" / ".join(f"{value:g}" for value in sorted(set(values))) + f" {unit}", "key")


CLIMATE_RULES = (
    Rule(
        id="heat",
        level="warning",
        needs=("room",),
        title="alert.heat.title",
        evidence="alert.heat.evidence",
        todo="alert.heat.todo",
        when="alert.heat.when",
        limits=_heat_limits,
        judge=heat,
    ),
    Rule(
        id="humidity",
        level="warning",
        needs=("room",),
        title="alert.humidity.title",
        evidence="alert.humidity.evidence",
        todo="alert.humidity.todo",
        when="alert.humidity.when",
        limits=_humidity_limits,
        judge=humidity,
    ),
)
