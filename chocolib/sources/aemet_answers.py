"""The documents of AEMET OpenData that carry hours, parsed without I/O.

Formats: https://opendata.aemet.es, `observacion/convencional/datos/estacion` and
`prediccion/especifica/municipio/horaria`, both in two steps: an envelope of `estado`,
`descripcion` and `datos`, and the document at the address in `datos`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

import pandas as pd

from chocolib.core.time import MADRID
from chocolib.sources.answers import Said
from chocolib.sources.documents import YEARS, Malformed, items, mapping, measured, shown, utc_moment
from chocolib.sources.weather import KMH, Reading, weather_frame

OBSERVATIONS = "aemet"
FORECAST = "aemet-forecast"
#: An hour's records stand in an answer about an hour after its end.
DELAY = pd.Timedelta(minutes=60)

_FIELDS = {
    "ta": "temperature_c",
    "hr": "humidity_pct",
    "pres": "pressure_hpa",
    "vv": "wind_ms",
    "dv": "wind_direction_deg",
    "vmax": "wind_gust_ms",
    "prec": "precipitation_mm",
}
_COMPASS = {
    **dict(zip(("N", "NE", "E", "SE", "S", "SO", "O", "NO"), range(0, 360, 45), strict=True)),
    "C": math.nan,  # calm
    "": math.nan,
}
_FAULT = re.compile(r"[1345]\d\d", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T00:00(:00)?)?", re.ASCII)
_HOUR = re.compile(r"[01]?\d|2[0-3]", re.ASCII)
_STATION = re.compile(r"[0-9A-Z]{4,6}", re.ASCII)
_MUNICIPALITY = re.compile(r"\d{4,5}", re.ASCII)

#: Numbers by field, for each moment (UTC).
Moments = dict[datetime, dict[str, float]]


def said(document: object) -> Said | None:
    """What an envelope's `estado` says, unless all is well."""
    if not isinstance(document, dict) or "estado" not in document:
        return None
    status, why = str(document["estado"]), str(document.get("descripcion", ""))
    if not _FAULT.fullmatch(status):
        return None
    # An address in `datos` lives for minutes: a new envelope has a new one.
    expired = status == "404" and "expirad" in why.casefold()
    return Said(503 if expired else int(status), why)


def has_nothing(document: object) -> bool:
    """Whether AEMET answers "No hay datos que satisfagan esos criterios"."""
    fault = said(document)
    return fault is not None and fault.status == 404 and "no hay datos" in fault.why.casefold()


def parse_observations(document: object) -> pd.DataFrame:
    """Rows of a list of station records.

    Args:
        document: records of `idema` and `fint`, the end of the hour in UTC, with `ta`
            (C), `hr` (%), `pres` (hPa, at the station), `vv`, `vmax` (m/s), `dv`
            (degrees), `prec` (mm, "Ip" is less than 0.1). A number may be text with a
            decimal comma; what is not there is missing.

    Returns:
        A frame of `weather_data` (see `weather.weather_frame`), source "aemet", known an
        hour after the end of the hour. Records between full hours, of stations that
        report every ten minutes, are left out, and so are records without a number.

    Raises:
        Malformed: not as documented; names the record and its field.
    """
    records = items(document, "the records")
    readings = [_reading(record, f"records[{i}]") for i, record in enumerate(records)]
    on_the_hour = [r for r in readings if r.end == r.end.replace(minute=0, second=0, microsecond=0)]
    return weather_frame(on_the_hour, OBSERVATIONS, DELAY)


def _reading(record: Mapping[str, object], where: str) -> Reading:
    values = {
        field: _amount(record.get(name), f"{where}, {name}", rain=name == "prec")
        for name, field in _FIELDS.items()
    }
    station = _matching(_STATION, record.get("idema"), f"{where}, idema: expected a station")
    return Reading(utc_moment(record.get("fint"), f"{where}, fint"), station, values)


def parse_forecast(document: object) -> pd.DataFrame:
    """Rows of an hourly forecast of municipalities.

    Args:
        document: towns with `id` and `prediccion.dia[]`; a day has its `fecha` and lists
            of `value` and `periodo`, an hour of Madrid ("07"): `temperatura` (C),
            `humedadRelativa` (%), `precipitacion` (mm) and `vientoAndRachaMax`, where
            entries of `direccion` and `velocidad` (km/h) stand among those of the gust.

    Returns:
        A frame of `weather_forecast` (see `weather.weather_frame`), station "23055", source
        "aemet-forecast". AEMET states no convention, so ours holds: all that is stamped
        07 belongs to the hour that ends at 07:00. On the autumn day a first 02 is summer
        time and a second one winter time; a 02 that spring skips is left out.

    Raises:
        Malformed: not as documented, or one hour with two values.
    """
    towns = items(document, "the forecast")
    if not towns:
        raise Malformed("the forecast: expected a town, found none")
    readings = [reading for town in towns for reading in _of_town(town)]
    return weather_frame(readings, FORECAST, None)


