"""What goes, what stays, and that the newest good one always does."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.backup import place
from chocolib.app.backup.pruning import prune, superfluous
from chocolib.app.settings import read_settings
from chocolib.core.time import at
from tests.app.backup.homes import set_to
from tests.doors.command import chocolib


@pytest.fixture
def nights() -> Path:
    """Hundred nights of good backups, of one byte each."""
    folder = place.folder(read_settings())
    (folder / "notes").mkdir(parents=True)
    for day in pd.date_range("2026-07-20", periods=100):
        path = folder / place.name_of(at(day.date(), 4), encrypted=False)
        path.write_bytes(b"x")
        place.keep_note(path, {"state": "verified"})
    return folder


def named(folder: Path) -> list[str]:
    return [f"{one.made_at:%m-%d}" for one in place.archives(folder)]


def test_seven_days_four_weeks_and_three_months_stay(
    nights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = prune(read_settings())
    stays = named(nights)
    assert stays == [
        "10-27", "10-26", "10-25", "10-24", "10-23", "10-22", "10-21", "10-18", "10-11",
        "09-30", "08-31",
    ]  # fmt: skip
    assert len(gone) == 100 - len(stays)
    assert len(list((nights / "notes").iterdir())) == len(stays)
    assert prune(read_settings()) == []
    assert len(superfluous(set_to(monkeypatch, BACKUP_DAILY=2, BACKUP_WEEKLY=0))) == 7


def test_the_newest_good_one_stays_whatever_is_newer(nights: Path) -> None:
    newest = place.archives(nights)[:10]
    for archive in newest:
        place.keep_note(archive.path, {"state": "faulty"})
    gone = prune(read_settings())
    assert {one.path for one in newest} <= {one.path for one in gone}
    assert named(nights)[0] == "10-17"
    for later in range(20):
        strange = nights / place.name_of(pd.Timestamp("2026-11-01") + pd.Timedelta(days=later),
                                         encrypted=False)  # fmt: skip
        strange.write_bytes(b"copied from elsewhere")
    prune(read_settings())
    assert "10-17" in named(nights)


def test_where_none_is_known_to_be_good_nothing_goes(nights: Path) -> None:
    for note in (nights / "notes").iterdir():
        note.unlink()
    assert prune(read_settings()) == []
    place.keep_note(place.archives(nights)[0].path, {"state": "faulty"})
    assert prune(read_settings()) == []
    assert len(named(nights)) == 100


def test_a_file_that_changed_is_not_called_good_any_more(nights: Path) -> None:
    newest = place.archives(nights)[0]
    assert newest.good
    newest.path.write_bytes(b"other")
    assert place.archives(nights)[0].state == "unknown"


def test_the_command_says_what_would_go(nights: Path) -> None:
    done = chocolib("backup", "prune", "--dry-run")
    assert len(done.stdout.splitlines()) == 89
    assert "89 would be deleted" in done.stderr
    assert len(named(nights)) == 100
