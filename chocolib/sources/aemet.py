"""AEMET OpenData, asked in its two steps: observations of a station, hourly forecasts.

The first answer is an envelope, whose `estado` can be 404 or 429 although HTTP says 200;
the second, at the address in `datos`, is the document. The key goes to AEMET's host alone.
"""

from __future__ import annotations

import pandas as pd

from chocolib.core.errors import SourceChanged
from chocolib.core.time import DAY, Window
from chocolib.sources.aemet_answers import (
    FORECAST,
    OBSERVATIONS,
    has_nothing,
    parse_forecast,
    parse_observations,
    said,
)
from chocolib.sources.documents import Malformed, as_changed, mapping, shown
from chocolib.sources.http import JsonClient, Key, Manners, same_host
from chocolib.sources.weather import weather_frame
from chocolib.sources.windows import inside

BASE_URL = "https://opendata.aemet.es/opendata"
STATION = "5279X"  # Linares; where it is silent, 5298X (Andujar) is the next one
MUNICIPALITY = "23055"
#: Twenty requests a minute, for all that one key asks.
MANNERS = Manners(min_interval_s=3.0)
HORIZON = pd.Timedelta(hours=48)


class AemetObservations:
    """The last hours of a weather station: a `Source` of `weather_data`."""

    name = OBSERVATIONS
    measurement = "weather_data"
    question = DAY

    def __init__(
        self,
        key: str,
        base_url: str = BASE_URL,
        *,
        station: str = STATION,
        manners: Manners | None = None,
    ) -> None:
        self._station = station
        self._door = _TwoSteps(self.name, key, base_url, manners)

    def fetch(self, window: Window) -> pd.DataFrame:
        """The hours that start in `window`, as far as the station has reported them.

        Shape as `aemet_answers.parse_observations`; the frame may be empty.

        Raises:
            SourceUnavailable, SourceChanged, SettingsError: see `JsonClient.get`;
                SourceChanged too for records of another station or not as documented.
        """
        nothing = weather_frame([], self.name, None)
        if window.start == window.end:
            return nothing
        document = self._door.ask(f"observacion/convencional/datos/estacion/{self._station}")
        if document is None:
            return nothing
        with as_changed(self.name):
            rows = parse_observations(document)
        _require(self.name, self._station, rows)
        return inside(rows, window)

    def reach(self, now: pd.Timestamp) -> Window:
        """The last day; in truth AEMET answers with the last 12 to 24 hours."""
        return Window(now - DAY, now)


class AemetForecast:
    """The hourly forecast of a municipality: a `Source` of `weather_forecast`."""

    name = FORECAST
    measurement = "weather_forecast"
    question = 15 * DAY

    def __init__(
        self,
        key: str,
        base_url: str = BASE_URL,
        *,
        municipality: str = MUNICIPALITY,
        manners: Manners | None = None,
    ) -> None:
        self._municipality = municipality
        self._door = _TwoSteps(self.name, key, base_url, manners)

    def fetch(self, window: Window) -> pd.DataFrame:
        """The hours that start in `window`, as far as they are forecast.

        Shape as `aemet_answers.parse_forecast`; the frame may be empty.

        Raises:
            SourceUnavailable, SourceChanged, SettingsError: see `JsonClient.get`;
                SourceChanged too for another municipality or not as documented.
        """
        nothing = weather_frame([], self.name, None)
        if window.start == window.end:
            return nothing
        document = self._door.ask(f"prediccion/especifica/municipio/horaria/{self._municipality}")
        if document is None:
            return nothing
        with as_changed(self.name):
            rows = parse_forecast(document)
        _require(self.name, self._municipality, rows)
        return inside(rows, window)

    def reach(self, now: pd.Timestamp) -> Window:
        """The next 48 hours, from the hour that runs at `now`."""
        return Window(now.floor("h"), now.floor("h") + HORIZON)


class _TwoSteps:
    """Asks for the envelope, then for the document in it."""

    def __init__(self, source: str, key: str, base_url: str, manners: Manners | None) -> None:
        self._source = source
        self._base = base_url.rstrip("/")
        hint = "check AEMET_API_KEY; a new key is free at opendata.aemet.es"
        self._client = JsonClient(
            source,
            manners=manners or MANNERS,
            key=Key(key, home=self._base, header="api_key", hint=hint),
            said=said,
        )

    def ask(self, path: str) -> object | None:
        """The document behind a path; None where AEMET has nothing of it."""
        envelope = self._client.get(f"{self._base}/api/{path}", is_answer=has_nothing)
        if has_nothing(envelope):
            return None
        with as_changed(self._source):
            address = data_address(envelope)
        if not same_host(address, self._base):
            what = "the address in datos is not a safe one of AEMET's own host"
            raise SourceChanged(what, source=self._source)
        document = self._client.get(address, is_answer=has_nothing)
        return None if has_nothing(document) else document


def data_address(document: object) -> str:
    """The address of the document that an envelope speaks of.

    Raises:
        Malformed: there is none.
    """
    address = mapping(document, "the envelope").get("datos")
    if isinstance(address, str) and address.startswith("http"):
        return address
    raise Malformed(f"expected the address of the data in datos, found {shown(address)}")


def _require(source: str, station: str, rows: pd.DataFrame) -> None:
    others = set(rows["station"]) - {station}
    if others:
        found = shown(", ".join(sorted(others)))
        raise SourceChanged(f"expected rows of {station}, found {found}", source=source)
