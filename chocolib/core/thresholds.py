"""Every threshold, once: score, classes, the room's climate, alerts; overridable by a TOML table.

`Thresholds()` is what the factory of Linares uses. Embedded in a specification, a table
changes the keys that it names and leaves the others; an array of tables (`climate.stages`)
replaces the whole array. What is due and when it is stale is said in `schema`, not here.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated

import numpy as np
import pandas as pd
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
    """The energy score of an hour, 0-100: points for its price and for the room's climate."""

    price_points: Points = Field(
        60, description="all of them at the cheapest price of the window, none at the dearest"
    )
    temperature_points: Points = Field(25, description="all of them inside the full band")
    humidity_points: Points = Field(15, description="all of them up to `humidity_full_to_pct`")
    price_window_days: Days = Field(
        30, description="local days before the hour's own, whose prices it is ranked in"
    )
    price_least_days: Days = Field(
        7, description="with fewer days of prices there is no rank, and no score"
    )
    temperature_none_below_c: Celsius = Field(
        12, description="room temperature up to which there are no points"
    )
    temperature_full_from_c: Celsius = Field(
        18, description="where the band with all points begins; below they fall evenly"
    )
    temperature_full_to_c: Celsius = Field(
        22, description="where that band ends; above they fall evenly"
    )
    temperature_none_from_c: Celsius = Field(
        28, description="room temperature from which there are no points"
    )
    humidity_full_to_pct: Percent = Field(
        60, description="room humidity up to which there are all points; above they fall evenly"
    )
    humidity_none_from_pct: Percent = Field(
        80, description="room humidity from which there are none"
    )

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


#: The production classes, the best first.
CLASSES = ("Optimal", "Moderate", "Reduced", "Halt")


class ClassBounds(_Part):
    """The least score of each production class; below the last one it is Halt."""

    optimal: Points = Field(75, description="least score of an Optimal hour")
    moderate: Points = Field(55, description="least score of a Moderate hour")
    reduced: Points = Field(35, description="least score of a Reduced hour; below it is Halt")

    @model_validator(mode="after")
    def _falling(self) -> ClassBounds:
        _rising("the bounds of the classes", self.reduced, self.moderate, self.optimal)
        return self

    def class_of(self, score: pd.Series) -> pd.Series:
        """The class of each score (0-100), one of `CLASSES`; missing where the score is."""
        at_least = [(score >= least).to_numpy() for least in self._least]
        names = np.select(at_least, list(CLASSES[:3]), default=CLASSES[3])
        return pd.Series(names, index=score.index, dtype="str").where(score.notna())

    @property
    def _least(self) -> tuple[float, float, float]:
        return self.optimal, self.moderate, self.reduced


class IndoorModel(_Part):
    """The room, from the air outside: held at a set point, drifting on hot hours."""

    set_point_c: Celsius = Field(20, description="temperature the room is held at")
    drift_above_c: Celsius = Field(30, description="outdoor temperature above which the room warms")
    drift: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        0.25, description="degrees inside for each degree outside above that"
    )


class StageClimate(_Part):
    """What the room of one stage has to keep; a limit left out does not exist."""

    stage: str = Field(description="a stage's name")
    band_from_c: Celsius | None = Field(
        None, description="where the aim begins; below it the stage runs, and is warned of"
    )
    band_to_c: Celsius | None = Field(
        None, description="where the aim ends; above it the stage runs, and is warned of"
    )
    temperature_most_c: Celsius | None = Field(
        None, description="hard limit: in a warmer room the stage halts"
    )
    humidity_most_pct: Percent | None = Field(
        None, description="hard limit: in a more humid room the stage halts"
    )

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

    humidity_pause_pct: Percent = Field(75, description="in a more humid room every stage halts")
    stages: tuple[StageClimate, ...] = Field(
        (
            StageClimate(stage="conche", temperature_most_c=28),
            StageClimate(
                stage="temper",
                band_from_c=18,
                band_to_c=22,
                temperature_most_c=24,
                humidity_most_pct=60,
            ),
            StageClimate(stage="mould", humidity_most_pct=60),
        ),
        description="limits of single stages; given, they replace all of the default",
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
    """

    spike_quantile: Share = Field(
        0.98, description="share of the window that a very expensive hour is above"
    )
    spike_window_days: Days = Field(90, description="days of prices that it is compared with")
    spike_eur_kwh: EurPerKwh = Field(
        0.30, description="an hour above this price is very expensive too"
    )
    opportunity_quantile: Share = Field(
        0.15, description="share of the window that a cheap hour is below"
    )
    opportunity_window_days: Days = Field(30, description="days of prices that it is compared with")
    opportunity_hours: Hours = Field(3, description="so many cheap hours are worth telling")
    opportunity_within_h: Hours = Field(6, description="within so many hours")
    heat_within_h: Hours = Field(72, description="how far ahead a limit of the room is looked for")
    gap_h: Hours = Field(12, description="more missing hours in a row than this are worth telling")
    drift_days: Days = Field(
        14, description="days over which the model in use loses to the weekly naive"
    )
    deviation_outside_share: Share = Field(
        0.5,
        description="more of a day's published hours outside the 80 % band of the forecast "
        "before are worth telling; a band that keeps its word has 0.2",
    )
    quiet_min: Annotated[int, Field(ge=1, le=1440)] = Field(
        15, description="minutes between two alerts of one topic"
    )

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
