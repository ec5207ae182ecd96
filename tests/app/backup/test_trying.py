"""The drill finds what a backup is worth, and health remembers it."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chocolib.app.backup import place
from chocolib.app.backup.creating import Made
from chocolib.app.backup.signs import drilled
from chocolib.app.backup.trying import Drill, drill
from chocolib.app.jobs.health import look
from chocolib.app.settings import read_settings
from chocolib.core.backup.retention import DRILL_EVERY
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY
from chocolib.store.sqlite import SqliteStore
from tests.app.backup.homes import backed_up, told
from tests.conftest import NOW, made_up_prices, price_frame
from tests.doors.command import chocolib
from tests.store.histories import writes

LATE = pd.Timedelta(seconds=1)


@pytest.fixture
def home() -> Path:
    """Prices of a quarter, as uneven as real ones, and something of everything else."""
    home = read_settings().home
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        for name in MEASUREMENTS.keys() - {"energy_prices"}:
            for frame, received_at in writes(name, 4, 1):
                store.write(name, frame, received_at=received_at)
        prices = made_up_prices("2026-08-20", 24 * 93)
        prices += np.random.default_rng(1).normal(0, 0.02, len(prices)).round(5)
        store.write("energy_prices", price_frame(prices), received_at=NOW)
    return home


@pytest.fixture
def made(home: Path) -> Made:
    return backed_up()


def tried(archive: Path, at: pd.Timestamp = NOW) -> Drill:
    return drill(read_settings(), archive, now=at, tell=told)


def of(done: Drill) -> dict[str, tuple[bool | None, str]]:
    return {check.what: (check.ok, check.detail) for check in done.checks}


def test_a_good_backup_is_compared_used_and_on_record(made: Made, home: Path) -> None:
    done = tried(made.archive.path)
    found = of(done)
    assert done.ok
    for name, rows in made.manifest.rows.items():
        assert found[name] == (True, f"{rows.rows} rows in {rows.versions} versions as in the "
                               "manifest; the store in use is the same")  # fmt: skip
    assert "168 hours" in found["forecast"][1]
    assert place.last_drills(home / "backups")["good"]["backup"] == made.archive.path.name
    assert not (home / "backups" / ".draft").exists()


def test_a_store_that_moved_on_is_fine_one_that_lost_rows_is_not(made: Made, home: Path) -> None:
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        more = price_frame(made_up_prices("2024-01-01", 24))
        store.write("energy_prices", more, received_at=NOW)
    found = of(tried(made.archive.path))
    assert found["energy_prices"][0]
    assert "lacks 0 of these" in found["energy_prices"][1]
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        store._db.execute("delete from energy_prices where time < 1788000000")
        store._db.execute("update _revision set number = number + 1")
    done = tried(made.archive.path)
    assert not done.ok
    assert not of(done)["energy_prices"][0]
    ok, said = drilled(read_settings(), NOW)
    assert (ok, said) == (False, f"the last drill failed at {done.to_dict()['at']}: energy_prices")


def test_a_row_changed_behind_the_back_of_the_store_is_found(made: Made, home: Path) -> None:
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        store._db.execute("update energy_prices set price_eur_kwh = 1 where time = 1788001200")
    assert of(tried(made.archive.path))["energy_prices"] == (
        False, f"{made.manifest.rows['energy_prices'].rows} rows in "
        f"{made.manifest.rows['energy_prices'].versions} versions as in the manifest; "
        "the store in use DIFFERS")  # fmt: skip


def test_without_a_store_in_use_the_backup_is_tried_and_no_store_is_made(
    made: Made, home: Path
) -> None:
    (home / "chocolib.sqlite").unlink()
    done = tried(made.archive.path)
    assert done.ok
    assert of(done)["store in use"][0] is None
    assert "168 hours" in of(done)["forecast"][1]
    assert not (home / "chocolib.sqlite").exists()


def test_a_damaged_model_is_told(filled: tuple[Path, str], home: Path) -> None:
    shutil.copytree(filled[0] / "models", home / "models")
    version = home / "models" / "champion" / filled[1]
    assert of(tried(backed_up().archive.path))["model champion"] == (True, f"{filled[1]}: 1 files")
    (version / "arrays.npz").write_bytes(b"\x02" * 5000)
    done = tried(backed_up(NOW + LATE).archive.path)
    ok, said = of(done)["model champion"]
    assert not ok
    assert "arrays.npz is not as it was written" in said


def test_health_wants_a_good_drill_every_35_days(made: Made, home: Path) -> None:
    settings, soon = read_settings(), NOW + DRILL_EVERY
    assert drilled(settings, soon) == (True, "no restore was tried yet")
    assert not drilled(settings, soon + LATE)[0]
    tried(made.archive.path, NOW + 20 * DAY)
    assert drilled(settings, soon + 20 * DAY)[0]
    ok, said = drilled(settings, soon + 20 * DAY + LATE)
    assert (ok, said) == (False, "the last good drill was at 2026-12-11T10:00:00Z, 35 days ago")
    (sign,) = [one for one in look(settings, now=NOW + 90 * DAY) if one.what == "restore drill"]
    assert (sign.ok, sign.do) == (False, "chocolib backup drill")
    made.archive.path.unlink()
    assert drilled(settings, NOW + 90 * DAY) == (True, "no backup yet")


def test_the_command_prints_a_table_and_fails_with_the_drill(made: Made, home: Path) -> None:
    done = chocolib("backup", "drill")
    assert "all as it should be" in done.stdout
    data = bytearray(made.archive.path.read_bytes())
    data[-30] ^= 1
    made.archive.path.write_bytes(data)
    found = json.loads(chocolib("backup", "drill", made.archive.path.name, "--json", code=1).stdout)
    assert (found["ok"], found["checks"][0]["what"]) == (False, "archive")


def test_the_jobs_make_tidy_and_try_a_backup(home: Path) -> None:
    ran = chocolib("jobs", "run", "backup")
    assert ".tar.gz: " in ran.stderr
    assert "backup_drill done" in chocolib("jobs", "run", "backup_drill").stdout
    listed = json.loads(chocolib("backup", "list", "--json").stdout)
    assert [one["state"] for one in listed] == ["verified"]
