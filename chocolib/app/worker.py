"""The worker: APScheduler wakes it when a job fires, and once a minute to look around and probe.

When to wake is all that APScheduler is asked; it gets the firing times from `core.jobs`, and its
job store (SQLAlchemy, a SQLite file) holds each job's next one. What to do then is decided by
`core.jobs.decide` on the ledger, so nothing depends on what APScheduler remembers.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pandas as pd
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from chocolib.app.chat_turns import forget
from chocolib.app.context import clock, real_store
from chocolib.app.jobs import running
from chocolib.app.jobs.dispatcher import Dispatcher
from chocolib.app.jobs.health import LEAST_FREE_MB, free_mb
from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.moment import holds
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.schedule import schedule_path, the_schedule
from chocolib.app.logs import keep_logs
from chocolib.app.logs import scheduler as log
from chocolib.app.settings import Settings
from chocolib.app.usage import probing
from chocolib.core.errors import ChocolibError, SettingsError
from chocolib.core.jobs.firings import next_firing
from chocolib.core.jobs.spec import Job, Schedule
from chocolib.core.time import DAY, iso

#: Seconds that runs may go on after the worker was asked to end.
PATIENCE_S = 15.0
_LOOK_S = 60
_SOON = timedelta(seconds=0.2)
_STORE, _MEMORY = "jobs", "default"
_PROBES = "probes"
#: In the middle of a minute: a firing that is a little early or late is of the same minute.
_EACH_MINUTE = IntervalTrigger(minutes=1, start_date=datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC))


class Firing(BaseTrigger):  # type: ignore[misc]
    """A job's own firing times, as APScheduler asks for them."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first firing after the last one, or after now."""
        triggers = (*self.job.triggers, *self.job.watching)
        moment = next_firing(triggers, pd.Timestamp(previous or now).tz_convert("UTC"))
        return None if moment is None else moment.to_pydatetime()

    def __getstate__(self) -> dict[str, Any]:
        return self.job.model_dump()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.job = Job.model_validate(state)


@dataclass(slots=True)
class Worker:
    """One process that keeps the jobs going, until it is asked to end.

    Attributes:
        problem: what keeps it from its work, in a sentence; empty when all is well.
    """

    settings: Settings
    place: Place
    dispatcher: Dispatcher
    scheduler: BlockingScheduler
    file: Path
    problem: str = ""
    _read: tuple[float, int] = (0.0, 0)
    _broken: str = ""
    _said: str = field(default="", repr=False)
    _awake: bool = False
    _unkept: str = ""

    def run(self, *, patience_s: float = PATIENCE_S) -> None:
        """Work until a signal ends it; runs get some time to end by themselves."""
        self._read = _mark(self.file)
        self.scheduler.add_job(
            wake, IntervalTrigger(seconds=_LOOK_S), id="look", next_run_time=_now()
        )
        self.scheduler.add_job(probe, _EACH_MINUTE, id="probe", executor=_PROBES, max_instances=1)
        self._sync()
        log.info("worker begins", extra={"jobs": len(self.dispatcher.schedule.jobs)})
        try:
            self.scheduler.start()
        finally:
            self._stop(patience_s)

    def wake(self) -> None:
        """Look at the schedule and the jobs once; what goes wrong is said and tried again."""
        trouble = self._reload()
        try:
            again = self.dispatcher.wake()
        except ChocolibError as error:
            trouble, again = error.message, None
        self._tell(trouble)
        self._beat()
        self._awake = True
        if again is not None:
            self._wake_at(again.to_pydatetime())

    def probe(self) -> None:
        """Look at every part of the house, once this worker has left a sign of life itself."""
        if self._awake:
            self._unkept = probing.kept(self.settings, now=clock(), said=self._unkept)

    def wake_soon(self) -> None:
        """A run has ended: look again in a moment."""
        self._wake_at(_now() + _SOON)

    def _wake_at(self, moment: datetime) -> None:
        if self.scheduler.running:
            self.scheduler.add_job(
                wake, "date", run_date=max(moment, _now()), id="again", replace_existing=True
            )

    def _reload(self) -> str:
        """Take up a schedule that was changed; what is wrong with it, where it cannot be used."""
        mark = _mark(self.file)
        if mark == self._read:
            return self._broken
        try:
            schedule = the_schedule(self.settings)
        except ChocolibError as error:
            self._read = mark
            self._broken = f"the schedule of before is kept: {error.message}"
            return self._broken
        self._read, self._broken = mark, ""
        self.dispatcher.take(schedule)
        self._sync()
        log.info("schedule read again", extra={"jobs": len(schedule.jobs)})
        return ""

    def _sync(self) -> None:
        """Have APScheduler wake the worker at the firings of the jobs there are."""
        jobs = {job.name: job for job in self.dispatcher.schedule.jobs}
        for known in self.scheduler.get_jobs(_STORE):
            if known.id not in jobs:
                self.scheduler.remove_job(known.id, _STORE)
        for name, job in jobs.items():
            if job.triggers or job.watching:
                self.scheduler.add_job(
                    wake, Firing(job), id=name, jobstore=_STORE, replace_existing=True
                )

    def _tell(self, trouble: str) -> None:
        self.problem = trouble
        if trouble and trouble != self._said:
            log.error("worker in trouble", extra={"why": trouble})
        self._said = trouble

    def _beat(self) -> None:
        facts = _myself() | {
            "at": iso(clock()),
            "running": self.dispatcher.going,
            "waiting": list(self.dispatcher.waiting),
            "problem": self.problem,
            "schedule": str(self.file),
        }
        try:
            self.place.beat(facts)
        except ChocolibError as error:
            self._tell(error.message)

    def _stop(self, patience_s: float) -> None:
        """End what goes on, and say goodbye."""
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)
        limit = time.monotonic() + patience_s
        with suppress(ChocolibError):  # the next worker settles what cannot be written now
            while self.dispatcher.settle() and time.monotonic() < limit:
                time.sleep(0.1)
            self.dispatcher.stop()
        log.info("worker ends")


