"""How good the data are: what is stored, what lacks, what was refused, how the sources did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.gaps import SeriesGaps, find_gaps
from chocolib.app.runs import UNFINISHED
from chocolib.core.gaps import stretches
from chocolib.core.measurement import OUTLIER, Measurement
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY, Window

#: A run that asks for hours further back heals, others follow the present.
_HEALS = 2 * DAY


@dataclass(frozen=True, slots=True)
class DataQuality:
    """The data as known at a moment, and the sources in the days before it.

    Attributes:
        stored: a row per measurement, series and source: `rows`, `first`, `last` (UTC),
            `outliers`.
        series: what each series lacks (`app.gaps`).
        refused: by measurement and state (held, released, dropped): `rows`, `newest` (UTC),
            `reason` of the newest.
        runs: by measurement and source, of the last `days`: `runs`, `failed`, `new`,
            `healed` (new rows older than two days), `refused`, `error` (the last one).
    """

    as_of: pd.Timestamp
    synthetic: bool
    days: int
    stored: pd.DataFrame
    series: tuple[SeriesGaps, ...]
    refused: pd.DataFrame
    runs: pd.DataFrame

    def gaps(self, newest: int | None = None) -> pd.DataFrame:
        """Every gap, the newest first, or only the `newest` of them.

        Returns:
            `measurement`, `series`, `start`, `end` (UTC), `missing`, `not_available` (steps).
        """
        rows = [
            {
                "measurement": one.kind.name,
                "series": one.series,
                "start": window.start,
                "end": window.end,
                "missing": int(_within(one.missing, window)),
                "not_available": int(_within(one.absent, window)),
            }
            for one in self.series
            for window in stretches(one.missing, one.kind)
        ]
        columns = ["measurement", "series", "start", "end", "missing", "not_available"]
        found = pd.DataFrame(rows, columns=columns).sort_values("start", ascending=False)
        return found.head(newest) if newest is not None else found


def data_quality(context: Context, *, days: int = 7) -> DataQuality:
    """Look at every observed measurement as known at `as_of`.

    Args:
        days: of runs that are counted.
    """
    store, as_of = context.store, context.as_of
    kinds = [kind for kind in MEASUREMENTS.values() if kind.observed]
    stored = [row for kind in kinds for row in _stored(context, kind)]
    columns = ["measurement", "series", "source", "rows", "first", "last", "outliers"]
    return DataQuality(
        as_of=as_of,
        synthetic=store.synthetic,
        days=days,
        stored=pd.DataFrame(stored, columns=columns),
        series=tuple(find_gaps(store, as_of=as_of)),
        refused=_refused(store.read("quarantine", as_of=as_of)),
        runs=_runs(store.read("ingest_runs", Window(as_of - days * DAY, as_of), as_of=as_of)),
    )


def _stored(context: Context, kind: Measurement) -> Iterator[dict[str, Any]]:
    rows = context.store.read(kind.name, as_of=context.as_of)
    tags = [tag.name for tag in kind.tags]
    for key, part in rows.groupby([*tags, "source"]):
        *series, source = key if isinstance(key, tuple) else (key,)
        yield {
            "measurement": kind.name,
            "series": " ".join(map(str, series)),
            "source": str(source),
            "rows": len(part),
            "first": part.index.min(),
            "last": part.index.max(),
            "outliers": int((part["flag"] == OUTLIER).sum()),
        }


def _within(steps: pd.DatetimeIndex, window: Window) -> int:
    return int(((steps >= window.start) & (steps < window.end)).sum())


def _refused(rows: pd.DataFrame) -> pd.DataFrame:
    found = [
        {
            "measurement": str(name),
            "state": str(state),
            "rows": len(part),
            "newest": part["available_at"].max(),
            "reason": str(part.sort_values("available_at")["reason"].iloc[-1]),
        }
        for (name, state), part in rows.groupby(["measurement", "state"])
    ]
    return pd.DataFrame(found, columns=["measurement", "state", "rows", "newest", "reason"])


def _runs(rows: pd.DataFrame) -> pd.DataFrame:
    until = pd.to_datetime(rows["window_end"], utc=True)
    heals = (pd.DatetimeIndex(rows.index) - pd.DatetimeIndex(until)) > _HEALS
    said = rows["error"].fillna("").astype(str)
    rows = rows.assign(
        failed=said.ne("") & said.ne(UNFINISHED),
        healed=rows["rows_new"].where(heals, 0),
        error=said,
    )
    columns = ["measurement", "source", "runs", "failed", "new", "healed", "refused", "error"]
    found = [
        {
            "measurement": str(name),
            "source": str(feed),
            "runs": len(part),
            "failed": int(part["failed"].sum()),
            "new": int(part["rows_new"].sum()),
            "healed": int(part["healed"].sum()),
            "refused": int(part["rows_quarantined"].sum()),
            "error": next(iter(part["error"][part["failed"]].iloc[::-1]), ""),
        }
        for (name, feed), part in rows.groupby(["measurement", "feed"])
    ]
    return pd.DataFrame(found, columns=columns)
