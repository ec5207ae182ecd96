from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from chocolib.core.errors import DataError
from chocolib.store import sqlite
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, made_up_prices, price_frame
from tests.contracts import StoreContract


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "store.sqlite")


class TestSqliteStore(StoreContract):
    """The embedded store keeps the contract."""


def test_the_history_survives_reopening(store: SqliteStore) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 24))
    store.write("energy_prices", frame, received_at=NOW)
    store.close()
    again = SqliteStore(store.path)
    assert len(again.read("energy_prices")) == 24


def test_the_address_is_the_one_that_the_settings_take(store: SqliteStore) -> None:
    assert store.address == f"sqlite://{store.path}"


def test_rows_in_any_order_and_more_than_a_block_are_one_write(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BLOCK_ROWS", 7)
    frame = price_frame(made_up_prices("2025-03-01", 48))
    shuffled = frame.sample(frac=1, random_state=3)
    assert store.write("energy_prices", shuffled, received_at=NOW).new == 48
    pd.testing.assert_frame_equal(store.read("energy_prices"), frame, check_freq=False)
    corrected = frame.assign(price_eur_kwh=0.5).iloc[::3]
    written = store.write("energy_prices", corrected, received_at=NOW)
    assert (written.new, written.updated, written.unchanged) == (0, 16, 0)
    monkeypatch.undo()
    assert store.write("energy_prices", corrected, received_at=NOW).unchanged == 16
    assert len(store.history("energy_prices")) == 64


def test_a_fault_in_a_later_block_takes_back_the_earlier_ones(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BLOCK_ROWS", 7)
    frame = price_frame(made_up_prices("2025-03-01", 24)).astype({"price_eur_kwh": object})
    frame.iloc[20, frame.columns.get_loc("price_eur_kwh")] = "cheap"
    with pytest.raises(ValueError, match="cheap"):
        store.write("energy_prices", frame, received_at=NOW)
    assert store.read("energy_prices").empty
    assert store.revision("energy_prices") == 0


def test_a_short_read_does_not_wait_for_adbc_to_load(store: SqliteStore) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 24))
    store.write("energy_prices", frame, received_at=NOW)
    read = (
        "import sys; from pathlib import Path; from chocolib.store.sqlite import SqliteStore; "
        "print(len(SqliteStore(Path(sys.argv[1])).read('energy_prices')), "
        "[name for name in sys.modules if name.startswith('adbc')])"
    )
    told = subprocess.run(
        [sys.executable, "-c", read, store.path], capture_output=True, text=True, check=True
    )
    assert told.stdout.split("\n")[0] == "24 []"


def test_a_failed_write_leaves_nothing(store: SqliteStore) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 24))
    frame["price_eur_kwh"] = frame["price_eur_kwh"].astype(object)
    frame.iloc[20, frame.columns.get_loc("price_eur_kwh")] = object()
    with pytest.raises((TypeError, ValueError, sqlite3.Error)):
        store.write("energy_prices", frame, received_at=NOW)
    assert store.read("energy_prices").empty


def test_real_and_demonstration_rows_never_share_a_store(tmp_path: Path) -> None:
    real = SqliteStore(tmp_path / "real.sqlite")
    demo = SqliteStore(tmp_path / "demo.sqlite", synthetic=True)
    prices = made_up_prices("2025-03-01", 24)
    with pytest.raises(DataError, match="never"):
        real.write("energy_prices", price_frame(prices, source="demo"), received_at=NOW)
    with pytest.raises(DataError, match="never"):
        demo.write("energy_prices", price_frame(prices, source="csv"), received_at=NOW)
    demo.write("energy_prices", price_frame(prices, source="demo"), received_at=NOW)
    demo.close()
    with pytest.raises(DataError, match="other kind"):
        SqliteStore(tmp_path / "demo.sqlite")


def test_a_file_that_is_not_a_store_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(DataError, match=r"store\.sqlite"):
        SqliteStore(path)
    assert path.read_bytes().startswith(b"this is no database")


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.sqlite"
    with sqlite3.connect(path) as theirs:
        theirs.execute("create table mine(a)")
    theirs.close()
    before = path.read_bytes()
    with pytest.raises(DataError, match="another program"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_a_store_of_a_newer_chocolib_is_left_alone(store: SqliteStore) -> None:
    store.close()
    with sqlite3.connect(store.path) as later:
        later.execute("pragma user_version=7")
    later.close()
    with pytest.raises(DataError, match="newer chocolib"):
        SqliteStore(store.path)


def test_a_locked_store_asks_for_patience_not_for_moving_the_file(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store._db.execute("pragma busy_timeout=10")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("begin immediate")
    frame = price_frame(made_up_prices("2025-03-01", 24))
    with pytest.raises(DataError, match="try again in a moment"):
        store.write("energy_prices", frame, received_at=NOW)
    other.execute("rollback")
    other.close()
    assert store.write("energy_prices", frame, received_at=NOW).new == 24


def _open(path: str) -> None:
    SqliteStore(Path(path)).close()


def test_many_processes_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    openers = [
        context.Process(target=_open, args=(str(tmp_path / "new.sqlite"),)) for _ in range(4)
    ]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join(60)
    assert [opener.exitcode for opener in openers] == [0] * 4


def _count(path: str, rounds: int, results: multiprocessing.Queue[int]) -> None:
    store = SqliteStore(Path(path))
    for _ in range(rounds):
        results.put(len(store.read("energy_prices")))


def test_readers_in_other_processes_see_whole_writes(store: SqliteStore) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    readers = [
        context.Process(target=_count, args=(str(store.path), 40, results)) for _ in range(2)
    ]
    for reader in readers:
        reader.start()
    for day in pd.date_range("2025-01-01", periods=30):
        frame = price_frame(made_up_prices(str(day), 24))
        store.write("energy_prices", frame, received_at=NOW)
    seen = [results.get(timeout=60) for _ in range(80)]
    for reader in readers:
        reader.join(60)
        assert reader.exitcode == 0
    assert all(count % 24 == 0 for count in seen)


def test_a_damaged_file_is_never_read_in_part(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sqlite"
    store = SqliteStore(path)
    prices = made_up_prices("2015-01-01", 60_000)
    store.write("energy_prices", price_frame(prices), received_at=NOW)
    store.close()
    with path.open("r+b") as file:
        for part in range(3, 9):
            file.seek(path.stat().st_size * part // 10)
            file.write(bytes(range(256)) * 64)
    again = SqliteStore(path)
    for _ in range(3):
        with pytest.raises(DataError, match="malformed"):
            again.read("energy_prices")
