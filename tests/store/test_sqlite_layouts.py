"""Files of the first layout become files of today: whole, at once, or not at all."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from chocolib.core.errors import DataError
from chocolib.core.quarantine import row_id
from chocolib.core.schema import MEASUREMENTS
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, ROOT, made_up_prices, price_frame

#: Opens the store, and kills itself just before a statement is run.
DEADLY = """
import os, signal, sys
from pathlib import Path
from chocolib.store import opening, sqlite

def connect(path, **options):
    db = opening_connect(path, **options)
    db.set_trace_callback(lambda text: text.lower().startswith(sys.argv[2])
                          and os.kill(os.getpid(), signal.SIGKILL))
    return db

opening_connect, sqlite.connect = opening.connect, connect
sqlite.SqliteStore(Path(sys.argv[1]))
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of layout 1."""
    path = tmp_path / "old.sqlite"
    db = sqlite3.connect(path)
    db.execute("pragma journal_mode=wal")
    db.executescript((ROOT / "tests" / "store" / "layout_1.sql").read_text(encoding="utf-8"))
    db.close()
    return path


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, and what the tables are."""
    db = sqlite3.connect(path)
    made = db.execute(
        "select name, sql from sqlite_master where type = 'table' order by name"
    ).fetchall()
    rows = {name: db.execute(f"select * from {name}").fetchall() for name, _ in made}  # noqa: S608
    version = db.execute("pragma user_version").fetchall()
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    db.close()
    return {"_made": made, "_version": version, **rows}


def columns(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Name, type and place in the key of each table's columns."""
    db = sqlite3.connect(path)
    tables = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
    found = {
        table: {(c[1], c[2].lower(), c[5]) for c in db.execute(f"pragma table_info({table})")}
        for table in tables
    }
    db.close()
    return found


def test_every_row_and_every_earlier_version_is_kept(old: Path) -> None:
    before = contents(old)
    store = SqliteStore(old)
    for name in MEASUREMENTS:
        current, earlier = before.get(name, []), before.get(f"{name}__earlier", [])
        assert len(store.read(name)) == len(current)
        assert len(store.history(name)) == len(current) + len(earlier)
    first = pd.Timestamp("2025-02-28T23:00Z")
    weather = store.history("weather_data")
    assert weather["temperature_c"].tolist() == [9.75, 9.5, 9.25]
    assert weather[["wind_direction_deg", "wind_gust_ms"]].isna().all(axis=None)
    prices = store.read("energy_prices", as_of=pd.Timestamp(1740789999, unit="s", tz="UTC"))
    assert prices["price_eur_kwh"].tolist() == [0.1, 0.9]
    assert prices.index[0] == first
    assert prices["flag"].tolist() == ["", "outlier"]
    assert store.latest("price_forecast")["q50"].tolist() == [0.1, 0.2]
    assert store.revision("energy_prices") == 2


def test_a_refused_row_gets_the_name_that_its_payload_has_and_is_held(old: Path) -> None:
    refused = SqliteStore(old).history("quarantine").sort_values(["payload", "available_at"])
    payloads = ['{"price_eur_kwh": 117.0}'] * 2
    payloads.append('{"price_eur_kwh": 118.0, "region": "península"}')
    assert refused["payload"].tolist() == payloads
    assert refused["row_id"].tolist() == [
        row_id(int(time.timestamp()), text)
        for time, text in zip(refused.index, payloads, strict=True)
    ]
    assert set(refused["state"]) == {"held"}
    assert refused["reason"].iloc[0] == "not on the hour"
    assert refused["origin"].isna().tolist() == [False, False, True]


def test_a_migrated_file_is_laid_out_like_a_new_one(old: Path, tmp_path: Path) -> None:
    SqliteStore(old).close()
    SqliteStore(tmp_path / "new.sqlite").close()
    assert columns(old) == columns(tmp_path / "new.sqlite")


def test_a_migrated_file_takes_rows_and_migrates_once(old: Path) -> None:
    store = SqliteStore(old)
    store.write("energy_prices", price_frame(made_up_prices("2025-03-01", 24)), received_at=NOW)
    kept = store.history("weather_data").assign(wind_gust_ms=3.5)
    store.write("weather_data", kept.iloc[1:], received_at=NOW)
    assert store.read("weather_data")["wind_gust_ms"].tolist() == [3.5, 3.5]
    assert store.read("weather_data", as_of=kept["available_at"].max())["wind_gust_ms"].isna().all()
    store.close()
    before = contents(old)
    SqliteStore(old).close()
    assert contents(old) == before


@pytest.mark.parametrize(
    "moment",
    [
        "alter table weather_data__earlier",
        "insert into quarantine__earlier",
        "drop table quarantine__earlier__1",
        "create table if not exists ingest_runs",
        "pragma user_version=",
        "commit",
    ],
)
def test_a_migration_killed_half_way_leaves_the_old_file(old: Path, moment: str) -> None:
    before = contents(old)
    killed = subprocess.run([sys.executable, "-c", DEADLY, old, moment], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert contents(old) == before
    store = SqliteStore(old)
    assert len(store.history("quarantine")) == 3
    assert len(store.history("weather_data")) == 3


def test_a_file_that_is_not_as_its_layout_says_is_left_as_it_was(old: Path) -> None:
    db = sqlite3.connect(old)
    db.execute("alter table quarantine drop column origin")
    db.close()
    before = contents(old)
    with pytest.raises(DataError, match="cannot be opened as a store"):
        SqliteStore(old)
    assert contents(old) == before