def _of_town(town: Mapping[str, object]) -> list[Reading]:
    station = _municipality(town)
    told: Moments = {}
    forecast = mapping(town.get("prediccion"), "prediccion")
    for i, entry in enumerate(items(forecast.get("dia"), "prediccion.dia")):
        where = f"dia[{i}]"
        day = _day(entry.get("fecha"), f"{where}, fecha")
        _put_day(told, day, entry, where)
    return [Reading(moment, station, values) for moment, values in sorted(told.items())]


def _put_day(told: Moments, day: date, entry: Mapping[str, object], where: str) -> None:
    for name, field in (
        ("temperatura", "temperature_c"),
        ("humedadRelativa", "humidity_pct"),
        ("precipitacion", "precipitation_mm"),
    ):
        for moment, item in _timed(day, _listed(entry, name, where), f"{where}, {name}"):
            value = _amount(item.get("value"), f"{where}, {name}", rain=name == "precipitacion")
            _put(told, moment, field, value)
    _put_wind(told, day, _listed(entry, "vientoAndRachaMax", where), f"{where}, vientoAndRachaMax")


def _put_wind(
    told: Moments, day: date, entries: Sequence[Mapping[str, object]], where: str
) -> None:
    gusts = [entry for entry in entries if "value" in entry]
    winds = [entry for entry in entries if "value" not in entry]
    for moment, item in _timed(day, gusts, where):
        _put(told, moment, "wind_gust_ms", _speed(item.get("value"), where))
    for moment, item in _timed(day, winds, where):
        _put(told, moment, "wind_ms", _speed(_only(item.get("velocidad"), where), where))
        degrees = _degrees(_only(item.get("direccion"), where), where)
        _put(told, moment, "wind_direction_deg", degrees)


def _put(told: Moments, moment: datetime, field: str, value: float) -> None:
    if math.isnan(value):
        return
    if told.setdefault(moment, {}).setdefault(field, value) != value:
        raise Malformed(f"{field}: {moment:%Y-%m-%d %H:%M} UTC came twice with different values")


def _listed(entry: Mapping[str, object], name: str, where: str) -> list[Mapping[str, object]]:
    return items(entry[name], f"{where}, {name}") if name in entry else []


def _timed(
    day: date, entries: Sequence[Mapping[str, object]], where: str
) -> Iterator[tuple[datetime, Mapping[str, object]]]:
    """Each entry with the moment (UTC) that its hour of a Madrid day names."""
    before: Counter[int] = Counter()
    for entry in entries:
        hour = int(_matching(_HOUR, entry.get("periodo"), f"{where}, periodo: expected an hour"))
        here = datetime(day.year, day.month, day.day, hour, tzinfo=MADRID, fold=before[hour] > 0)
        before[hour] += 1
        moment = here.astimezone(UTC)
        if moment.astimezone(MADRID).hour == hour:
            yield moment, entry


def _municipality(town: Mapping[str, object]) -> str:
    """The INE code of a town; where `id` is lost, that at the end of its page's address."""
    code = town.get("id")
    origin = town.get("origen")
    if code is None and isinstance(origin, dict):
        code = str(origin.get("enlace")).rpartition("-id")[2]
    return _matching(_MUNICIPALITY, code, "id: expected a municipality like 23055").zfill(5)


def _matching(pattern: re.Pattern[str], value: object, expected: str) -> str:
    is_whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6
    text = f"{value}" if is_whole or isinstance(value, str) else ""
    if pattern.fullmatch(text.strip()):
        return text.strip()
    raise Malformed(f"{expected}, found {shown(value)}")


def _amount(value: object, where: str, *, rain: bool) -> float:
    """A number; rain too little to be measured ("Ip", under 0.1 mm) is none."""
    traces = rain and isinstance(value, str) and value.strip().casefold() == "ip"
    return 0.0 if traces else measured(value, where)


def _speed(value: object, where: str) -> float:
    """km/h in m/s, to a hundredth."""
    return round(measured(value, where) * KMH, 2)


def _degrees(value: object, where: str) -> float:
    direction = "" if value is None else value
    if isinstance(direction, str) and direction.strip().upper() in _COMPASS:
        return float(_COMPASS[direction.strip().upper()])
    raise Malformed(f"{where}, direccion: expected one like NE or SO, found {shown(value)}")


def _only(value: object, where: str) -> object:
    """The one element of a list, or what stands without a list."""
    if not isinstance(value, list):
        return value
    if len(value) > 1:
        raise Malformed(f"{where}: expected one value, found {shown(value)}")
    return value[0] if value else None


def _day(value: object, where: str) -> date:
    match = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Malformed(f"{where}: expected a day like 2025-01-31, found {shown(value)}")
    return day
