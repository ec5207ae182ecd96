"""Frames as a table's rows and back, and what tells a new row from a changed one.

A *table* here is a frame as it is stored: `time`, tags, fields and provenance as plain
columns, times as whole seconds since 1970 UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.measurement import Kind, Measurement

_SAME = 1e-9  # two prices closer than this are the same publication
_KINDS: dict[str, Kind] = {
    "time": "integer",
    "available_at": "integer",
    "source": "text",
    "flag": "text",
}


def refuse_mixing(frame: pd.DataFrame, kind: Measurement, *, synthetic: bool) -> None:
    """Keep real and demonstration rows apart.

    Raises:
        DataError: observed rows of the kind that the store does not hold.
    """
    demo = frame["source"].astype(str).str.startswith("demo").to_numpy()
    if kind.observed and len(frame) and bool(demo.any() or synthetic):
        if demo.all() and synthetic:
            return
        held, came = ("demonstration", "real") if synthetic else ("real", "demonstration")
        raise DataError(f"{came} rows are never written to a store of {held} data")


def seconds(moment: pd.Timestamp) -> int:
    """A moment as it is stored: whole seconds since 1970, UTC."""
    return int(moment.timestamp())


def kind_of(name: str, kind: Measurement) -> Kind:
    """What a column of the measurement's table holds."""
    return _KINDS.get(name) or kind.column(name).kind


def as_rows(frame: pd.DataFrame, kind: Measurement) -> pd.DataFrame:
    """The frame as it goes into a table: plain columns, times as seconds."""
    rows = frame[list(kind.columns)].copy()
    rows["available_at"] = _epoch(pd.DatetimeIndex(rows["available_at"]))
    rows.insert(0, "time", _epoch(pd.DatetimeIndex(frame.index)))
    return rows.reset_index(drop=True)


def as_frame(table: pd.DataFrame, kind: Measurement) -> pd.DataFrame:
    """The inverse of `as_rows`: a table as a frame of the measurement."""
    return frame_of({name: table[name].array for name in ("time", *kind.columns)}, kind)


def as_table(fetched: Sequence[tuple[object, ...]], kind: Measurement) -> pd.DataFrame:
    """Fetched rows as a table, dtypes stable even when empty, NaN for what is missing."""
    return pd.DataFrame(columns_of(fetched, kind), copy=False)


def columns_of(fetched: Sequence[tuple[object, ...]], kind: Measurement) -> dict[str, Any]:
    """The columns of a table as arrays, from fetched rows: a table without its cost."""
    names = ("time", *kind.columns)
    columns = list(zip(*fetched, strict=True)) or [()] * len(names)
    return {
        name: _typed(values, kind_of(name, kind))
        for name, values in zip(names, columns, strict=True)
    }


def frame_of(columns: Mapping[str, Any], kind: Measurement) -> pd.DataFrame:
    """The columns of a table as a frame of the measurement."""
    data = {name: columns[name] for name in kind.columns}
    data["available_at"] = _times(columns["available_at"]).array
    return pd.DataFrame(data, index=_times(columns["time"]).rename("time"), copy=False)


def in_blocks(rows: pd.DataFrame, kind: Measurement, longest: int) -> Iterator[pd.DataFrame]:
    """The rows sorted by key, cut into pieces of at most `longest`."""
    ordered = rows if rows["time"].is_monotonic_increasing else rows.sort_values([*kind.key])
    for start in range(0, len(ordered), longest):
        yield ordered.iloc[start : start + longest].reset_index(drop=True)


def beside(incoming: pd.DataFrame, stored: pd.DataFrame, kind: Measurement) -> pd.DataFrame:
    """The stored rows aligned to the incoming ones by key, NaN where there is none."""
    keys = list(kind.key)
    return incoming[keys].merge(stored, on=keys, how="left")


def compare(
    incoming: pd.DataFrame, stored: pd.DataFrame, kind: Measurement
) -> tuple[np.ndarray, np.ndarray]:
    """Which rows are new, and which differ in a value from what is stored.

    Args:
        incoming: from `as_rows`.
        stored: the rows there are, aligned to `incoming`, NaN where there is none.

    Returns:
        Two bool arrays. Rows of a snapshot also differ when made for another moment.
    """
    new = stored["available_at"].isna().to_numpy()
    differs = np.zeros(len(incoming), dtype=bool)
    for field in kind.fields:
        ours, theirs = incoming[field.name], stored[field.name]
        if field.kind == "text":
            differs |= (ours.fillna("").astype(str) != theirs.fillna("").astype(str)).to_numpy()
        else:
            a, b = ours.to_numpy(dtype=float), theirs.to_numpy(dtype=float)
            differs |= ~((np.abs(a - b) <= _SAME) | (np.isnan(a) & np.isnan(b)))
    if kind.snapshot:
        differs |= (incoming["available_at"] != stored["available_at"]).to_numpy(dtype=bool)
    return new, differs & ~new


def known_at(
    incoming: pd.DataFrame, stored: pd.DataFrame, received_at: pd.Timestamp | None
) -> np.ndarray:
    """When changed rows became known: when they were received, or for ours their own stamp."""
    if received_at is None:
        return np.asarray(incoming["available_at"])
    earlier = stored["available_at"].fillna(0).to_numpy(dtype="int64")
    return np.asarray(np.maximum(seconds(received_at), earlier + 1))


def newly_flagged(incoming: pd.DataFrame, stored: pd.DataFrame) -> np.ndarray:
    """Rows that are flagged now and were not: a flag is never taken back by a partial file."""
    flagged, was_flagged = incoming["flag"] != "", stored["flag"].fillna("") != ""
    return flagged.to_numpy(dtype=bool) & ~was_flagged.to_numpy(dtype=bool)


def plain(column: pd.Series, kind: Kind) -> list[object]:
    """Python values as SQLite takes them: None, or NaN among numbers, is stored as NULL.

    Raises:
        TypeError, ValueError: something among the numbers that is none.
    """
    if kind == "number":
        return column.to_numpy(dtype=float, na_value=np.nan).tolist()
    return column.astype(object).where(column.notna(), None).tolist()


def _epoch(times: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(times.as_unit("s").asi8)


def _times(moments: Any) -> pd.DatetimeIndex:
    stamps = np.asarray(moments, dtype="int64").astype("datetime64[s]")
    return pd.DatetimeIndex(stamps.astype("datetime64[us]"), tz="UTC")


def _typed(values: tuple[object, ...], kind: Kind) -> object:
    if kind == "text":
        return pd.Series(np.array(values, dtype=object), dtype="str").array
    return np.array(values, dtype="float64" if kind == "number" else "int64")
