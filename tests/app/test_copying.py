from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chocolib.app.context import demo_store, real_store
from chocolib.app.copying import Copied, canonical, copy, spans
from chocolib.app.ingest import import_pvpc
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings
from chocolib.app.stores import open_either, open_store
from chocolib.core.errors import DataError, OtherKind
from chocolib.core.ports import Store
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY, HOUR, Window
from chocolib.store.influx import InfluxStore
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, made_up_prices, price_frame
from tests.store.histories import writes
from tests.store.influx_opening import Opener
from tests.store.influx_stand_in import StandIn

pytest_plugins = ["tests.store.influx_fixtures"]


@pytest.fixture
def sqlite(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "store.sqlite")


@pytest.fixture
def influx_store(open_influx: Opener) -> InfluxStore:
    return open_influx()


def told(_measurement: str, _window: Window) -> None:
    """Nobody listens."""


def copy_all(source: Store, target: Store, since: pd.Timestamp | None = None) -> dict[str, Copied]:
    return {
        name: copy(source, target, name, windows, tell=told)
        for name, windows in spans(source, since=since).items()
    }


def fill(store: Store) -> None:
    """Every measurement, with corrections, flags and missing values."""
    for name in MEASUREMENTS:
        for frame, received_at in writes(name, 4, 3):
            store.write(name, frame, received_at=received_at)


def assert_same(one: Store, other: Store) -> None:
    for name in MEASUREMENTS:
        pd.testing.assert_frame_equal(one.history(name), other.history(name))
        pd.testing.assert_frame_equal(one.read(name), other.read(name))


def test_every_version_of_every_measurement_goes_there_and_back(
    sqlite: SqliteStore, influx_store: InfluxStore, tmp_path: Path
) -> None:
    fill(sqlite)
    back = SqliteStore(tmp_path / "back.sqlite")
    there = copy_all(sqlite, influx_store)
    again = copy_all(influx_store, back)
    assert_same(sqlite, influx_store)
    assert_same(sqlite, back)
    for name, part in there.items():
        assert part.copied == part.versions == len(sqlite.history(name))
        assert part.rows == len(sqlite.read(name))
        assert part.checksum == again[name].checksum
        assert not part.faults
    assert any(part.versions > part.rows for part in there.values())


def test_a_second_copy_finds_everything_there_and_writes_nothing(
    sqlite: SqliteStore, influx_store: InfluxStore, influx: StandIn
) -> None:
    fill(sqlite)
    first = copy_all(sqlite, influx_store)
    influx.forget()
    second = copy_all(sqlite, influx_store)
    assert influx.requests("/api/v2/write") == []
    for name, part in second.items():
        assert (part.copied, part.already_there) == (0, first[name].copied)
        assert part.checksum == first[name].checksum


class Stopped(Exception):
    """Somebody stopped the copy."""


def test_a_copy_that_was_stopped_goes_on_where_it_was(
    sqlite: SqliteStore, influx_store: InfluxStore, influx: StandIn
) -> None:
    hours = made_up_prices("2024-01-01", 9000)
    sqlite.write("energy_prices", price_frame(hours), received_at=NOW)
    windows = spans(sqlite)["energy_prices"]
    assert len(windows) == 5

    def stop(_measurement: str, window: Window) -> None:
        if window == windows[2]:
            raise Stopped

    with pytest.raises(Stopped):
        copy(sqlite, influx_store, "energy_prices", windows, tell=stop)
    influx.forget()
    rest = copy(sqlite, influx_store, "energy_prices", windows, tell=told)
    assert (rest.versions, rest.already_there, rest.copied) == (9000, 6000, 3000)
    written = sum(asked.body.count(b"energy_prices,") for asked in influx.requests("/api/v2/write"))
    assert written == 3000
    pd.testing.assert_frame_equal(influx_store.read("energy_prices"), sqlite.read("energy_prices"))


def test_only_what_is_not_before_a_moment_is_copied(sqlite: SqliteStore, tmp_path: Path) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 72))
    sqlite.write("energy_prices", frame, received_at=NOW)
    target = SqliteStore(tmp_path / "target.sqlite")
    since = frame.index[30]
    assert copy_all(sqlite, target, since)["energy_prices"].copied == 42
    assert list(target.read("energy_prices").index) == list(frame.index[30:])
    assert copy_all(sqlite, target, since + 100 * DAY)["energy_prices"].versions == 0


