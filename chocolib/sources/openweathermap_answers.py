"""The documents of OpenWeatherMap that carry weather in metric units, parsed without I/O.

Formats: https://openweathermap.org/api, `data/2.5/weather`, `data/2.5/forecast` and
`data/3.0/onecall/timemachine`. None names its units: a temperature that cannot be one in
Celsius gives other units away. `pressure` is that at sea level and is not taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pandas as pd

from chocolib.sources.documents import Malformed, items, mapping, measured, unix_moment
from chocolib.sources.weather import Place, Reading, place_of, station_at, weather_frame

CURRENT = "openweathermap"
FORECAST = "openweathermap-forecast"
HISTORY = "openweathermap-history"
#: The analysis of an hour is taken as known so long after its end.
DELAY = pd.Timedelta(minutes=10)

_COLDEST_C, _HOTTEST_C = -60, 60


def parse_current(document: object, station: str | None = None) -> pd.DataFrame:
    """The one row of an answer of `weather`.

    Args:
        document: `dt` (seconds since 1970), `main` (`temp` C, `humidity` %, `grnd_level`
            hPa), `wind` (`speed`, `gust` m/s, `deg`), `rain.1h` (mm), `coord`.
        station: what the row is called; default by `coord`.

    Returns:
        A frame of `weather_data` (see `weather.weather_frame`), source "openweathermap",
        known ten minutes after the end of the hour. A reading belongs to the hour whose
        end is nearest: up to half past to the one that has just ended.

    Raises:
        Malformed: not as documented, or not in metric units.
    """
    answer = mapping(document, "the answer")
    name = station or station_at("owm", place_in(answer.get("coord"), "coord"))
    rain = {"precipitation_mm": measured(_part(answer, "rain").get("1h"), "rain.1h")}
    end = _nearest_hour(unix_moment(answer.get("dt"), "dt"))
    return weather_frame([Reading(end, name, _air(answer) | rain)], CURRENT, DELAY)


def parse_forecast(document: object, station: str | None = None) -> pd.DataFrame:
    """Rows of an answer of `forecast`, one every three hours.

    Args:
        document: `list[]` of `dt`, `main` and `wind` as in `parse_current`, and `city`.
        station: what the rows are called; default by `city.coord`.

    Returns:
        A frame of `weather_forecast`, source "openweathermap-forecast": the hour that ends
        at each step. `rain.3h` is of three hours and is left out.

    Raises:
        Malformed: as `parse_current`.
    """
    answer = mapping(document, "the answer")
    name = station or station_at("owm", place_in(_part(answer, "city").get("coord"), "city.coord"))
    readings = [
        Reading(unix_moment(step.get("dt"), f"list[{i}], dt"), name, _air(step, f"list[{i}], "))
        for i, step in enumerate(items(answer.get("list"), "list"))
    ]
    return weather_frame(readings, FORECAST, None)


def parse_history(document: object, station: str | None = None) -> pd.DataFrame:
    """Rows of an answer of `timemachine`, as a rule one.

    Args:
        document: `lat`, `lon` and `data[]` of `dt`, `temp` (C), `humidity` (%),
            `wind_speed`, `wind_gust` (m/s), `wind_deg` and `rain.1h` (mm).
        station: what the rows are called; default by `lat` and `lon`.

    Returns:
        A frame of `weather_data`, source "openweathermap-history", known ten minutes after
        the end of the hour, which is the full hour nearest to `dt`.

    Raises:
        Malformed: as `parse_current`.
    """
    answer = mapping(document, "the answer")
    name = station or station_at("owm", place_in(answer, "the answer"))
    readings = [
        Reading(
            _nearest_hour(unix_moment(item.get("dt"), f"data[{i}], dt")),
            name,
            _past(item, f"data[{i}], "),
        )
        for i, item in enumerate(items(answer.get("data"), "data"))
    ]
    return weather_frame(readings, HISTORY, DELAY)


def place_in(value: object, where: str) -> Place:
    """The place in an object with `lat` and `lon`.

    Raises:
        Malformed: they are not there.
    """
    return place_of(value, "lat", "lon", where)


def _air(answer: Mapping[str, object], where: str = "") -> dict[str, float]:
    """What `main` and `wind` say."""
    main, wind = _part(answer, "main", where), _part(answer, "wind", where)
    return {
        "temperature_c": _celsius(main.get("temp"), f"{where}main.temp"),
        "humidity_pct": measured(main.get("humidity"), f"{where}main.humidity"),
        "pressure_hpa": measured(main.get("grnd_level"), f"{where}main.grnd_level"),
        "wind_ms": measured(wind.get("speed"), f"{where}wind.speed"),
        "wind_direction_deg": measured(wind.get("deg"), f"{where}wind.deg"),
        "wind_gust_ms": measured(wind.get("gust"), f"{where}wind.gust"),
    }


def _past(item: Mapping[str, object], where: str) -> dict[str, float]:
    return {
        "temperature_c": _celsius(item.get("temp"), f"{where}temp"),
        "humidity_pct": measured(item.get("humidity"), f"{where}humidity"),
        "wind_ms": measured(item.get("wind_speed"), f"{where}wind_speed"),
        "wind_direction_deg": measured(item.get("wind_deg"), f"{where}wind_deg"),
        "wind_gust_ms": measured(item.get("wind_gust"), f"{where}wind_gust"),
        "precipitation_mm": measured(_part(item, "rain", where).get("1h"), f"{where}rain.1h"),
    }


def _part(whole: Mapping[str, object], name: str, where: str = "") -> Mapping[str, object]:
    """An object inside another; empty where it is not there."""
    return {} if whole.get(name) is None else mapping(whole[name], f"{where}{name}")


def _celsius(value: object, where: str) -> float:
    found = measured(value, where)
    if found < _COLDEST_C or found > _HOTTEST_C:
        raise Malformed(f"{where}: expected degrees Celsius (units=metric), found {found:g}")
    return found


def _nearest_hour(moment: datetime) -> datetime:
    """The full hour nearest to a moment; at half past it is still the one before."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(hours=1) if moment - hour > timedelta(minutes=30) else hour
