"""Keys for other programs come into memory, never onto a disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chocolib.app.secrets import unlocking
from chocolib.app.secrets.unlocking import kind_of, unlock
from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError
from chocolib.doors.cli import app
from tests.app.secrets.sops_files import Owner, encrypted, write

MOUNTS = ["overlay / overlay rw 0 0", "tmpfs /run tmpfs rw 0 0", "disk /run/disk ext4 rw 0 0"]


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    owner = Owner.new(tmp_path)
    file = write(tmp_path / "prod.sops.yaml", encrypted({"TS_AUTHKEY": "k1", "EMPTY": ""}, owner))
    monkeypatch.setenv("CHOCOLIB_SECRETS_FILE", str(file))
    monkeypatch.setenv("CHOCOLIB_SECRETS_IDENTITY", str(owner.identity))


@pytest.fixture
def memory() -> Iterator[Path]:
    shm = Path("/dev/shm")  # noqa: S108 - the one folder in memory that everyone has
    if kind_of(shm, unlocking._MOUNTS.read_text().splitlines()) not in unlocking.MEMORY:
        pytest.skip(f"{shm} is not in memory here")
    folder = Path(tempfile.mkdtemp(dir=shm))
    yield folder
    shutil.rmtree(folder)


def test_a_key_is_written_as_it_is_for_one_container_to_read(memory: Path) -> None:
    for _ in range(2):  # at each start
        (path,) = unlock(read_settings(), memory / "keys", ["TS_AUTHKEY=tailscale/authkey"])
        assert Path(path) == memory / "keys" / "tailscale" / "authkey"
        assert Path(path).read_text() == "k1"
    assert Path(path).stat().st_mode & 0o777 == 0o444
    assert (memory / "keys").stat().st_mode & 0o777 == 0o700


def test_the_command_names_the_files_and_shows_no_key(memory: Path) -> None:
    done = CliRunner().invoke(app, ["secrets", "unlock", str(memory), "TS_AUTHKEY"])
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{memory}/TS_AUTHKEY\n"


def test_a_folder_on_a_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("\n".join(MOUNTS))
    monkeypatch.setattr(unlocking, "_MOUNTS", mounts)
    with pytest.raises(SettingsError, match=r"is on a disk \(overlay\)"):
        unlock(read_settings(), tmp_path / "keys", ["TS_AUTHKEY"])
    assert not (tmp_path / "keys").exists()


def test_the_nearest_mount_counts() -> None:
    kinds = {
        name: kind_of(Path(name), MOUNTS) for name in ("/srv", "/run/a", "/run/disk/a", "/runs")
    }
    assert kinds == {
        "/srv": "overlay",
        "/run/a": "tmpfs",
        "/run/disk/a": "ext4",
        "/runs": "overlay",
    }


@pytest.mark.parametrize("name", ["AEMET_API_KEY", "EMPTY"])
def test_a_key_that_is_not_there_is_named(name: str, memory: Path) -> None:
    with pytest.raises(SettingsError, match=f"has no {name}"):
        unlock(read_settings(), memory, [name])


@pytest.mark.parametrize("wanted", ["TS_AUTHKEY=/etc/key", "TS_AUTHKEY=../key", "=key"])
def test_a_path_outside_the_folder_is_refused(wanted: str, memory: Path) -> None:
    with pytest.raises(SettingsError, match="inside the folder"):
        unlock(read_settings(), memory, [wanted])


def test_without_a_sops_file_there_is_nothing_to_unlock(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHOCOLIB_SECRETS_FILE")
    with pytest.raises(SettingsError, match="are not both set"):
        unlock(read_settings(), memory, ["TS_AUTHKEY"])
