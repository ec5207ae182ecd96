"""Frames as a table's rows and back, and what tells a new row from a changed one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chocolib.core.schema import Kind, Measurement
from chocolib.core.time import as_utc

_DTYPES: dict[Kind, str] = {"number": "float64", "integer": "int64", "text": "str"}
_SAME = 1e-9  # two prices closer than this are the same publication


def seconds(moment: pd.Timestamp) -> int:
    """A moment as it is stored: whole seconds since 1970, UTC."""
    return int(moment.timestamp())


def _epoch(times: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(times.as_unit("s").asi8)


def as_rows(frame: pd.DataFrame, kind: Measurement) -> pd.DataFrame:
    """The frame as it goes into a table: plain columns, times as seconds."""
    rows = frame[list(kind.columns)].copy()
    rows["available_at"] = _epoch(pd.DatetimeIndex(rows["available_at"]))
    rows.insert(0, "time", _epoch(pd.DatetimeIndex(frame.index)))
    return rows.reset_index(drop=True)


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


def plain(column: pd.Series) -> list[object]:
    """Python values for sqlite3, None for what is missing."""
    return column.astype(object).where(column.notna(), None).tolist()


def as_frame(rows: list[tuple[object, ...]], kind: Measurement) -> pd.DataFrame:
    """Fetched rows as a frame of the measurement, dtypes stable even when empty."""
    columns = list(zip(*rows, strict=True)) or [()] * (1 + len(kind.columns))
    values = dict(zip(("time", *kind.columns), columns, strict=True))
    index = _times(values.pop("time")).rename("time")
    data = {name: _column(name, value, kind) for name, value in values.items()}
    return pd.DataFrame(data, index=index)


def _times(seconds: tuple[object, ...]) -> pd.DatetimeIndex:
    stamps = np.array(seconds, dtype="int64").astype("datetime64[s]")
    return as_utc(pd.DatetimeIndex(stamps).tz_localize("UTC"))


def _column(name: str, values: tuple[object, ...], kind: Measurement) -> object:
    if name == "available_at":
        return _times(values)
    dtype = "str" if name in ("source", "flag") else _DTYPES[kind.column(name).kind]
    if dtype == "str":
        return pd.Series(np.array(values, dtype=object), dtype="str").array
    return np.array(values, dtype=dtype)