#: The worker of this process: APScheduler's store can only name what lies in a module.
_WORKERS: list[Worker] = []


def wake() -> None:
    """What APScheduler calls."""
    for worker in _WORKERS:
        worker.wake()


def probe() -> None:
    """What it calls once a minute, in another thread: a slow door delays no job."""
    for worker in _WORKERS:
        worker.probe()


def start_worker(
    settings: Settings, *, command: Sequence[str] = running.COMMAND, patience_s: float = PATIENCE_S
) -> None:
    """Be the worker until a signal ends it.

    Args:
        command: how a run's process is begun.

    Raises:
        SettingsError: another worker is at work; says which.
        ScheduleFaults, DataError: the schedule or the store cannot be used.
    """
    keep_logs(settings)
    schedule = the_schedule(settings)
    place = Place.of(settings)
    lock = _alone(place)
    try:
        worker = _worker(settings, schedule, place, command)
        _WORKERS[:] = [worker]
        worker.run(patience_s=patience_s)
    finally:
        _WORKERS.clear()
        lock.close()


def _alone(place: Place) -> IO[str]:
    lock = place.worker_lock()
    if lock is None:
        who = place.holder()
        said = f"process {who['pid']} on {who['host']} since {who['since']}" if who else "another"
        raise SettingsError(
            f"a worker is at work already: {said}", hint="one is enough; end that one first"
        )
    lock.truncate(0)
    lock.write(f'{{"pid": {os.getpid()}, "host": "{socket.gethostname()}", ')
    lock.write(f'"since": "{iso(clock())}"}}\n')
    lock.flush()
    return lock


def _worker(settings: Settings, schedule: Schedule, place: Place, command: Sequence[str]) -> Worker:
    store = real_store(settings)
    dispatcher = Dispatcher(
        schedule,
        place=place,
        ledger=Ledger(store, keep=schedule.keep_days * DAY),
        runner=running.Processes(place, secrets=settings.secrets(), command=command),
        clock=clock,
        holds=lambda condition: holds(store, condition, clock()),
        has_room=lambda: free_mb(settings.home) >= LEAST_FREE_MB,
        watch=lambda process: running.watch(process, _wake_soon),
        let_go=lambda now: forget(store, keep_days=settings.chat_keep_days, now=now),
    )
    return Worker(settings, place, dispatcher, _scheduler(place), schedule_path(settings))


def _wake_soon() -> None:
    for worker in _WORKERS:
        worker.wake_soon()


def _scheduler(place: Place) -> BlockingScheduler:
    """Wakes one at a time in one thread, however late, and once for what was missed."""
    url = f"sqlite:///{place.waker}"
    return BlockingScheduler(
        jobstores={_STORE: SQLAlchemyJobStore(url), _MEMORY: MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(1), _PROBES: ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 20},
        timezone="UTC",
    )


def _myself() -> dict[str, Any]:
    return {"pid": os.getpid(), "host": socket.gethostname()}


def _now() -> datetime:
    return clock().to_pydatetime()


def _mark(file: Path) -> tuple[float, int]:
    """What changes when a file is written."""
    try:
        found = file.stat()
    except OSError:
        return 0.0, 0
    return found.st_mtime, found.st_size
