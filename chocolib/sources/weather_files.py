"""Weather from a file: a saved answer of AEMET, OpenWeatherMap or Open-Meteo."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.sources import aemet_answers, open_meteo_answers, openweathermap_answers
from chocolib.sources.aemet_answers import has_nothing, said
from chocolib.sources.documents import Malformed, json_of, shown
from chocolib.sources.files import read_bytes
from chocolib.sources.weather import weather_frame

EXPECTED = "expected a saved answer of AEMET, OpenWeatherMap or Open-Meteo"

#: The measurement an answer belongs to, and its rows.
Read = tuple[str, pd.DataFrame]


def read_weather(path: Path) -> Read:
    """Hours of weather from one file, plain or gzip; its content says which kind it is.

    - AEMET: records of a station; an hourly forecast; an envelope, which has no rows.
    - OpenWeatherMap, in metric units: `weather`, `forecast` and `timemachine`.
    - Open-Meteo, in UTC and with m/s. It does not say which of its hours were past when
      it was saved, so all of them count as forecast.

    Returns:
        "weather_data" or "weather_forecast", and its frame (see `weather.weather_frame`),
        rows in file order: `gate.check` judges repeated ones and those off the hour.

    Raises:
        DataError: anything else, with the line where there is one: a missing, empty or
            damaged file, other units, a field that is not as documented.
    """
    document = read_json(path)
    try:
        return _parsed(document)
    except Malformed as error:
        raise DataError(str(error), path=str(path)) from None


def read_json(path: Path) -> object:
    """The JSON document in a file, decoded as that of a live answer.

    Raises:
        DataError: no such file, empty or damaged; with the line where the JSON breaks.
    """
    data = read_bytes(path)
    try:
        return json_of(data)
    except json.JSONDecodeError as error:
        found = "a web page" if data.lstrip()[:1] == b"<" else f"damaged or cut JSON: {error.msg}"
        what = f"{EXPECTED}, found {found}"
        raise DataError(what, path=str(path), line=error.lineno) from None
    except ValueError:
        raise DataError("JSON that cannot be read", path=str(path)) from None


def _parsed(document: object) -> Read:
    if isinstance(document, list):
        return _of_list(document)
    if isinstance(document, dict):
        return _of_object(document)
    raise Malformed(f"{EXPECTED}, found {shown(document)}")


def _of_list(document: list[object]) -> Read:
    """AEMET alone answers with lists."""
    first = document[0] if document else None
    if isinstance(first, dict) and "prediccion" in first:
        return "weather_forecast", aemet_answers.parse_forecast(document)
    if isinstance(first, dict) and "fint" in first:
        return "weather_data", aemet_answers.parse_observations(document)
    raise Malformed(f"{EXPECTED}, found a list of {_named(first)}")


def _of_object(document: dict[str, object]) -> Read:
    if "estado" in document:
        return "weather_data", _of_envelope(document)
    if "hourly" in document:
        name = open_meteo_answers.FORECAST
        return "weather_forecast", open_meteo_answers.parse(document, name, None)
    if "list" in document and "city" in document:
        return "weather_forecast", openweathermap_answers.parse_forecast(document)
    if "main" in document and "dt" in document:
        return "weather_data", openweathermap_answers.parse_current(document)
    if "data" in document and "lat" in document:
        return "weather_data", openweathermap_answers.parse_history(document)
    raise Malformed(f"{EXPECTED}, found {_named(document)}")


def _of_envelope(document: dict[str, object]) -> pd.DataFrame:
    """No rows: an envelope only tells where they are, or that there are none."""
    fault = said(document)
    if fault and not has_nothing(document):
        raise Malformed(f"AEMET refused the question ({fault.status}): {shown(fault.why)}")
    return weather_frame([], aemet_answers.OBSERVATIONS, None)


def _named(document: object) -> str:
    return shown(", ".join(document) if isinstance(document, dict) else document)
