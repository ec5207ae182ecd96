"""Every live source beside a server that answers it as it is documented, any hour it asks for.

A value tells its moment, so that a row in the wrong place shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from chocolib.core.ports import Source
from chocolib.core.time import HOUR, day_window
from chocolib.sources.aemet import AemetForecast, AemetObservations
from chocolib.sources.esios_live import Esios, EsiosArchive
from chocolib.sources.http import Manners
from chocolib.sources.open_meteo import OpenMeteo, OpenMeteoArchive, OpenMeteoForecast
from chocolib.sources.open_meteo_answers import VARIABLES
from chocolib.sources.openweathermap import (
    OpenWeatherMap,
    OpenWeatherMapForecast,
    OpenWeatherMapHistory,
)
from chocolib.sources.ree import Ree
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.files_on_disk import archive, indicator, indicator_values, labels
from tests.sources.ree_answers import pvpc

KEY = "hush-0123456789-abcdef"
#: One in spring with 23 hours, an ordinary one, one in autumn with 25.
DAYS = [date(2025, 3, 30), date(2025, 6, 12), date(2025, 10, 26)]
#: What the station and the forecasts without a question of their own know.
NOON = pd.Timestamp("2025-06-12T12:00Z")

Query = Mapping[str, str]
Answerer = Callable[[Server, Query], Any]


def celsius(end: pd.Timestamp) -> float:
    """The temperature at a moment: a number of tenths that tells its hour."""
    return int(end.timestamp() // 3600) % 400 / 10


@dataclass(frozen=True, slots=True)
class Live:
    """A live source and its double.

    Attributes:
        make: the source, told its address and manners.
        answer: the document that the double answers a question with.
        keyed: whether a key goes with each question.
        dense: whether every hour of the days above is there.
    """

    make: Callable[[str, Manners], Source]
    answer: Answerer
    keyed: bool = False
    dense: bool = True

    def source(self, server: Server, manners: Manners = QUICK) -> Source:
        """The source, with a server that answers it."""
        server.will(self.reply(server))
        return self.make(server.url, manners)

    def reply(self, server: Server) -> Callable[[dict[str, str]], Reply]:
        """What the double answers any question with."""
        return lambda query: Reply.json(self.answer(server, query))


def _ree(_: Server, query: Query) -> Any:
    return pvpc(query["start_date"], query["end_date"])


def _esios(_: Server, query: Query) -> Any:
    hours = pd.date_range(query["start_date"], query["end_date"], freq="h", tz="Europe/Madrid")
    return indicator([v for v in indicator_values(hours) if str(v["geo_id"]) == query["geo_ids[]"]])


def _archive(_: Server, query: Query) -> Any:
    day = date.fromisoformat(query["date"])
    return archive(f"{day:%d/%m/%Y}", labels(len(day_window(day))))


def record(end: pd.Timestamp, **change: Any) -> dict[str, Any]:
    """A record of AEMET's station in Linares for the hour that ends at `end`."""
    return {
        "idema": "5279X",
        "ubi": "LINARES",
        "fint": f"{end:%Y-%m-%dT%H:%M:%S}",
        "ta": celsius(end),
        "hr": 61.0,
        "pres": 958.1,
        "vv": 2.4,
        "dv": 240.0,
        "vmax": 5.9,
        "prec": 0.2,
        **change,
    }


def two_steps(document: Callable[[Query], Any]) -> Answerer:
    """AEMET's envelope first, then the document at the address in it."""

    def answer(server: Server, query: Query) -> Any:
        if server.paths[-1].startswith("/sh/"):
            return document(query)
        data = f"{server.url}/sh/208c3ca3"
        return {"descripcion": "exito", "estado": 200, "datos": data, "metadatos": data + "m"}

    return answer


def records(_: Query) -> list[dict[str, Any]]:
    """All hours of the days above."""
    return [record(hour + HOUR) for day in DAYS for hour in day_window(day).hours()]


def forecast_day(day: date, hours: list[int] | None = None) -> dict[str, Any]:
    """A day of AEMET's hourly forecast; by default with all of its hours."""
    if hours is None:
        hours = [h.tz_convert("Europe/Madrid").hour for h in day_window(day).hours()]
    names = [f"{hour:02d}" for hour in hours]
    wind = [
        [
            {"direccion": ["SO"], "velocidad": ["18"], "periodo": name},
            {"value": "36", "periodo": name},
        ]
        for name in names
    ]
    return {
        "fecha": f"{day}T00:00:00",
        "estadoCielo": [{"value": "11", "periodo": names[0], "descripcion": "Despejado"}],
        "precipitacion": [{"value": "0.4", "periodo": name} for name in names],
        "probPrecipitacion": [{"value": "", "periodo": "0107"}],
        "temperatura": [{"value": str(10 + i), "periodo": name} for i, name in enumerate(names)],
        "sensTermica": [{"value": "-3", "periodo": name} for name in names],
        "humedadRelativa": [{"value": "61", "periodo": name} for name in names],
        "vientoAndRachaMax": [entry for pair in wind for entry in pair],
        "orto": "08:36",
        "ocaso": "18:09",
    }


