"""The schedule of the jobs, as `jobs/schedule.toml` declares it. Immutable, validated.

Times are of Europe/Madrid; how cron and intervals go over clock changes: `firings`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Literal, get_args

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field

from chocolib.core.jobs.cron import read_cron
from chocolib.core.jobs.firings import CronTrigger, Every, Trigger
from chocolib.core.toml.faults import Contradiction, nearest
from chocolib.core.toml.lines import KeyPath
from chocolib.core.toml.parts import Part, Unit

CatchUp = Literal["once", "each", "skip"]
#: Until when a watch goes on: conditions that the worker can look up in the store.
Condition = Literal["prices_complete"]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
#: Who can be told of a failing job: "alerts" raises the alert that a job is failing.
Told = Literal["alerts"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_LENGTH = re.compile(r"([1-9]\d{0,4})(s|min|h|d)", re.ASCII)
_UNITS = {
    "s": pd.Timedelta(seconds=1),
    "min": pd.Timedelta(minutes=1),
    "h": pd.Timedelta(hours=1),
    "d": pd.Timedelta(days=1),
}
_SHORTEST_EVERY = pd.Timedelta(seconds=5)
_LONGEST_EVERY = pd.Timedelta(days=31)


def read_length(text: str) -> pd.Timedelta:
    """A length of time as people write it: 30s, 5min, 2h, 1d.

    Raises:
        ValueError: not one, or not from 5 s to 31 days.
    """
    match = _LENGTH.fullmatch(text.strip())
    length = int(match[1]) * _UNITS[match[2]] if match else None
    if length is None or not _SHORTEST_EVERY <= length <= _LONGEST_EVERY:
        raise ValueError(f"{text[:40]!r} is no length of time from 5s to 31d")
    return length


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text[:40]!r} cannot be the name of a job")
    return text


def _cron(text: str) -> str:
    return read_cron(text).text


def _every(text: str) -> str:
    read_length(text)
    return text.strip()


def _as_text(found: object) -> object:
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else found


JobName = Annotated[
    str, AfterValidator(_name), Unit("of small letters, digits and _, such as daily_report")
]
CronLine = Annotated[
    str, AfterValidator(_cron), Unit('of five fields (minute hour day month weekday): "5 * * * *"')
]
Length = Annotated[str, AfterValidator(_every), Unit('such as "5min", "2h" or "1d"')]
Text = Annotated[str, Field(max_length=200)]
Minutes = Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False), Unit("min")]
Megabytes = Annotated[int, Field(ge=256, le=65_536, strict=True), Unit("MB")]
Retries = Annotated[int, Field(ge=0, le=10, strict=True)]
#: A parameter of a notebook, as text: its own types are looked up when it runs.
Value = Annotated[str, BeforeValidator(_as_text), Field(max_length=200)]


class Watch(Part):
    """More firings, for as long as a condition does not hold."""

    cron: tuple[CronLine, ...] = Field(description="lines of cron")
    until: Condition = Field(description="the condition that ends it for the day")


class Job(Part):
    """One job: when it fires, what it runs, and what becomes of it when that does not go well."""

    name: JobName = Field(description="its name, as commands and the history use it")
    what: Text = Field(description="what it does, in a sentence")
    cron: tuple[CronLine, ...] = Field((), description="lines of cron, in Madrid time")
    every: Length | None = Field(None, description="fires at the multiples of this length")
    watch: Watch | None = None
    function: str | None = Field(None, description="the function it runs; or `report`")
    report: str | None = Field(None, description="the notebook it runs as a report")
    parameters: dict[str, Value] = Field({}, description="parameters of the notebook")
    timeout_min: Minutes = Field(10, description="a run that takes longer is ended")
    memory_mb: Megabytes = Field(4096, description="a run that wants more data fails")
    retries: Retries = Field(0, description="how often a failed run is tried again")
    retry_after_min: Minutes = Field(1, description="wait before the first retry, then doubled")
    grace_min: Minutes = Field(5, description="a firing that waits longer is late")
    catch_up: CatchUp = Field(
        "once", description="late firings: one run for all, each its own run, or none"
    )
    after: tuple[str, ...] = Field((), description="jobs whose news it follows at once")
    tell: tuple[Told, ...] = Field(("alerts",), description="who is told when it fails")

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        """When it fires by itself, whatever is known."""
        lines = tuple(CronTrigger(read_cron(line)) for line in self.cron)
        return (*lines, Every(read_length(self.every))) if self.every else lines

    @cached_property
    def watching(self) -> tuple[Trigger, ...]:
        """When it fires as long as its watch goes on."""
        lines = self.watch.cron if self.watch else ()
        return tuple(CronTrigger(read_cron(line)) for line in lines)

    @property
    def grace(self) -> pd.Timedelta:
        """How long a firing may wait."""
        return pd.Timedelta(minutes=self.grace_min)

    @property
    def timeout(self) -> pd.Timedelta:
        """How long a run may take."""
        return pd.Timedelta(minutes=self.timeout_min)

    def pause_after(self, attempt: int) -> pd.Timedelta:
        """How long to wait after a failed attempt, 1.. : doubled each time."""
        return pd.Timedelta(minutes=self.retry_after_min * 2 ** (attempt - 1))

    @property
    def when(self) -> str:
        """Its triggers in short, for lists."""
        until = f", {' + '.join(self.watch.cron)} until {self.watch.until}" if self.watch else ""
        own = [*self.cron, *([f"every {self.every}"] if self.every else [])]
        following = f", after {', '.join(self.after)}" if self.after else ""
        return (" + ".join(own) + until + following).removeprefix(", ")

    @property
    def runs(self) -> str:
        """What it runs, in short."""
        return self.function or f"report {self.report}"


class Schedule(Part):
    """All jobs, and what they share."""

    at_once: Annotated[int, Field(ge=1, le=16, strict=True)] = Field(
        2, description="runs at the same time, at most"
    )
    keep_days: Annotated[int, Field(ge=1, le=3650, strict=True), Unit("days")] = Field(
        90, description="how long the history and the logs of runs are kept"
    )
    jobs: tuple[Job, ...]

    def job(self, name: str) -> Job | None:
        """The job called `name`, or None."""
        return next((job for job in self.jobs if job.name == name), None)


def contradictions(jobs: Mapping[int, Job], names: Sequence[str]) -> Iterator[Contradiction]:
    """Values that are each possible, but not together.

    Args:
        jobs: those that are right in themselves, by their place in the file.
        names: of all jobs of the file, by place.
    """
    for number, job in jobs.items():
        here = ("jobs", number)
        if job.name in names[:number]:
            yield Contradiction((*here, "name"), "another job has this name", "a name of its own")
        if not (job.cron or job.every or job.watch or job.after):
            yield Contradiction(here, "it never fires", "a job with cron, every or after")
        if (job.function is None) == (job.report is None):
            found = "both" if job.function else "neither"
            yield Contradiction(here, f"it has {found}", "a job with a function or a report")
        if job.parameters and job.report is None:
            yield Contradiction((*here, "parameters"), "a function has none", "only for a report")
        yield from _strangers(here, job, [name for name in names if name != job.name])
    yield from _circles(jobs)


def _strangers(here: KeyPath, job: Job, others: Sequence[str]) -> Iterator[Contradiction]:
    """Names of jobs to follow that are no other job."""
    for place, name in enumerate(job.after):
        if name not in others:
            found, wanted = f"{name[:40]!r} is no other job", f"one of {', '.join(others)}"
            meant = nearest(name, list(others))
            yield Contradiction((*here, "after", place), found, wanted, meant)


def _circles(jobs: Mapping[int, Job]) -> Iterator[Contradiction]:
    """Jobs that follow themselves by way of others."""
    follows = {job.name: set(job.after) - {job.name} for job in jobs.values()}
    for number, job in jobs.items():
        if job.name in before(job.name, follows):
            path = ("jobs", number, "after")
            yield Contradiction(path, "it follows itself in a circle", "a job before it")


def before(name: str, follows: Mapping[str, Collection[str]]) -> set[str]:
    """All jobs that one follows, directly or by way of others."""
    reached, waiting = set[str](), list(follows[name])
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += follows.get(one, ())
    return reached
