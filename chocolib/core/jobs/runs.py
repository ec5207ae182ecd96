"""One run of a job, and the rows of `job_runs` that runs are kept as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from chocolib.core.time import as_utc, iso

#: A run that a person ends is stopped and not tried again; what ends with its worker is
#: interrupted and repeated.
Outcome = Literal["running", "done", "failed", "interrupted", "stopped", "skipped"]
#: Why it ran: at its time, late, because of the news of another job, or by a person.
Cause = Literal["schedule", "catch-up", "news", "hand"]
#: Runs that a firing of the job's own asked for.
OWN: tuple[Cause, ...] = ("schedule", "catch-up")
#: The attempt of a run that a person asked for; the schedule's begin with 1.
BY_HAND = 0


@dataclass(frozen=True, slots=True)
class JobRun:
    """One attempt, named by job, scheduled time and attempt.

    Attributes:
        scheduled: the firing it answers, UTC; of several at once, the last.
        attempt: from 1; 0 for a run by hand.
        firings: how many firings it answers.
        started: when it began, or was passed over, UTC.
        duration_s: None while it goes on.
        memory_mb: the most that any of its processes held, None where nobody knows.
        rows: rows it wrote; news: whether jobs that follow it have something new to see.
        artefacts: what it made, file names or names of versions.
        log_tail: the last lines of a run that did not go well.
    """

    job: str
    scheduled: pd.Timestamp
    attempt: int
    cause: Cause
    outcome: Outcome
    started: pd.Timestamp
    firings: int = 1
    duration_s: float | None = None
    memory_mb: float | None = None
    rows: int | None = None
    news: bool = False
    artefacts: tuple[str, ...] = ()
    error: str = ""
    log_tail: str = ""

    @property
    def ended(self) -> pd.Timestamp | None:
        """When it ended, UTC, to the second; None while it goes on."""
        if self.duration_s is None:
            return None
        return self.started + pd.Timedelta(seconds=self.duration_s).ceil("s")

    @property
    def key(self) -> tuple[pd.Timestamp, str, int]:
        """What makes it unique."""
        return self.scheduled, self.job, self.attempt

    @property
    def stem(self) -> str:
        """Its name among files: prices-20261121T191500Z-1."""
        return f"{self.job}-{self.scheduled:%Y%m%dT%H%M%SZ}-{self.attempt}"

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib jobs history --json`."""
        ended = self.ended
        return {
            "job": self.job,
            "scheduled": iso(self.scheduled),
            "attempt": self.attempt,
            "cause": self.cause,
            "firings": self.firings,
            "outcome": self.outcome,
            "started": iso(self.started),
            "ended": iso(ended) if ended is not None else None,
            "duration_s": self.duration_s,
            "memory_mb": self.memory_mb,
            "rows": self.rows,
            "news": self.news,
            "artefacts": list(self.artefacts),
            "error": self.error or None,
            "log_tail": self.log_tail or None,
        }


def to_frame(runs: Iterable[JobRun]) -> pd.DataFrame:
    """Runs as rows of `job_runs`, by scheduled time (UTC).

    A run is known from when it began, what became of it from when it ended.
    """
    listed = list(runs)
    rows = [
        {
            "job": run.job,
            "attempt": run.attempt,
            "cause": run.cause,
            "outcome": run.outcome,
            "started": iso(run.started),
            "firings": run.firings,
            "duration_s": run.duration_s,
            "memory_mb": run.memory_mb,
            "rows": run.rows,
            "news": int(run.news),
            "artefacts": "\n".join(run.artefacts),
            "error": run.error,
            "log_tail": run.log_tail,
            "source": "chocolib",
            "available_at": run.ended if run.ended is not None else run.started,
            "flag": "",
        }
        for run in listed
    ]
    index = pd.DatetimeIndex([run.scheduled for run in listed], name="time")
    return pd.DataFrame(rows, index=as_utc(index))


def from_frame(rows: pd.DataFrame) -> Iterator[JobRun]:
    """The runs of rows of `job_runs`, in their order."""
    for time, row in zip(pd.DatetimeIndex(rows.index), rows.to_dict("records"), strict=True):
        yield JobRun(
            job=row["job"],
            scheduled=pd.Timestamp(time),
            attempt=int(row["attempt"]),
            cause=row["cause"],
            outcome=row["outcome"],
            started=pd.Timestamp(row["started"]),
            firings=int(row["firings"]),
            duration_s=_number(row["duration_s"]),
            memory_mb=_number(row["memory_mb"]),
            rows=None if pd.isna(row["rows"]) else int(row["rows"]),
            news=bool(row["news"]),
            artefacts=tuple(part for part in _text(row["artefacts"]).split("\n") if part),
            error=_text(row["error"]),
            log_tail=_text(row["log_tail"]),
        )


def _number(found: Any) -> float | None:
    return None if pd.isna(found) else float(found)


def _text(found: Any) -> str:
    return "" if pd.isna(found) else str(found)
