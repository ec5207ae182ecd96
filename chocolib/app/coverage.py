"""How whole each observed series is: rows, bounds, missing steps, outliers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from chocolib.core.measurement import Measurement
from chocolib.core.ports import Store
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR, MADRID, Window, iso


def coverage(store: Store) -> list[dict[str, Any]]:
    """One entry per measurement, source and series, for `chocolib coverage --json`.

    `missing` counts the steps of the cadence between `first` and `last` for which
    no source has a row; times are UTC.
    """
    return [
        _entry(store, kind, row)
        for kind in MEASUREMENTS.values()
        if kind.observed
        for row in store.coverage(kind.name).to_dict("records")
    ]


def _entry(store: Store, kind: Measurement, row: dict[Any, Any]) -> dict[str, Any]:
    tags = {tag.name: row[tag.name] for tag in kind.tags}
    first, last = row["first"], row["last"]
    held = store.read(kind.name, Window(first, last + pd.Timedelta(seconds=1)), tags=tags)
    return {
        "measurement": kind.name,
        "source": row["source"],
        **tags,
        "rows": int(row["rows"]),
        "first": iso(first),
        "last": iso(last),
        "missing": _steps(kind, first, last) - len(held.index.unique()),
        "outliers": int(row["outliers"]),
        "synthetic": store.synthetic,
    }


def _steps(kind: Measurement, first: pd.Timestamp, last: pd.Timestamp) -> int:
    """How many rows a whole series would have from `first` to `last`."""
    if kind.grid == "local-day":
        days = last.tz_convert(MADRID).date() - first.tz_convert(MADRID).date()
        return days.days + 1
    return int((last - first) / (kind.cadence or HOUR)) + 1
