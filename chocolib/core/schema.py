"""Every measurement, once: names, units, bounds, keys, cadence, publication rule.

Stores, validation, documentation and (later) tools and the chatbot read these
definitions; nobody else spells a column name's unit or bound.

A frame of a measurement has a UTC `DatetimeIndex` named `time` (left label of
`[start, end)`), the measurement's tags and fields as columns, and three columns
of provenance: `source`, `available_at` (UTC, when the row became known) and
`flag` ("" or "outlier").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from chocolib.core.time import HOUR

Kind = Literal["number", "integer", "text"]

PROVENANCE = ("source", "available_at", "flag")
OUTLIER = "outlier"
NO_TIME = pd.Timedelta(0)


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its unit is in its name; bounds are inclusive and physical.

    Attributes:
        isolated_step: a number this far from both neighbouring hours is flagged
            as an outlier (kept, not dropped).
    """

    name: str
    description: str
    kind: Kind = "number"
    lower: float | None = None
    upper: float | None = None
    required: bool = False
    isolated_step: float | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One kind of row; `(time, *tags)` is its key.

    Attributes:
        cadence: distance between consecutive rows of a series, or None where
            rows come as they come (forecasts, plans, quarantine).
        grid: "hour" (on the UTC hour), "local-day" (on Madrid midnight) or "any".
        stale_after: how far the newest row may lie behind what should be there
            before people are told.
        early_news: how long before its publication rule a row may arrive and be
            believed; any earlier and it is dated in the future.
        snapshot: its rows are made together for one `as_of`; the same values made for
            another moment are another version, so that no version ever has holes.
        observed: rows describe the world and come from a source; the others
            are made by chocolib itself.
    """

    name: str
    description: str
    publication: str
    fields: tuple[Field, ...]
    tags: tuple[Field, ...] = ()
    cadence: pd.Timedelta | None = None
    grid: Literal["hour", "local-day", "any"] = "any"
    observed: bool = True
    stale_after: pd.Timedelta | None = None
    early_news: pd.Timedelta = NO_TIME
    snapshot: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that identify a row."""
        return ("time", *(tag.name for tag in self.tags))

    @property
    def field_names(self) -> tuple[str, ...]:
        """Value columns, in schema order."""
        return tuple(field.name for field in self.fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns beside the time index, in stored order."""
        return (*(tag.name for tag in self.tags), *self.field_names, *PROVENANCE)

    def column(self, name: str) -> Field:
        """The tag or field called `name`."""
        return next(field for field in (*self.tags, *self.fields) if field.name == name)


ENERGY_PRICES = Measurement(
    name="energy_prices",
    description="PVPC 2.0TD, the price a small consumer pays for one hour, tolls included",
    publication="day D+1 at 20:30 Europe/Madrid of day D",
    stale_after=pd.Timedelta(hours=26),
    early_news=pd.Timedelta(hours=8),  # the auction clears after noon
    cadence=HOUR,
    grid="hour",
    tags=(Field("region", "price zone: peninsula", "text", required=True),),
    fields=(
        # Twice the highest real hour of 2021-2026 (0.965), and below the lowest real
        # hour were it left in EUR/MWh (3.27): a unit mistake can never pass.
        # The floor is the harmonised day-ahead minimum, -500 EUR/MWh.
        Field(
            "price_eur_kwh",
            "PVPC, EUR/kWh",
            lower=-0.5,
            upper=2.0,
            required=True,
            isolated_step=0.35,
        ),
    ),
)

WEATHER_DATA = Measurement(
    name="weather_data",
    description="hourly outdoor weather at a station",
    publication="the end of the hour plus the source's own delay",
    stale_after=pd.Timedelta(hours=3),
    cadence=HOUR,
    grid="hour",
    tags=(Field("station", "station or grid point", "text", required=True),),
    fields=(
        Field("temperature_c", "air temperature, C", lower=-25, upper=55),
        Field("humidity_pct", "relative humidity, %", lower=0, upper=100),
        Field("pressure_hpa", "pressure at the station, hPa", lower=850, upper=1100),
        Field("wind_ms", "mean wind speed, m/s", lower=0, upper=75),
        Field("radiation_wm2", "global horizontal radiation, W/m2", lower=0, upper=1400),
        Field("precipitation_mm", "rain in the hour, mm", lower=0, upper=200),
    ),
)

SIAR_DAILY = Measurement(
    name="siar_daily",
    description="daily agroclimatic summary, SIAR (Ministerio de Agricultura)",
    publication="10:00 Europe/Madrid of the following day (assumed; SIAR states no hour)",
    early_news=pd.Timedelta(hours=10),
    cadence=pd.Timedelta(days=1),
    grid="local-day",
    tags=(Field("station", "SIAR station: J09 until 2017, J17 from 2018", "text", required=True),),
    fields=(
        Field("temperature_c", "mean air temperature, C", lower=-25, upper=50),
        Field("temperature_max_c", "highest air temperature, C", lower=-25, upper=55),
        Field("temperature_min_c", "lowest air temperature, C", lower=-30, upper=45),
        Field("humidity_pct", "mean relative humidity, %", lower=0, upper=100),
        Field("humidity_max_pct", "highest relative humidity, %", lower=0, upper=100),
        Field("humidity_min_pct", "lowest relative humidity, %", lower=0, upper=100),
        Field("wind_ms", "mean wind speed, m/s", lower=0, upper=60),
        Field("wind_direction_deg", "mean wind direction, degrees", lower=0, upper=360),
        Field("wind_max_ms", "highest wind speed, m/s", lower=0, upper=75),
        Field("wind_max_direction_deg", "direction of the highest wind", lower=0, upper=360),
        Field("radiation_mj_m2", "global radiation, MJ/m2", lower=0, upper=45),
        Field("precipitation_mm", "precipitation, mm", lower=0, upper=400),
        Field("effective_precipitation_mm", "effective precipitation, mm", lower=0, upper=400),
        Field("et0_mm", "reference evapotranspiration, mm", lower=0, upper=20),
    ),
)

PRICE_FORECAST = Measurement(
    name="price_forecast",
    description="a price forecast: time is its origin, lead_h the hours from there",
    publication="the as_of it was computed for",
    observed=False,
    stale_after=pd.Timedelta(hours=26),
    snapshot=True,
    grid="hour",
    tags=(
        Field("model", "name of the price model", "text", required=True),
        Field("lead_h", "hours from the origin, 0..", "integer", lower=0, required=True),
    ),
    fields=(
        Field("q10", "10 % quantile, EUR/kWh", required=True),
        Field("q50", "median, EUR/kWh", required=True),
        Field("q90", "90 % quantile, EUR/kWh", required=True),
        Field("known", "1 where the price was already published", "integer", required=True),
    ),
)

PRODUCTION_PLAN = Measurement(
    name="production_plan",
    description="a production plan and its as-usual twin, whole, as one row",
    publication="the as_of it was computed for",
    observed=False,
    stale_after=pd.Timedelta(hours=26),
    snapshot=True,
    tags=(Field("days", "local days planned", "integer", lower=1, upper=7, required=True),),
    fields=(
        Field("cost_eur", "expected energy cost, EUR", required=True),
        Field("as_usual_cost_eur", "the same kilograms made as usual, EUR", required=True),
        Field("energy_kwh", "energy, kWh", required=True),
        Field("kg", "chocolate, kg", required=True),
        Field("document", "the plan as JSON", "text", required=True),
    ),
)

QUARANTINE = Measurement(
    name="quarantine",
    description="rows refused at the gate, kept to be looked at",
    publication="when the row was refused",
    observed=False,
    tags=(
        Field("measurement", "where the row wanted to go", "text", required=True),
        Field("payload", "the row as JSON", "text", required=True),
    ),
    fields=(
        Field("reason", "why it was refused", "text", required=True),
        Field("origin", "the file or address it came from", "text"),
    ),
)

MEASUREMENTS: dict[str, Measurement] = {
    m.name: m
    for m in (
        ENERGY_PRICES,
        WEATHER_DATA,
        SIAR_DAILY,
        PRICE_FORECAST,
        PRODUCTION_PLAN,
        QUARANTINE,
    )
}
