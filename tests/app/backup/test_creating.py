"""A backup is whole while others write, has all it should have, and no key."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyrage
import pytest

from chocolib.app.backup import place
from chocolib.app.backup.creating import create
from chocolib.app.backup.verifying import verify
from chocolib.app.context import real_store
from chocolib.app.settings import read_settings
from chocolib.core.errors import DataError, SettingsError
from chocolib.core.schema import MEASUREMENTS
from chocolib.store.sqlite import SqliteStore
from tests.app.backup.homes import (
    FILES,
    SECRET,
    backed_up,
    manifest_of,
    set_to,
    told,
)
from tests.conftest import NOW, ROOT, made_up_prices, price_frame

HOUR = pd.Timedelta(hours=1)


def test_it_has_all_that_it_should_and_nothing_else(
    home: Path, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("name = 'own'")
    set_to(monkeypatch, FACTORY=own)
    monkeypatch.setenv("AEMET_API_KEY", SECRET)
    made = backed_up()
    names = [name.format(version=version) for name in FILES] + ["settings/factory.toml"]
    with tarfile.open(made.archive.path) as tar:
        found = tar.getnames()
        tar.extractall(tmp_path / "out", filter="data")
    assert found[:2] == ["MANIFEST.json", "store/chocolib.sqlite"]
    assert sorted(found[2:]) == sorted(names)
    everything = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert SECRET.encode() not in everything
    facts = manifest_of(made.archive.path)
    assert facts["came_from"] == {"settings/factory.toml": str(own)}
    for file in facts["files"]:
        content = (tmp_path / "out" / file["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        for name, rows in facts["rows"].items():
            assert rows["rows"] == len(store.read(name))
            assert rows["versions"] == len(store.history(name))
            assert rows["revision"] == store.revision(name)
    assert set(facts["rows"]) == set(MEASUREMENTS)
    assert sorted(path.name for path in made.archive.path.parent.iterdir()) == [
        ".lock", made.archive.path.name, "notes"]  # fmt: skip
    assert made.archive.path.stat().st_mode & 0o777 == 0o600


def test_its_checksums_are_those_of_store_copy(home: Path, version: str, tmp_path: Path) -> None:
    from chocolib.app import copying

    made = backed_up()
    with (
        closing(SqliteStore(home / "chocolib.sqlite")) as store,
        closing(SqliteStore(tmp_path / "copy.sqlite")) as other,
    ):
        for name, windows in copying.spans(store).items():
            copied = copying.copy(store, other, name, windows, tell=lambda *_: None)
            assert made.manifest.rows[name].sha256 == copied.checksum


@pytest.fixture
def writer(home: Path, version: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes hour after hour, two measurements in turn."""
    code = (
        "import sys, pandas as pd\n"
        "from pathlib import Path\n"
        "from chocolib.store.sqlite import SqliteStore\n"
        "from tests.conftest import NOW, made_up_prices, price_frame\n"
        "store, first = SqliteStore(Path(sys.argv[1])), pd.Timestamp('2022-01-01')\n"
        "for n in range(10**6):\n"
        "    rows = price_frame(made_up_prices(str(first + pd.Timedelta(hours=24 * n)), 24))\n"
        "    store.write('energy_prices', rows, received_at=NOW)\n"
        "    print(n, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, home / "chocolib.sqlite"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()
        process.stdout.close()


def test_it_is_of_one_moment_while_another_process_writes(
    writer: subprocess.Popen[str], tmp_path: Path
) -> None:
    made = [backed_up(NOW + n * HOUR) for n in range(2)]
    assert writer.poll() is None
    counts = []
    for number, one in enumerate(made):
        assert one.archive.state == "verified"
        with tarfile.open(one.archive.path) as tar:
            tar.extractall(tmp_path / str(number), filter="data")
        with closing(SqliteStore(tmp_path / str(number) / "store/chocolib.sqlite")) as store:
            of_2022 = store.read("energy_prices")
            of_2022 = of_2022[of_2022.index.year < 2025]
            hours = pd.date_range("2022-01-01", periods=len(of_2022), freq="h", tz="UTC")
            assert list(of_2022.index) == list(
                hours
            )  # whole transactions, and none between missing
            assert len(of_2022) % 24 == 0
            counts.append(len(of_2022))
    assert 0 < counts[0] < counts[1]


def test_two_do_not_run_together_and_the_draft_of_a_killed_one_goes(
    home: Path, version: str
) -> None:
    settings = read_settings()
    with place.alone(place.folder(settings)), pytest.raises(DataError, match="is going on"):
        backed_up()
    left = home / "backups" / ".draft"
    left.mkdir()
    (left / "half").write_text("x")
    backed_up()
    assert not left.exists()
    with pytest.raises(DataError, match="of this very second"):
        backed_up()


def test_a_disk_without_room_is_told_before_anything_is_begun(
    home: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chocolib.app.backup import creating

    monkeypatch.setattr(creating, "free_mb", lambda _: 50.0)
    with pytest.raises(DataError, match=r"a backup needs 10\d MB here, 50 are free"):
        backed_up()
    assert place.archives(home / "backups") == []


@pytest.mark.parametrize("limit", [100_000, 250_000])
def test_a_disk_that_fills_up_leaves_nothing_and_harms_nothing(
    home: Path, version: str, limit: int
) -> None:
    (home / "reports" / "daily-2025-11-19.html").write_text(random.Random(1).randbytes(10**6).hex())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(DataError):
            backed_up()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in (home / "backups").iterdir()] == [".lock"]
    assert backed_up().archive.state == "verified"


def test_fewer_rows_than_before_are_told(home: Path, version: str) -> None:
    assert backed_up().lost == ()
    (home / "chocolib.sqlite").unlink()
    with closing(SqliteStore(home / "chocolib.sqlite")) as store:
        rows = price_frame(made_up_prices("2025-01-01", 24))
        store.write("energy_prices", rows, received_at=NOW)
    lost = backed_up(NOW + HOUR).lost
    assert any(said.startswith("energy_prices: 24 rows, ") for said in lost)


def test_encrypted_it_shows_nothing_and_opens_by_the_identity_alone(
    home: Path, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = pyrage.x25519.Identity.generate()
    set_to(monkeypatch, BACKUP_RECIPIENTS=key.to_public())
    made = backed_up()
    path = made.archive.path
    assert (path.suffix, made.archive.state) == (".age", "sealed")
    assert b"energy_prices" not in path.read_bytes()
    assert verify(read_settings(), path, now=NOW, tell=told).state == "sealed"
    (tmp_path / "key").write_text(str(key))
    settings = set_to(monkeypatch, BACKUP_IDENTITY=tmp_path / "key")
    assert verify(settings, path, now=NOW, tell=told).state == "verified"
    assert backed_up(NOW + HOUR).archive.state == "verified"
    (tmp_path / "key").write_text(str(pyrage.x25519.Identity.generate()))
    (fault,) = verify(settings, path, now=NOW, tell=told).faults
    assert "the identity does not open it" in fault
    with pytest.raises(DataError, match="the identity does not open it"):
        backed_up(NOW + 2 * HOUR)


def test_a_recipient_that_is_none_stops_it_before_it_begins(
    home: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(monkeypatch, BACKUP_RECIPIENTS="age1nobody")
    with pytest.raises(SettingsError, match="number 1 is not a recipient"):
        backed_up()
    assert not (home / "backups").exists()


def test_backups_on_another_disk_are_copied_where_links_cannot_be(
    home: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    assert backed_up().archive.state == "verified"


def test_a_file_that_goes_meanwhile_is_left_out(
    home: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = home / "reports" / "daily-2025-11-20.ipynb"

    real = os.link
    monkeypatch.setattr(os, "link", lambda a, b: (gone.unlink(missing_ok=True), real(a, b))[1])
    with closing(real_store(read_settings())) as store:
        made = create(read_settings(), store, now=NOW, tell=told)
    names = {file.name for file in made.manifest.files}
    assert "reports/daily-2025-11-20.html" in names
    assert "reports/daily-2025-11-20.ipynb" not in names
    assert json.loads(made.manifest.written())["files"]
