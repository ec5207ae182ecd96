"""Where the jobs keep their files, in the folder `jobs` of the home, and the locks among them.

```
jobs/worker.lock       held by the worker; says who
jobs/heartbeat.json    when the worker was last awake, and what troubles it
jobs/state.json        paused jobs, and since when each job is answered for
jobs/waker.sqlite      APScheduler's own
jobs/locks/NAME.lock   held by whoever runs the job, and by the run itself
jobs/runs/NAME-TIME-ATTEMPT.log, .json   what a run said, and what became of it
jobs/runs/NAME-TIME-ATTEMPT.stop         somebody asks the run to end
```

Locks are the operating system's: they end with the processes that hold them, so none is ever
stale. Whatever text a lock file has only says who held it last.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import portalocker

from chocolib.app.settings import Settings
from chocolib.core.errors import DataError
from chocolib.core.jobs.runs import JobRun
from chocolib.store.durable import replace

_AT_ONCE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of the jobs."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> Place:
        """The folder of a home."""
        return cls(settings.home / "jobs")

    @property
    def waker(self) -> Path:
        """APScheduler's job store."""
        return self.folder / "waker.sqlite"

    @property
    def state(self) -> Path:
        """Pauses, and since when each job is answered for."""
        return self.folder / "state.json"

    @property
    def runs(self) -> Path:
        """What the runs leave."""
        return self.folder / "runs"

    def log(self, run: JobRun) -> Path:
        """What a run said."""
        return self.runs / f"{run.stem}.log"

    def result(self, run: JobRun) -> Path:
        """What became of a run, by its own account."""
        return self.runs / f"{run.stem}.json"

    def stop(self, run: JobRun) -> Path:
        """Is there when a run is asked to end."""
        return self.runs / f"{run.stem}.stop"

    def worker_lock(self) -> IO[str] | None:
        """The lock of the one worker, or None where another process holds it."""
        return _locked(self.folder / "worker.lock")

    def job_lock(self, job: str) -> IO[str] | None:
        """The lock of a job, or None where a run of it goes on somewhere."""
        return _locked(self.folder / "locks" / f"{job}.lock")

    def holder(self) -> dict[str, Any]:
        """What the worker that took the lock last said of itself; empty without one."""
        return read_json(self.folder / "worker.lock")

    def heartbeat(self) -> dict[str, Any]:
        """The last sign of life of a worker; empty where there never was one."""
        return read_json(self.folder / "heartbeat.json")

    def beat(self, facts: dict[str, Any]) -> None:
        """Leave a sign of life.

        Raises:
            DataError: it cannot be written.
        """
        write_json(self.folder / "heartbeat.json", facts)


def read_json(path: Path) -> dict[str, Any]:
    """A small JSON object; empty where there is none, or it is damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, facts: dict[str, Any]) -> None:
    """Replace a small JSON object, in one step.

    Raises:
        DataError: it cannot be written.
    """
    replace(path, json.dumps(facts, indent=1, allow_nan=False).encode())


def _locked(path: Path) -> IO[str] | None:
    """An open file that holds its lock until it is closed, here and in every child it goes to."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise DataError(f"cannot be locked ({error.strerror})", path=str(path)) from None
    try:
        portalocker.lock(file, _AT_ONCE)
    except portalocker.LockException:
        file.close()
        return None
    return file
