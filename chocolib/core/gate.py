"""The gate before every store: which rows of a frame may come in, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.gaps import step_ends
from chocolib.core.measurement import OUTLIER, Field, Measurement
from chocolib.core.time import MADRID, as_utc

_MOST_HOURS = 12
_ANOTHER_UNIT = "the whole day is next to nothing: it is in another unit"
_GRIDS = {"hour": "not on the hour", "local-day": "not at midnight in Madrid", "any": ""}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the gate let through and what it refused.

    Attributes:
        good: rows to store, sorted by key, columns in schema order.
        refused: the other rows as they came, with a `reason` column.
        repeated: identical rows that came more than once (each kept once).
        spotted: rows of `around` that turn out to be outliers now that their
            neighbours are known.
    """

    good: pd.DataFrame
    refused: pd.DataFrame
    repeated: int
    spotted: pd.DataFrame

    @property
    def outliers(self) -> int:
        """Rows stored with the outlier flag."""
        return int((self.good["flag"] == OUTLIER).sum())


def check(
    frame: pd.DataFrame,
    measurement: Measurement,
    *,
    received_at: pd.Timestamp,
    around: pd.DataFrame | None = None,
) -> Checked:
    """Sort the rows of a frame into good and refused ones, and flag outliers.

    Refused, each with its reason: off the time grid, a required value missing,
    a value out of bounds, an hour that has not happened yet, known only
    long after it was received, and one key with two different values in one frame (both
    rows: nobody can tell which is right).

    Args:
        frame: rows of `measurement` (see `core.schema`); `flag` may be absent. Where
            `available_at` is NaT the row is known when it is received.
        received_at: the edge's clock, UTC; no row is known later than that.
        around: stored rows before, between and after these, to judge steps by.

    Raises:
        DataError: the frame itself is wrong: a column is missing or the index is
            not an aware `DatetimeIndex`.
    """
    came = _in_shape(frame, measurement)
    rows = came
    reason = _reasons(rows, measurement, received_at)
    early = (rows["available_at"] > received_at + measurement.early_news) & (reason == "")
    reason = reason.mask(early, "dated in the future: it cannot be known yet")
    known = rows["available_at"].where(rows["available_at"] <= received_at, received_at)
    rows = rows.assign(available_at=known)
    clash = _clashes(rows, measurement) & (reason == "")
    reason = reason.mask(clash, "the same time came twice with different values")
    bad = came[(reason != "").to_numpy()].assign(reason=reason[reason != ""])
    good = rows[reason == ""]
    again = _repeats(good, measurement)
    good = good[~again].sort_values(list(measurement.key))
    good, spotted = _judged(good, measurement, around)
    return Checked(good, bad, int(again.sum()), spotted)


def _repeats(rows: pd.DataFrame, measurement: Measurement) -> np.ndarray:
    """Rows whose key and values all stand in an earlier row."""
    same = [*measurement.key, *measurement.field_names]
    return np.asarray(rows.reset_index().duplicated(subset=same, keep="first"))


def _clashes(rows: pd.DataFrame, measurement: Measurement) -> np.ndarray:
    """Rows whose key comes with more than one value, whichever of them could be true."""
    table = rows.reset_index()
    different = table[~_repeats(rows, measurement)]
    twice = different[different.duplicated(subset=list(measurement.key), keep=False)]
    keys = pd.MultiIndex.from_frame(table[list(measurement.key)])
    return np.asarray(keys.isin(pd.MultiIndex.from_frame(twice[list(measurement.key)])))


def _in_shape(frame: pd.DataFrame, measurement: Measurement) -> pd.DataFrame:
    if not isinstance(frame.index, pd.DatetimeIndex) or frame.index.tz is None:
        raise DataError(f"{measurement.name}: the index must be times with a zone")
    rows = frame.assign(flag="") if "flag" not in frame else frame
    lost = [name for name in measurement.columns if name not in rows]
    if lost:
        raise DataError(f"{measurement.name}: columns missing: {', '.join(lost)}")
    rows = rows[list(measurement.columns)]
    rows.index = as_utc(frame.index).rename("time")
    return rows


