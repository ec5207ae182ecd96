"""Small files on a disk that is full."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from chocolib.core.errors import DataError
from chocolib.store.durable import replace


def test_on_a_full_disk_the_earlier_file_stays_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.json"
    replace(path, b"good")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(DataError, match="No space left"):
            replace(path, b"new")
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {path.name: b"good"}
    replace(path, b"new")
    assert path.read_bytes() == b"new"
