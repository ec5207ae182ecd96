"""Which sources there are for each measurement, and in which order they are asked.

A source that needs a key is there only when the key is set.
"""

from __future__ import annotations

import pandas as pd

from chocolib.app.settings import Settings
from chocolib.core.ports import Source
from chocolib.sources.aemet import AemetForecast, AemetObservations
from chocolib.sources.esios_live import Esios, EsiosArchive
from chocolib.sources.http import Manners
from chocolib.sources.open_meteo import OpenMeteo, OpenMeteoArchive, OpenMeteoForecast
from chocolib.sources.openweathermap import (
    OpenWeatherMap,
    OpenWeatherMapForecast,
    OpenWeatherMapHistory,
)
from chocolib.sources.ree import Ree

#: AEMET is asked in the hours before this one, UTC, and OpenWeatherMap from it on.
AEMET_UNTIL = 8


def price_sources(settings: Settings, *, manners: Manners | None = None) -> list[Source]:
    """REE; ESIOS with a token; the archive of ESIOS, which needs none."""
    sources: list[Source] = [Ree(base_url=settings.ree_url, manners=manners)]
    if settings.esios_token:
        token = settings.esios_token.get_secret_value()
        sources.append(Esios(token, base_url=settings.esios_url, manners=manners))
    return [*sources, EsiosArchive(base_url=settings.esios_url, manners=manners)]


def weather_sources(
    settings: Settings, now: pd.Timestamp, *, manners: Manners | None = None
) -> list[Source]:
    """Observations: AEMET first from 00 to 07 UTC, OpenWeatherMap first from 08 to 23."""
    aemet: list[Source] = []
    owm: list[Source] = []
    if settings.aemet_api_key:
        key = settings.aemet_api_key.get_secret_value()
        aemet.append(AemetObservations(key, base_url=settings.aemet_url, manners=manners))
    if settings.openweathermap_api_key:
        key = settings.openweathermap_api_key.get_secret_value()
        owm.append(OpenWeatherMap(key, base_url=settings.openweathermap_url, manners=manners))
    first, second = (aemet, owm) if now.tz_convert("UTC").hour < AEMET_UNTIL else (owm, aemet)
    return [*first, *second, *_open_meteo(settings, manners)]


def weather_history(settings: Settings, *, manners: Manners | None = None) -> list[Source]:
    """Observations of past hours, the best first: the station, then the models."""
    found: list[Source] = []
    if settings.aemet_api_key:
        key = settings.aemet_api_key.get_secret_value()
        found.append(AemetObservations(key, base_url=settings.aemet_url, manners=manners))
    found += _open_meteo(settings, manners)
    if settings.openweathermap_api_key:
        key = settings.openweathermap_api_key.get_secret_value()
        url = settings.openweathermap_url
        found.append(OpenWeatherMapHistory(key, base_url=url, manners=manners))
    return found


def forecast_sources(settings: Settings, *, manners: Manners | None = None) -> list[Source]:
    """Weather forecasts; each is a series of its own, all are asked."""
    found: list[Source] = []
    if settings.aemet_api_key:
        key = settings.aemet_api_key.get_secret_value()
        found.append(AemetForecast(key, base_url=settings.aemet_url, manners=manners))
    if settings.openweathermap_api_key:
        key = settings.openweathermap_api_key.get_secret_value()
        url = settings.openweathermap_url
        found.append(OpenWeatherMapForecast(key, base_url=url, manners=manners))
    if settings.open_meteo_url != "off":
        found.append(OpenMeteoForecast(base_url=settings.open_meteo_url, manners=manners))
    return found


def history_sources(
    settings: Settings, *, manners: Manners | None = None
) -> dict[str, list[Source]]:
    """What a gap of each measurement can be healed from, the best source first."""
    return {
        "energy_prices": price_sources(settings, manners=manners),
        "weather_data": weather_history(settings, manners=manners),
    }


def _open_meteo(settings: Settings, manners: Manners | None) -> list[Source]:
    if settings.open_meteo_url == "off":
        return []
    return [
        OpenMeteo(base_url=settings.open_meteo_url, manners=manners),
        OpenMeteoArchive(base_url=settings.open_meteo_archive_url, manners=manners),
    ]
