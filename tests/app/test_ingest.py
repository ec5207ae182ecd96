from __future__ import annotations

import gzip
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import demo_store, open_context, reading_store, real_store
from chocolib.app.coverage import coverage
from chocolib.app.ingest import READERS, import_files, import_pvpc, import_siar
from chocolib.app.live import fill_demo
from chocolib.app.quarantine import quarantined
from chocolib.app.runs import kept_runs
from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError
from chocolib.core.ports import Store
from chocolib.core.time import DAY, known_until
from chocolib.sources.siar import siar_files
from tests.conftest import NOW
from tests.sources.doubles import open_meteo


@pytest.fixture
def store() -> Store:
    return real_store(read_settings())


def write_csv(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(["timestamp,price_eur_kwh", *rows]) + "\n", encoding="utf-8")
    return path


def test_the_real_prices_come_in_once(store: Store, pvpc_csv: Path) -> None:
    (first,) = import_pvpc(store, [pvpc_csv], received_at=NOW)
    (second,) = import_pvpc(store, [pvpc_csv], received_at=NOW)
    assert str(first.written) == ("40873 read, 40873 new, 0 updated, 0 unchanged, 0 quarantined")
    assert (second.written.new, second.written.unchanged) == (0, 40873)
    assert first.written.outliers == 2


def test_coverage_agrees_with_what_was_imported(
    store: Store, pvpc_csv: Path, real_data: Path
) -> None:
    list(import_pvpc(store, [pvpc_csv], received_at=NOW))
    done = list(import_siar(store, siar_files([real_data / "siar"]), received_at=NOW))
    found = {(e["measurement"], e.get("station", "")): e for e in coverage(store)}
    prices = found["energy_prices", ""]
    assert (prices["rows"], prices["missing"], prices["outliers"]) == (40873, 72, 2)
    for station in ("J09", "J17"):
        rows = sum(n for item in done for (s, _), n in item.series.items() if s == station)
        entry = found["siar_daily", station]
        days = pd.Timestamp(entry["last"]) - pd.Timestamp(entry["first"])
        assert entry["rows"] == rows
        assert entry["missing"] == round(days / pd.Timedelta(days=1)) + 1 - rows


def test_a_25_hour_day_brings_25_hours(store: Store, real_data: Path) -> None:
    path = real_data / "api" / "esios_indicator_1001_2021-10-31.json"
    (done,) = import_pvpc(store, [path], received_at=NOW)
    assert done.written.new == 25


def test_a_bad_file_leaves_nothing_and_the_others_go_on(
    store: Store, tmp_path: Path, pvpc_csv: Path
) -> None:
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(pvpc_csv.read_bytes()[:50_000])
    good = write_csv(tmp_path / "good.csv", ["2025-11-01T10:00:00Z,0.1"])
    bad = write_csv(
        tmp_path / "bad.csv", ["2025-11-02T10:00:00Z,0.1", "2025-11-02T11:00:00Z,cheap"]
    )
    done = list(import_pvpc(store, [cut, good, bad, tmp_path / "none.csv"], received_at=NOW))
    assert [item.error is None for item in done] == [False, True, False, False]
    assert "line 3" in str(done[2].error)
    assert len(store.read("energy_prices")) == 1


def test_refused_rows_are_counted_and_can_be_looked_at(store: Store, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "mixed.csv",
        [
            "2025-11-01T10:00:00Z,0.1",
            "2025-11-01T11:00:00Z,99",
            "2025-11-01T12:00:00Z,0.1",
            "2025-11-01T12:00:00Z,0.2",
        ],
    )
    for _ in range(2):
        (done,) = import_pvpc(store, [path], received_at=NOW)
        assert done.written.quarantined == 3
        assert done.written.read == 4
    rows = quarantined(store)
    assert len(rows) == 3
    assert {row["reason"] for row in rows} == {
        "price_eur_kwh above 2",
        "the same time came twice with different values",
    }
    assert all(row["from"] == "mixed.csv" for row in rows)


