"""A record of every run of a source: what was asked, what came, what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any

import pandas as pd

from chocolib.app.logs import data_ingestion
from chocolib.core.errors import ChocolibError
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.time import Window, as_utc, iso

#: What stands in the place of the error of a run that has not ended, or was killed.
UNFINISHED = "it has not ended"
STOPPED = "it was stopped"


@dataclass(slots=True)
class Run:
    """One source asked for one window of one measurement, in one or more questions.

    Attributes:
        began: the edge's clock when it began, UTC.
        written: what became of its rows so far.
        origin: the file, where its rows came from one.
        error: what stopped it, or None.
    """

    measurement: str
    feed: str
    window: Window
    began: pd.Timestamp
    written: Written = field(default_factory=Written)
    origin: str = ""
    error: ChocolibError | None = None
    _timer: float = field(default_factory=perf_counter, repr=False)

    @property
    def duration_s(self) -> float:
        """Seconds since it began."""
        return perf_counter() - self._timer

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib ingest --json`."""
        return {
            "measurement": self.measurement,
            "source": self.feed,
            "since": iso(self.window.start),
            "until": iso(self.window.end),
            "read": self.written.read,
            **asdict(self.written),
            "origin": self.origin,
            "error": self.error.message if self.error else None,
        }


def begin_run(store: Store, run: Run) -> Run:
    """Give a run a second of its own and keep it, so that a killed one is on record too."""
    run.began = _free_second(store, run)
    note_run(store, run, error=UNFINISHED)
    return run


def keep_run(store: Store, run: Run, *, ended: bool = True) -> Run:
    """Write a run that is over to the store and to the log; returns it.

    Args:
        ended: whether it came to its end; one that was stopped is not called a success.
    """
    failed = run.error.message if run.error else ""
    note_run(store, run, error=failed if ended else failed or STOPPED)
    return log_run(run)


def note_run(store: Store, run: Run, *, error: str = UNFINISHED) -> None:
    """Write how far a run is to the store."""
    duration_s = round(run.duration_s, 3)
    row = {
        "measurement": run.measurement,
        "feed": run.feed,
        "window_start": iso(run.window.start),
        "window_end": iso(run.window.end),
        "rows_read": run.written.read,
        "rows_new": run.written.new,
        "rows_updated": run.written.updated,
        "rows_quarantined": run.written.quarantined,
        "duration_s": duration_s,
        "origin": run.origin,
        "error": error,
        "source": "chocolib",
        "available_at": run.began + pd.Timedelta(seconds=duration_s).ceil("s"),
        "flag": "",
    }
    frame = pd.DataFrame([row], index=as_utc(pd.DatetimeIndex([run.began], name="time")))
    store.write("ingest_runs", frame, received_at=run.began)


def log_run(run: Run) -> Run:
    """Write a run to the log; returns it."""
    said = {**run.to_dict(), "duration_s": round(run.duration_s, 3)}
    data_ingestion.log(30 if run.error else 20, "ingest run", extra=said)
    return run


def _free_second(store: Store, run: Run) -> pd.Timestamp:
    """When the run began, or the next second that no other run of the source has."""
    tags = {"measurement": run.measurement, "feed": run.feed}
    window = Window(run.began, run.began + pd.Timedelta(hours=1))
    taken = set(store.read("ingest_runs", window, tags=tags).index)
    moment = run.began
    while moment in taken:
        moment += pd.Timedelta(seconds=1)
    return moment


def kept_runs(store: Store, *, newest: int) -> list[dict[str, Any]]:
    """The newest runs, latest first, for `chocolib ingest runs`."""
    rows = store.read("ingest_runs").iloc[::-1].head(newest)
    return [
        {
            "time": iso(time),
            "measurement": row["measurement"],
            "source": row["feed"],
            "since": row["window_start"],
            "until": row["window_end"],
            "read": int(row["rows_read"]),
            "new": int(row["rows_new"]),
            "updated": int(row["rows_updated"]),
            "quarantined": int(row["rows_quarantined"]),
            "seconds": float(row["duration_s"]),
            "file": row["origin"] or None,
            "error": row["error"] or None,
        }
        for time, row in zip(pd.DatetimeIndex(rows.index), rows.to_dict("records"), strict=True)
    ]
