"""The jobs, their runs and their next firings, as rows for lists and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.jobs.place import Place
from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError
from chocolib.core.jobs.decide import Moment
from chocolib.core.jobs.firings import firings, next_firing
from chocolib.core.jobs.history import History
from chocolib.core.jobs.runs import JobRun
from chocolib.core.jobs.spec import Job, Schedule
from chocolib.core.time import Window, iso


@dataclass(frozen=True, slots=True)
class Listed:
    """A job as a list shows it: UTC times, None where there is none."""

    job: Job
    paused: bool
    next: pd.Timestamp | None
    last: JobRun | None

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib jobs list --json`."""
        return {
            "job": self.job.name,
            "what": self.job.what,
            "when": self.job.when,
            "runs": self.job.runs,
            "paused": self.paused,
            "next": iso(self.next) if self.next is not None else None,
            "last": self.last.to_dict() if self.last else None,
        }


def listed(moment: Moment) -> Iterator[Listed]:
    """Every job of the schedule, in its order."""
    for job in moment.schedule.jobs:
        paused = job.name in moment.paused
        triggers = (*job.triggers, *job.watching)
        coming = next_firing(triggers, moment.now) if triggers and not paused else None
        yield Listed(job, paused, coming, newest(moment.history, job.name))


def newest(history: History, job: str) -> JobRun | None:
    """The run of a job that began last, firings that were skipped apart."""
    runs = [run for run in history.runs(job) if run.outcome != "skipped"]
    return max(runs, key=lambda run: (run.started, run.key), default=None)


def coming(schedule: Schedule, window: Window) -> list[dict[str, Any]]:
    """Every firing of a window in order: UTC time, job, and until when a watch goes on.

    What follows the news of another job has no time of its own and is not among them.
    """
    found = []
    for job in schedule.jobs:
        plain = set(firings(job.triggers, window))
        for time in firings((*job.triggers, *job.watching), window):
            until = None if time in plain or job.watch is None else job.watch.until
            found.append({"time": iso(time), "job": job.name, "runs": job.runs, "until": until})
    return sorted(found, key=lambda one: one["time"])


def log_of(settings: Settings, run: JobRun) -> str:
    """All that a run said.

    Raises:
        SettingsError: its log is gone.
    """
    path = Place.of(settings).log(run)
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        raise SettingsError(f"the log of {run.stem} is no longer there") from None
