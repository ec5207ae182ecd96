"""Which jobs are late, and which fail. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from chocolib.core.jobs.decide import Moment, unanswered
from chocolib.core.jobs.history import History
from chocolib.core.jobs.runs import BY_HAND, JobRun
from chocolib.core.jobs.spec import Schedule

#: A worker looks once a minute; a firing is not late before it could be seen.
_A_LOOK = pd.Timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class LateJob:
    """A job with a firing that nobody answered in time.

    Attributes:
        due: its first such firing, UTC.
        firings: how many there are.
    """

    job: str
    due: pd.Timestamp
    firings: int


@dataclass(frozen=True, slots=True)
class FailingJob:
    """A job whose last run failed for good.

    Attributes:
        failures: firings in a row that came to nothing, the last one included.
        since: when the first of them was due, UTC.
    """

    job: str
    failures: int
    since: pd.Timestamp
    error: str


def late(moment: Moment) -> Iterator[LateJob]:
    """Jobs that are neither paused nor running, and behind their schedule by their grace."""
    for job in moment.schedule.jobs:
        if job.name in moment.paused or moment.history.running(job.name):
            continue
        due = [one for one in unanswered(job, moment) if one > moment.since[job.name]]
        if due and moment.now - due[0] > job.grace + _A_LOOK:
            yield LateJob(job.name, due[0], len(due))


def failing(schedule: Schedule, history: History, *, told: bool = True) -> Iterator[FailingJob]:
    """Jobs whose last firing failed with no retry left, the newest run by hand included.

    Args:
        told: only jobs of which somebody wants to be told.
    """
    for job in schedule.jobs:
        if told and not job.tell:
            continue
        bad: list[JobRun] = []
        for run in reversed(_last_attempts(history.runs(job.name))):
            if run.outcome == "done":
                break
            bad.append(run)
        if bad and not _goes_on(history, job.name, bad[0], job.retries):
            newest = bad[0]
            yield FailingJob(job.name, len(bad), bad[-1].scheduled, newest.error)


def _last_attempts(runs: list[JobRun]) -> list[JobRun]:
    """The last attempt at each firing that came to an end, by scheduled time."""
    ended = ("done", "failed", "interrupted")
    last = {run.scheduled: run for run in runs if run.outcome in ended}
    return [last[scheduled] for scheduled in sorted(last)]


def _goes_on(history: History, job: str, run: JobRun, retries: int) -> bool:
    """Whether a firing is still being tried."""
    if run.attempt == BY_HAND:
        return False
    tried = [one for one in history.attempts(run) if one.outcome == "failed"]
    running = history.running(job)
    return run.outcome == "failed" and (
        len(tried) <= retries or (running is not None and running.scheduled == run.scheduled)
    )
