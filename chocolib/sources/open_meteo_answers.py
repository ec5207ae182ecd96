"""The document of Open-Meteo that carries hours, parsed without I/O.

Format: https://open-meteo.com/en/docs. `hourly` holds one list for each variable beside
`time`; `hourly_units` names their units. A stamp is the end of the hour: sums, means and
gusts are of the hour before it, the others of that moment.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from chocolib.sources.documents import Malformed, mapping, measured, shown, utc_moment
from chocolib.sources.weather import Place, Reading, place_of, station_at, weather_frame

NAME = "open-meteo"
ARCHIVE = "open-meteo-archive"
FORECAST = "open-meteo-forecast"
#: Field and unit of each variable.
VARIABLES = {
    "temperature_2m": ("temperature_c", "°C"),
    "relative_humidity_2m": ("humidity_pct", "%"),
    "surface_pressure": ("pressure_hpa", "hPa"),
    "wind_speed_10m": ("wind_ms", "m/s"),
    "wind_direction_10m": ("wind_direction_deg", "°"),
    "wind_gusts_10m": ("wind_gust_ms", "m/s"),
    "shortwave_radiation": ("radiation_wm2", "W/m²"),
    "precipitation": ("precipitation_mm", "mm"),
}


def parse(
    document: object, source: str, delay: pd.Timedelta | None, station: str | None = None
) -> pd.DataFrame:
    """Rows of an answer of `forecast` or `archive`.

    Args:
        document: `hourly` and `hourly_units`, in UTC and in metric units with m/s.
        source: what the column `source` says.
        delay: see `weather.weather_frame`; None for a forecast.
        station: what the rows are called; default by `latitude` and `longitude`.

    Returns:
        A frame of `weather_data` or `weather_forecast` (see `weather.weather_frame`); null
        is missing, hours with nothing but null are left out.

    Raises:
        Malformed: another time zone or unit, lists of unequal length, or not as documented.
    """
    answer = mapping(document, "the answer")
    if answer.get("utc_offset_seconds", 0) != 0:
        offset = shown(answer["utc_offset_seconds"])
        raise Malformed(f"expected times in UTC (timezone=GMT), found an offset of {offset} s")
    name = station or station_at("om", place_in(document))
    hourly = mapping(answer.get("hourly"), "hourly")
    columns = _columns(hourly, mapping(answer.get("hourly_units"), "hourly_units"))
    stamps = enumerate(_listed(hourly.get("time"), "time"))
    ends = [utc_moment(stamp, f"time[{i}]") for i, stamp in stamps]
    readings = [
        Reading(end, name, {field: values[i] for field, values in columns.items()})
        for i, end in enumerate(ends)
    ]
    return weather_frame(readings, source, delay)


def place_in(document: object) -> Place:
    """The grid point an answer is for.

    Raises:
        Malformed: it names none.
    """
    return place_of(document, "latitude", "longitude", "the answer")


def _columns(hourly: Mapping[str, object], units: Mapping[str, object]) -> dict[str, list[float]]:
    """Numbers by field, for the variables that there are; each as long as `time`."""
    length = len(_listed(hourly.get("time"), "time"))
    columns = {}
    for name, (field, unit) in VARIABLES.items():
        if name not in hourly:
            continue
        if units.get(name) != unit:
            raise Malformed(f"{name}: expected {unit}, found {shown(units.get(name))}")
        values = _listed(hourly[name], name)
        if len(values) != length:
            raise Malformed(f"{name}: expected {length} values, found {len(values)}")
        columns[field] = [measured(value, f"{name}[{i}]") for i, value in enumerate(values)]
    if not columns:
        raise Malformed(f"hourly: expected {next(iter(VARIABLES))}, found {shown(list(hourly))}")
    return columns


def _listed(value: object, where: str) -> list[object]:
    if isinstance(value, list):
        return value
    raise Malformed(f"{where}: expected a list, found {shown(value)}")
