"""Inside the process of a run: its limits, its end with the worker's, and its own account."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import IO, Any

import pandas as pd

from chocolib.app.jobs.place import write_json
from chocolib.app.jobs.running import TIDY_S, Result, told
from chocolib.app.jobs.task import Done, Function, Task
from chocolib.core.errors import ChocolibError
from chocolib.core.jobs.spec import Job

_MB = 2**20
#: How often a run looks whether it is asked to end, s.
_A_LOOK_S = 0.25
#: ru_maxrss is in kilobytes, on macOS in bytes.
_MAXRSS_MB = 2**20 if sys.platform == "darwin" else 2**10


def execute(
    facts: Mapping[str, Any], functions: Mapping[str, Function], *, as_page: Callable[..., str]
) -> Result:
    """Run what was handed over, and leave the account of it.

    Args:
        facts: as `running.Processes.start` hands them over.
        functions: by name; a report needs none.
        as_page: see `app.reports.run_report`.

    Raises:
        DataError: the account cannot be written.
    """
    began = perf_counter()
    obey(Path(facts["stop"]))
    job = Job.model_validate_json(json.dumps(facts["job"]))
    resource.setrlimit(resource.RLIMIT_DATA, (job.memory_mb * _MB, job.memory_mb * _MB))
    task = Task(
        job=job,
        scheduled=pd.Timestamp(facts["scheduled"]),
        as_of=facts.get("as_of"),
        parameters=job.parameters | facts.get("parameters", {}),
        as_page=as_page,
    )
    function = functions["report" if job.function is None else job.function]
    found = _tried(function, task)
    done = replace(found, duration_s=round(perf_counter() - began, 3), memory_mb=_peak_mb())
    write_json(Path(facts["result"]), told(done))
    return done


def _tried(function: Function, task: Task) -> Result:
    """What became of the function; our own errors and a lack of memory in a line."""
    try:
        done: Done = function(task)
    except ChocolibError as error:
        return Result("failed", error=error.message)
    except MemoryError:
        return Result("failed", error=f"it wanted more memory than {task.job.memory_mb} MB")
    return Result("done", done.rows, done.news, done.artefacts)


def follow_parent(given: IO[str]) -> None:
    """End this process and its group when the one that began it is gone."""

    def until_the_end() -> None:
        with contextlib.suppress(OSError, ValueError):
            given.read()
        os.killpg(os.getpgid(0), signal.SIGKILL)

    _beside(until_the_end)


def obey(request: Path) -> None:
    """End this process and its group when the file of a request appears.

    A run that ends itself needs no other process to know its number, which may be another's by
    then, and is reached from other containers too.
    """

    def when_asked() -> None:
        while not request.exists():
            sleep(_A_LOOK_S)
        os.killpg(os.getpgid(0), signal.SIGTERM)
        sleep(TIDY_S)
        os.killpg(os.getpgid(0), signal.SIGKILL)

    _beside(when_asked)


def _beside(work: Callable[[], None]) -> None:
    """Do something in a thread, where the group is our own: nobody else's may be ended."""
    if os.getpgid(0) == os.getpid():
        Thread(target=work, daemon=True).start()


def _peak_mb() -> float:
    """The most memory that this process or one of its children held."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(max(usage.ru_maxrss for usage in both) / _MAXRSS_MB, 1)
