"""A run that a person asks for: now, on the same path as the worker's, and followed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pandas as pd

from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.records import settled
from chocolib.app.jobs.running import STOPPED, Process, Processes, Result
from chocolib.app.jobs.schedule import job_called, the_schedule
from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError
from chocolib.core.jobs.runs import BY_HAND, JobRun
from chocolib.core.jobs.spec import Job
from chocolib.core.ports import Store
from chocolib.core.time import DAY

_A_LOOK_S = 0.1


def run_by_hand(
    settings: Settings,
    store: Store,
    name: str,
    *,
    clock: Callable[[], pd.Timestamp],
    tell: Callable[[str], None],
    as_of: str | None = None,
    parameters: Mapping[str, str] | None = None,
) -> JobRun:
    """Run a job now and wait for its end; it is on record like any other run.

    Args:
        clock: the edge's clock, UTC.
        tell: is given what the run says, piece by piece.
        as_of: the moment to stand at, as people write it; default now.
        parameters: of its notebook, beside those of the schedule.

    Raises:
        SettingsError: no such job, or a run of it goes on.
        DataError: the store or the folder cannot be used.
    """
    schedule = the_schedule(settings)
    job = job_called(schedule, name)
    place = Place.of(settings)
    processes = Processes(place, secrets=settings.secrets())
    claim = processes.claim(job)
    if claim is None:
        raise SettingsError(
            f"{name} is running already", hint=f"chocolib jobs logs {name} shows how far it is"
        )
    try:
        ledger = Ledger(store, keep=schedule.keep_days * DAY)
        run = _begun(ledger, job, clock())
        ledger.write([run], now=run.started)
        given: dict[str, Any] = {"parameters": dict(parameters or {})}
        process = claim.begin(run, given | ({"as_of": as_of} if as_of else {}))
        result = Result("stopped", error=STOPPED)
        try:
            result = _followed(process, place, run, job, tell)
        finally:
            process.end()
            done = settled(run, result, clock())
            ledger.write([done], now=clock())
        return done
    finally:
        claim.release()


def _begun(ledger: Ledger, job: Job, now: pd.Timestamp) -> JobRun:
    """The run, at a second that no other run by hand has."""
    taken = {run.key for run in ledger.all(job=job.name, since=now, now=now)}
    run = JobRun(job.name, now, BY_HAND, "hand", "running", now)
    while run.key in taken:
        run = replace(run, scheduled=run.scheduled + pd.Timedelta(seconds=1))
    return run


def _followed(
    process: Process, place: Place, run: JobRun, job: Job, tell: Callable[[str], None]
) -> Result:
    """What became of it, its log told as it grows."""
    limit = time.monotonic() + job.timeout.total_seconds()
    seen = 0
    while True:
        result = process.ended()
        seen += _told(place, run, seen, tell)
        if result is not None:
            return result
        if time.monotonic() > limit:
            return Result("failed", error=f"it had not ended after {job.timeout_min:g} min")
        time.sleep(_A_LOOK_S)


def _told(place: Place, run: JobRun, seen: int, tell: Callable[[str], None]) -> int:
    """Tell what a log has beyond some bytes; returns how many more."""
    with suppress(FileNotFoundError), place.log(run).open("rb") as log:
        log.seek(seen)
        more = log.read()
        if more:
            tell(more.decode("utf-8", errors="replace"))
        return len(more)
    return 0
