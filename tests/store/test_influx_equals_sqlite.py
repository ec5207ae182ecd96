"""Both stores are told the same story and asked the same questions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from chocolib.core.ports import Store
from chocolib.core.time import HOUR, Window
from chocolib.store.influx import InfluxStore
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW
from tests.store.histories import FIRST, writes
from tests.store.influx_opening import Opener

pytest_plugins = ["tests.store.influx_fixtures"]

NAMES = ["energy_prices", "weather_data", "price_forecast", "quarantine"]


@pytest.fixture
def sqlite(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "store.sqlite")


@pytest.fixture
def store(open_influx: Opener) -> InfluxStore:
    return open_influx()


def assert_same(one: Store, other: Store, name: str) -> None:
    window = Window(FIRST + HOUR, FIRST + 4 * HOUR)
    for as_of in (None, *(NOW + step * HOUR for step in (-2, 0, 3))):
        ours, theirs = (s.read(name, as_of=as_of) for s in (one, other))
        pd.testing.assert_frame_equal(ours, theirs)
        ours, theirs = (s.latest(name, as_of=as_of) for s in (one, other))
        pd.testing.assert_frame_equal(ours, theirs)
    for span in (None, window):
        ours, theirs = (s.read(name, span, as_of=NOW) for s in (one, other))
        pd.testing.assert_frame_equal(ours, theirs)
        ours, theirs = (s.history(name, span) for s in (one, other))
        pd.testing.assert_frame_equal(ours, theirs)
    ours, theirs = (s.coverage(name) for s in (one, other))
    pd.testing.assert_frame_equal(ours, theirs)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_the_same_after_the_same_writes(
    store: InfluxStore, sqlite: SqliteStore, name: str, seed: int
) -> None:
    for frame, received_at in writes(name, seed, 6):
        ours, theirs = (s.write(name, frame, received_at=received_at) for s in (store, sqlite))
        assert ours == theirs
    assert_same(store, sqlite, name)


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_the_same_after_versions_were_put_back(
    store: InfluxStore, sqlite: SqliteStore, name: str, tmp_path: Path
) -> None:
    elsewhere = SqliteStore(tmp_path / "elsewhere.sqlite")
    for seed, one in ((1, elsewhere), (2, store), (2, sqlite)):
        for frame, received_at in writes(name, seed, 5):
            one.write(name, frame, received_at=received_at)
    versions = elsewhere.history(name)
    added = [s.restore(name, versions) for s in (store, sqlite)]
    assert added[0] == added[1] > 0
    assert_same(store, sqlite, name)
    assert [s.restore(name, versions) for s in (store, sqlite)] == [0, 0]


@pytest.mark.parametrize("name", NAMES)
def test_versions_come_back_from_one_store_by_way_of_the_other(
    store: InfluxStore, sqlite: SqliteStore, name: str, tmp_path: Path
) -> None:
    for frame, received_at in writes(name, 7, 5):
        sqlite.write(name, frame, received_at=received_at)
    there = sqlite.history(name)
    assert store.restore(name, there) == len(there)
    back = SqliteStore(tmp_path / "back.sqlite")
    assert back.restore(name, store.history(name)) == len(there)
    pd.testing.assert_frame_equal(back.history(name), there)
    pd.testing.assert_frame_equal(back.read(name), sqlite.read(name))
