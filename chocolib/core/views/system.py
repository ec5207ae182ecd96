"""What the "system" page shows; for those who run the house."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.core.gaps import Status
from chocolib.core.views.jobs import JobLine
from chocolib.core.views.view import View


@dataclass(frozen=True, slots=True)
class Feed:
    """One source of one measurement, by its runs of the last days.

    Attributes:
        began: when its last run began, UTC.
        rows_new, rows_refused: of that run.
        error: why that run failed, cleaned of keys and paths; "" where it did not.
        runs, failures: how many in the last `RUN_DAYS` days.
    """

    measurement: str
    feed: str
    began: pd.Timestamp
    rows_new: int
    rows_refused: int
    error: str
    runs: int
    failures: int


@dataclass(frozen=True, slots=True)
class Series:
    """How fresh and how whole an observed measurement of the site is.

    Attributes:
        until: end of the newest step, UTC; `None` without data.
        lag: how much of what is published is missing at the end.
        missing: steps before its end that lack in the last `GAP_DAYS` days; not_available: those
            of them that a source was asked for and did not have.
        held: refused rows that wait for a person.
        rows, first: how many rows there are, and the first of them, UTC.
    """

    measurement: str
    status: Status
    until: pd.Timestamp | None
    lag: pd.Timedelta
    missing: int
    not_available: int
    held: int
    rows: int
    first: pd.Timestamp | None


@dataclass(frozen=True, slots=True)
class Check:
    """A finding of the doctor: what, its status, and the command or setting that mends it."""

    what: str
    status: str
    do: str


@dataclass(frozen=True, slots=True)
class SystemView(View):
    """Everything on the "system" page.

    Attributes:
        series: observed measurements in the order of the schema.
        feeds: sources that were asked in the last days, the newest run first.
        traces: when each step of the daily round last left something, UTC: "ingest",
            "forecast", "plan", "report"; `None` where there is nothing.
        kind: "sqlite" or "influxdb".
        size_bytes: of the store's file; `None` where there is no file.
        revision: grows with every change of the store.
        rows_kept: rows by measurement that is not observed: forecasts, plans and so on.
        checks: the doctor's findings, without the network.
        jobs: beside their last runs; jobs_wrong: why they cannot be told, in `lang`.
        chocolib, python: versions.
    """

    series: tuple[Series, ...]
    feeds: tuple[Feed, ...]
    traces: dict[str, pd.Timestamp | None]
    kind: str
    revision: int
    chocolib: str
    python: str
    size_bytes: int | None = None
    rows_kept: tuple[tuple[str, int], ...] = ()
    checks: tuple[Check, ...] = ()
    jobs: tuple[JobLine, ...] = ()
    jobs_wrong: str = ""


#: Days of runs and of gaps that the page looks back.
RUN_DAYS, GAP_DAYS = 7, 30
