"""A process that forks writers and kills them: `python -m tests.store.kill_drill STORE DONE`.

It loads everything once. Each line on its input is a step to begin with and the seconds
to live: a forked writer opens the store, does step after step, each one transaction, puts
the number of each finished step into the file DONE and is killed. The answer says whether
it was killed or had finished.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pandas as pd

from chocolib.core.time import HOUR
from chocolib.store.sqlite import SqliteStore
from tests.conftest import made_up_prices, price_frame

STEPS = 100
DAYS_A_STEP = 5
BEGINNING = pd.Timestamp("2022-01-01T00:00Z")


def step_rows(step: int) -> pd.DataFrame:
    """Real-shaped prices: five new days, and a correction of half of the five days before."""
    first = BEGINNING + pd.Timedelta(days=DAYS_A_STEP * step)
    new = made_up_prices(str(first.tz_localize(None)), DAYS_A_STEP * 24) + step / 1000
    corrected = new.iloc[: DAYS_A_STEP * 12].rename(lambda t: t - pd.Timedelta(days=DAYS_A_STEP))
    return price_frame(pd.concat([corrected, new]) if step else new)


def take(store: SqliteStore, step: int, rows: pd.DataFrame) -> None:
    """One step, one transaction."""
    received_at = pd.Timestamp("2026-06-01T00:00Z") + step * HOUR
    store.write("energy_prices", rows, received_at=received_at)


def _write_on(path: Path, done: Path, begin: int, steps: list[pd.DataFrame], ready: int) -> None:
    store = SqliteStore(path)
    store._db.execute("pragma wal_autocheckpoint=20")  # kills land in checkpoints, too
    os.write(ready, b".")
    with done.open("ab", buffering=0) as note:
        for step in range(begin, STEPS):
            take(store, step, steps[step])
            note.write(b"%d\n" % step)
    store.close()


def main() -> None:
    path, done = Path(sys.argv[1]), Path(sys.argv[2])
    steps = [step_rows(step) for step in range(STEPS)]
    told, ready = os.pipe()
    for line in sys.stdin:
        begin, seconds = line.split()
        child = os.fork()
        if child == 0:
            _write_on(path, done, int(begin), steps, ready)
            os._exit(0)
        os.read(told, 1)
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "finished", flush=True)


if __name__ == "__main__":
    main()
