"""A home comes back to the row, in one step, or not at all."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyrage
import pytest

from chocolib.app.backup import place
from chocolib.app.backup.contents import contents
from chocolib.app.backup.creating import Made, create
from chocolib.app.backup.restoring import Restored, restore
from chocolib.app.jobs.place import Place
from chocolib.app.settings import Settings, read_settings
from chocolib.core.errors import DataError, SettingsError
from chocolib.core.schema import MEASUREMENTS
from chocolib.store.shelf import Shelf
from chocolib.store.sqlite import SqliteStore
from tests.app.backup.homes import (
    FILES,
    assert_same_rows,
    backed_up,
    files_of,
    fill_store,
    rows_of,
    set_to,
    told,
)
from tests.conftest import NOW, made_up_prices, price_frame
from tests.store.influx_opening import Opener
from tests.store.influx_stand_in import ORG, TOKEN, StandIn

pytest_plugins = ["tests.store.influx_fixtures"]

HOUR = pd.Timedelta(hours=1)


@pytest.fixture
def made(home: Path) -> Made:
    return backed_up()


def put_back(
    archive: Path, into: Path | None = None, *, replace: bool = False, at: pd.Timestamp = NOW
) -> Restored:
    return restore(read_settings(), archive, into=into, replace=replace, now=at, tell=told)


def test_a_home_comes_back_to_the_row_and_the_byte(
    made: Made, home: Path, version: str, tmp_path: Path
) -> None:
    new = tmp_path / "disk" / "home"
    done = put_back(made.archive.path, new)
    assert_same_rows(rows_of(home), rows_of(new))
    expected = {name.format(version=version) for name in FILES}
    assert files_of(new) == {name: h for name, h in files_of(home).items() if name in expected}
    assert (new / "models" / "key").stat().st_mode & 0o777 == 0o600
    assert Shelf(new / "models").load("champion", version).files["arrays.npz"] == b"\x01" * 5000
    assert done.aside is None
    assert sorted(path.name for path in new.parent.iterdir()) == ["home"]


def test_without_a_name_the_newest_that_is_not_faulty_is_taken(made: Made, home: Path) -> None:
    other = backed_up(NOW + HOUR).archive.path
    assert place.chosen(read_settings(), None) == other
    place.keep_note(other, {"state": "faulty"})
    assert place.chosen(read_settings(), None) == made.archive.path


def test_a_home_with_data_is_refused_and_with_replace_kept_aside(made: Made, home: Path) -> None:
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        late = price_frame(made_up_prices("2026-01-01", 24))
        store.write("energy_prices", late, received_at=NOW)
    rows, files = rows_of(home), files_of(home)
    with pytest.raises(DataError, match=r"the home is not empty: .*chocolib\.sqlite"):
        put_back(made.archive.path)
    assert files_of(home) == files
    done = put_back(made.archive.path, replace=True)
    assert done.aside == home.with_name("home.before-20261121T100000Z")
    assert_same_rows(rows_of(done.aside), rows)
    assert files_of(done.aside) == files
    assert len(rows_of(home)["energy_prices"]) == len(rows["energy_prices"]) - 24
    assert made.archive.path.exists()
    assert [one.state for one in place.archives(home / "backups")] == ["verified"]
    assert (home / "logs" / "application.log").exists()
    assert not (home / ".env").exists()


def test_a_home_of_backups_and_logs_alone_counts_as_empty(made: Made, home: Path) -> None:
    for path in home.iterdir():
        if path.name not in ("backups", "logs"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = put_back(made.archive.path)
    assert done.aside is None
    assert made.archive.path.exists()
    assert (home / "chocolib.sqlite").exists()
    assert sorted(p.name for p in home.parent.iterdir() if "home" in p.name) == ["home"]


def test_backups_elsewhere_in_the_home_stay_in_the_home(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(monkeypatch, BACKUPS=home / "safe" / "place")
    archive = backed_up().archive.path
    put_back(archive, replace=True)
    assert archive.exists()
    assert archive.is_relative_to(home / "safe")


def test_a_home_in_which_a_worker_runs_is_refused(made: Made, home: Path) -> None:
    worker = Place(home / "jobs").worker_lock()
    assert worker
    with worker, pytest.raises(DataError, match="a worker is running"):
        put_back(made.archive.path, replace=True)
    assert put_back(made.archive.path, replace=True).aside


def test_files_of_settings_come_back_beside_with_a_word_where_they_were(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("name = 'own'")
    set_to(monkeypatch, FACTORY=own)
    done = put_back(backed_up().archive.path, tmp_path / "new")
    assert done.settings == {"CHOCOLIB_FACTORY": tmp_path / "new" / "settings" / "factory.toml"}
    assert done.settings["CHOCOLIB_FACTORY"].read_text() == "name = 'own'"


def test_places_that_cannot_be_a_home_are_refused(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="a mount or a link"):
        put_back(made.archive.path, tmp_path / "link")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot be (locked|written)"):
        put_back(made.archive.path, tmp_path / "file" / "home")
    set_to(monkeypatch, STORE_URL=f"sqlite:///{tmp_path}/other.sqlite")
    with pytest.raises(SettingsError, match="a restore makes a whole home"):
        put_back(made.archive.path)


def test_an_encrypted_one_needs_its_identity(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = pyrage.x25519.Identity.generate()
    set_to(monkeypatch, BACKUP_RECIPIENTS=key.to_public())
    archive = backed_up().archive.path
    with pytest.raises(SettingsError, match="nothing says what opens it"):
        put_back(archive, tmp_path / "new")
    (tmp_path / "key").write_text(str(pyrage.x25519.Identity.generate()))
    set_to(monkeypatch, BACKUP_IDENTITY=tmp_path / "key")
    with pytest.raises(DataError, match="the identity does not open it"):
        put_back(archive, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    (tmp_path / "key").write_text(str(key))
    put_back(archive, tmp_path / "new")
    assert_same_rows(rows_of(home), rows_of(tmp_path / "new"))


def of_influx(monkeypatch: pytest.MonkeyPatch, influx: StandIn, bucket: str) -> Settings:
    monkeypatch.setenv("INFLUXDB_TOKEN", TOKEN)
    address = f"influxdb://{influx.url.partition('://')[2]}/{ORG}/{bucket}"
    return set_to(monkeypatch, STORE_URL=address)


def test_from_sqlite_into_influx_and_back(
    made: Made, home: Path, influx: StandIn, open_influx: Opener, bucket: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings = of_influx(monkeypatch, influx, bucket)
    put_back(made.archive.path, replace=True)
    assert not (home / "chocolib.sqlite").exists()
    store = open_influx()
    for name, wanted in made.manifest.rows.items():
        found = contents(store, name)
        assert (found.rows, found.versions, found.sha256) == (
            wanted.rows, wanted.versions, wanted.sha256)  # fmt: skip
    again = create(settings, store, now=NOW + HOUR, tell=told)
    assert again.manifest.store == store.address
    put_back(again.archive.path, tmp_path / "new")
    for name in MEASUREMENTS:
        pd.testing.assert_frame_equal(rows_of(tmp_path / "new")[name], store.history(name))


def test_a_bucket_with_other_rows_is_refused_one_half_filled_goes_on(
    made: Made, home: Path, influx: StandIn, open_influx: Opener, bucket: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    of_influx(monkeypatch, influx, bucket)
    store = open_influx()
    store.restore("energy_prices", rows_of(home)["energy_prices"].iloc[:50])
    put_back(made.archive.path, replace=True)
    fill = price_frame(made_up_prices("2020-01-01", 24))
    store.write("energy_prices", fill, received_at=NOW)
    before = files_of(home)
    with pytest.raises(DataError, match="24 versions of energy_prices that are not in the backup"):
        put_back(made.archive.path, replace=True, at=NOW + HOUR)
    assert files_of(home) == before


def test_a_store_that_is_written_to_after_a_backup_is_backed_up_anew(
    home: Path, tmp_path: Path
) -> None:
    first = backed_up().manifest.rows["energy_prices"]
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        fill_store(store, hours=500)
    second = backed_up(NOW + HOUR).manifest.rows["energy_prices"]
    assert second.rows == first.rows + 100
    assert second.revision > first.revision
