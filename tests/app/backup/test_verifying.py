"""Whatever was changed in a backup is found, named, and never put back."""

from __future__ import annotations

import random
import shutil
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from chocolib.app.backup import place
from chocolib.app.backup.creating import Made
from chocolib.app.backup.restoring import restore
from chocolib.app.backup.verifying import verify
from chocolib.app.settings import read_settings
from chocolib.core.errors import DataError, SettingsError
from chocolib.store.sqlite import SqliteStore
from tests.app.backup.homes import backed_up, rewritten, told
from tests.conftest import NOW
from tests.doors.command import chocolib


@pytest.fixture
def made(home: Path) -> Made:
    return backed_up()


def refused(archive: Path, tmp_path: Path) -> str:
    """The faults that verify finds; a restore refuses it too, and leaves nothing."""
    found = verify(read_settings(), archive, now=NOW, tell=told)
    assert found.state == "faulty"
    into = tmp_path / "into"
    with pytest.raises((DataError, SettingsError)):
        restore(read_settings(), archive, into=into, replace=False, now=NOW, tell=told)
    assert not into.exists()
    assert not list(tmp_path.glob(".into*"))
    return "\n".join(found.faults)


def test_a_flipped_byte_anywhere_is_found(made: Made, tmp_path: Path) -> None:
    whole = made.archive.path.read_bytes()
    chance = random.Random(9)
    places = [0, 9, 20, 40, 47, 48, len(whole) - 1, *chance.sample(range(len(whole)), 5)]
    for at in places:
        flipped = bytearray(whole)
        flipped[at] ^= 1 << chance.randrange(8)
        made.archive.path.write_bytes(flipped)
        found = verify(read_settings(), made.archive.path, now=NOW, tell=told)
        assert found.state == "faulty", at
    assert refused(made.archive.path, tmp_path)


@pytest.mark.parametrize("of", ["reports/daily-2025-11-20.html", "models/key", "jobs/state.json"])
def test_a_changed_file_is_told_by_its_name(made: Made, tmp_path: Path, of: str) -> None:
    def change(tar: bytes) -> bytes:
        with tarfile.open(fileobj=BytesIO(tar)) as members:
            at = members.getmember(of).offset_data
        return tar[:at] + bytes([tar[at] ^ 1]) + tar[at + 1 :]

    rewritten(made.archive.path, change)
    assert refused(made.archive.path, tmp_path) == f"{of}: not as it was written"


def test_a_changed_row_is_found_even_where_all_hashes_fit(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the manifest and the store were not of one moment."""
    from chocolib.app.backup import creating

    real = creating.snapshot

    def otherwise(store: SqliteStore, into: Path, tell: object) -> object:
        rows = real(store, into, tell)  # type: ignore[arg-type]
        one = rows["energy_prices"]
        return rows | {"energy_prices": one.model_copy(update={"rows": one.rows + 1})}

    monkeypatch.setattr(creating, "snapshot", otherwise)
    with pytest.raises(DataError, match=r"store/chocolib\.sqlite: energy_prices: .* rows in"):
        backed_up(NOW.ceil("D"))


def members(*files: tuple[tarfile.TarInfo, bytes]) -> bytes:
    into = BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for head, content in files:
            head.size = len(content)
            tar.addfile(head, BytesIO(content))
    return into.getvalue()


def hostile(kind: str, tar: bytes) -> bytes:
    """An archive that wants to write somewhere else, or fill the disk."""
    with tarfile.open(fileobj=BytesIO(tar)) as there:
        files = [(one, there.extractfile(one).read()) for one in there]  # type: ignore[union-attr]
    bad = tarfile.TarInfo({"up": "../../evil", "root": "/tmp/evil"}.get(kind, "reports/evil"))  # noqa: S108
    bad.type = {"link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE}.get(kind, tarfile.REGTYPE)
    bad.linkname = "/etc"
    content = bytes(10**7) if kind == "bomb" else b""
    if kind == "missing":
        return members(*files[:-1])
    if kind == "twice":
        return members(*files, files[-1])
    if kind == "renamed":
        files[-1][0].name = "../../evil"
        return members(*files)
    return members(files[0], (bad, content), *files[1:])


@pytest.mark.parametrize(
    "kind", ["up", "root", "link", "hard", "bomb", "missing", "twice", "renamed"]
)
def test_a_hostile_archive_writes_nothing(made: Made, tmp_path: Path, kind: str) -> None:
    def whole(tar: bytes) -> bytes:
        changed = hostile(kind, tar)
        with tarfile.open(fileobj=BytesIO(changed)) as there:
            last = there.getmembers()[-1]
        end = last.offset_data + -(-last.size // 512) * 512
        return changed[:end] + bytes(1024)

    before = sorted(tmp_path.rglob("*"))
    rewritten(made.archive.path, whole)
    said = refused(made.archive.path, tmp_path)
    assert any(
        words in said
        for words in ("stands in its place", "more than the manifest", "not a plain file")
    )
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == []
    assert not Path("/tmp/evil").exists()  # noqa: S108


def test_foreign_files_and_newer_backups_are_refused_in_a_sentence(
    made: Made, tmp_path: Path
) -> None:
    archive = made.archive.path
    shutil.copyfile(archive, tmp_path / "newer.tar.gz")
    rewritten(tmp_path / "newer.tar.gz", lambda tar: tar.replace(b'"format": 1', b'"format": 9', 1))
    with tarfile.open(tmp_path / "foreign.tar.gz", "w:gz") as tar:
        tar.add(__file__, "x")
    (tmp_path / "text.tar.gz").write_text("nothing")
    for name, said in (
        ("newer", "a newer chocolib made it"),
        ("foreign", "not an archive of chocolib"),
        ("text", "not an archive of chocolib"),
    ):
        assert said in refused(tmp_path / f"{name}.tar.gz", tmp_path)


def test_a_newer_store_inside_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backed_up()
    monkeypatch.setattr("chocolib.store.statements.VERSION", 3)
    said = refused(made.archive.path, tmp_path)
    assert "store/chocolib.sqlite: " in said
    assert "a newer chocolib made it" in said


def test_the_command_says_which_and_exits_with_1(made: Made) -> None:
    assert "verified" in chocolib("backup", "verify").stdout
    data = bytearray(made.archive.path.read_bytes())
    data[len(data) // 2] ^= 1
    made.archive.path.write_bytes(data)
    (listed,) = place.archives(made.archive.path.parent)
    assert listed.state == "unknown"
    done = chocolib("backup", "verify", made.archive.path.name, code=1)
    assert "Not right: " in done.stderr
    assert "faulty" in chocolib("backup", "list").stdout
    assert "no backup" in chocolib("backup", "restore", code=1).stderr
    assert "no backup x.tar.gz" in chocolib("backup", "verify", "x.tar.gz", code=1).stderr