def test_a_later_publication_updates_and_the_earlier_value_stays_for_replays(
    store: Store, tmp_path: Path
) -> None:
    first = write_csv(tmp_path / "first.csv", ["2025-11-01T10:00:00Z,0.1"])
    second = write_csv(tmp_path / "second.csv", ["2025-11-01T10:00:00Z,0.15"])
    list(import_pvpc(store, [first], received_at=NOW))
    (done,) = import_pvpc(store, [second], received_at=NOW + pd.Timedelta(hours=1))
    assert done.written.updated == 1
    replay = store.read("energy_prices", as_of=pd.Timestamp("2025-11-01T00:00Z"))
    assert replay["price_eur_kwh"].tolist() == [0.1]
    assert store.read("energy_prices")["price_eur_kwh"].tolist() == [0.15]


def test_the_same_rows_in_another_shape_are_unchanged(
    store: Store, pvpc_csv: Path, tmp_path: Path
) -> None:
    plain = tmp_path / "plain.csv"
    with gzip.open(pvpc_csv) as packed, plain.open("wb") as file:
        shutil.copyfileobj(packed, file)
    list(import_pvpc(store, [pvpc_csv], received_at=NOW))
    (done,) = import_pvpc(store, [plain], received_at=NOW)
    assert done.written.unchanged == 40873


def test_the_demonstration_steps_back_for_real_prices(store: Store, tmp_path: Path) -> None:
    settings = read_settings()
    store.close()
    fill_demo(demo_store(settings), now=NOW)
    assert reading_store(settings).synthetic
    path = write_csv(tmp_path / "real.csv", ["2025-11-01T10:00:00Z,0.1"])
    list(import_pvpc(real_store(settings), [path], received_at=NOW))
    reading = reading_store(settings)
    assert not reading.synthetic
    assert len(reading.read("energy_prices")) == 1


def test_the_demonstration_reaches_to_what_would_be_published() -> None:
    demo = demo_store(read_settings())
    fill_demo(demo, now=NOW)
    last = demo.latest("energy_prices").index[-1]
    assert last == known_until(NOW) - pd.Timedelta(hours=1)
    assert fill_demo(demo, now=NOW).new == 0


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOCOLIB_LANG", "fr")
    with pytest.raises(SettingsError, match="CHOCOLIB_LANG"):
        open_context()
    monkeypatch.setenv("CHOCOLIB_LANG", "en")
    monkeypatch.setenv("CHOCOLIB_STORE_URL", "influxdb://somewhere")
    with pytest.raises(SettingsError, match="set INFLUXDB_TOKEN"):
        open_context()
    monkeypatch.setenv("CHOCOLIB_STORE_URL", "postgres://somewhere/chocolib")
    with pytest.raises(SettingsError, match="use sqlite"):
        open_context()


def test_keys_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEMET_API_KEY", "very-secret")
    settings = read_settings()
    assert settings.aemet_api_key is not None
    assert "very-secret" not in repr(settings)
    assert "very-secret" not in str(settings.model_dump())


def test_an_older_forecast_that_is_imported_later_stays_the_older_one(
    store: Store, tmp_path: Path
) -> None:
    files = [tmp_path / "new.json", tmp_path / "old.json"]
    for path, temperature_c, days in zip(files, (15.0, 3.0), (0, 2), strict=True):
        document = open_meteo("2026-11-22", "2026-11-22")
        document["hourly"]["temperature_2m"] = [temperature_c] * 24
        path.write_text(json.dumps(document), encoding="utf-8")
        saved = (NOW - days * DAY).timestamp()
        os.utime(path, (saved, saved))
    done = list(import_files(store, files, READERS["weather"], received_at=NOW))
    assert [item.written.new for item in done] == [24, 24]
    assert set(store.read("weather_forecast")["temperature_c"]) == {15.0}
    then = store.read("weather_forecast", as_of=NOW - DAY)
    assert set(then["temperature_c"]) == {3.0}


def test_every_import_is_a_run(store: Store, tmp_path: Path) -> None:
    good = write_csv(tmp_path / "good.csv", ["2025-11-01T10:00:00Z,0.1"])
    also = write_csv(tmp_path / "also.csv", ["2025-11-01T11:00:00Z,9.1"])
    list(import_pvpc(store, [good, also], received_at=NOW))
    runs = {run["file"]: run for run in kept_runs(store, newest=9)}
    assert (runs["good.csv"]["new"], runs["also.csv"]["quarantined"]) == (1, 1)
    assert runs["good.csv"]["since"] == "2025-11-01T10:00:00Z"
