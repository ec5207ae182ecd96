"""kill -9 at any moment: what was committed is there, once, and the work can go on."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from chocolib.store.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.store.kill_drill import STEPS, step_rows, take

KILLS = 50

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are forked")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[pd.DataFrame]:
    """The history of a store that nobody kills: before the first step and after each."""
    store = SqliteStore(tmp_path_factory.mktemp("calm") / "store.sqlite")
    found = [store.history("energy_prices")]
    for step in range(STEPS):
        take(store, step, step_rows(step))
        found.append(store.history("energy_prices"))
    store.close()
    return found


class Killer:
    """Runs writers in `kill_drill.py` and kills them."""

    def __init__(self, folder: Path) -> None:
        self.path, self.done = folder / "store.sqlite", folder / "done"
        self.done.touch()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.kill_drill", self.path, self.done],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def finished(self) -> int:
        """Steps that the writers said they had finished."""
        return len(set(self.done.read_text().split()))

    def run(self, seconds: float) -> str:
        """A writer that goes on for so long: "killed" or "finished"."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{self.finished} {seconds}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate(timeout=60)
        assert self._process.returncode == 0


@pytest.fixture
def killer(tmp_path: Path) -> Iterator[Killer]:
    killer = Killer(tmp_path)
    yield killer
    killer.close()


def damage(path: Path) -> str:
    db = sqlite3.connect(path)
    (found,) = db.execute("pragma integrity_check").fetchone()
    db.close()
    return str(found)


def test_fifty_kills_lose_nothing_double_nothing_and_stop_nothing(
    killer: Killer, undisturbed: list[pd.DataFrame]
) -> None:
    chance, in_vain = random.Random(50), 0
    ends = []
    for _ in range(KILLS):
        before = killer.finished
        longest = 0.03 * 1.15**in_vain  # a slow machine gets on too
        ends.append(killer.run(chance.uniform(0, longest)))
        in_vain = in_vain + 1 if killer.finished == before else 0
        store = SqliteStore(killer.path)
        history = store.history("energy_prices")
        store.close()
        told = killer.finished
        expected = [undisturbed[told], undisturbed[min(told + 1, STEPS)]]
        assert any(history.equals(state) for state in expected)
        assert damage(killer.path) == "ok"
    assert ends.count("killed") > KILLS // 2
    assert killer.finished > 0
    while killer.finished < STEPS:
        killer.run(5)
    store = SqliteStore(killer.path)
    assert store.history("energy_prices").equals(undisturbed[-1])
    store.close()
