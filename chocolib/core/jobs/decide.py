"""What to start, skip or wait for: a function of the schedule, the history and the time.

Nothing here knows processes or clocks, so months can be played through in seconds. Each
firing is answered once: by a run, by one that stands for several, or by a row that says why
there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from chocolib.core.jobs.firings import firings
from chocolib.core.jobs.history import History
from chocolib.core.jobs.runs import Cause, JobRun
from chocolib.core.jobs.spec import Condition, Job, Schedule
from chocolib.core.time import Window

#: A firing whose runs were interrupted so often is given up: it may be what stops them.
INTERRUPTIONS = 5
_SECOND = pd.Timedelta(seconds=1)

#: Whether a condition holds now.
Holds = Callable[[Condition], bool]


@dataclass(frozen=True, slots=True)
class Start:
    """A run to begin now; see `JobRun` for the attributes."""

    job: Job
    scheduled: pd.Timestamp
    attempt: int
    cause: Cause
    firings: int = 1


@dataclass(frozen=True, slots=True)
class Skip:
    """Firings that will not be run, up to and with `scheduled`, and why."""

    job: Job
    scheduled: pd.Timestamp
    firings: int
    why: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something due that cannot begin yet; `until`: when to look again, if that is known."""

    job: Job
    since: pd.Timestamp
    why: str
    until: pd.Timestamp | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a decision depends on.

    Attributes:
        now: UTC.
        since: by job, from when on its firings are answered for, UTC.
        paused: jobs that begin nothing.
        holds: looks a condition up; asked only when it matters.
    """

    schedule: Schedule
    history: History
    now: pd.Timestamp
    since: Mapping[str, pd.Timestamp]
    paused: Collection[str]
    holds: Holds


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows; `starts` are never more than there are places for."""

    starts: tuple[Start, ...] = ()
    skips: tuple[Skip, ...] = ()
    waiting: tuple[Waiting, ...] = ()


def decide(moment: Moment) -> Decision:
    """What is to be done at a moment."""
    free = moment.schedule.at_once - len(moment.history.all_running)
    wanted: list[Start] = []
    skips: list[Skip] = []
    waiting: list[Waiting] = []
    busy = {run.job for run in moment.history.all_running}
    for job in _parents_first(moment.schedule):
        for found in _of_job(job, moment, busy):
            if isinstance(found, Start):
                busy.add(job.name)
                wanted.append(found)
            elif isinstance(found, Skip):
                skips.append(found)
            else:
                waiting.append(found)
    wanted.sort(key=lambda start: start.scheduled)
    waiting += [Waiting(one.job, one.scheduled, "other jobs are running") for one in wanted[free:]]
    return Decision(tuple(wanted[: max(0, free)]), tuple(skips), tuple(waiting))


def _parents_first(schedule: Schedule) -> list[Job]:
    """The jobs, each after those that it follows."""
    placed: list[Job] = []
    left = list(schedule.jobs)
    while left:
        names = {job.name for job in left}
        ready = [job for job in left if not names & set(job.after)]
        placed += ready
        left = [job for job in left if job not in ready]
    return placed


def _of_job(job: Job, moment: Moment, busy: set[str]) -> Iterator[Start | Skip | Waiting]:
    """What one job needs; `busy` are jobs that run or begin in this decision."""
    if job.name in moment.paused:
        return
    open_ = unanswered(job, moment)
    too_old = [one for one in open_ if one <= moment.since[job.name]]
    if too_old:
        yield Skip(job, too_old[-1], len(too_old), "it was paused, or not in the schedule")
    due = open_[len(too_old) :]
    over, due = _watched(job, moment, due)
    if over:
        yield Skip(job, over[-1], len(over), "there is nothing left to watch for")
    if job.name in busy:
        if due:
            yield Waiting(job, due[0], "its run before is still going on")
        return
    yield from _next(job, moment, due, busy)


def _next(
    job: Job, moment: Moment, due: list[pd.Timestamp], busy: set[str]
) -> Iterator[Start | Skip | Waiting]:
    """A retry, a firing, or the news of another job: one of them."""
    again = _again(job, moment)
    if again is not None and (job.catch_up == "each" or not due):
        run, at = again
        if at > moment.now:
            yield Waiting(job, run.scheduled, "it failed and is tried again", at)
        else:
            yield Start(job, run.scheduled, run.attempt + 1, run.cause, run.firings)
        return
    parent = next((name for name in job.after if name in busy), None)
    if due and parent:
        yield Waiting(job, due[0], f"{parent} is running")
    elif due:
        yield from _policy(job, moment.now, due)
    elif not parent:
        yield from _news(job, moment)


def unanswered(job: Job, moment: Moment) -> list[pd.Timestamp]:
    """Firings up to now that no run or skip answers yet, UTC."""
    start = moment.history.answered_until(job.name)
    start = moment.since[job.name] if start is None else start
    if start >= moment.now:
        return []
    window = Window(start + _SECOND, moment.now + _SECOND)
    return firings((*job.triggers, *job.watching), window)


def _watched(
    job: Job, moment: Moment, due: list[pd.Timestamp]
) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
    """Firings of a watch that has ended, and all others.

    They are passed over only where nothing older waits, so that rows stay in order.
    """
    if not due or job.watch is None:
        return [], due
    plain = set(firings(job.triggers, Window(due[0], due[-1] + _SECOND)))
    if any(one in plain for one in due) or not moment.holds(job.watch.until):
        return [], due
    return due, []


def _policy(job: Job, now: pd.Timestamp, due: list[pd.Timestamp]) -> Iterator[Start | Skip]:
    """Late firings by the job's policy: each its own run, one run for all, or none."""
    in_time = [one for one in due if now - one <= job.grace]
    if job.catch_up == "each":
        yield Start(job, due[0], 1, "schedule" if due[0] in in_time else "catch-up")
    elif in_time:
        late = due[: len(due) - len(in_time)]
        if late and job.catch_up == "skip":
            yield _too_late(job, late)
            due = in_time
        yield Start(job, due[-1], 1, "schedule", len(due))
    elif job.catch_up == "once":
        yield Start(job, due[-1], 1, "catch-up", len(due))
    else:
        yield _too_late(job, due)


def _too_late(job: Job, late: list[pd.Timestamp]) -> Skip:
    minutes = job.grace / pd.Timedelta(minutes=1)
    return Skip(job, late[-1], len(late), f"more than {minutes:g} minutes late")


def _again(job: Job, moment: Moment) -> tuple[JobRun, pd.Timestamp] | None:
    """The run that is to be tried again, and when; None where there is none."""
    last = moment.history.last(job.name)
    if last is None or last.scheduled <= moment.since[job.name]:
        return None
    tried = moment.history.attempts(last)
    failures = sum(run.outcome == "failed" for run in tried)
    if last.outcome == "interrupted" and job.catch_up != "skip":
        again = len(tried) - failures < INTERRUPTIONS
        return (last, moment.now) if again else None
    if last.outcome == "failed" and failures <= job.retries:
        ended = last.ended or last.started
        return last, ended + job.pause_after(failures)
    return None


def _news(job: Job, moment: Moment) -> Iterator[Start]:
    """A run because another job brought something new since this one last began."""
    began = moment.history.last_start(job.name)
    for place, name in enumerate(job.after):
        run = moment.history.news(name)
        ended = run.ended if run else None
        if run is None or ended is None or ended <= moment.since[job.name]:
            continue
        if began is None or began < ended:
            scheduled = run.scheduled + timedelta(seconds=1 + place)
            yield Start(job, scheduled, 1, "news")
            return