def town(*days: dict[str, Any]) -> list[dict[str, Any]]:
    """AEMET's hourly forecast of Linares."""
    origin = {"enlace": "https://www.aemet.es/es/eltiempo/prediccion/municipios/linares-id23055"}
    return [{"origen": origin, "nombre": "Linares", "id": "23055", "prediccion": {"dia": [*days]}}]


def _days_ahead(_: Query) -> Any:
    asked = [d for day in DAYS for d in (day, day + timedelta(days=1))]
    return town(*map(forecast_day, asked))


def owm_current(moment: pd.Timestamp, **change: Any) -> dict[str, Any]:
    """OpenWeatherMap's weather in Linares at a moment."""
    return {
        "coord": {"lon": -3.6295, "lat": 38.1511},
        "weather": [{"id": 500, "main": "Rain", "description": "light rain"}],
        "base": "stations",
        "main": {
            "temp": celsius(moment.round("h")),
            "feels_like": 20.0,
            "pressure": 1015,
            "humidity": 48,
            "sea_level": 1015,
            "grnd_level": 957,
        },
        "visibility": 10000,
        "wind": {"speed": 2.57, "deg": 220, "gust": 6.1},
        "rain": {"1h": 0.31},
        "dt": int(moment.timestamp()),
        "timezone": 7200,
        "name": "Linares",
        "cod": 200,
        **change,
    }


def owm_forecast(first: pd.Timestamp = NOON) -> dict[str, Any]:
    """Its forecast: forty steps of three hours."""
    steps = [owm_current(first + 3 * i * HOUR, rain={"3h": 1.0}, cod=None) for i in range(40)]
    return {
        "cod": "200",
        "message": 0,
        "cnt": 40,
        "list": [{k: step[k] for k in ("dt", "main", "wind", "rain")} for step in steps],
        "city": {"name": "Linares", "coord": {"lat": 38.1511, "lon": -3.6295}, "timezone": 7200},
    }


def owm_history(moment: pd.Timestamp) -> dict[str, Any]:
    """Its weather of a past moment."""
    return {
        "lat": 38.1511,
        "lon": -3.6295,
        "timezone": "Europe/Madrid",
        "timezone_offset": 7200,
        "data": [
            {
                "dt": int(moment.timestamp()),
                "temp": celsius(moment),
                "pressure": 1015,
                "humidity": 48,
                "wind_speed": 2.57,
                "wind_deg": 220,
                "wind_gust": 6.1,
                "rain": {"1h": 0.31},
            }
        ],
    }


def _history(_: Server, query: Query) -> Any:
    return owm_history(pd.Timestamp(int(query["dt"]), unit="s", tz="UTC"))


def open_meteo(first: str, last: str, **change: Any) -> dict[str, Any]:
    """Open-Meteo's hours of the UTC days from `first` to `last`."""
    ends = pd.date_range(first, f"{last}T23:00", freq="h", tz="UTC")
    constant = {
        "relative_humidity_2m": 55,
        "surface_pressure": 957.4,
        "wind_speed_10m": 2.5,
        "wind_direction_10m": 231,
        "wind_gusts_10m": 6.2,
        "shortwave_radiation": 410.0,
        "precipitation": 0.1,
    }
    return {
        "latitude": 38.125,
        "longitude": -3.625,
        "generationtime_ms": 0.2,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "elevation": 515.0,
        "hourly_units": {"time": "iso8601"} | {k: unit for k, (_, unit) in VARIABLES.items()},
        "hourly": {
            "time": [f"{end:%Y-%m-%dT%H:%M}" for end in ends],
            "temperature_2m": [celsius(end) for end in ends],
            **{name: [value] * len(ends) for name, value in constant.items()},
        },
        **change,
    }


def _open_meteo(_: Server, query: Query) -> Any:
    return open_meteo(query["start_date"], query["end_date"])


LIVE: dict[str, Live] = {
    "ree": Live(lambda url, m: Ree(url, manners=m), _ree),
    "esios": Live(lambda url, m: Esios(KEY, url, manners=m), _esios, keyed=True),
    "esios archive": Live(lambda url, m: EsiosArchive(url, manners=m), _archive),
    "aemet": Live(
        lambda url, m: AemetObservations(KEY, url, manners=m), two_steps(records), keyed=True
    ),
    "aemet forecast": Live(
        lambda url, m: AemetForecast(KEY, url, manners=m), two_steps(_days_ahead), keyed=True
    ),
    "openweathermap": Live(
        lambda url, m: OpenWeatherMap(KEY, url, manners=m),
        lambda *_: owm_current(NOON + pd.Timedelta(minutes=7)),
        keyed=True,
        dense=False,
    ),
    "openweathermap forecast": Live(
        lambda url, m: OpenWeatherMapForecast(KEY, url, manners=m),
        lambda *_: owm_forecast(),
        keyed=True,
        dense=False,
    ),
    "openweathermap history": Live(
        lambda url, m: OpenWeatherMapHistory(KEY, url, manners=m), _history, keyed=True
    ),
    "open-meteo": Live(lambda url, m: OpenMeteo(url, manners=m), _open_meteo),
    "open-meteo archive": Live(lambda url, m: OpenMeteoArchive(url, manners=m), _open_meteo),
    "open-meteo forecast": Live(lambda url, m: OpenMeteoForecast(url, manners=m), _open_meteo),
}
