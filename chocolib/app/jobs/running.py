"""A run as a process of its own: its own group, limits, log file, and an end in any case.

The worker hands over what to do on the child's standard input and keeps that open: when the
worker is gone, however it went, the input ends and the run with it. The lock of the job goes to
the child too, so whoever finds it free knows that no part of the run is left.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from threading import Thread
from time import perf_counter
from typing import IO, Any, Protocol

from chocolib.app.jobs.place import Place, read_json
from chocolib.core.errors import DataError
from chocolib.core.jobs.runs import JobRun, Outcome
from chocolib.core.jobs.spec import Job
from chocolib.core.time import iso

#: How a run's process is begun.
COMMAND = (sys.executable, "-m", "chocolib", "jobs", "exec")
#: Seconds that a run has to tidy up after it was asked to end.
TIDY_S = 10
#: A run that was asked to end has this long to do so by itself, before it is ended from outside.
_OBEY_S = 2 * TIDY_S
#: Why a run that somebody asked to end is not done.
STOPPED = "it was stopped by hand"
_TAIL_BYTES, _TAIL_LINES = 4000, 20


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a run."""

    outcome: Outcome
    rows: int | None = None
    news: bool = False
    artefacts: tuple[str, ...] = ()
    error: str = ""
    log_tail: str = ""
    memory_mb: float | None = None
    duration_s: float | None = None


class Process(Protocol):
    """A run that goes on."""

    def ended(self) -> Result | None:
        """What became of it; None while it goes on."""
        ...

    def end(self) -> None:
        """Ask it to end, and make it."""
        ...


class Claim(Protocol):
    """The right to run a job, until it is released or the processes that have it are gone."""

    def begin(self, run: JobRun, given: Mapping[str, Any]) -> Process:
        """Begin a run of it.

        Raises:
            DataError: its process cannot be begun.
        """
        ...

    def release(self) -> None:
        """Let others run the job."""
        ...


class Runner(Protocol):
    """What runs jobs: processes, or a stand-in for tests."""

    def claim(self, job: Job) -> Claim | None:
        """The right to run a job; None where a run of it goes on somewhere."""
        ...

    def left(self, run: JobRun) -> Result:
        """What a run that nobody watches any more has left behind; its job is claimed."""
        ...


