"""Every threshold, once: score, classes, the room's climate, alerts; overridable by a TOML table.

`Thresholds()` is what the factory of Linares uses. Embedded in a specification, a table
changes the keys that it names and leaves the others; an array of tables (`climate.stages`)
replaces the whole array. What is due and when it is stale is said in `schema`, not here.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Celsius = Annotated[float, Field(ge=-40, le=80, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Points = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
EurPerKwh = Annotated[float, Field(ge=-0.5, le=10, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=400)]
Hours = Annotated[int, Field(ge=1, le=400)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _rising(what: str, *values: float) -> None:
    if any(a >= b for a, b in pairwise(values)):
        raise ValueError(f"{what} must rise: {', '.join(f'{v:g}' for v in values)}")


class EnergyScore(_Part):
    """The energy score of an hour, 0-100: points for its price and for the room's climate.

    Attributes:
        price_points: all of them at the cheapest of the window, none at the dearest.
        price_window_days: local days before the hour's own, whose prices it is ranked in.
        price_least_days: with fewer days of prices there is no rank, and no score.
        temperature_full_from_c, temperature_full_to_c: the room's band with all points.
        temperature_none_from_c: none from here on; in between they fall evenly.
        temperature_none_below_c: none up to here (the upper ramp mirrored, our choice).
        humidity_full_to_pct, humidity_none_from_pct: as for the temperature.
    """

    price_points: Points = 60
    temperature_points: Points = 25
    humidity_points: Points = 15
    price_window_days: Days = 30
    price_least_days: Days = 7
    temperature_none_below_c: Celsius = 12
    temperature_full_from_c: Celsius = 18
    temperature_full_to_c: Celsius = 22
    temperature_none_from_c: Celsius = 28
    humidity_full_to_pct: Percent = 60
    humidity_none_from_pct: Percent = 80

    @model_validator(mode="after")
    def _whole(self) -> EnergyScore:
        total = self.price_points + self.temperature_points + self.humidity_points
        if not math.isclose(total, 100, abs_tol=1e-6):
            raise ValueError(f"the points of the score add up to {total:g}, not to 100")
        if self.price_least_days > self.price_window_days:
            raise ValueError("price_least_days is more than price_window_days")
        _rising(
            "the temperatures of the score",
            self.temperature_none_below_c,
            self.temperature_full_from_c,
            self.temperature_full_to_c,
            self.temperature_none_from_c,
        )
        _rising(
            "the humidities of the score", self.humidity_full_to_pct, self.humidity_none_from_pct
        )
        return self


class ClassBounds(_Part):
    """The least score of each production class; below the last one it is Halt."""

    optimal: Points = 75
    moderate: Points = 55
    reduced: Points = 35

    @model_validator(mode="after")
    def _falling(self) -> ClassBounds:
        _rising("the bounds of the classes", self.reduced, self.moderate, self.optimal)
        return self


class IndoorModel(_Part):
    """The room, from the air outside: held at a set point, drifting on hot hours.

    Attributes:
        drift: degrees inside for each degree outside above `drift_above_c`.
    """

    set_point_c: Celsius = 20
    drift_above_c: Celsius = 30
    drift: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.25


class StageClimate(_Part):
    """What the room of one stage has to keep; a limit left out does not exist.

    Attributes:
        stage: a stage's name in the factory file.
        band_from_c, band_to_c: the aim; outside of it the stage runs, and is warned of.
        temperature_most_c, humidity_most_pct: hard limits; above them the stage halts.
    """

    stage: str
    band_from_c: Celsius | None = None
    band_to_c: Celsius | None = None
    temperature_most_c: Celsius | None = None
    humidity_most_pct: Percent | None = None

    @model_validator(mode="after")
    def _in_order(self) -> StageClimate:
        band = [v for v in (self.band_from_c, self.band_to_c) if v is not None]
        _rising(f"the band of {self.stage}", *band)
        most = self.temperature_most_c
        if most is not None and band and most < band[-1]:
            raise ValueError(f"the band of {self.stage} reaches above its limit of {most:g} C")
        return self


class Climate(_Part):
    """Hard climate limits: those of single stages, and the one that pauses everything."""

    humidity_pause_pct: Percent = 75
    stages: tuple[StageClimate, ...] = (
        StageClimate(stage="conche", temperature_most_c=28),
        StageClimate(
            stage="temper",
            band_from_c=18,
            band_to_c=22,
            temperature_most_c=24,
            humidity_most_pct=60,
        ),
        StageClimate(stage="mould", humidity_most_pct=60),
    )

    @model_validator(mode="after")
    def _once(self) -> Climate:
        names = [room.stage for room in self.stages]
        if len(set(names)) < len(names):
            raise ValueError("two climate limits are for the same stage")
        return self

    def of(self, stage: str) -> StageClimate:
        """The limits of a stage; one without any where none are declared."""
        return next((r for r in self.stages if r.stage == stage), StageClimate(stage=stage))


class Alerts(_Part):
    """When something is worth telling, and how often.

    How late a series may be (`stale_after`, `due`, `grace`: a price 26 h, the weather 3 h,
    D+1 after 21:30) stands in `schema`.

    Attributes:
        spike_quantile, spike_window_days, spike_eur_kwh: an hour above this quantile of
            so many days, or above this price.
        opportunity_*: at least `opportunity_hours` of the next `opportunity_within_h` below
            this quantile of `opportunity_window_days`.
        heat_within_h: how far ahead an indoor limit is looked for.
        gap_h: more missing hours in a row than this.
        drift_days: the champion loses to the weekly naive over so many days.
        deviation_outside_share: more of a day's published hours outside the 80 % band of
            yesterday's forecast than this; a band that keeps its word has 0.2 (our choice).
        quiet_min: minutes between two alerts of one topic.
    """

    spike_quantile: Share = 0.98
    spike_window_days: Days = 90
    spike_eur_kwh: EurPerKwh = 0.30
    opportunity_quantile: Share = 0.15
    opportunity_window_days: Days = 30
    opportunity_hours: Hours = 3
    opportunity_within_h: Hours = 6
    heat_within_h: Hours = 72
    gap_h: Hours = 12
    drift_days: Days = 14
    deviation_outside_share: Share = 0.5
    quiet_min: Annotated[int, Field(ge=1, le=1440)] = 15

    @model_validator(mode="after")
    def _possible(self) -> Alerts:
        if self.opportunity_hours > self.opportunity_within_h:
            raise ValueError("opportunity_hours is more than opportunity_within_h")
        return self


class Thresholds(_Part):
    """All of them; validated, immutable."""

    score: EnergyScore = EnergyScore()
    classes: ClassBounds = ClassBounds()
    indoor: IndoorModel = IndoorModel()
    climate: Climate = Climate()
    alerts: Alerts = Alerts()
