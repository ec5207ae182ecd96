"""What the runs so far say of each job: how far it got, what goes on, what failed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from chocolib.core.jobs.runs import BY_HAND, OWN, JobRun


class History:
    """The newest runs of every job.

    Args:
        runs: in any order; of each job at least the newest own one, whatever is going on,
            and the newest that had news.
    """

    def __init__(self, runs: Iterable[JobRun] = ()) -> None:
        self._runs: dict[str, list[JobRun]] = {}
        for run in sorted(runs, key=lambda run: run.key):
            self._runs.setdefault(run.job, []).append(run)

    @classmethod
    def of(cls, runs: Mapping[str, list[JobRun]]) -> History:
        """The history of runs that are in order already, by job."""
        history = cls()
        history._runs = dict(runs)
        return history

    def runs(self, job: str) -> list[JobRun]:
        """All that is known of a job, by scheduled time and attempt."""
        return self._runs.get(job, [])

    def answered_until(self, job: str) -> pd.Timestamp | None:
        """The last firing of its own that has a row, UTC."""
        own = (run.scheduled for run in self.runs(job) if run.cause in OWN)
        return max(own, default=None)

    def running(self, job: str) -> JobRun | None:
        """The run that goes on now, or None."""
        return next((run for run in self.runs(job) if run.outcome == "running"), None)

    @property
    def all_running(self) -> list[JobRun]:
        """Every run that goes on now."""
        return [run for job in self._runs if (run := self.running(job)) is not None]

    def last(self, job: str) -> JobRun | None:
        """The run that began last, by the schedule and not by hand."""
        began = [
            run for run in self.runs(job) if run.attempt != BY_HAND and run.outcome != "skipped"
        ]
        return max(began, key=lambda run: (run.started, run.key), default=None)

    def last_start(self, job: str) -> pd.Timestamp | None:
        """When a run of it began last, by whatever cause, UTC."""
        starts = (run.started for run in self.runs(job) if run.outcome != "skipped")
        return max(starts, default=None)

    def news(self, job: str) -> JobRun | None:
        """The last run that ended with news for those that follow."""
        told = [run for run in self.runs(job) if run.news and run.outcome == "done"]
        return max(told, key=lambda run: run.ended or run.started, default=None)

    def attempts(self, run: JobRun) -> list[JobRun]:
        """All attempts at the firing that a run answers."""
        runs = (one for one in self.runs(run.job) if one.scheduled == run.scheduled)
        return [one for one in runs if one.attempt != BY_HAND]