class Processes:
    """Runs as processes.

    Args:
        secrets: what must not stand in the history.
        command: how a run's process is begun.
    """

    def __init__(
        self, place: Place, *, secrets: Sequence[str] = (), command: Sequence[str] = COMMAND
    ) -> None:
        self._place, self._secrets, self._command = place, secrets, tuple(command)

    def claim(self, job: Job) -> _Claim | None:
        """The right to run a job; None where a run of it goes on somewhere."""
        lock = self._place.job_lock(job.name)
        return None if lock is None else _Claim(self, job, lock)

    def left(self, run: JobRun) -> Result:
        """What a run has left behind: its own account, or that it was interrupted or stopped."""
        found = self.account(run) or Result(
            "interrupted", error="the worker or the machine stopped", log_tail=self.tail(run)
        )
        return self.judged(run, found)

    def judged(self, run: JobRun, result: Result) -> Result:
        """A result as it counts: what somebody asked to end did not fail, unless it was done."""
        if result.outcome == "done" or not self.asked_to_stop(run):
            return result
        return replace(result, outcome="stopped", error=STOPPED)

    def asked_to_stop(self, run: JobRun) -> bool:
        """Whether somebody asked a run to end."""
        return self._place.stop(run).exists()

    def account(self, run: JobRun) -> Result | None:
        """What a run says of itself, or None where it did not come so far."""
        found = read_json(self._place.result(run))
        if not found:
            return None
        found["artefacts"] = tuple(found["artefacts"])
        tail = "" if found["outcome"] == "done" else self.tail(run)
        return Result(**{**found, "error": self._discreet(found["error"]), "log_tail": tail})

    def tail(self, run: JobRun) -> str:
        """The last lines of a run's log, without keys."""
        try:
            with self._place.log(run).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
                text = file.read().decode("utf-8", errors="replace")
        except OSError:
            return ""
        return self._discreet("\n".join(text.splitlines()[-_TAIL_LINES:]))

    def start(self, run: JobRun, job: Job, given: Mapping[str, Any], lock: IO[str]) -> _Child:
        """The process of a run, which has the lock as well.

        Raises:
            DataError: it cannot be begun.
        """
        facts = {
            "job": job.model_dump(),
            "scheduled": iso(run.scheduled),
            "attempt": run.attempt,
            "cause": run.cause,
            "result": str(self._place.result(run)),
            "stop": str(self._place.stop(run)),
            **given,
        }
        try:
            self._place.runs.mkdir(parents=True, exist_ok=True)
            self._place.result(run).unlink(missing_ok=True)
            with self._place.log(run).open("wb") as log:
                child = subprocess.Popen(  # noqa: S603  # our own command
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=(lock.fileno(),),
                )
            return _Child(self, run, child, json.dumps(facts))
        except OSError as error:
            where = str(self._place.runs)
            raise DataError(f"the run cannot begin ({error.strerror})", path=where) from None

    def _discreet(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


class _Claim:
    def __init__(self, processes: Processes, job: Job, lock: IO[str]) -> None:
        self._processes, self._job, self._lock = processes, job, lock

    def begin(self, run: JobRun, given: Mapping[str, Any]) -> _Child:
        """Begin a run of the job."""
        return self._processes.start(run, self._job, given, self._lock)

    def release(self) -> None:
        """Let others run the job."""
        self._lock.close()


class _Child:
    """The process of a run."""

    def __init__(
        self, processes: Processes, run: JobRun, child: subprocess.Popen[bytes], facts: str
    ) -> None:
        self._processes, self._run, self._child = processes, run, child
        self._began = perf_counter()
        self._asked: float | None = None
        if child.stdin is not None:
            with suppress(BrokenPipeError):
                child.stdin.write(facts.encode() + b"\n")
                child.stdin.flush()

    def ended(self) -> Result | None:
        """What became of it; None while it goes on.

        One that does not obey when it is asked to stop is ended here.
        """
        if self._child.poll() is None and self._is_deaf():
            self.end()
        code = self._child.poll()
        if code is None:
            return None
        self._close()
        found = self._processes.account(self._run) or self._without_account(code)
        lasted = round(perf_counter() - self._began, 3)
        return self._processes.judged(self._run, replace(found, duration_s=lasted))

    def _without_account(self, code: int) -> Result:
        """It ended before it could say what became of it."""
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        tail = self._processes.tail(self._run)
        return Result("failed", error=f"its process ended with {how}", log_tail=tail)

    def _is_deaf(self) -> bool:
        """Whether it goes on long after we saw that somebody asked it to end."""
        if self._asked is None and self._processes.asked_to_stop(self._run):
            self._asked = perf_counter()
        return self._asked is not None and perf_counter() - self._asked > _OBEY_S

    def end(self) -> None:
        """Ask the whole group to end, wait a little, and make it."""
        for name, patience in ((signal.SIGTERM, TIDY_S), (signal.SIGKILL, TIDY_S)):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, name)
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(patience)
                break
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)  # what it left behind in its group
        self._close()

    def tell(self, then: Callable[[], None]) -> None:
        """Wait for its end, and say so."""
        self._child.wait()
        then()

    def _close(self) -> None:
        if self._child.stdin is not None:
            with suppress(BrokenPipeError):
                self._child.stdin.close()


def watch(child: Process, then: Callable[[], None]) -> None:
    """Call `then` when a process has ended, from a thread of its own."""
    if isinstance(child, _Child):
        Thread(target=child.tell, args=(then,), daemon=True).start()


def told(result: Result) -> dict[str, Any]:
    """A result as a run leaves it."""
    facts = asdict(result)
    facts.pop("log_tail")
    return facts | {"artefacts": list(result.artefacts)}
