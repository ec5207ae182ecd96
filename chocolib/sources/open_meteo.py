"""Open-Meteo: weather of any hour from models, without a key, for non-commercial use.

What it gives for a past hour is not measured: it is what a model made of the
measurements around it. A business sets the address of its own subscription.
"""

from __future__ import annotations

import pandas as pd

from chocolib.core.time import DAY, HOUR, Window
from chocolib.sources.answers import Said
from chocolib.sources.documents import as_changed
from chocolib.sources.http import JsonClient, Manners
from chocolib.sources.open_meteo_answers import ARCHIVE, FORECAST, NAME, VARIABLES, parse, place_in
from chocolib.sources.weather import LINARES, Place, require_near, station_at, weather_frame
from chocolib.sources.windows import inside

BASE_URL = "https://api.open-meteo.com"
ARCHIVE_URL = "https://archive-api.open-meteo.com"

MANNERS = Manners(min_interval_s=1.0)
LONGEST = 92 * DAY
#: How far back the forecast service answers; a week less than the 92 days it states.
RECENT = 85 * DAY
#: It answers for 16 days, today among them; a stamp ends an hour, so midnight is the last.
HORIZON = 15 * DAY
EARLIEST = pd.Timestamp("1940-01-01T00:00Z")
DELAY = pd.Timedelta(minutes=10)
#: The reanalysis behind the archive lags so far behind.
ARCHIVE_DELAY = 5 * DAY


class _Asked:
    """What the three sources have in common: the question, and what becomes of the answer."""

    name: str
    path: str
    delay: pd.Timedelta | None

    def __init__(
        self, base_url: str = BASE_URL, *, place: Place = LINARES, manners: Manners | None = None
    ) -> None:
        self._url = base_url.rstrip("/") + self.path
        self._place = place
        self._client = JsonClient(self.name, manners=manners or MANNERS, said=said)

    def fetch(self, window: Window) -> pd.DataFrame:
        """The hours that start in `window`, as far as there are any.

        Asks for whole UTC days, at most 92 at a time. Shape as
        `open_meteo_answers.parse`; the frame may be empty.

        Raises:
            SourceUnavailable, SourceChanged, SettingsError: see `JsonClient.get`;
                SourceChanged too for another place, other units or not as documented.
        """
        parts = [self._fetch_part(part) for part in window.split(LONGEST) if len(part)]
        return pd.concat([weather_frame([], self.name, None), *parts])

    def _fetch_part(self, window: Window) -> pd.DataFrame:
        ends = window.hours() + HOUR
        query = {
            "latitude": f"{self._place.latitude:.4f}",
            "longitude": f"{self._place.longitude:.4f}",
            "hourly": ",".join(VARIABLES),
            "wind_speed_unit": "ms",
            "timezone": "GMT",
            "start_date": f"{ends[0]:%Y-%m-%d}",
            "end_date": f"{ends[-1]:%Y-%m-%d}",
        }
        document = self._client.get(self._url, query)
        with as_changed(self.name):
            place = place_in(document)
            rows = parse(document, self.name, self.delay, station_at("om", self._place))
        require_near(place, self._place, self.name)
        return inside(rows, window)


class OpenMeteo(_Asked):
    """The last months as the forecast models analysed them: a `Source` of `weather_data`."""

    name = NAME
    measurement = "weather_data"
    question = 27 * DAY
    path = "/v1/forecast"
    delay = DELAY

    def reach(self, now: pd.Timestamp) -> Window:
        """The full hours of the last 85 days; what is older is in the archive."""
        return Window(now - RECENT, now.floor("h"))


class OpenMeteoArchive(_Asked):
    """Reanalysed weather since 1940: a `Source` of `weather_data`."""

    name = ARCHIVE
    measurement = "weather_data"
    question = 90 * DAY
    path = "/v1/archive"
    delay = ARCHIVE_DELAY

    def __init__(
        self,
        base_url: str = ARCHIVE_URL,
        *,
        place: Place = LINARES,
        manners: Manners | None = None,
    ) -> None:
        super().__init__(base_url, place=place, manners=manners)

    def reach(self, now: pd.Timestamp) -> Window:
        """From 1940 to five days ago."""
        return Window(EARLIEST, now.floor("h") - ARCHIVE_DELAY)


class OpenMeteoForecast(_Asked):
    """The hours ahead: a `Source` of `weather_forecast`."""

    name = FORECAST
    measurement = "weather_forecast"
    question = 15 * DAY
    path = "/v1/forecast"
    delay = None

    def reach(self, now: pd.Timestamp) -> Window:
        """From the hour that runs at `now` to the last midnight it may be asked for."""
        return Window(now.floor("h"), now.floor("D") + HORIZON)


def said(document: object) -> Said | None:
    """What {"error": true, "reason": ...} says; the status is that of HTTP."""
    if not isinstance(document, dict) or not document.get("error"):
        return None
    why = str(document.get("reason", ""))
    return Said(429 if "limit exceeded" in why.casefold() else None, why)
