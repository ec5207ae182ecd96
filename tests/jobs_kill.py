"""A real worker, killed at random moments: `python -m tests.jobs_kill --kills 100`.

Three jobs write to a store, to a file and to a diary, every five seconds, one of them on the news
of another. The worker is killed with SIGKILL, at any moment of its life, and started again. At the
end the ledger, the diary, the files and the store have to tell one story.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from chocolib.app.jobs.executing import execute, follow_parent
from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.names import FUNCTIONS
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.schedule import reports
from chocolib.app.jobs.task import Done, Task
from chocolib.app.settings import read_settings
from chocolib.core.jobs.reading import read_schedule
from chocolib.core.jobs.runs import JobRun
from chocolib.core.time import DAY, Window, iso
from chocolib.store.durable import replace
from chocolib.store.sqlite import SqliteStore
from tests.conftest import ROOT, made_up_prices, price_frame
from tests.jobs_simulation import answered, overlaps

SCHEDULE = """
at_once = 3
[[jobs]]
name = "alpha"
what = "missed firings: one run for all"
function = "forecast"
every = "5s"
retries = 1
retry_after_min = 0.02
[[jobs]]
name = "beta"
what = "missed firings: each its own run"
function = "plan"
every = "15s"
catch_up = "each"
[[jobs]]
name = "gamma"
what = "follows alpha's news"
function = "alerts"
after = ["alpha"]
"""
#: So large that a kill can hit a file half way.
_CONTENT_BYTES = 3_000_000
#: How long the last worker has to catch up, at least.
_LAST = pd.Timedelta(seconds=25)
_COMMAND = (sys.executable, "-m", "tests.jobs_kill")


def work(task: Task) -> Done:
    """Begin, write rows, write a file, end; each step leaves a line in the diary."""
    home = read_settings().home
    key = f"{task.job.name}-{task.scheduled:%Y%m%dT%H%M%SZ}"
    with (home / f"{task.job.name}.alone").open("a") as alone:
        try:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _note(home, f"overlap {key}")
        _note(home, f"begin {key}")
        rows = _rows(task)
        with closing(SqliteStore(home / "chocolib.sqlite")) as store:
            store.write("energy_prices", rows, received_at=task.scheduled)
        time.sleep(random.random() / 2)
        if random.random() < 0.05:
            os.kill(os.getpid(), signal.SIGKILL)  # a run may die by itself, too
        body = random.randbytes(_CONTENT_BYTES)
        replace(home / "made" / key, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        _note(home, f"end {key}")
    return Done(rows=len(rows), news=task.job.name == "alpha", artefacts=(key,))


def _rows(task: Task) -> pd.DataFrame:
    """Twelve hours of prices that belong to this firing alone."""
    number = int(task.scheduled.timestamp()) // 5 % 2000
    job = ("alpha", "beta", "gamma").index(task.job.name)
    start = pd.Timestamp("2015-01-01T00:00Z") + (number * 3 + job) * pd.Timedelta(hours=12)
    return price_frame(made_up_prices(str(start.tz_localize(None)), 12))


def _note(home: Path, line: str) -> None:
    with (home / "diary").open("ab", buffering=0) as diary:
        diary.write(line.encode() + b"\n")


@dataclass
class Told:
    """What came of it."""

    counts: Counter[str]
    problems: list[str]


def drill(home: Path, *, kills: int, seed: int = 1, longest_s: float = 8.0) -> Told:
    """Kill a worker so many times, let the last one finish, and compare all records."""
    (home / "schedule.toml").write_text(SCHEDULE, encoding="utf-8")
    env = os.environ | {
        "CHOCOLIB_HOME": str(home),
        "CHOCOLIB_SCHEDULE": str(home / "schedule.toml"),
    }
    (home / "made").mkdir()
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    for _ in range(kills):
        worker = _worker(home, env)
        time.sleep(dice.uniform(0.2, longest_s))
        worker.kill()
        worker.wait()
        counts["kills"] += 1
    worker = _worker(home, env)
    began = pd.Timestamp.now("UTC")
    while _beat(home) < began + _LAST or _is_busy(home, worker):
        time.sleep(0.5)
        if worker.poll() is not None:
            return Told(counts, [f"the worker ended with {worker.returncode}"])
    worker.send_signal(signal.SIGTERM)
    code = worker.wait()
    problems = [] if code == 143 else [f"the last worker ended with {code}"]
    return Told(counts, [*problems, *_compared(home, counts)])


def _worker(home: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    with (home / "worker.log").open("ab") as log:
        return subprocess.Popen([*_COMMAND, "worker"], cwd=ROOT, env=env, stdout=log, stderr=log)


def _beat(home: Path) -> pd.Timestamp:
    return pd.Timestamp(Place(home / "jobs").heartbeat().get("at", "1970-01-01T00:00Z"))


def _is_busy(home: Path, worker: subprocess.Popen[bytes]) -> bool:
    """Whether the last worker has not yet come to a moment without a late firing."""
    beat = Place(home / "jobs").heartbeat()
    return beat["pid"] != worker.pid or any("beta" in one for one in beat["waiting"])


def _compared(home: Path, counts: Counter[str]) -> Iterator[str]:
    store = SqliteStore(home / "chocolib.sqlite")
    schedule = read_schedule(home / "schedule.toml", functions=FUNCTIONS, reports=reports())
    now = pd.Timestamp.now("UTC").floor("s")
    runs = Ledger(store, keep=DAY).all(since=now - DAY, now=now)
    since = json.loads((home / "jobs" / "state.json").read_text())["since"]
    for job in schedule.jobs:
        mine = [run for run in runs if run.job == job.name]
        window = Window(pd.Timestamp(since[job.name]), now)
        if job.triggers:
            yield from answered(job, mine, window, counts)
        yield from overlaps(mine)
    for run in runs:
        counts[f"runs {run.outcome}"] += 1
    yield from (f"{run.stem} is still running" for run in runs if run.outcome == "running")
    yield from _diary_agrees(home, runs, counts)
    yield from _rows_agree(store, runs, counts)


def _diary_agrees(home: Path, runs: list[JobRun], counts: Counter[str]) -> Iterator[str]:
    """What was done is done once, whole, and on record."""
    lines = [line.split() for line in (home / "diary").read_text().splitlines()]
    ends = Counter(key for word, key in lines if word == "end")
    counts["runs that came to their last line"] = sum(ends.values())
    yield from (f"overlap: {key}" for word, key in lines if word == "overlap")
    done = Counter(f"{r.job}-{r.scheduled:%Y%m%dT%H%M%SZ}" for r in runs if r.outcome == "done")
    yield from (f"{key} is done {n} times" for key, n in done.items() if n > 1)
    yield from (f"{key} is done, and never ended" for key in done if key not in ends)
    for path in sorted((home / "made").iterdir()):
        if path.name.startswith("."):
            counts["drafts that a kill left beside the files"] += 1
            continue
        counts["files"] += 1
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            yield f"{path.name} is half-written"
    missing = [key for key in done if not (home / "made" / key).exists()]
    yield from (f"{key} is done, and its file is missing" for key in missing)


def _rows_agree(store: SqliteStore, runs: list[JobRun], counts: Counter[str]) -> Iterator[str]:
    """Each firing's twelve rows are all there or not at all."""
    prices = store.read("energy_prices")
    blocks = Counter((prices.index.as_unit("s").astype("int64") // (12 * 3600)).tolist())
    counts["blocks of rows"] = len(blocks)
    yield from (f"a block of {n} rows" for n in blocks.values() if n != 12)
    firings = {(run.job, iso(run.scheduled)) for run in runs if run.outcome == "done"}
    if len(blocks) < len(firings):
        yield f"{len(firings)} firings done, {len(blocks)} blocks of rows"
    with closing(SqliteStore(store.path)):
        pass  # it can be opened again


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("role", nargs="?", choices=["drill", "worker", "run"], default="drill")
    reader.add_argument("--kills", type=int, default=100)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--longest", type=float, default=8.0, help="seconds a worker lives")
    given = reader.parse_args()
    if given.role == "worker":
        sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
        _be_the_worker()
    elif given.role == "run":
        facts = json.loads(sys.stdin.readline())
        follow_parent(sys.stdin)
        done = execute(facts, dict.fromkeys(FUNCTIONS, work), as_page=str)
        sys.exit(done.outcome != "done")
    else:
        _show(given.kills, given.seed, given.longest)


def _be_the_worker() -> None:
    from chocolib.app.worker import start_worker

    def stop(signum: int, _: object) -> None:
        raise SystemExit(128 + signum)

    signal.signal(signal.SIGTERM, stop)
    start_worker(read_settings(), command=(*_COMMAND, "run"))


def _show(kills: int, seed: int, longest_s: float) -> None:
    home = Path(tempfile.mkdtemp(prefix="jobs-kill-"))
    told = drill(home, kills=kills, seed=seed, longest_s=longest_s)
    for name, number in sorted(told.counts.items()):
        print(f"  {number:7d}  {name}")
    print(f"\n{len(told.problems)} things that do not add up")
    for problem in told.problems[:20]:
        print(f"  {problem}")
    if told.problems:
        print(f"left for a look: {home}")
    else:
        shutil.rmtree(home)
    sys.exit(bool(told.problems))


if __name__ == "__main__":
    main()
