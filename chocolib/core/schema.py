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

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.time import HOUR, MADRID, as_utc

Kind = Literal["number", "integer", "text", "time"]

PROVENANCE = ("source", "available_at", "flag")
OUTLIER = "outlier"


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


@dataclass(frozen=True, slots=True)
class Checked:
    """What the gate let through and what it refused.

    Attributes:
        good: rows to store, sorted by key, columns in schema order.
        refused: the other rows as they came, with a `reason` column.
        repeated: identical rows that came more than once (each kept once).
    """

    good: pd.DataFrame
    refused: pd.DataFrame
    repeated: int

    @property
    def outliers(self) -> int:
        """Rows stored with the outlier flag."""
        return int((self.good["flag"] == OUTLIER).sum())


#: A row may arrive this long before its publication rule says; beyond, it is
#: from the future and cannot be true (the day-ahead auction clears after noon).
EARLIEST_NEWS = pd.Timedelta(hours=12)


def check(
    frame: pd.DataFrame, measurement: Measurement, *, received_at: pd.Timestamp
) -> Checked:
    """Sort the rows of a frame into good and refused ones, and flag outliers.

    Refused, each with its reason: off the time grid, a required value missing,
    a value out of bounds, known only long after it was received, and one key with
    two different values in one frame (both rows: nobody can tell which is right).

    Args:
        frame: rows of `measurement` (see the module docstring); `flag` may be absent.
        received_at: the edge's clock, UTC; no row is known later than that.

    Raises:
        DataError: the frame itself is wrong: a column is missing or the index is
            not an aware `DatetimeIndex`.
    """
    rows = _in_shape(frame, measurement)
    reason = _reasons(rows, measurement)
    early = (rows["available_at"] > received_at + EARLIEST_NEWS) & (reason == "")
    reason = reason.mask(early, "dated in the future: it cannot be known yet")
    rows = rows.assign(available_at=rows["available_at"].clip(upper=received_at))
    bad = rows[reason != ""].assign(reason=reason[reason != ""])
    good = rows[reason == ""]
    values = [*measurement.key[1:], *measurement.field_names]
    keys = good.reset_index()
    again = keys.duplicated(subset=["time", *values], keep="first").to_numpy()
    good = good[~again]
    clash = good.reset_index().duplicated(subset=list(measurement.key), keep=False).to_numpy()
    twice = good[clash].assign(reason="the same time came twice with different values")
    good = good[~clash].sort_values(list(measurement.key))
    refused = pd.concat([part for part in (bad, twice) if len(part)] or [bad])
    return Checked(good.assign(flag=_flags(good, measurement)), refused, int(again.sum()))


def _in_shape(frame: pd.DataFrame, measurement: Measurement) -> pd.DataFrame:
    if not isinstance(frame.index, pd.DatetimeIndex) or frame.index.tz is None:
        raise DataError(f"{measurement.name}: the index must be times with a zone")
    rows = frame.assign(flag="") if "flag" not in frame else frame
    lost = [name for name in measurement.columns if name not in rows]
    if lost:
        raise DataError(f"{measurement.name}: columns missing: {', '.join(lost)}")
    rows = rows[list(measurement.columns)]
    rows.index = as_utc(frame.index).rename("time")
    return rows


def _reasons(rows: pd.DataFrame, measurement: Measurement) -> pd.Series:
    reason = pd.Series("", index=range(len(rows)), dtype=object)

    def refuse(where: np.ndarray, why: str) -> None:
        reason[where & (reason == "").to_numpy()] = why

    times = pd.DatetimeIndex(rows.index)
    refuse(np.asarray(times.isna()), "no time")
    if measurement.grid == "hour":
        refuse(np.asarray(times != times.floor("h")), "not on the hour")
    elif measurement.grid == "local-day":
        here = times.tz_convert(MADRID)
        refuse(np.asarray(here != here.normalize()), "not at midnight in Madrid")
    for field in (*measurement.tags, *measurement.fields):
        column = rows[field.name]
        if field.required:
            refuse(column.isna().to_numpy(), f"{field.name} is missing")
        if field.lower is not None:
            refuse((column < field.lower).to_numpy(), f"{field.name} below {field.lower:g}")
        if field.upper is not None:
            refuse((column > field.upper).to_numpy(), f"{field.name} above {field.upper:g}")
        if field.kind == "number":
            refuse(np.isinf(column.to_numpy(dtype=float)), f"{field.name} is not finite")
    reason.index = rows.index
    return reason


def _flags(rows: pd.DataFrame, measurement: Measurement) -> np.ndarray:
    """Mark isolated rows: far from the row before and from the row after.

    The first and the last row have one neighbour only, which cannot tell a spike
    from a step, so they are never marked.
    """
    flags = rows["flag"].to_numpy(dtype=object).copy()
    for field in measurement.fields:
        if field.isolated_step is not None and len(rows) > 2:
            values = rows[field.name].to_numpy(dtype=float)
            far = np.abs(np.diff(values)) > field.isolated_step
            flags[1:-1][far[:-1] & far[1:]] = OUTLIER
    return flags
