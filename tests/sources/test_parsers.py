"""Every parser, fed with damaged documents: a frame that the gate can judge, or one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.errors import SourceError
from chocolib.core.gate import check
from chocolib.core.schema import ENERGY_PRICES, MEASUREMENTS, WEATHER_DATA, WEATHER_FORECAST
from chocolib.sources import aemet_answers, open_meteo_answers, openweathermap_answers, ree
from chocolib.sources.documents import Malformed
from chocolib.sources.esios import parse_archive, parse_indicator
from tests.conftest import NOW
from tests.sources.doubles import (
    DAYS,
    NOON,
    forecast_day,
    open_meteo,
    owm_current,
    owm_forecast,
    owm_history,
    record,
    town,
)
from tests.sources.files_on_disk import archive, indicator, indicator_values, labels
from tests.sources.mutations import JSON, altered
from tests.sources.ree_answers import pvpc

AUTUMN = pd.date_range("2025-10-26", periods=5, freq="h", tz="Europe/Madrid")
Parser = Callable[[object], pd.DataFrame]
FORECAST = owm_forecast()
METEO = open_meteo("2025-06-12", "2025-06-12")

PARSERS: dict[str, tuple[Parser, Any, str]] = {
    "ree": (ree.parse, pvpc("2025-10-26T00:00", "2025-10-26T03:00"), "energy_prices"),
    "indicator": (parse_indicator, indicator(indicator_values(AUTUMN)), "energy_prices"),
    "archive": (parse_archive, archive("26/10/2025", labels(25)), "energy_prices"),
    "aemet": (
        aemet_answers.parse_observations,
        [record(NOON), record(NOON + pd.Timedelta(hours=1), prec="Ip", ta="12,3")],
        "weather_data",
    ),
    "aemet forecast": (
        aemet_answers.parse_forecast,
        town(forecast_day(date(2025, 10, 26), [1, 2, 2, 3]), forecast_day(DAYS[1], [0, 23])),
        "weather_forecast",
    ),
    "owm": (openweathermap_answers.parse_current, owm_current(NOON), "weather_data"),
    "owm forecast": (
        openweathermap_answers.parse_forecast,
        {**FORECAST, "list": FORECAST["list"][:2]},
        "weather_forecast",
    ),
    "owm history": (openweathermap_answers.parse_history, owm_history(NOON), "weather_data"),
    "open-meteo": (
        lambda document: open_meteo_answers.parse(document, "x", None),
        {**METEO, "hourly": {name: values[:3] for name, values in METEO["hourly"].items()}},
        "weather_forecast",
    ),
}


@pytest.mark.parametrize("name", PARSERS)
def test_the_undamaged_document_is_read_whole(name: str) -> None:
    parse, document, measurement = PARSERS[name]
    checked = check(parse(document), MEASUREMENTS[measurement], received_at=NOW)
    assert len(checked.good) > 0
    assert checked.refused.empty


@pytest.mark.parametrize("name", PARSERS)
def test_a_damaged_document_is_read_or_refused_in_one_line(name: str) -> None:
    parse, original, measurement = PARSERS[name]

    @settings(max_examples=80, deadline=None, database=None)
    @given(document=altered(original))
    def damaged(document: Any) -> None:
        _read_or_refused(parse, document, measurement)

    damaged()


@settings(max_examples=60, deadline=None)
@given(document=JSON)
def test_json_of_any_kind_is_read_or_refused_in_one_line(document: Any) -> None:
    for parse, _, measurement in PARSERS.values():
        _read_or_refused(parse, document, measurement)


def _read_or_refused(parse: Parser, document: Any, measurement: str) -> None:
    try:
        frame = parse(document)
    except (Malformed, SourceError) as error:
        message = error.message if isinstance(error, SourceError) else str(error)
        assert len(message.splitlines()) == 1
        assert len(message.encode()) < 500
        return
    kind = MEASUREMENTS[measurement]
    checked = check(frame, kind, received_at=NOW)
    assert len(checked.good) + len(checked.refused) + checked.repeated == len(frame)


@settings(max_examples=40, deadline=None)
@given(
    celsius=st.lists(st.none() | st.integers(-150, 400).map(lambda t: t / 10), min_size=1),
    first=st.datetimes(min_value=pd.Timestamp("1941-01-01"), max_value=pd.Timestamp("2099-01-01")),
    comma=st.booleans(),
)
def test_temperatures_survive_the_round_trip(
    celsius: list[float | None], first: pd.Timestamp, comma: bool
) -> None:
    ends = pd.date_range(pd.Timestamp(first).floor("h"), periods=len(celsius), freq="h", tz="UTC")

    def written(value: float | None) -> object:
        return f"{value}".replace(".", ",") if comma and value is not None else value

    station = [
        {"idema": "5279X", "fint": f"{end:%Y-%m-%dT%H:%M:%S}", "ta": written(value)}
        for end, value in zip(ends, celsius, strict=True)
    ]
    grid = open_meteo("2025-06-12", "2025-06-12") | {
        "hourly": {
            "time": [f"{end:%Y-%m-%dT%H:%M}" for end in ends],
            "temperature_2m": [written(value) for value in celsius],
        }
    }
    told = [(end, value) for end, value in zip(ends, celsius, strict=True) if value is not None]
    for frame in (
        aemet_answers.parse_observations(station),
        open_meteo_answers.parse(grid, "x", None),
    ):
        found = zip(frame.index + pd.Timedelta(hours=1), frame["temperature_c"], strict=True)
        assert list(found) == told


def test_every_weather_field_has_a_source() -> None:
    told = {
        field
        for parse, document, kind in PARSERS.values()
        if kind != ENERGY_PRICES.name
        for field, column in parse(document).items()
        if field in WEATHER_DATA.field_names and column.notna().any()
    }
    assert told == set(WEATHER_DATA.field_names) == set(WEATHER_FORECAST.field_names)
