"""kill -9 while a backup is made or put back: what was there is there, and it can be done again."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.backup import place
from chocolib.app.backup.verifying import verify
from chocolib.app.settings import read_settings
from tests.app.backup.homes import assert_same_rows, backed_up, files_of, rows_of, told
from tests.conftest import NOW, ROOT

KILLS = 8

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="what is killed is forked")


class Killer:
    """Asks `kill_drill.py` to do something and to kill it after a while."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.backup.kill_drill"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, **asked: object) -> str:
        """ "killed", "finished" or "refused"."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate(timeout=60)
        assert self._process.returncode == 0


@pytest.fixture
def killer() -> Iterator[Killer]:
    killer = Killer()
    yield killer
    killer.close()


class Fuses:
    """Seconds to live; shorter ones once too many came to their end."""

    def __init__(self, seed: int) -> None:
        self._chance, self._longest = random.Random(seed), 1.0
        self.ends: list[str] = []

    def __iter__(self) -> Iterator[float]:
        while self.ends.count("killed") < KILLS:
            yield self._chance.uniform(0, self._longest)
            if self.ends[-1] == "finished":
                self._longest *= 0.8


def moments() -> Iterator[str]:
    for minute in range(1000):
        yield str(NOW + pd.Timedelta(minutes=minute))


def test_a_killed_backup_leaves_only_whole_ones_and_the_next_one_works(
    home: Path, killer: Killer
) -> None:
    fuses, at = Fuses(4), moments()
    rows, files = rows_of(home), files_of(home)
    asked = {"do": "create", "home": str(home)}
    for seconds in fuses:
        fuses.ends.append(killer.run(**asked, now=next(at), seconds=seconds))
    assert "refused" not in fuses.ends
    for archive in place.archives(home / "backups"):
        assert verify(read_settings(), archive.path, now=NOW, tell=told).state == "verified"
    assert len(place.archives(home / "backups")) >= fuses.ends.count("finished")
    assert killer.run(**asked, now=next(at)) == "finished"
    assert_same_rows(rows_of(home), rows)
    after = files_of(home)
    assert {name: after[name] for name in files} == files


@pytest.mark.parametrize("replace", [False, True], ids=["into nothing", "over another home"])
def test_a_killed_restore_leaves_the_old_home_or_the_new_one(
    home: Path, killer: Killer, tmp_path: Path, replace: bool
) -> None:
    archive, new = backed_up().archive.path, rows_of(home)
    fuses, at = Fuses(5), moments()
    target, outside = tmp_path / "target" / "home", tmp_path / archive.name
    shutil.copyfile(archive, outside)

    def begin() -> None:
        shutil.rmtree(target.parent, ignore_errors=True)
        target.mkdir(parents=True)
        if replace:
            (target / "old").write_text("old")

    asked = {"do": "restore", "home": str(target), "archive": str(outside), "replace": replace}
    for seconds in fuses:
        begin()
        fuses.ends.append(killer.run(**asked, now=next(at), seconds=seconds))
        there = sorted(path.name for path in target.iterdir())
        old = there == (["old"] if replace else [])
        assert old or {"chocolib.sqlite", "models", "reports"} <= set(there)
        if not old:
            assert_same_rows(rows_of(target), new)
            assert "old" not in there
        else:
            assert fuses.ends[-1] == "killed"
            assert killer.run(**asked, now=next(at)) == "finished"
            assert_same_rows(rows_of(target), new)
        kept = [path / "old" for path in target.parent.glob("home*") if (path / "old").exists()]
        assert len(kept) == replace
    assert "refused" not in fuses.ends
