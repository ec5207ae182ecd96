"""Long reads go by ADBC, a second copy of SQLite: the same answers, and no lock lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chocolib.core.errors import DataError
from chocolib.core.schema import WEATHER_DATA
from chocolib.core.time import HOUR, Window, as_utc, hour_after
from chocolib.store import bulk
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, made_up_prices, price_frame
from tests.contracts import StoreContract


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "a store #1.sqlite")


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every read that finds a row counts as long; the files that were lent."""
    monkeypatch.setattr(bulk, "WORTH_ROWS", 0)
    lent: list[Path] = []
    fetch = bulk.fetch

    def noted(path: Path, *rest: object) -> pd.DataFrame:
        lent.append(path)
        return fetch(path, *rest)

    monkeypatch.setattr(bulk, "fetch", noted)
    return lent


@pytest.mark.usefixtures("long")
class TestLongReads(StoreContract):
    """However short, a read by ADBC keeps the contract."""


def weather(hours: int) -> pd.DataFrame:
    """Two stations in turn; the gusts are known from the second half on, pressure never."""
    index = pd.date_range("2024-01-01", periods=hours, freq="h", tz="UTC", name="time")
    random = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "station": np.where(np.arange(hours) % 2, "J17", "Jaén"),
            **{name: random.integers(0, 40, hours) / 4 for name in WEATHER_DATA.field_names},
            "source": "siar",
            "available_at": hour_after(as_utc(index)),
            "flag": np.where(np.arange(hours) % 50, "", "outlier"),
        },
        index=as_utc(index),
    )
    frame.loc[frame.index[: hours // 2 + hours // 5], "wind_gust_ms"] = np.nan
    return frame.assign(pressure_hpa=np.nan, wind_ms=3)[list(WEATHER_DATA.columns)]


def test_a_long_read_gives_the_very_frame_that_a_short_one_gives(
    store: SqliteStore, long: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = weather(3000)
    store.write("weather_data", frame, received_at=NOW)
    half, later = frame.iloc[::2], NOW + HOUR
    store.write("weather_data", half.assign(precipitation_mm=99.0), received_at=later)
    window = Window(frame.index[100], frame.index[2500])

    def answers() -> list[pd.DataFrame]:
        return [
            store.read("weather_data"),
            store.read("weather_data", window, tags={"station": "Jaén"}),
            store.read("weather_data", window, as_of=NOW),
            store.read("weather_data", as_of=frame.index[1000]),
            store.history("weather_data"),
            store.history("weather_data", window),
        ]

    by_adbc = answers()
    assert len(long) == 6
    monkeypatch.setattr(bulk, "WORTH_ROWS", 10**9)
    for one, other in zip(by_adbc, answers(), strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert len(long) == 6
    assert len(by_adbc[4]) == 4500
    assert by_adbc[0]["wind_gust_ms"].notna().sum() == 900


def test_missing_texts_are_missing_in_a_long_read_too(
    store: SqliteStore, long: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {
        "measurement": "energy_prices",
        "row_id": ["a", "b", "c"],
        "payload": "{}",
        "reason": ["too dear", "ни́зко", ""],
        "origin": [None, "prices.csv", None],
        "state": "held",
        "source": "csv",
        "available_at": NOW,
        "flag": "",
    }
    store.write("quarantine", pd.DataFrame(rows, index=[NOW] * 3), received_at=NOW)
    by_adbc = store.read("quarantine")
    nothing = store.read("quarantine", tags={"row_id": "z"})
    assert len(long) == 2
    assert by_adbc["origin"].isna().tolist() == [True, False, True]
    monkeypatch.setattr(bulk, "WORTH_ROWS", 10**9)
    pd.testing.assert_frame_equal(store.read("quarantine"), by_adbc)
    pd.testing.assert_frame_equal(store.read("quarantine", tags={"row_id": "z"}), nothing)


def test_the_frame_of_a_long_read_may_be_changed(store: SqliteStore, long: list[Path]) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 1))
    store.write("energy_prices", frame, received_at=NOW)
    read = store.read("energy_prices")
    read.loc[:, "price_eur_kwh"] = 0.5
    assert read["price_eur_kwh"].tolist() == [0.5]
    assert len(long) == 1


def test_nothing_is_lent_while_this_process_has_the_file_open_elsewhere(
    store: SqliteStore, long: list[Path]
) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 48))
    store.write("energy_prices", frame, received_at=NOW)
    other = sqlite3.connect(store.path)
    pd.testing.assert_frame_equal(store.read("energy_prices"), frame, check_freq=False)
    assert not long
    other.close()
    pd.testing.assert_frame_equal(store.read("energy_prices"), frame, check_freq=False)
    assert long == [store.path]


def test_what_is_written_after_a_long_read_is_seen_by_other_processes(
    store: SqliteStore, long: list[Path]
) -> None:
    count = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
        "print(db.execute('select count(*) from energy_prices').fetchone()[0]); db.close()"
    )
    seen = []
    for day in ("2025-03-01", "2025-03-02", "2025-03-03"):
        store.write("energy_prices", price_frame(made_up_prices(day, 24)), received_at=NOW)
        store.read("energy_prices")
        told = subprocess.run(
            [sys.executable, "-c", count, store.path], capture_output=True, text=True, check=True
        )
        seen.append((len(store.read("energy_prices")), int(told.stdout)))
    assert seen == [(24, 24), (48, 48), (72, 72)]
    assert len(long) == 6


def test_threads_may_share_a_store(store: SqliteStore, long: list[Path]) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 24))
    store.write("energy_prices", frame.assign(price_eur_kwh=0.0), received_at=NOW)

    def act(number: int) -> int:
        if number % 4 == 0:
            rows = frame.assign(price_eur_kwh=number / 1000)
            return 24 - store.write("energy_prices", rows, received_at=NOW).read
        read = store.read("energy_prices")
        return read["price_eur_kwh"].nunique() - 1 + len(read) - 24

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(act, range(80))) == {0}
    assert len(long) == 60


def test_a_file_that_went_away_is_told_and_not_made_anew(
    store: SqliteStore, long: list[Path]
) -> None:
    store.write("energy_prices", price_frame(made_up_prices("2025-03-01", 5)), received_at=NOW)
    store.path.unlink()
    with pytest.raises(DataError, match="cannot be read"):
        store.read("energy_prices")
    assert not store.path.exists()
    assert not long


def test_a_write_between_the_two_connections_of_a_long_read_does_not_tear_it(
    store: SqliteStore, long: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write("energy_prices", price_frame(made_up_prices("2025-03-01", 24)), received_at=NOW)
    write = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
        "db.execute('update energy_prices set price_eur_kwh = 0.5'); "
        "db.execute('update _revision set number = number + 1'); db.commit(); db.close()"
    )
    revision, looks = bulk._revision, []

    def interrupted(*args: object) -> object:
        looks.append(revision(*args))
        if len(looks) == 1:
            subprocess.run([sys.executable, "-c", write, store.path], check=True)
        return looks[-1]

    monkeypatch.setattr(bulk, "_revision", interrupted)
    assert set(store.read("energy_prices")["price_eur_kwh"]) == {0.5}
    assert looks == [(1,), (2,), (2,), (2,)]