def _reasons(rows: pd.DataFrame, measurement: Measurement, received_at: pd.Timestamp) -> pd.Series:
    reason = pd.Series("", index=range(len(rows)), dtype=object)

    def refuse(where: np.ndarray, why: str) -> None:
        reason[where & (reason == "").to_numpy()] = why

    times = pd.DatetimeIndex(rows.index)
    refuse(np.asarray(times.isna()), "no time")
    if measurement.ahead is not None:
        ends = step_ends(measurement, times)
        refuse(np.asarray(ends > received_at + measurement.ahead), "it has not happened yet")
    refuse(off_grid(times, measurement), _GRIDS[measurement.grid])
    for field in (*measurement.tags, *measurement.fields):
        column = rows[field.name]
        if field.required:
            refuse(column.isna().to_numpy(), f"{field.name} is missing")
        if field.lower is not None:
            refuse((column < field.lower).to_numpy(), f"{field.name} below {field.lower:g}")
        if field.upper is not None:
            refuse((column > field.upper).to_numpy(), f"{field.name} above {field.upper:g}")
        if field.day_reaches is not None:
            refuse(_flat_days(rows, field, measurement), _ANOTHER_UNIT)
        if field.kind == "number":
            refuse(np.isinf(column.to_numpy(dtype=float)), f"{field.name} is not finite")
    reason.index = rows.index
    return reason


def _flat_days(rows: pd.DataFrame, field: Field, measurement: Measurement) -> np.ndarray:
    """Rows of Madrid days that stay too near to zero, where most of the day is there."""
    days = pd.DatetimeIndex(rows.index).tz_convert(MADRID).tz_localize(None).normalize()
    sizes = rows[field.name].abs().reset_index(drop=True)
    groups = sizes.groupby([days, *(rows[tag.name].to_numpy() for tag in measurement.tags)])
    flat = (groups.transform("max") < field.day_reaches) & (groups.transform("size") >= _MOST_HOURS)
    return flat.fillna(False).to_numpy(dtype=bool)


def off_grid(times: pd.DatetimeIndex, measurement: Measurement) -> np.ndarray:
    """Which times (UTC) are no beginning of a step of the measurement."""
    if measurement.grid == "hour":
        return np.asarray(times != times.floor("h"))
    if measurement.grid == "local-day":
        here = times.tz_convert(MADRID)
        return np.asarray(here != here.normalize())
    return np.zeros(len(times), dtype=bool)


def _judged(
    good: pd.DataFrame, measurement: Measurement, around: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The good rows with their flags, and the stored ones that are flagged anew."""
    if around is None or around.empty:
        return good.assign(flag=_flags(good, measurement)), good[:0]
    keys = list(measurement.key)
    series = list(measurement.key[1:])
    both = pd.concat([around, good])
    replaced = both.reset_index().duplicated(keys, keep="last").to_numpy()
    ours = np.arange(len(both)) >= len(around)
    order = both.reset_index().assign(ours=ours)[~replaced].sort_values([*series, "time"])
    rows = order.set_index("time")
    flagged = rows.assign(flag=_flags(rows, measurement))
    fresh = (flagged["flag"] == OUTLIER) & (rows["flag"] != OUTLIER) & ~rows["ours"]
    columns = list(good.columns)
    return flagged.loc[rows["ours"], columns].sort_values(keys), flagged.loc[fresh, columns]


def _flags(rows: pd.DataFrame, measurement: Measurement) -> np.ndarray:
    """Mark isolated rows: far from the hour before and from the hour after.

    Neighbours count only when they are one hour away, of the same series and of the
    same Madrid day: what a row is called then does not depend on how a file was cut
    into pieces, nor on a day that was published later.
    """
    flags = rows["flag"].to_numpy(dtype=object).copy()
    beside = _beside(rows, measurement)
    for field in measurement.fields:
        if field.isolated_step is not None and len(rows) > 2:
            step = np.abs(np.diff(rows[field.name].to_numpy(dtype=float)))
            far = beside & (step > field.isolated_step)
            flags[1:-1][far[:-1] & far[1:]] = OUTLIER
    return flags


def _beside(rows: pd.DataFrame, measurement: Measurement) -> np.ndarray:
    """Bool per consecutive pair of rows: one hour apart, same tags, same Madrid day."""
    times = pd.DatetimeIndex(rows.index)
    days = times.tz_convert(MADRID).tz_localize(None).normalize()
    beside = (np.diff(times.asi8) == pd.Timedelta(hours=1).value // 1000) & (
        np.diff(days.asi8) == 0
    )
    for tag in measurement.tags:
        series = rows[tag.name].to_numpy()
        beside &= series[1:] == series[:-1]
    return np.asarray(beside)
