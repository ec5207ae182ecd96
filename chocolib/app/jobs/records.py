"""What is written of a run when it begins, is passed over, and ends."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.running import Result, Runner
from chocolib.app.logs import scheduler as log
from chocolib.core.jobs.decide import Skip, Start
from chocolib.core.jobs.runs import JobRun
from chocolib.core.time import iso


def settled(run: JobRun, result: Result, now: pd.Timestamp) -> JobRun:
    """A run with what became of it by `now`, UTC."""
    lasted = (now - run.started).total_seconds()
    return replace(
        run,
        outcome=result.outcome,
        duration_s=max(0.0, lasted) if result.duration_s is None else result.duration_s,
        memory_mb=result.memory_mb,
        rows=result.rows,
        news=result.news,
        artefacts=result.artefacts,
        error=result.error,
        log_tail=result.log_tail,
    )


def settle_left(run: JobRun, *, runner: Runner, ledger: Ledger, now: pd.Timestamp) -> JobRun:
    """Keep what a run has left behind that nobody watches any more; its job is claimed.

    Raises:
        DataError: the record cannot be written.
    """
    done = settled(run, runner.left(run), now)
    ledger.write([done], now=now)
    log_end(done)
    return done


def begun(start: Start, now: pd.Timestamp) -> JobRun:
    """A run that begins at `now`, UTC."""
    return JobRun(
        job=start.job.name,
        scheduled=start.scheduled,
        attempt=start.attempt,
        cause=start.cause,
        outcome="running",
        started=now,
        firings=start.firings,
    )


def skipped(skip: Skip, now: pd.Timestamp) -> JobRun:
    """The row of firings that are passed over at `now`, UTC."""
    return JobRun(
        job=skip.job.name,
        scheduled=skip.scheduled,
        attempt=1,
        cause="schedule",
        outcome="skipped",
        started=now,
        firings=skip.firings,
        duration_s=0.0,
        error=skip.why,
    )


def said(run: JobRun) -> dict[str, object]:
    """What the log says of a run."""
    return {
        "job": run.job,
        "scheduled": iso(run.scheduled),
        "attempt": run.attempt,
        "cause": run.cause,
        "firings": run.firings,
        "why": run.error,
    }


def log_end(run: JobRun) -> None:
    """Log how a run ended."""
    level = 20 if run.outcome == "done" else 30
    facts = said(run) | {"outcome": run.outcome, "duration_s": run.duration_s, "rows": run.rows}
    log.log(level, "run ended", extra=facts)
