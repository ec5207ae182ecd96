"""PVPC from ESIOS, REE's system for those who have a token, and from its open archive.

Formats: see `esios`. The indicator is asked for as published, never summed up by ESIOS
(`time_trunc`): it adds quarters of an hour where a price needs their mean.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from chocolib.core.time import DAY, Window, end_of_tomorrow, local_date, midnight
from chocolib.sources.documents import as_changed
from chocolib.sources.esios import (
    ARCHIVE_NAME,
    INDICATOR,
    INDICATOR_NAME,
    PENINSULA,
    parse_archive,
    parse_indicator,
)
from chocolib.sources.http import JsonClient, Key, Manners
from chocolib.sources.prices import from_mwh
from chocolib.sources.ree import FIRST_DAY
from chocolib.sources.windows import answered, inside, last_day, madrid_days

BASE_URL = "https://api.esios.ree.es"
LONGEST_DAYS = 28
#: The first day of tariff 2.0TD, and of the column that the archive has today.
FIRST_DAY_OF_ARCHIVE = midnight(date(2021, 6, 1))
_ACCEPT = "application/json; application/vnd.esios-api-v1+json"


class Esios:
    """Indicator 1001: a `Source` of `energy_prices`, with a token."""

    name = INDICATOR_NAME
    measurement = "energy_prices"
    question = 27 * DAY

    def __init__(
        self, token: str, base_url: str = BASE_URL, *, manners: Manners | None = None
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/indicators/{INDICATOR}"
        hint = "check ESIOS_TOKEN; ESIOS gives tokens on request, by mail"
        key = Key(token, home=base_url, header="x-api-key", hint=hint)
        self._client = JsonClient(self.name, manners=manners, key=key, accept=_ACCEPT)

    def fetch(self, window: Window) -> pd.DataFrame:
        """PVPC of the hours that start in `window`, as far as they are published.

        Asks whole Madrid days, at most 28 at a time. Shape as `esios.parse_indicator`;
        hours not published yet are simply not there, and the frame may be empty.

        Raises:
            SourceUnavailable, SourceChanged, SettingsError: see `JsonClient.get`;
                SourceChanged too for a document that is not as documented, or when all
                hours are of another time than asked for.
        """
        parts = [self._fetch_days(days) for days in madrid_days(window, LONGEST_DAYS)]
        return inside(pd.concat([from_mwh([], self.name), *parts]), window)

    def reach(self, now: pd.Timestamp) -> Window:
        """From the first day of PVPC to the end of tomorrow, which is out by half past eight."""
        return Window(FIRST_DAY, end_of_tomorrow(now))

    def _fetch_days(self, days: Window) -> pd.DataFrame:
        query = {
            "start_date": f"{local_date(days.start)}T00:00",
            "end_date": f"{last_day(days)}T23:59",
            "geo_ids[]": str(PENINSULA),
        }
        document = self._client.get(self._url, query)
        with as_changed(self.name):
            rows = parse_indicator(document)
        return answered(rows, days, self.name)


class EsiosArchive:
    """Archive 70: a `Source` of `energy_prices` that needs no token, day by day."""

    name = ARCHIVE_NAME
    measurement = "energy_prices"
    question = DAY

    def __init__(self, base_url: str = BASE_URL, *, manners: Manners | None = None) -> None:
        self._url = base_url.rstrip("/") + "/archives/70/download_json"
        self._client = JsonClient(self.name, manners=manners, accept=_ACCEPT)

    def fetch(self, window: Window) -> pd.DataFrame:
        """PVPC of the hours that start in `window`, as far as they are published.

        Asks one question for each Madrid day. Shape as `esios.parse_archive`; days not
        published yet are simply not there, and the frame may be empty.

        Raises:
            SourceUnavailable, SourceChanged, SettingsError: as `Esios.fetch`.
        """
        parts = [self._fetch_day(day) for day in madrid_days(window, 1)]
        return inside(pd.concat([from_mwh([], self.name), *parts]), window)

    def reach(self, now: pd.Timestamp) -> Window:
        """From the first day of tariff 2.0TD to the end of tomorrow."""
        return Window(FIRST_DAY_OF_ARCHIVE, end_of_tomorrow(now))

    def _fetch_day(self, day: Window) -> pd.DataFrame:
        query = {"locale": "es", "date": f"{local_date(day.start)}"}
        document = self._client.get(self._url, query, is_answer=_says_no_values)
        if _says_no_values(document):
            return from_mwh([], self.name)
        with as_changed(self.name):
            rows = parse_archive(document)
        return answered(rows, day, self.name)


def _says_no_values(document: object) -> bool:
    """Whether a day is not out yet: {"message": "No values for specified archive"}."""
    message = document.get("message") if isinstance(document, dict) else None
    return isinstance(message, str) and message.casefold().startswith("no values")