def test_what_the_target_has_besides_stays(sqlite: SqliteStore, tmp_path: Path) -> None:
    target = SqliteStore(tmp_path / "target.sqlite")
    frame = price_frame(made_up_prices("2025-03-01", 10))
    sqlite.write("energy_prices", frame.iloc[:6], received_at=NOW)
    target.write("energy_prices", frame.iloc[4:], received_at=NOW)
    newer = frame.iloc[5:6].assign(price_eur_kwh=0.9)
    target.write("energy_prices", newer, received_at=NOW + HOUR)
    part = copy_all(sqlite, target)["energy_prices"]
    assert (part.copied, part.already_there, part.faults) == (4, 2, ())
    assert len(target.read("energy_prices")) == 10
    assert target.read("energy_prices")["price_eur_kwh"].iloc[5] == 0.9


def test_rows_that_the_target_refuses_are_told_and_the_others_are_copied(
    sqlite: SqliteStore, influx_store: InfluxStore
) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 72))
    frame.iloc[40, frame.columns.get_loc("price_eur_kwh")] = np.inf
    sqlite.write("energy_prices", frame, received_at=NOW)
    part = copy_all(sqlite, influx_store)["energy_prices"]
    assert (part.versions, part.copied) == (72, 71)
    (fault,) = part.faults
    assert "energy_prices, 2025-03-01 to 2025-03-0" in fault
    assert "refused 1 of 72 rows" in fault
    assert len(influx_store.read("energy_prices")) == 71


class Forgetful(SqliteStore):
    """Says that it took everything, and keeps half."""

    def restore(self, measurement: str, versions: pd.DataFrame) -> int:
        super().restore(measurement, versions.iloc[::2])
        return len(versions)


def test_a_target_that_only_says_so_is_found_out(sqlite: SqliteStore, tmp_path: Path) -> None:
    frame = price_frame(made_up_prices("2025-03-01", 10))
    sqlite.write("energy_prices", frame, received_at=NOW)
    part = copy_all(sqlite, Forgetful(tmp_path / "forgetful.sqlite"))["energy_prices"]
    assert len(part.faults) == 1
    assert part.to_dict()["faults"] == list(part.faults)


def test_a_store_is_not_copied_into_itself(sqlite: SqliteStore) -> None:
    with pytest.raises(DataError, match="into itself"):
        copy(sqlite, SqliteStore(sqlite.path), "energy_prices", [], tell=told)


def test_real_and_demonstration_stores_are_not_mixed(
    sqlite: SqliteStore, open_influx: Opener
) -> None:
    with pytest.raises(DataError, match="demonstration"):
        copy(sqlite, open_influx(synthetic=True), "energy_prices", [], tell=told)


def test_one_bit_makes_another_checksum(sqlite: SqliteStore) -> None:
    kind = MEASUREMENTS["energy_prices"]
    frame = price_frame(made_up_prices("2025-03-01", 3))
    price = frame["price_eur_kwh"].to_numpy()
    nearly = frame.assign(price_eur_kwh=np.nextafter(price, 1.0))
    assert canonical(frame, kind) == canonical(frame.iloc[::-1], kind)
    assert canonical(frame, kind) != canonical(nearly, kind)
    assert canonical(frame, kind) != canonical(frame.assign(flag="outlier"), kind)


def test_the_real_prices_are_the_same_in_both_stores(
    sqlite: SqliteStore, influx_store: InfluxStore, pvpc_csv: Path
) -> None:
    list(import_pvpc(sqlite, [pvpc_csv], received_at=NOW))
    since = pd.Timestamp("2025-02-01T00:00Z")
    part = copy_all(sqlite, influx_store, since)["energy_prices"]
    prices = sqlite.read("energy_prices")
    assert (part.versions, part.faults) == (len(prices[prices.index >= since]), ())
    assert part.copied == part.versions > 8000
    pd.testing.assert_frame_equal(influx_store.read("energy_prices"), prices[prices.index >= since])


def test_a_demonstration_can_be_copied_and_never_into_real_data(tmp_path: Path) -> None:
    settings = read_settings()
    demo = demo_store(settings)
    fill_demo(demo, now=NOW)
    address = str(settings.home / "demo.sqlite")
    assert open_either(address, settings, existing=True).synthetic
    real_store(settings).close()
    with pytest.raises(OtherKind, match="other kind of data"):
        open_store(str(settings.home / "chocolib.sqlite"), settings, synthetic=True)
