"""Runs that a person ends: real processes, obedient, deaf and frozen ones."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from chocolib.app.context import clock, real_store
from chocolib.app.jobs import by_hand, running, stopping
from chocolib.app.jobs.dispatcher import Dispatcher
from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.running import Processes
from chocolib.app.jobs.stopping import stop_run
from chocolib.app.settings import Settings, read_settings
from chocolib.core.errors import DataError, SettingsError
from chocolib.core.jobs.runs import JobRun
from chocolib.core.jobs.spec import Job, Schedule
from chocolib.core.ports import Store
from chocolib.core.time import DAY

#: What the process of a run does here, by the name of its job.
CHILD = """
import json, os, signal, sys, time
from chocolib.app.jobs import executing
from chocolib.app.jobs.task import Done

def good(task):
    return Done(rows=3)

def slow(task):
    print("asleep", flush=True)
    time.sleep(60)

def deaf(task):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    slow(task)

def frozen(task):
    print("asleep", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)

facts = json.loads(sys.stdin.readline())
executing.TIDY_S = 0.3
executing.follow_parent(sys.stdin)
job = {"good": good, "slow": slow, "deaf": deaf, "frozen": frozen}[facts["job"]["name"]]
executing.execute(facts, {"plan": job}, as_page=str)
"""
COMMAND = (sys.executable, "-c", CHILD)
SCHEDULE = """
[[jobs]]
name = "{name}"
what = "x"
function = "plan"
every = "30s"
retries = 2
retry_after_min = 0.001
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    schedule = tmp_path / "schedule.toml"
    schedule.write_text(SCHEDULE.format(name="slow"), encoding="utf-8")
    monkeypatch.setenv("CHOCOLIB_SCHEDULE", str(schedule))
    return read_settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(real_store(settings)) as opened:
        yield opened


def job(name: str) -> Job:
    return Job(name=name, what="x", function="plan", every="30s", retries=2, retry_after_min=0.001)


def runner(settings: Settings) -> Processes:
    return Processes(Place.of(settings), command=COMMAND)


class Standing:
    """A clock that stands still, just after a firing."""

    def __init__(self) -> None:
        self.now = clock().floor("30s") + pd.Timedelta(seconds=1)

    def __call__(self) -> pd.Timestamp:
        return self.now


def working(
    settings: Settings, store: Store, name: str, standing: Standing
) -> tuple[Dispatcher, JobRun]:
    """A worker whose run of a job is in the middle of its work, and that run."""
    worker = Dispatcher(
        Schedule(jobs=(job(name),)),
        place=Place.of(settings),
        ledger=Ledger(store, keep=DAY),
        runner=runner(settings),
        clock=standing,
        holds=lambda _: False,
    )
    worker.wake()
    standing.now += pd.Timedelta(seconds=30)
    worker.wake()
    (run,) = rows(store)
    wait_for_work(settings, run)
    return worker, run


def wait_for_work(settings: Settings, run: JobRun) -> None:
    log = Place.of(settings).log(run)
    while not (log.exists() and log.read_text()):
        time.sleep(0.02)


def rows(store: Store) -> list[JobRun]:
    return Ledger(store, keep=DAY).all(since=clock() - DAY, now=clock())


def stopped(settings: Settings, name: str, worker: Dispatcher) -> JobRun:
    """Stop a run from elsewhere, while its worker looks after it."""

    def stop() -> JobRun:
        with closing(real_store(settings)) as own:
            return stop_run(settings, own, name, clock=clock)

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(stop)
        while not asked.done():
            worker.settle()
            time.sleep(0.05)
        return asked.result()


@pytest.mark.parametrize("name", ["slow", "deaf"])
def test_a_run_that_is_stopped_ends_with_all_its_processes_and_is_not_tried_again(
    settings: Settings, store: Store, name: str
) -> None:
    standing = Standing()
    worker, run = working(settings, store, name, standing)
    ended = stopped(settings, name, worker)
    assert (ended.key, ended.outcome) == (run.key, "stopped")
    assert ended.error == "it was stopped by hand"
    standing.now += pd.Timedelta(seconds=25)  # a retry would be due, the next firing is not
    worker.wake()
    assert worker.going == []
    assert [one.outcome for one in rows(store)] == ["stopped"]


def test_a_frozen_run_is_ended_by_its_worker(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_OBEY_S", 0.2)
    monkeypatch.setattr(running, "TIDY_S", 0.2)
    worker, _ = working(settings, store, "frozen", Standing())
    assert stopped(settings, "frozen", worker).outcome == "stopped"


def test_a_run_by_hand_is_stopped_from_elsewhere(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_hand, "Processes", lambda *_, **__: runner(settings))

    def by_a_person() -> JobRun:
        with closing(real_store(settings)) as own:
            return by_hand.run_by_hand(settings, own, "slow", clock=clock, tell=lambda _: None)

    with ThreadPoolExecutor(1) as pool:
        running_there = pool.submit(by_a_person)
        while not rows(store):
            time.sleep(0.02)
        (run,) = rows(store)
        wait_for_work(settings, run)
        assert stop_run(settings, store, "slow", clock=clock).outcome == "stopped"
        assert running_there.result().outcome == "stopped"


@pytest.mark.parametrize(("name", "outcome"), [("good", "done"), ("slow", "stopped")])
def test_a_run_that_nobody_watches_any_more_is_put_on_record_as_it_ended(
    settings: Settings, store: Store, name: str, outcome: str
) -> None:
    claim, run, process = begun(settings, store, name)
    while name == "good" and process.ended() is None:
        time.sleep(0.02)
    process.end()
    claim.release()
    ended = stop_run(settings, store, name, clock=clock)
    assert (ended.key, ended.outcome) == (run.key, outcome)


def begun(settings: Settings, store: Store, name: str) -> tuple[Any, JobRun, Any]:
    run = JobRun(name, clock(), 1, "schedule", "running", clock())
    Ledger(store, keep=DAY).write([run], now=clock())
    claim = runner(settings).claim(job(name))
    assert claim is not None
    return claim, run, claim.begin(run, {})


def test_one_that_is_asked_before_it_works_never_does(settings: Settings, store: Store) -> None:
    run = JobRun("slow", clock(), 1, "schedule", "running", clock())
    place = Place.of(settings)
    place.runs.mkdir(parents=True)
    place.stop(run).touch()
    claim = runner(settings).claim(job("slow"))
    assert claim is not None
    process = claim.begin(run, {})
    while (result := process.ended()) is None:
        time.sleep(0.02)
    claim.release()
    assert result.outcome == "stopped"


def test_a_run_that_cannot_be_ended_is_said_so(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "PATIENCE_S", 0.3)
    claim, _, process = begun(settings, store, "frozen")
    with pytest.raises(DataError, match=r"goes on after 0\.3 s") as told:
        stop_run(settings, store, "frozen", clock=clock)
    assert "chocolib health" in told.value.hint
    monkeypatch.setattr(running, "TIDY_S", 0.2)
    process.end()
    claim.release()


def test_what_does_not_run_cannot_be_stopped(settings: Settings, store: Store) -> None:
    with pytest.raises(SettingsError, match="slow is not running"):
        stop_run(settings, store, "slow", clock=clock)
    with pytest.raises(SettingsError, match="no job is called 'slwo'"):
        stop_run(settings, store, "slwo", clock=clock)
    assert not Place.of(settings).folder.exists()
