"""The files of usage, opened by many."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from chocolib.store import opening
from chocolib.store.usage.file import USAGE_FILE, UsageFile


def test_who_opens_a_file_that_another_process_is_making_waits_for_it(tmp_path: Path) -> None:
    path = tmp_path / USAGE_FILE
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("begin immediate")
        made = threading.Timer(0.1, other.execute, ["commit"])
        made.start()
        with UsageFile.usage(tmp_path) as file:
            assert file.rows("pragma journal_mode") == [("wal",)]
        made.join()


def test_what_waiting_does_not_mend_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE_S", 0.5)
    path = tmp_path / USAGE_FILE
    path.touch()
    waited = list[float]()
    monkeypatch.setattr(opening.time, "sleep", waited.append)
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        opening.become_wal(file)
    assert not waited
