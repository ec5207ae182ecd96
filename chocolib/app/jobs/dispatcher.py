"""The worker's work, one waking at a time: settle what ended, decide, record, begin.

What is to be run stands in the ledger before its process begins, and what became of it is
written there when it has ended. Whatever stops the worker in between leaves a row that says
"running" and a lock that is free: the next worker settles it by what the run left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import RLock

import pandas as pd

from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.records import begun, log_end, said, settle_left, settled, skipped
from chocolib.app.jobs.running import Claim, Process, Result, Runner
from chocolib.app.jobs.state import State, changing
from chocolib.app.logs import scheduler as log
from chocolib.core.errors import ChocolibError
from chocolib.core.jobs.decide import Decision, Holds, Moment, decide
from chocolib.core.jobs.history import History
from chocolib.core.jobs.runs import JobRun
from chocolib.core.jobs.spec import Job, Schedule
from chocolib.core.time import DAY, iso

#: The edge's clock, UTC.
Clock = Callable[[], pd.Timestamp]


@dataclass(frozen=True, slots=True)
class Going:
    """A run of ours that goes on."""

    run: JobRun
    job: Job
    claim: Claim
    process: Process

    @property
    def deadline(self) -> pd.Timestamp:
        """When it has had its time, UTC."""
        return self.run.started + self.job.timeout


class Dispatcher:
    """Begins the runs that are due and keeps the record of them.

    Args:
        schedule: as it is now; `take` gives it another one.
        has_room: whether there is room enough on the disk to begin anything.
        watch: is told of every process that begins.
        let_go: lets go of other old records at a moment, once a day; returns how many.
    """

    def __init__(
        self,
        schedule: Schedule,
        *,
        place: Place,
        ledger: Ledger,
        runner: Runner,
        clock: Clock,
        holds: Holds,
        has_room: Callable[[], bool] = lambda: True,
        watch: Callable[[Process], None] = lambda _: None,
        let_go: Callable[[pd.Timestamp], int] = lambda _: 0,
    ) -> None:
        self.schedule, self._place, self._ledger = schedule, place, ledger
        self._runner, self._clock, self._holds = runner, clock, holds
        self._has_room, self._watch, self._let_go = has_room, watch, let_go
        self._going: list[Going] = []
        self._ended: list[tuple[Going, Result]] = []
        self._tidied: pd.Timestamp | None = None
        self._one_at_a_time = RLock()
        self.waiting: tuple[str, ...] = ()

    @property
    def going(self) -> list[str]:
        """Names of the jobs that run now."""
        return [one.job.name for one in self._going]

    def take(self, schedule: Schedule) -> None:
        """Go on with another schedule; what runs is not touched."""
        with self._one_at_a_time:
            self.schedule = schedule

    def wake(self) -> pd.Timestamp | None:
        """Do what is to be done now; when to look again at the latest, UTC, if that is known.

        Raises:
            DataError: the store or the folder cannot be used; nothing that is not on record
                was begun, and the next waking goes on from there.
        """
        with self._one_at_a_time:
            now = self._clock()
            self._settle(now)
            self._settle_strangers(self._history(now), now)
            state = self._state(now)
            decision = self._decision(state, now) if self._has_room() else Decision()
            self._begin(decision, now)
            self._tidy(now)
            self.waiting = tuple(f"{one.job.name}: {one.why}" for one in decision.waiting)
            ends = [one.deadline for one in self._going]
            retries = [one.until for one in decision.waiting if one.until is not None]
            return min((*ends, *retries), default=None)

    def settle(self) -> bool:
        """Keep what became of runs that have ended; whether any goes on.

        Raises:
            DataError: the record cannot be written.
        """
        with self._one_at_a_time:
            self._settle(self._clock())
            return bool(self._going)

    def stop(self) -> None:
        """End every run and keep what became of it.

        Raises:
            DataError: the record cannot be written; the next worker will.
        """
        with self._one_at_a_time:
            now = self._clock()
            for one in self._going:
                if one.process.ended() is None:
                    one.process.end()
                    result = self._runner.left(one.run)
                    if result.outcome == "interrupted":
                        result = replace(result, error="the worker was stopped")
                    self._ended.append((one, result))
            self._going = [g for g in self._going if g not in [one for one, _ in self._ended]]
            self._settle(now)

    def _decision(self, state: State, now: pd.Timestamp) -> Decision:
        names = [job.name for job in self.schedule.jobs]
        oldest = now - self.schedule.keep_days * DAY
        return decide(
            Moment(
                schedule=self.schedule,
                history=self._history(now),
                now=now,
                since={name: max(state.since[name], oldest) for name in names},
                paused=state.paused.keys(),
                holds=self._holds,
            )
        )

    def _state(self, now: pd.Timestamp) -> State:
        with changing(self._place) as state:
            state.know([job.name for job in self.schedule.jobs], now)
            return state

    def _begin(self, decision: Decision, now: pd.Timestamp) -> None:
        """Record first, then begin; a job that is run elsewhere waits."""
        claims = [(start, self._runner.claim(start.job)) for start in decision.starts]
        runs = [(begun(start, now), start.job, claim) for start, claim in claims if claim]
        passed = [skipped(skip, now) for skip in decision.skips]
        try:
            self._ledger.write([*passed, *(run for run, _, _ in runs)], now=now)
        except ChocolibError:
            for _, _, claim in runs:
                claim.release()
            raise
        for run in passed:
            log.info("firings skipped", extra=said(run))
        for run, job, claim in runs:
            self._begin_one(run, job, claim)

    def _begin_one(self, run: JobRun, job: Job, claim: Claim) -> None:
        log.info("run begins", extra=said(run))
        stands_there = run.cause == "catch-up" and job.catch_up == "each"
        given = {"as_of": iso(run.scheduled)} if stands_there else {}
        try:
            process = claim.begin(run, given)
        except ChocolibError as error:
            nothing = _Nothing(Result("failed", error=error.message, duration_s=0.0))
            self._going.append(Going(run, job, claim, nothing))
            return
        self._going.append(Going(run, job, claim, process))
        self._watch(process)

    def _settle(self, now: pd.Timestamp) -> None:
        """Write what became of runs that ended, or have had their time."""
        for one in list(self._going):
            result = one.process.ended()
            if result is None and now >= one.deadline:
                one.process.end()
                after = f"it had not ended after {one.job.timeout_min:g} min"
                tail = self._runner.left(one.run).log_tail
                result = Result("failed", error=after, log_tail=tail)
            if result is not None:
                self._going.remove(one)
                self._ended.append((one, result))
        for one, result in list(self._ended):
            run = settled(one.run, result, now)
            self._ledger.write([run], now=now)
            one.claim.release()
            self._ended.remove((one, result))
            log_end(run)

    def _history(self, now: pd.Timestamp) -> History:
        return self._ledger.history([job.name for job in self.schedule.jobs], now=now)

    def _settle_strangers(self, history: History, now: pd.Timestamp) -> None:
        """Rows that say "running" where nobody runs: a worker or a person's run was cut off."""
        ours = {one.run.key for one in self._going}
        for run in history.all_running:
            job = self.schedule.job(run.job)
            if run.key in ours:
                continue
            claim = self._runner.claim(job or _gone(run))
            if claim is None:
                continue  # its processes are still there
            try:
                settle_left(run, runner=self._runner, ledger=self._ledger, now=now)
            finally:
                claim.release()

    def _tidy(self, now: pd.Timestamp) -> None:
        """Once a day let go of what is older than it is kept."""
        if self._tidied is not None and now - self._tidied < DAY:
            return
        self._tidied = now
        gone = self._ledger.forget(now=now)
        oldest = (now - self.schedule.keep_days * DAY).timestamp()
        for path in self._place.runs.glob("*.*"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
        log.info("history tidied", extra={"rows": gone + self._let_go(now)})


class _Nothing:
    """A process that never was."""

    def __init__(self, result: Result) -> None:
        self._result = result

    def ended(self) -> Result:
        """Why it never was."""
        return self._result

    def end(self) -> None:
        """Nothing to end."""


def _gone(run: JobRun) -> Job:
    """A job that is no longer in the schedule."""
    return Job(name=run.job, what="")
