"""Reading a schedule: every fault at once, each with its line and what may stand there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from chocolib.core.errors import DataError, ScheduleFaults
from chocolib.core.jobs.firings import next_firing
from chocolib.core.jobs.spec import Job, Schedule, contradictions
from chocolib.core.toml.faults import Contradiction, Fault, nearest, shown
from chocolib.core.toml.lines import KeyPath, lines
from chocolib.core.toml.reading import document_of, errors_of, fault_of, line_of, text_of

_WHAT = "a schedule"
#: Whether a line of cron ever fires does not depend on the day it is asked on.
_ANY_DAY = pd.Timestamp("2026-01-01T00:00Z")

#: The parameters of each notebook that can be a report, or why it cannot, by name.
Reports = Mapping[str, Collection[str] | str]


def read_schedule(path: Path, *, functions: Collection[str], reports: Reports) -> Schedule:
    """The schedule of a TOML file.

    Args:
        functions: names of what a job can run.
        reports: notebooks that a job can run.

    Raises:
        ScheduleFaults: values that cannot be or contradict each other; has all of them.
        DataError: unreadable, or not TOML.
    """
    text = text_of(path, what=_WHAT)
    document = document_of(text, path, what=_WHAT)
    try:
        found = list(_faults(document, text, functions, reports))
    except RecursionError:
        raise DataError("is not a schedule: it is nested too deep", path=str(path)) from None
    if found:
        raise ScheduleFaults(tuple(sorted(found, key=lambda f: f.line)), path=str(path))
    return Schedule.model_validate(document)


def _faults(
    document: dict[str, Any], text: str, functions: Collection[str], reports: Reports
) -> Iterator[Fault]:
    """Faults of single values, then those between the values that are right."""
    where = lines(text)
    errors = errors_of(Schedule, document)
    for error in errors:
        yield fault_of(Schedule, error, document, where)
    jobs, names = _right(document, {error.path[:2] for error in errors})
    for found in (*contradictions(jobs, names), *_unknown(jobs, functions, reports)):
        line, place = line_of(found.path, where), shown(found.path, document)
        yield Fault(line, place, "", found.found, found.wanted, found.hint)


def _right(document: dict[str, Any], wrong: set[KeyPath]) -> tuple[dict[int, Job], list[str]]:
    """The jobs that are right in themselves by their place, and the names of all."""
    tables = document.get("jobs")
    tables = tables if isinstance(tables, list) else []
    names = [str(one.get("name", "")) if isinstance(one, dict) else "" for one in tables]
    good = {n: one for n, one in enumerate(tables) if ("jobs", n) not in wrong}
    return {n: Job.model_validate(one) for n, one in good.items()}, names


def _unknown(
    jobs: Mapping[int, Job], functions: Collection[str], reports: Reports
) -> Iterator[Contradiction]:
    """What the jobs name and nobody has, and lines of cron for days that never come."""
    for number, job in jobs.items():
        here = ("jobs", number)
        if job.function is not None and job.function not in functions:
            yield _no_such((*here, "function"), job.function, functions)
        if job.report is not None:
            yield from _report(here, job, reports)
        fires = job.triggers or job.watching
        if fires and next_firing((*job.triggers, *job.watching), _ANY_DAY) is None:
            yield Contradiction((*here, "cron"), "no such day ever comes", "a day that exists")


def _report(here: tuple[str | int, ...], job: Job, reports: Reports) -> Iterator[Contradiction]:
    name = job.report or ""
    taken = reports.get(name)
    if taken is None:
        yield _no_such((*here, "report"), name, reports)
    elif isinstance(taken, str):
        yield Contradiction((*here, "report"), f"{name}: {taken}", "a notebook that is a report")
    else:
        for given in job.parameters:
            if given not in taken:
                yield _no_such((*here, "parameters", given), given, taken)


def _no_such(path: tuple[str | int, ...], name: str, known: Collection[str]) -> Contradiction:
    names = sorted(known)
    wanted = f"one of {', '.join(names)}" if names else "left out: there is none"
    return Contradiction(path, f"no such name: {name[:40]!r}", wanted, nearest(name, names))
