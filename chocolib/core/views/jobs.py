"""The jobs as a page or a notebook shows them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job beside its last run; UTC times, None where there is none.

    Attributes:
        outcome: of the last run, "done", "failed", "interrupted", "stopped" or "running";
            None: it never ran.
        error: why the last run did not go well, without keys or folders.
    """

    name: str
    paused: bool
    next: pd.Timestamp | None
    outcome: str | None = None
    began: pd.Timestamp | None = None
    duration_s: float | None = None
    error: str = ""
