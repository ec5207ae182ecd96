"""Two folders change places: in one step, or in three where the system cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chocolib.store import exchange as door


@pytest.fixture(params=["one step", "three steps"])
def folders(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    if request.param == "three steps":
        monkeypatch.setattr(door, "_at_once", lambda *_: False)
    elif sys.platform != "linux":
        pytest.skip("renameat2 is Linux's")
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    return tmp_path


def test_each_stands_where_the_other_stood(folders: Path) -> None:
    door.exchange(folders / "one", folders / "other")
    assert (folders / "one" / "file").read_text() == "other"
    assert (folders / "other" / "file").read_text() == "one"
    assert sorted(path.name for path in folders.iterdir()) == ["one", "other"]


def test_a_folder_that_is_not_there_is_told(folders: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        door.exchange(folders / "one", folders / "gone")
    assert (folders / "one" / "file").read_text() == "one"
