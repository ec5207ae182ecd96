from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from chocolib.core.errors import SourceChanged, SourceUnavailable
from chocolib.core.ports import Source
from chocolib.core.time import DAY, HOUR, Window
from chocolib.sources.documents import Malformed
from chocolib.sources.open_meteo import OpenMeteo, OpenMeteoArchive, OpenMeteoForecast
from chocolib.sources.open_meteo_answers import VARIABLES, parse
from chocolib.sources.weather import Place
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.doubles import LIVE, NOON, celsius, open_meteo

WINDOW = Window(NOON - HOUR, NOON + HOUR)
MIDNIGHT = pd.Timestamp("2025-06-13T00:00Z")


@pytest.fixture(params=[OpenMeteo, OpenMeteoArchive, OpenMeteoForecast])
def source(request: pytest.FixtureRequest, server: Server) -> Source:
    server.will(LIVE["open-meteo"].reply(server))
    found: Source = request.param(server.url, manners=QUICK)
    return found


def test_a_stamp_is_the_end_of_its_hour(source: Source) -> None:
    frame = source.fetch(Window(MIDNIGHT - HOUR, MIDNIGHT + HOUR))
    assert frame.index.tolist() == [MIDNIGHT - HOUR, MIDNIGHT]
    assert frame["temperature_c"].tolist() == [celsius(MIDNIGHT), celsius(MIDNIGHT + HOUR)]
    expected = {
        "station": "om-linares",
        "humidity_pct": 55.0,
        "pressure_hpa": 957.4,
        "wind_ms": 2.5,
        "wind_direction_deg": 231.0,
        "wind_gust_ms": 6.2,
        "radiation_wm2": 410.0,
        "precipitation_mm": 0.1,
        "source": source.name,
    }
    assert frame.iloc[0][list(expected)].to_dict() == expected


@pytest.mark.parametrize(
    ("kind", "path", "delay"),
    [
        (OpenMeteo, "/v1/forecast", pd.Timedelta(minutes=10)),
        (OpenMeteoArchive, "/v1/archive", 5 * DAY),
        (OpenMeteoForecast, "/v1/forecast", pd.NaT),
    ],
)
def test_each_service_has_its_path_and_its_delay(
    server: Server, kind: type[Source], path: str, delay: pd.Timedelta
) -> None:
    server.will(LIVE["open-meteo"].reply(server))
    frame = kind(server.url, manners=QUICK).fetch(WINDOW)  # type: ignore[call-arg]
    assert server.paths == [path]
    found = (frame["available_at"] - frame.index - HOUR).unique().tolist()
    assert found == [delay] or (pd.isna(delay) and pd.isna(found[0]))


def test_the_question_is_in_utc_and_metric_units(server: Server, source: Source) -> None:
    source.fetch(Window(MIDNIGHT - 2 * HOUR, MIDNIGHT))
    assert server.asked == [
        {
            "latitude": "38.1511",
            "longitude": "-3.6295",
            "hourly": ",".join(VARIABLES),
            "wind_speed_unit": "ms",
            "timezone": "GMT",
            "start_date": "2025-06-12",
            "end_date": "2025-06-13",
        }
    ]


def test_a_long_window_is_asked_in_pieces_without_gap_or_overlap(
    server: Server, source: Source
) -> None:
    window = Window(NOON, NOON + 200 * DAY)
    assert list(source.fetch(window).index) == list(window.hours())
    asked = [(query["start_date"], query["end_date"]) for query in server.asked]
    assert asked == [
        ("2025-06-12", "2025-09-12"),
        ("2025-09-12", "2025-12-13"),
        ("2025-12-13", "2025-12-29"),
    ]


def test_a_window_without_a_full_hour_asks_nothing(server: Server, source: Source) -> None:
    moment = NOON + pd.Timedelta(minutes=5)
    assert source.fetch(Window(moment, moment + HOUR / 2)).empty
    assert server.asked == []


def test_nulls_are_missing_and_an_hour_of_nulls_is_no_row() -> None:
    document = open_meteo("2025-06-12", "2025-06-12")
    for values in list(document["hourly"].values())[1:]:
        values[5] = None
    document["hourly"]["temperature_2m"][7] = None
    frame = parse(document, "x", None)
    assert len(frame) == 23
    assert frame["temperature_c"].isna().sum() == 1
    assert pd.Timestamp("2025-06-12T04:00Z") not in frame.index


