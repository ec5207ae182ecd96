"""The worker's work on a test clock, with runs that end as they are told to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from chocolib.app.jobs.dispatcher import Dispatcher
from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.running import Result
from chocolib.app.jobs.state import changing, read_state
from chocolib.core.errors import DataError
from chocolib.core.jobs.runs import JobRun
from chocolib.core.jobs.spec import Job, Schedule
from chocolib.core.time import DAY, utc
from chocolib.store.sqlite import SqliteStore
from tests.jobs_simulation import simulate

START = utc("2026-11-20T12:00")
MINUTE = pd.Timedelta(minutes=1)
HOURLY = Job(name="hourly", what="", function="plan", cron=("5 * * * *",), retries=1)
SCHEDULE = Schedule(jobs=(HOURLY,))


@dataclass
class Stage:
    """A clock, a store, and runs that go on until a result is put in their place."""

    folder: Path
    now: pd.Timestamp = START
    results: dict[str, Result] = field(default_factory=dict)
    accounts: dict[str, Result] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    given: list[Mapping[str, Any]] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    has_room: bool = True
    let_go: list[pd.Timestamp] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = SqliteStore(self.folder / "store.sqlite")
        self.ledger = Ledger(self.store, keep=90 * DAY)

    def dispatcher(self, schedule: Schedule = SCHEDULE) -> Dispatcher:
        return Dispatcher(
            schedule,
            place=Place(self.folder / "jobs"),
            ledger=Ledger(self.store, keep=90 * DAY),
            runner=self,
            clock=lambda: self.now,
            holds=lambda _: False,
            has_room=lambda: self.has_room,
            let_go=self._let_go,
        )

    def _let_go(self, now: pd.Timestamp) -> int:
        self.let_go.append(now)
        return 0

    def claim(self, job: Job) -> Claimed | None:
        return None if job.name in self.elsewhere else Claimed(self)

    def left(self, run: JobRun) -> Result:
        return self.accounts.get(run.stem, Result("interrupted", error="cut off"))

    def rows(self) -> list[tuple[str, int, str, int]]:
        runs = self.ledger.all(since=START - DAY, now=self.now)
        return [(f"{r.scheduled:%H:%M}", r.attempt, r.outcome, r.firings) for r in runs]


@dataclass
class Claimed:
    stage: Stage

    def begin(self, run: JobRun, given: Mapping[str, Any]) -> Acted:
        self.stage.begun.append(run.stem)
        self.stage.given.append(given)
        return Acted(self.stage, run.stem)

    def release(self) -> None:
        pass


@dataclass
class Acted:
    stage: Stage
    stem: str

    def ended(self) -> Result | None:
        return self.stage.results.get(self.stem)

    def end(self) -> None:
        self.stage.results.setdefault(self.stem, Result("interrupted"))


def full(*_: object, **__: object) -> None:
    raise DataError("cannot be written (database or disk is full)")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    logging.getLogger("chocolib.scheduler").addHandler(logging.NullHandler())
    return Stage(tmp_path)


def test_a_run_is_on_record_before_it_begins_and_when_it_has_ended(stage: Stage) -> None:
    worker = stage.dispatcher()
    worker.wake()
    assert stage.begun == []
    stage.now += 5 * MINUTE
    assert worker.wake() == stage.now + HOURLY.timeout
    assert stage.rows() == [("11:05", 1, "running", 1)]
    stage.results["hourly-20261120T110500Z-1"] = Result("done", rows=7, duration_s=2.0)
    stage.now += MINUTE
    worker.wake()
    assert stage.rows() == [("11:05", 1, "done", 1)]
    (run,) = stage.ledger.all(since=START - DAY, now=stage.now)
    assert (run.rows, run.duration_s) == (7, 2.0)


def test_after_a_crash_what_had_ended_is_done_and_what_had_not_is_repeated(stage: Stage) -> None:
    stage.dispatcher().wake()
    stage.now += 5 * MINUTE
    stage.dispatcher().wake()
    stage.accounts["hourly-20261120T110500Z-1"] = Result("done", duration_s=1.0)
    stage.now += 60 * MINUTE
    stage.dispatcher().wake()
    assert stage.rows() == [("11:05", 1, "done", 1), ("12:05", 1, "running", 1)]
    stage.now += MINUTE
    stage.dispatcher().wake()
    assert stage.rows()[1:] == [("12:05", 1, "interrupted", 1), ("12:05", 2, "running", 1)]
    assert len(stage.begun) == len(set(stage.begun)) == 3


def test_what_still_goes_on_elsewhere_is_left_alone(stage: Stage) -> None:
    stage.dispatcher().wake()
    stage.now += 5 * MINUTE
    stage.dispatcher().wake()
    stage.elsewhere.add("hourly")
    stage.now += 60 * MINUTE
    stage.dispatcher().wake()
    assert stage.rows() == [("11:05", 1, "running", 1)]


def test_a_run_that_takes_too_long_is_ended_and_tried_again(stage: Stage) -> None:
    worker = stage.dispatcher()
    worker.wake()
    stage.now += 5 * MINUTE
    worker.wake()
    stage.now += HOURLY.timeout
    worker.wake()
    stage.now += MINUTE
    worker.wake()
    assert stage.rows() == [("11:05", 1, "failed", 1), ("11:05", 2, "running", 1)]


def test_a_full_disk_begins_nothing_and_the_firing_is_caught_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = stage.dispatcher()
    worker.wake()
    stage.now += 5 * MINUTE

    with monkeypatch.context() as patched:
        patched.setattr(stage.store, "write", full)
        with pytest.raises(DataError, match="disk is full"):
            worker.wake()
    assert stage.begun == []
    stage.has_room = False
    worker.wake()
    assert stage.begun == []
    stage.has_room, stage.now = True, stage.now + 65 * MINUTE
    worker.wake()
    assert stage.rows() == [("12:05", 1, "running", 2)]


def test_the_end_of_a_run_is_kept_until_it_can_be_written(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = stage.dispatcher()
    worker.wake()
    stage.now += 5 * MINUTE
    worker.wake()
    stage.results["hourly-20261120T110500Z-1"] = Result("done", rows=7)
    with monkeypatch.context() as patched:
        patched.setattr(
            stage.store, "write", lambda *_, **__: (_ for _ in ()).throw(DataError("x"))
        )
        with pytest.raises(DataError):
            worker.wake()
    stage.now += MINUTE
    worker.wake()
    assert stage.rows() == [("11:05", 1, "done", 1)]


def test_a_stop_ends_the_runs_and_says_so(stage: Stage) -> None:
    worker = stage.dispatcher()
    worker.wake()
    stage.now += 5 * MINUTE
    worker.wake()
    worker.stop()
    (run,) = stage.ledger.all(since=START - DAY, now=stage.now)
    assert (run.outcome, run.error) == ("interrupted", "the worker was stopped")


def test_a_missed_report_stands_at_its_own_day(stage: Stage) -> None:
    daily = HOURLY.model_copy(update={"catch_up": "each", "name": "daily"})
    schedule = Schedule(jobs=(daily,))
    stage.dispatcher(schedule).wake()
    stage.now += 125 * MINUTE
    worker = stage.dispatcher(schedule)
    worker.wake()
    stage.results[stage.begun[0]] = Result("done", duration_s=1.0)
    worker.wake()
    assert stage.given == [{"as_of": "2026-11-20T11:05:00Z"}, {"as_of": "2026-11-20T12:05:00Z"}]


def test_pauses_outlast_the_worker(stage: Stage) -> None:
    worker = stage.dispatcher()
    worker.wake()
    stage.now += 5 * MINUTE
    worker.wake()
    stage.results[stage.begun[0]] = Result("done", duration_s=1.0)
    worker.wake()
    place = Place(stage.folder / "jobs")
    with changing(place) as state:
        assert state.pause("hourly", stage.now)
        assert not state.pause("hourly", stage.now)
    stage.now += 125 * MINUTE
    stage.dispatcher().wake()
    assert len(stage.begun) == 1
    with changing(place) as state:
        assert state.resume("hourly", stage.now)
    assert read_state(place).paused == {}
    stage.dispatcher().wake()
    assert stage.rows()[1:] == [("13:05", 1, "skipped", 2)]


def test_old_history_is_forgotten_and_nothing_is_run_again_for_it(stage: Stage) -> None:
    worker = stage.dispatcher()
    worker.wake()
    stage.now += 5 * MINUTE
    worker.wake()
    stage.results[stage.begun[0]] = Result("done", duration_s=1.0)
    stage.now += 91 * DAY
    worker.wake()
    worker.wake()
    kept = stage.ledger.all(since=START - DAY, now=stage.now)
    assert all(run.scheduled >= stage.now - 90 * DAY for run in kept)
    assert len(stage.begun) == 2


def test_other_old_records_are_let_go_of_once_a_day(stage: Stage) -> None:
    worker = stage.dispatcher()
    for _ in range(3):
        worker.wake()
        stage.now += 13 * 60 * MINUTE
    assert stage.let_go == [START, START + 26 * 60 * MINUTE]


@pytest.mark.parametrize("since", ["2026-10-24T22:00", "2027-03-27T22:00"])
def test_a_night_of_a_clock_change_with_faults_adds_up(tmp_path: Path, since: str) -> None:
    told = simulate(tmp_path, since=utc(since), days=0.3, seed=3)
    assert told.problems == []
    assert told.faults["killed"] >= 1
    assert told.counts["firings"] > 100
