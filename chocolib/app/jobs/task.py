"""What a job's function is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from chocolib.core.jobs.spec import Job


@dataclass(frozen=True, slots=True)
class Task:
    """One run, as its function sees it.

    Attributes:
        scheduled: the firing it answers, UTC.
        as_of: the moment to stand at, as a person or the catch-up gave it; None: now.
        parameters: of a notebook.
        as_page: see `app.reports.run_report`.
    """

    job: Job
    scheduled: pd.Timestamp
    as_of: str | None
    parameters: Mapping[str, str]
    as_page: Callable[..., str]


@dataclass(frozen=True, slots=True)
class Done:
    """What a run brought.

    Attributes:
        rows: how many rows it wrote; None where it writes none.
        news: whether jobs that follow it have something new to see.
        artefacts: files or versions it made.
    """

    rows: int | None = None
    news: bool = False
    artefacts: tuple[str, ...] = ()


Function = Callable[[Task], Done]
