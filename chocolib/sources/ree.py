"""PVPC from REE's public service apidatos: no key, hourly, published day by day.

Format: https://www.ree.es/es/datos/apidatos, `mercados/precios-mercados-tiempo-real`.
`included[]` holds one series per price; ours has `id` "1001" and is called "PVPC" or
"PVPC (EUR/MWh)" with the euro sign. Its `attributes.values[]` carry `value` (EUR/MWh)
and `datetime` (ISO 8601 with offset). The end of a question is inclusive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from chocolib.core.errors import SourceChanged, SourceError, SourceUnavailable
from chocolib.core.time import DAY, Window, end_of_tomorrow, local_date, midnight
from chocolib.sources.documents import Malformed, as_changed, items, moment, number, shown
from chocolib.sources.http import JsonClient, Manners
from chocolib.sources.prices import from_mwh
from chocolib.sources.windows import answered, inside, last_day, madrid_days

NAME = "ree"
BASE_URL = "https://apidatos.ree.es"
PATH = "/es/datos/mercados/precios-mercados-tiempo-real"
SERIES = "1001"
LONGEST_DAYS = 28
#: The first day of PVPC.
FIRST_DAY = midnight(date(2014, 4, 1))

_NO_DATA = re.compile(
    r"\b(no|sin)( hay| existen| available)? (data|datos|values|valores)\b", re.IGNORECASE
)


class _PvpcMissing(SourceChanged):
    """A good answer without a single PVPC: not out yet, or gone."""


class Ree:
    """The price source: a `Source` of `energy_prices`."""

    name = NAME
    measurement = "energy_prices"
    question = 27 * DAY

    def __init__(self, base_url: str = BASE_URL, *, manners: Manners | None = None) -> None:
        self._url = base_url.rstrip("/") + PATH
        self._client = JsonClient(NAME, manners=manners)

    def fetch(self, window: Window) -> pd.DataFrame:
        """PVPC of the hours that start in `window`, as far as they are published.

        Asks whole Madrid days, at most 28 at a time. Shape as `parse`; hours not
        published yet are simply not there, and the frame may be empty.

        Raises:
            SourceUnavailable, SourceChanged, SettingsError: see `JsonClient.get`, `parse`;
                SourceChanged too when all hours are of another time than asked for.
        """
        parts = [self._fetch_days(days) for days in madrid_days(window, LONGEST_DAYS)]
        return inside(pd.concat([from_mwh([], NAME), *parts]), window)

    def reach(self, now: pd.Timestamp) -> Window:
        """From the first day of PVPC to the end of tomorrow, which is out by half past eight."""
        return Window(FIRST_DAY, end_of_tomorrow(now))

    def _fetch_days(self, days: Window) -> pd.DataFrame:
        try:
            return self._answer(days)
        except _PvpcMissing:
            # From about 13:30 to 20:15 tomorrow has a spot price and no PVPC. Asked
            # together with the day before, which has one, a real absence still shows.
            day_before = midnight(local_date(days.start) - timedelta(days=1))
            return inside(self._answer(Window(day_before, days.end)), days)

    def _answer(self, days: Window) -> pd.DataFrame:
        query = {
            "start_date": f"{local_date(days.start)}T00:00",
            "end_date": f"{last_day(days)}T23:59",
            "time_trunc": "hour",
        }
        document = self._client.get(self._url, query, is_answer=_says_no_data)
        return answered(parse(document), days, NAME)


def parse(payload: object) -> pd.DataFrame:
    """Rows of an answer of apidatos, pure.

    Args:
        payload: the JSON document.

    Returns:
        A frame of `energy_prices`: EUR/kWh on UTC hours, all that came, an inclusive
        end point too (`fetch` cuts it). Quarters are averaged (`prices.hourly`), null
        values left out; empty when REE says that it has no data yet.

    Raises:
        SourceUnavailable: the document reports a fault of the service.
        SourceChanged: anything that is not as documented; says what was found.
    """
    with as_changed(NAME):
        if not isinstance(payload, dict):
            raise Malformed(f"expected a JSON object, found {shown(payload)}")
        if "errors" in payload:
            return _no_rows(payload)
        return _rows(_series(items(payload.get("included"), "included")))


def _series(included: list[Mapping[str, object]]) -> Mapping[str, object]:
    found = [series for series in included if str(series.get("id")) == SERIES]
    if not found:
        names = ", ".join(shown(series.get("type")) for series in included) or "none"
        raise _PvpcMissing(
            f"expected the series {SERIES} (PVPC) in the answer, found {names}", source=NAME
        )
    attributes = found[0].get("attributes")
    if len(found) > 1 or not isinstance(attributes, dict):
        raise Malformed(f"expected one series {SERIES} with attributes")
    for name in (found[0].get("type"), attributes.get("title")):
        if "/" in str(name) and "/MWh" not in str(name):
            raise Malformed(f"expected EUR/MWh, found {shown(name)}")
    return attributes


def _rows(attributes: Mapping[str, object]) -> pd.DataFrame:
    values = items(attributes.get("values"), "values")
    if not values:
        raise _PvpcMissing(f"the series {SERIES} (PVPC) has no values", source=NAME)
    return from_mwh(
        [
            (moment(v.get("datetime"), f"values[{i}]"), number(v.get("value"), f"values[{i}]"))
            for i, v in enumerate(values)
            if "value" not in v or v["value"] is not None
        ],
        NAME,
    )


def _no_rows(payload: Mapping[str, object]) -> pd.DataFrame:
    """An `errors` document: nothing yet, or a fault."""
    if _says_no_data(payload):
        return from_mwh([], NAME)
    raise _fault(items(payload["errors"], "errors"))


def _fault(errors: list[Mapping[str, object]]) -> SourceError:
    first = errors[0] if errors else {}
    message = f"answered with an error: {shown(first.get('detail') or first.get('title'))}"
    codes = {str(first.get("status")), str(first.get("code"))}
    if any(code == "429" or re.fullmatch(r"5\d\d", code) for code in codes):
        return SourceUnavailable(message, source=NAME, hint="try again later")
    return SourceChanged(message, source=NAME)


def _says_no_data(payload: object) -> bool:
    errors = payload.get("errors") if isinstance(payload, dict) else None
    return isinstance(errors, list) and any(
        _NO_DATA.search(f"{error.get('title')} {error.get('detail')}")
        for error in errors
        if isinstance(error, dict)
    )
