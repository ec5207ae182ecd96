"""Versions on disk: whole, sealed, refused when anything about them is not as it was."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chocolib.core.errors import DataError, ModelRejected, SettingsError
from chocolib.core.learned import Learned
from chocolib.store.learned_files import from_files, to_files
from chocolib.store.shelf import Shelf
from tests.conftest import ROOT

AS_OF = pd.Timestamp("2026-01-21T01:30Z")
FILES = {"arrays.npz": b"numbers", "facts.json": b"{}"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "models")


@pytest.fixture
def name(shelf: Shelf) -> str:
    return shelf.put("champion", AS_OF, {"model": "champion"}, FILES)


def test_a_version_comes_back_as_it_was_put(shelf: Shelf, name: str) -> None:
    found = shelf.load("champion", name)
    assert found.files == FILES
    assert found.manifest["model"] == "champion"
    assert found.manifest["as_of"] == "2026-01-21T01:30:00Z"
    assert shelf.kinds() == ["champion"]
    assert shelf.names("champion") == [name]


def test_versions_are_listed_newest_first(shelf: Shelf, name: str) -> None:
    newer = shelf.put("champion", AS_OF + pd.Timedelta(days=1), {}, FILES)
    assert shelf.names("champion") == [newer, name]


def test_every_byte_of_every_file_is_watched(shelf: Shelf, name: str) -> None:
    for path in (shelf.folder / "champion" / name).iterdir():
        whole = path.read_bytes()
        for place in range(len(whole)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(ModelRejected, match="refused"):
                shelf.load("champion", name)
        path.write_bytes(whole + b" ")
        with pytest.raises(ModelRejected, match="refused"):
            shelf.load("champion", name)
        path.unlink()
        with pytest.raises(ModelRejected, match="cannot be read"):
            shelf.load("champion", name)
        path.write_bytes(whole)
    assert shelf.load("champion", name).files == FILES


def test_a_version_of_another_registry_is_refused(shelf: Shelf, name: str, tmp_path: Path) -> None:
    other = Shelf(tmp_path / "elsewhere")
    foreign = other.put("champion", AS_OF, {"model": "from elsewhere"}, FILES)
    (other.folder / "champion" / foreign).rename(shelf.folder / "champion" / foreign)
    with pytest.raises(ModelRejected, match="foreign"):
        shelf.load("champion", foreign)
    assert shelf.load("champion", name).files == FILES


def test_without_its_key_nothing_is_trusted(shelf: Shelf, name: str) -> None:
    key = shelf.folder / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.unlink()
    with pytest.raises(ModelRejected, match="seal"):
        shelf.load("champion", name)


def test_a_version_of_another_kind_is_refused(shelf: Shelf, name: str) -> None:
    shelf.put("prophet", AS_OF, {}, FILES)
    (shelf.folder / "champion" / name).rename(shelf.folder / "prophet" / name)
    with pytest.raises(ModelRejected, match="'champion'"):
        shelf.load("prophet", name)


@pytest.mark.parametrize("name", ["20260121T013000Z-00000000", "../../etc", "", "latest"])
def test_a_version_that_is_not_there_is_said_so(shelf: Shelf, name: str) -> None:
    with pytest.raises(SettingsError, match="there is no version"):
        shelf.load("champion", name)


def test_the_pointer_is_one_file_that_is_replaced(shelf: Shelf, name: str) -> None:
    assert shelf.promoted("champion") == []
    shelf.point("champion", [name])
    place = shelf.folder / "champion"
    assert shelf.promoted("champion") == [name]
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []
    (place / "latest").write_text('["../../elsewhere"]')
    with pytest.raises(ModelRejected, match="does not name a version"):
        shelf.promoted("champion")


def test_a_torn_line_of_the_record_is_left_out_and_spoils_no_other(shelf: Shelf, name: str) -> None:
    shelf.decide("champion", {"version": name, "promoted": True})
    with (shelf.folder / "champion" / "decisions.jsonl").open("a") as record:
        record.write('{"version": "torn')
    shelf.decide("champion", {"version": "after", "promoted": False})
    assert [one["version"] for one in shelf.decisions("champion")] == [name, "after"]


def test_the_record_tells_what_was_in_use(shelf: Shelf) -> None:
    for version in ("a", "b", "c"):
        shelf.decide("champion", {"version": version, "promoted": version != "b"})
    assert shelf.recorded("champion") == ["c", "a"]
    shelf.decide("champion", {"version": "a", "promoted": True, "instead_of": "c"})
    assert shelf.recorded("champion") == ["a"]


def test_a_version_under_another_name_is_refused(shelf: Shelf, name: str) -> None:
    newer = name.replace("20260121", "20260131")
    (shelf.folder / "champion" / name).rename(shelf.folder / "champion" / newer)
    with pytest.raises(ModelRejected, match="another name"):
        shelf.load("champion", newer)


def test_first_versions_of_two_processes_are_both_good(tmp_path: Path) -> None:
    code = (
        "import sys, pandas as pd; from pathlib import Path;"
        "from chocolib.store.shelf import Shelf;"
        "sys.stdin.readline();"
        "print(Shelf(Path(sys.argv[1])).put(sys.argv[2], pd.Timestamp('2026-01-21T01:30Z'), {},"
        " {'a': b'x'}))"
    )
    for turn in range(5):
        place = tmp_path / str(turn)
        started = [
            subprocess.Popen(
                [sys.executable, "-c", code, place, kind],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            )
            for kind in ("champion", "prophet")
        ]  # fmt: skip
        for one in started:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        names = [one.communicate()[0].strip() for one in started]
        for kind, version in zip(("champion", "prophet"), names, strict=True):
            assert Shelf(place).load(kind, version).files == {"a": b"x"}


def test_a_version_that_cannot_be_kept_leaves_nothing(
    shelf: Shelf, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("chocolib.store.shelf.write", full)
    with pytest.raises(DataError, match="No space left"):
        shelf.put("champion", AS_OF + pd.Timedelta(days=1), {}, FILES)
    assert [path.name for path in (shelf.folder / "champion").iterdir()] == [name]


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file, not a folder")
    with pytest.raises(DataError, match="cannot be kept"):
        Shelf(tmp_path / "models").put("champion", AS_OF, {}, FILES)


def test_arrays_and_facts_come_back_from_their_files() -> None:
    learned = Learned({"lad/slopes": np.eye(3)}, {"scaled": True})
    found = from_files(to_files(learned))
    np.testing.assert_array_equal(found.arrays["lad/slopes"], np.eye(3))
    assert found.facts == learned.facts


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "sprung",))  # type: ignore[return-value]

    path = tmp_path / "arrays.npz"
    np.savez(path, trap=np.array([Trap()], dtype=object))
    with pytest.raises(ModelRejected, match="cannot be read"):
        from_files({"arrays.npz": path.read_bytes(), "facts.json": json.dumps({}).encode()})
    assert not (tmp_path / "sprung").exists()
