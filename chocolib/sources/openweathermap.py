"""OpenWeatherMap, asked with a key: the weather now, a forecast, and past hours one by one.

The key travels in the query. History is part of One Call 3.0, a subscription of its own.
"Weather data provided by OpenWeather": its licence asks for these words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from chocolib.core.errors import SettingsError
from chocolib.core.time import DAY, HOUR, Window
from chocolib.sources.answers import Said
from chocolib.sources.documents import as_changed, mapping
from chocolib.sources.http import JsonClient, Key, Manners
from chocolib.sources.openweathermap_answers import (
    CURRENT,
    FORECAST,
    HISTORY,
    parse_current,
    parse_forecast,
    parse_history,
    place_in,
)
from chocolib.sources.weather import LINARES, Place, require_near, station_at, weather_frame
from chocolib.sources.windows import inside

BASE_URL = "https://api.openweathermap.org"
#: Sixty requests a minute, for all that one key asks.
MANNERS = Manners(min_interval_s=1.0)
HORIZON = pd.Timedelta(days=5)
#: History goes back to 1979, but each hour is a question, and the 1,001st of a day is billed.
AFFORDABLE = 27 * DAY
#: A day's questions to One Call that cost nothing.
MOST_HOURS = 1000

_HINT = "check OPENWEATHERMAP_API_KEY; a new key works after about two hours"
_HINT_HISTORY = 'past hours need the subscription "One Call by Call" of OpenWeatherMap; ' + _HINT


class _Asked:
    """What the three sources have in common: questions about a place, in metric units."""

    name: str
    hint = _HINT

    def __init__(
        self,
        key: str,
        base_url: str = BASE_URL,
        *,
        place: Place = LINARES,
        manners: Manners | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._place = place
        self._station = station_at("owm", place)
        self._client = JsonClient(
            self.name,
            manners=manners or MANNERS,
            key=Key(key, home=self._base, query="appid", hint=self.hint),
            said=said,
        )

    def _ask(self, path: str, query: Mapping[str, str] | None = None) -> object:
        where = {"lat": f"{self._place.latitude:.4f}", "lon": f"{self._place.longitude:.4f}"}
        params = {**where, "units": "metric", **(query or {})}
        return self._client.get(f"{self._base}/{path}", params)


class OpenWeatherMap(_Asked):
    """The weather now: a `Source` of `weather_data`, one row an answer."""

    name = CURRENT
    measurement = "weather_data"
    question = DAY

    def fetch(self, window: Window) -> pd.DataFrame:
        """The hour nearest to now, if it starts in `window`.

        Shape as `openweathermap_answers.parse_current`; the frame may be empty.

        Raises:
            SourceUnavailable, SourceChanged, SettingsError: see `JsonClient.get`;
                SourceChanged too for another place or not as documented.
        """
        if window.start == window.end:
            return weather_frame([], self.name, None)
        answer = self._ask("data/2.5/weather")
        with as_changed(self.name):
            place = place_in(mapping(answer, "the answer").get("coord"), "coord")
            rows = parse_current(answer, self._station)
        require_near(place, self._place, self.name)
        return inside(rows, window)

    def reach(self, now: pd.Timestamp) -> Window:
        """The hour before and the one that runs."""
        return Window((now - HOUR).floor("h"), now)


class OpenWeatherMapForecast(_Asked):
    """Five days in steps of three hours: a `Source` of `weather_forecast`."""

    name = FORECAST
    measurement = "weather_forecast"
    question = 15 * DAY

    def fetch(self, window: Window) -> pd.DataFrame:
        """The hours that start in `window` and end at a step of the forecast.

        Shape as `openweathermap_answers.parse_forecast`; the frame may be empty.

        Raises:
            SourceUnavailable, SourceChanged, SettingsError: as `OpenWeatherMap.fetch`.
        """
        if window.start == window.end:
            return weather_frame([], self.name, None)
        answer = self._ask("data/2.5/forecast")
        with as_changed(self.name):
            city = mapping(mapping(answer, "the answer").get("city"), "city")
            place = place_in(city.get("coord"), "city.coord")
            rows = parse_forecast(answer, self._station)
        require_near(place, self._place, self.name)
        return inside(rows, window)

    def reach(self, now: pd.Timestamp) -> Window:
        """The next five days."""
        return Window(now.floor("h"), now.floor("h") + HORIZON)


class OpenWeatherMapHistory(_Asked):
    """Past hours: a `Source` of `weather_data`, one question for each hour."""

    name = HISTORY
    measurement = "weather_data"
    question = HOUR
    hint = _HINT_HISTORY

    def fetch(self, window: Window) -> pd.DataFrame:
        """The hours that start in `window`: at most 1,000, a day's free questions.

        Shape as `openweathermap_answers.parse_history`; hours without data are not there.

        Raises:
            SourceUnavailable, SourceChanged: as `OpenWeatherMap.fetch`.
            SettingsError: more hours than that; otherwise see `JsonClient.get`.
        """
        if len(window) > MOST_HOURS:
            what = f"{self.name} would be asked {len(window)} questions, one for each hour"
            raise SettingsError(what, hint=f"ask for at most {MOST_HOURS} hours at a time")
        parts = [self._fetch_hour(hour) for hour in window.hours()]
        return pd.concat([weather_frame([], self.name, None), *parts])

    def reach(self, now: pd.Timestamp) -> Window:
        """The last 27 days to the last full hour: less than a day's free questions."""
        return Window(now.floor("h") - AFFORDABLE, now.floor("h"))

    def _fetch_hour(self, hour: pd.Timestamp) -> pd.DataFrame:
        end = hour + HOUR
        answer = self._ask("data/3.0/onecall/timemachine", {"dt": f"{int(end.timestamp())}"})
        with as_changed(self.name):
            place = place_in(answer, "the answer")
            rows = parse_history(answer, self._station)
        require_near(place, self._place, self.name)
        return inside(rows, Window(hour, end))


def said(document: object) -> Said | None:
    """What `cod` and `message` say, unless all is well."""
    if not isinstance(document, dict):
        return None
    status = str(document.get("cod", ""))
    if not re.fullmatch(r"[1345]\d\d", status, re.ASCII):
        return None
    return Said(int(status), str(document.get("message", "")))
