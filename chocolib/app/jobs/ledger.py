"""The history of the jobs in the store, and as much of it in memory as decisions need."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from chocolib.core.jobs.history import History
from chocolib.core.jobs.runs import OWN, JobRun, from_frame, to_frame
from chocolib.core.ports import Store
from chocolib.core.time import DAY, Window
from chocolib.store.sqlite import SqliteStore

_NAME = "job_runs"
#: How far back the first look goes, and how far each later one.
_FIRST, _LATER, _STEP = 3 * DAY, DAY, 30 * DAY
#: So many of the newest runs of a job are held in memory.
_HELD = 50


class Ledger:
    """All runs of all jobs; each is one row, written when it begins and when it ends.

    Args:
        store: where `job_runs` are.
        keep: how long they are kept.
    """

    def __init__(self, store: Store, *, keep: pd.Timedelta) -> None:
        self._store, self._keep = store, keep
        self._held: dict[str, dict[object, JobRun]] = {}
        self._looked: set[str] = set()
        self._revision = -1

    def history(self, jobs: Iterable[str], *, now: pd.Timestamp) -> History:
        """What is known of some jobs, other processes' runs included.

        Raises:
            DataError: the store cannot be read.
        """
        revision = self._store.revision(_NAME)
        if revision != self._revision:
            first = self._revision < 0
            self._look(Window(now - (_FIRST if first else _LATER), now + DAY))
            self._revision = revision
        self._look_back(list(jobs), now)
        return History.of({job: list(runs.values()) for job, runs in self._held.items()})

    def write(self, runs: Iterable[JobRun], *, now: pd.Timestamp) -> None:
        """Keep runs as they are now, all of them or none.

        Raises:
            DataError: the store cannot be written.
        """
        listed = list(runs)
        if listed:
            self._store.write(_NAME, to_frame(listed), received_at=now)
            self._hold(listed)
            if self._store.revision(_NAME) == self._revision + 1:
                self._revision += 1  # nobody else wrote: there is nothing new to look at

    def all(
        self, *, job: str | None = None, since: pd.Timestamp, now: pd.Timestamp
    ) -> list[JobRun]:
        """Every run from a moment on, by scheduled time."""
        tags = {"job": job} if job else None
        rows = self._store.read(_NAME, Window(since, now + DAY), tags=tags)
        return list(from_frame(rows))

    def forget(self, *, now: pd.Timestamp) -> int:
        """Let go of runs older than they are kept; returns how many.

        Where the store is InfluxDB, its own retention does that.
        """
        if not isinstance(self._store, SqliteStore):
            return 0
        return self._store.forget(_NAME, before=now - self._keep)

    def _look(self, window: Window) -> None:
        self._hold(list(from_frame(self._store.read(_NAME, window))))

    def _look_back(self, jobs: list[str], now: pd.Timestamp) -> None:
        """Further back for jobs of which no own run was seen yet; once for each."""
        unseen = [name for name in jobs if name not in self._looked and not self._has_own(name)]
        self._looked |= set(jobs)
        end = now - _FIRST
        while unseen and end > now - self._keep:
            self._look(Window(end - _STEP, end))
            end -= _STEP
            unseen = [name for name in unseen if not self._has_own(name)]

    def _has_own(self, job: str) -> bool:
        return any(run.cause in OWN for run in self._held.get(job, {}).values())

    def _hold(self, runs: list[JobRun]) -> None:
        for run in runs:
            self._held.setdefault(run.job, {})[run.key] = run
        for job in {run.job for run in runs}:
            self._held[job] = _newest(self._held[job])


def _newest(runs: dict[object, JobRun]) -> dict[object, JobRun]:
    """The newest runs of a job, whatever goes on, and the last that had news."""
    ordered = sorted(runs.items(), key=lambda item: item[1].key)
    old, new = ordered[:-_HELD], ordered[-_HELD:]
    going = [item for item in old if item[1].outcome == "running"]
    news = [item for item in old if item[1].news][-1:]
    own = [item for item in old if item[1].cause in OWN][-1:]
    found = {**dict(own), **dict(news), **dict(going)}
    return dict(sorted(found.items(), key=lambda item: item[1].key)) | dict(new)
