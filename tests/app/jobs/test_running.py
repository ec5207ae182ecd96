"""Runs as real processes: what they leave, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.jobs.place import Place
from chocolib.app.jobs.running import Processes, Result
from chocolib.core.jobs.runs import JobRun
from chocolib.core.jobs.spec import Job
from chocolib.store.bulk import WORTH_ROWS
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, ROOT, made_up_prices, price_frame

AT = pd.Timestamp("2026-11-20T12:00Z")
#: What the process of a run does here, by the function of its job.
CHILD = """
import json, os, sys, time
from chocolib.app.jobs.executing import execute, follow_parent
from chocolib.app.jobs.task import Done
from chocolib.core.errors import DataError

def good(task):
    print("said on standard output")
    return Done(rows=3, news=True, artefacts=("a.html",))

def bad(task):
    sys.stderr.write("the key is very-secret\\n")
    raise DataError("the key very-secret is wrong")

def large(task):
    return Done(rows=len(bytearray(3_000_000_000)))

def reading(task):
    from pathlib import Path
    from chocolib.store.sqlite import SqliteStore
    folder = Path(facts["result"]).parents[1]
    return Done(rows=len(SqliteStore(folder / "store.sqlite").read("energy_prices")))

def dying(task):
    os._exit(3)

def slow(task):
    print("asleep", flush=True)
    time.sleep(60)

facts = json.loads(sys.stdin.readline())
follow_parent(sys.stdin)
functions = dict(good=good, reading=reading, bad=bad, large=large, dying=dying, slow=slow)
execute(facts, functions, as_page=str)
"""
COMMAND = (sys.executable, "-c", CHILD)
#: A worker that begins a slow run and is then killed.
PARENT = """
import sys, time
from pathlib import Path
from tests.app.jobs.test_running import begun, processes
running = begun(processes(Path(sys.argv[1])), "slow")
print("begun", flush=True)
time.sleep(60)
"""


def processes(folder: Path) -> Processes:
    return Processes(Place(folder), secrets=["very-secret"], command=COMMAND)


def begun(ours: Processes, function: str) -> object:
    job = Job(name=function, what="", function=function, memory_mb=1024)
    claim = ours.claim(job)
    assert claim is not None
    run = JobRun(function, AT, 1, "schedule", "running", AT)
    return claim, run, claim.begin(run, {})


def outcome(folder: Path, function: str) -> Result:
    claim, _, process = begun(processes(folder), function)  # type: ignore[misc]
    while (result := process.ended()) is None:
        time.sleep(0.02)
    claim.release()
    assert isinstance(result, Result)
    return result


def test_a_run_leaves_its_own_account(tmp_path: Path) -> None:
    result = outcome(tmp_path, "good")
    assert (result.outcome, result.rows, result.news) == ("done", 3, True)
    assert result.artefacts == ("a.html",)
    assert result.memory_mb
    assert result.duration_s
    log = tmp_path / "runs" / "good-20261120T120000Z-1.log"
    assert log.read_text() == "said on standard output\n"


def test_a_failed_run_says_why_and_no_key(tmp_path: Path) -> None:
    result = outcome(tmp_path, "bad")
    assert (result.outcome, result.error) == ("failed", "the key *** is wrong")
    assert result.log_tail == "the key is ***"


def test_a_run_that_wants_too_much_memory_fails_alone(tmp_path: Path) -> None:
    assert outcome(tmp_path, "large").error == "it wanted more memory than 1024 MB"


def test_a_limited_run_reads_a_long_series(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "store.sqlite")) as store:
        series = made_up_prices("2024-01-01", 2 * WORTH_ROWS)
        store.write("energy_prices", price_frame(series), received_at=NOW)
    assert outcome(tmp_path, "reading").rows == 2 * WORTH_ROWS


def test_a_process_that_dies_is_a_failed_run(tmp_path: Path) -> None:
    assert outcome(tmp_path, "dying").error == "its process ended with exit code 3"


def test_a_job_is_claimed_until_its_processes_are_gone(tmp_path: Path) -> None:
    ours = processes(tmp_path)
    claim, run, process = begun(ours, "slow")  # type: ignore[misc]
    job = Job(name="slow", what="", function="slow")
    assert ours.claim(job) is None
    claim.release()  # the child still has the lock
    assert ours.claim(job) is None
    process.end()
    again = ours.claim(job)
    assert again is not None
    again.release()
    assert ours.left(run).outcome == "interrupted"


def test_a_run_ends_with_its_worker_however_that_ends(tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begun\n"
    job = Job(name="slow", what="", function="slow")
    ours = processes(tmp_path)
    assert ours.claim(job) is None
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    for _ in range(600):
        if (claim := ours.claim(job)) is not None:
            claim.release()
            return
        time.sleep(0.05)
    pytest.fail(f"the run outlived its worker {worker.pid}, seen from {os.getpid()}")
