from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

from chocolib.core.errors import DataError
from chocolib.core.gate import check
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR
from chocolib.sources.any_file import read_any
from chocolib.sources.pvpc_files import read_pvpc
from chocolib.sources.siar import read_siar
from chocolib.sources.weather_files import read_weather
from tests.conftest import NOW
from tests.sources.doubles import (
    NOON,
    forecast_day,
    open_meteo,
    owm_current,
    owm_forecast,
    owm_history,
    record,
    town,
)
from tests.sources.files_on_disk import (
    SIAR_DAY,
    VALID_PRICES,
    VALID_SIAR,
    archive,
    csv_bytes,
    damaged,
    labels,
    siar_bytes,
)

ENVELOPE = {"descripcion": "exito", "estado": 200, "datos": "https://x/sh/1"}
NOTHING = {"descripcion": "No hay datos que satisfagan esos criterios", "estado": 404}

KINDS: dict[str, tuple[Any, str, int]] = {
    "aemet records": ([record(NOON), record(NOON + HOUR)], "weather_data", 2),
    "aemet forecast": (town(forecast_day(date(2025, 10, 26))), "weather_forecast", 25),
    "aemet envelope": (ENVELOPE, "weather_data", 0),
    "aemet has nothing": (NOTHING, "weather_data", 0),
    "owm weather": (owm_current(NOON), "weather_data", 1),
    "owm forecast": (owm_forecast(), "weather_forecast", 40),
    "owm timemachine": (owm_history(NOON), "weather_data", 1),
    "open-meteo": (open_meteo("2025-06-12", "2025-06-13"), "weather_forecast", 48),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "saved.json"


def saved(file: Path, content: Any) -> Path:
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("read", [read_weather, read_any], ids=["read_weather", "read_any"])
def test_a_saved_answer_is_known_by_its_content(file: Path, kind: str, read: Any) -> None:
    document, measurement, rows = KINDS[kind]
    found, frame = read(saved(file, document))
    assert (found, len(frame)) == (measurement, rows)
    checked = check(frame, MEASUREMENTS[found], received_at=NOW)
    assert (len(checked.good), len(checked.refused)) == (rows, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-15", "utf-16"])
def test_it_is_decoded_as_a_live_answer(file: Path, encoding: str) -> None:
    text = json.dumps(KINDS["aemet forecast"][0], ensure_ascii=False)
    content = text.replace("Linares", "Jaén, Andújar").encode(encoding)
    assert len(read_weather(saved(file, content))[1]) == 25
    assert len(read_weather(saved(file, gzip.compress(content, mtime=0)))[1]) == 25


def test_a_place_that_is_not_ours_has_another_name(file: Path) -> None:
    madrid = {"lat": 40.4168, "lon": -3.7038}
    _, frame = read_weather(saved(file, owm_current(NOON, coord=madrid)))
    assert frame["station"].tolist() == ["owm-40.42,-3.70"]
    _, frame = read_weather(
        saved(file, open_meteo("2025-06-12", "2025-06-12", latitude=40.4, longitude=-3.7))
    )
    assert set(frame["station"]) == {"om-40.40,-3.70"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html></html>", "found a web page"),
        (b"timestamp,price_eur_kwh\n", "damaged or cut JSON"),
        (b'[{"idema": "5279X",', "damaged or cut JSON"),
        (b"[" * 100_000, "JSON that cannot be read"),
        (b"7", 'found "7"'),
        (b"[]", "found a list of"),
        (b"[[1]]", 'found a list of "[1]"'),
        ([{"fecha": "2025-06-12", "indicativo": "5279X", "tmed": "21,3"}], "list of \"fecha, ind"),
        ({"cod": 401, "message": "Invalid API key"}, 'found "cod, message"'),
        ({"error": True, "reason": "no"}, 'found "error, reason"'),
        ({"estado": 429, "descripcion": "Espere"}, 'refused the question (429): "Espere"'),
        ({"unidad_generadora": "x", "campos": []}, 'found "unidad_generadora, campos"'),
        ([record(NOON, ta="x")], "records[0], ta: expected a number"),
        (owm_current(NOON, main={"temp": 293.15}), "expected degrees Celsius"),
        (town({"fecha": "2025-06-12", "temperatura": {"maxima": 30}}), "expected a list of obj"),
        (archive("12/03/2025", labels(24)), 'found "PVPC"'),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused(file: Path, content: Any, words: str) -> None:
    with pytest.raises(DataError) as caught:
        read_weather(saved(file, content))
    assert words in str(caught.value)
    assert caught.value.path == str(file)
    assert len(str(caught.value).splitlines()) == 1


def test_the_line_where_json_breaks_is_named(file: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_weather(saved(file, b'[\n{"idema": "5279X"\n'))
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("content", "measurement", "rows"),
    [
        (csv_bytes([("2025-03-01T00:00:00Z", "0.11")]), "energy_prices", 1),
        *zip(VALID_PRICES, ["energy_prices"] * 4, [2, 3, 25, 24], strict=True),
        *zip(VALID_SIAR, ["siar_daily"] * 2, [2, 1], strict=True),
        (siar_bytes(SIAR_DAY).decode("utf-16-le").encode("utf-16"), "siar_daily", 1),
    ],
)
def test_any_file_is_known_by_its_content(
    file: Path, content: bytes, measurement: str, rows: int
) -> None:
    found, frame = read_any(saved(file, content))
    assert (found, len(frame)) == (measurement, rows)


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"<html>", b"\x89PNG\r\n", b"\x1f\x8b"])
def test_any_other_file_is_refused(file: Path, content: bytes) -> None:
    with pytest.raises(DataError):
        read_any(saved(file, content))
    with pytest.raises(DataError):
        read_any(file.parent)
    with pytest.raises(DataError):
        read_any(file.parent / "none")


WEATHER = [json.dumps(document).encode() for document, _, _ in KINDS.values()]


@settings(max_examples=120, deadline=None)
@given(content=damaged([*WEATHER, *VALID_PRICES, *VALID_SIAR]))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "damaged-anything"
    file.write_bytes(content)
    try:
        measurement, frame = read_any(file)
    except DataError:
        return
    check(frame, MEASUREMENTS[measurement], received_at=NOW)


def _hours(document: Any) -> set[str]:
    """The hours of a recorded answer, counted without the package."""
    if isinstance(document, list):
        return {item["fint"] for item in document}
    if "indicator" in document:
        values = document["indicator"]["values"]
        return {value["datetime"] for value in values if value["geo_id"] == 8741}
    return {row["Dia"] + row["Hora"] for row in document.get("PVPC", [])}


class TestRealData:
    def test_every_recorded_answer_has_all_of_its_hours(self, real_data: Path) -> None:
        files = sorted((real_data / "api").glob("*.json"))
        assert len(files) >= 5
        for path in files:
            measurement, frame = read_any(path)
            assert len(frame) == len(_hours(json.loads(path.read_bytes()))), path
            checked = check(frame, MEASUREMENTS[measurement], received_at=NOW)
            assert (len(checked.good), len(checked.refused)) == (len(frame), 0), path

    def test_the_station_of_madrid_says_what_it_said(self, real_data: Path) -> None:
        path = real_data / "api" / "aemet_observation_station_data.json"
        measurement, frame = read_weather(path)
        records = json.loads(path.read_bytes())
        assert measurement == "weather_data"
        assert set(frame["station"]) == {"3195"}
        ends = [pd.Timestamp(item["fint"], tz="UTC") for item in records]
        assert [time + HOUR for time in frame.index] == ends
        for field, name in (("temperature_c", "ta"), ("humidity_pct", "hr"),
                            ("pressure_hpa", "pres"), ("precipitation_mm", "prec")):  # fmt: skip
            assert frame[field].tolist() == [item[name] for item in records]
        assert frame[["wind_ms", "wind_gust_ms", "radiation_wm2"]].isna().all(axis=None)

    def test_the_first_step_of_aemet_has_no_rows(self, real_data: Path) -> None:
        measurement, frame = read_any(real_data / "api" / "aemet_observation_station.json")
        assert (measurement, len(frame)) == ("weather_data", 0)

    def test_prices_and_siar_are_read_as_by_their_own_readers(self, real_data: Path) -> None:
        for path in sorted((real_data / "api").glob("esios*")):
            measurement, frame = read_any(path)
            assert measurement == "energy_prices"
            pd.testing.assert_frame_equal(frame, read_pvpc(path))
        siar = next((real_data / "siar").glob("*2001*.csv"))
        measurement, frame = read_any(siar)
        assert measurement == "siar_daily"
        pd.testing.assert_frame_equal(frame, read_siar(siar))
        measurement, frame = read_any(real_data / "pvpc" / "pvpc_2021-06_2026-01.csv.gz")
        assert (measurement, len(frame)) == ("energy_prices", 40_873)

    def test_files_of_other_kinds_are_refused(self, real_data: Path) -> None:
        for path in [*(real_data / "ree").glob("*"), *(real_data / "influx").glob("*")]:
            with pytest.raises(DataError):
                read_any(path)