def test_a_variable_that_was_not_asked_for_is_missing() -> None:
    document = open_meteo("2025-06-12", "2025-06-12")
    document["hourly"] = {k: document["hourly"][k] for k in ("time", "temperature_2m")}
    frame = parse(document, "x", None)
    assert frame["temperature_c"].notna().all()
    assert frame["wind_ms"].isna().all()


def _hourly(**change: Any) -> dict[str, Any]:
    document = open_meteo("2025-06-12", "2025-06-12")
    return document | {"hourly": document["hourly"] | change}


def _units(**change: Any) -> dict[str, Any]:
    document = open_meteo("2025-06-12", "2025-06-12")
    return document | {"hourly_units": document["hourly_units"] | change}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (_units(temperature_2m="°F"), 'temperature_2m: expected °C, found "°F"'),
        (_units(wind_speed_10m="km/h"), 'wind_speed_10m: expected m/s, found "km/h"'),
        (_units(precipitation=None), "precipitation: expected mm"),
        (open_meteo("2025-06-12", "2025-06-12", hourly_units=None), "hourly_units: expected"),
        (_hourly(temperature_2m=[1.0]), "temperature_2m: expected 24 values, found 1"),
        (_hourly(temperature_2m="x"), "temperature_2m: expected a list"),
        (_hourly(temperature_2m=[True] * 24), r"temperature_2m\[0\]: expected a number"),
        (_hourly(time=None), "time: expected a list"),
        (_hourly(time=[1749686400] * 24), r"time\[0\]: expected a time"),
        (_hourly(time=["2025-06-12"] * 24), r"time\[0\]: expected a time"),
        (open_meteo("2025-06-12", "2025-06-12", hourly={"time": []}), "expected temperature_2m"),
        (open_meteo("2025-06-12", "2025-06-12", hourly=[]), "hourly: expected a JSON object"),
        (open_meteo("2025-06-12", "2025-06-12", utc_offset_seconds=7200), "expected times in UTC"),
        (open_meteo("2025-06-12", "2025-06-12", latitude=None), "latitude: expected a number"),
        (open_meteo("2025-06-12", "2025-06-12", latitude=1e9), "expected a place on Earth"),
        ([], "expected a JSON object"),
    ],
)
def test_what_is_not_as_documented_says_what_it_found(document: Any, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        parse(document, "x", None)


def test_a_refusal_comes_with_its_reason(server: Server, source: Source) -> None:
    reason = "Parameter 'start_date' is out of allowed range from 2016-01-01 to 2025-11-21"
    server.will(Reply.json({"error": True, "reason": reason}, 400))
    with pytest.raises(SourceChanged) as caught:
        source.fetch(WINDOW)
    assert caught.value.message.endswith(f'(400): "{reason}"')


@pytest.mark.parametrize("status", [200, 400, 429])
def test_a_limit_that_is_reached_passes(server: Server, source: Source, status: int) -> None:
    busy = {"error": True, "reason": "Minutely API request limit exceeded. Please try again."}
    server.will(Reply.json(busy, status), LIVE["open-meteo"].reply(server))
    assert len(source.fetch(WINDOW)) == 2
    server.will(Reply.json(busy, status))
    with pytest.raises(SourceUnavailable, match=r"answered 429 .*limit exceeded"):
        source.fetch(WINDOW)


def test_the_weather_of_another_place_calls_a_person(server: Server, source: Source) -> None:
    server.will(Reply.json(open_meteo("2025-06-12", "2025-06-12", latitude=40.4)))
    with pytest.raises(SourceChanged, match=r"expected the weather at 38\.15,-3\.63, found that"):
        source.fetch(WINDOW)


def test_another_place_has_a_series_of_its_own(server: Server) -> None:
    server.will(Reply.json(open_meteo("2025-06-12", "2025-06-12", latitude=40.4)))
    frame = OpenMeteo(server.url, place=Place(40.4168, -3.7038), manners=QUICK).fetch(WINDOW)
    assert set(frame["station"]) == {"om-40.42,-3.70"}
