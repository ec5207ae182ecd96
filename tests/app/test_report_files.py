"""How reports are named, listed, put in place and tidied up."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from chocolib.app.report_files import (
    drop,
    drop_failed,
    is_made,
    listed,
    newest,
    older_than,
    put,
    stem,
)
from chocolib.core.errors import SettingsError

DAY = date(2025, 11, 20)


def made(folder: Path, name: str, day: date, *, failed: bool = False) -> Path:
    base = stem(name, day, failed=failed)
    put(folder / f"{base}.ipynb", b"{}")
    return put(folder / f"{base}.html", b"<p>")


def test_reports_are_listed_newest_first_with_their_size_and_status(tmp_path: Path) -> None:
    made(tmp_path, "daily", DAY)
    made(tmp_path, "daily", date(2025, 11, 21))
    made(tmp_path, "weekly", DAY)
    made(tmp_path, "daily", DAY, failed=True)
    found = [(one.name, one.day.day, one.failed) for one in listed(tmp_path)]
    assert found == [
        ("daily", 21, False),
        ("daily", 20, False),
        ("daily", 20, True),
        ("weekly", 20, False),
    ]
    first = listed(tmp_path)[0]
    assert (first.size, first.to_dict()["status"]) == (5, "done")
    assert first.notebook.exists()
    assert [one.day.day for one in listed(tmp_path, name="daily", until=DAY)] == [20, 20]


def test_other_files_of_the_folder_are_no_reports(tmp_path: Path) -> None:
    for name in ("index.html", "daily-2025-13-40.html", "daily.html", ".daily-2025-11-20.html.part",
                 "a-b-2025-11-20.html", "daily-2025-11-20.html.bak"):  # fmt: skip
        (tmp_path / name).write_text("x")
    assert listed(tmp_path) == []
    assert listed(tmp_path / "none") == []


def test_a_report_without_its_notebook_is_not_whole(tmp_path: Path) -> None:
    html = made(tmp_path, "daily", DAY)
    assert is_made(tmp_path, "daily", DAY)
    html.with_suffix(".ipynb").unlink()
    assert not is_made(tmp_path, "daily", DAY)


def test_the_newest_good_one_is_opened_and_a_failed_one_only_where_there_is_no_other(
    tmp_path: Path,
) -> None:
    good = made(tmp_path, "daily", DAY)
    failed = made(tmp_path, "daily", date(2025, 11, 21), failed=True)
    assert newest(tmp_path, "daily").html == good
    assert newest(tmp_path, "daily", date(2025, 11, 21)).html == failed
    with pytest.raises(SettingsError, match="no report weekly of 2025-11-20"):
        newest(tmp_path, "weekly", DAY)


def test_pruning_counts_days_of_reports_and_keeps_the_boundary(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        made(tmp_path, "daily", date(2025, 11, day))
    old = older_than(tmp_path, 2, today=date(2025, 11, 4))
    assert [one.day.day for one in old] == [1]
    for one in old:
        drop(one)
        drop(one)
    assert min(path.name for path in tmp_path.iterdir()) == "daily-2025-11-02.html"


def test_a_good_run_takes_away_what_a_failed_one_left(tmp_path: Path) -> None:
    made(tmp_path, "daily", DAY, failed=True)
    made(tmp_path, "daily", DAY)
    drop_failed(tmp_path, "daily", DAY)
    assert [one.failed for one in listed(tmp_path)] == [False]


def test_reports_written_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: put(target, b"x" * n), range(1000, 1200)))
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_full_disk_leaves_the_earlier_report_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = put(tmp_path / "daily-2025-11-20.html", b"good")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        put(target, b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {target.name: b"good"}
    monkeypatch.undo()
    assert put(target, b"new").read_bytes() == b"new"
