"""Where versions go among the points that are there, and in which order they are written.

A series of points is a key and a source. Its newest version lies in the measurement
itself, the others among the earlier ones. Written in the order of `Places`, every moment
at which the writing may be cut off leaves all versions readable, and the same write again
completes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.measurement import Measurement
from chocolib.store.points import lines, void_lines


@dataclass(frozen=True, slots=True)
class Places:
    """Points to write, one step after the other, as tables (see `store.rows`).

    `row` tells which of the versions that came asks for a point; `over` whether an older
    point may lie below it.

    Attributes:
        earlier: versions that go, or are moved, to the earlier ones.
        now: the newest of their series.
        void: points in whose stead another source's version of that moment came
            (`earlier` tells where they lie).
    """

    earlier: pd.DataFrame
    now: pd.DataFrame
    void: pd.DataFrame

    @property
    def anything(self) -> bool:
        """Whether there is a point to write."""
        return bool(len(self.earlier) or len(self.now))

    def lines(self, kind: Measurement) -> Iterator[tuple[list[int], list[bytes]]]:
        """Line protocol, step after step: for each line its row, and the lines."""
        for points, earlier in ((self.earlier, True), (self.now, False)):
            yield points["row"].tolist(), lines(points, kind, earlier=earlier)
        for earlier in (True, False):
            points = self.void[self.void["earlier"] == earlier]
            yield points["row"].tolist(), void_lines(points, kind, earlier=earlier)


def changes(
    coming: pd.DataFrame, present: pd.DataFrame, kind: Measurement
) -> tuple[np.ndarray, np.ndarray]:
    """Which versions are not there yet, and which are there but say something else.

    Args:
        coming: a table (`points.typed`), one row per key and `available_at`.
        present: from `points.found`.
    """
    missing = ~_among(coming, present, [*kind.key, "available_at"])
    whole = ["time", *kind.columns]
    same = coming[whole].merge(
        present[whole].drop_duplicates(), on=whole, how="left", indicator=True
    )
    other = (same["_merge"] == "left_only").to_numpy()
    return missing, other & ~missing


def places(coming: pd.DataFrame, present: pd.DataFrame, kind: Measurement) -> Places:
    """Sort versions into their places.

    Args:
        coming: a table (`points.typed`), one row per key and `available_at`; the
            index tells one row from another.
        present: the points there are for the same keys, from `points.found`.
    """
    series, version = [*kind.key, "source"], [*kind.key, "available_at"]
    coming = coming.rename_axis("row").reset_index()
    held = present[~present["earlier"]]
    newest = pd.concat([held, coming]).groupby(series, sort=False)["available_at"].max()
    behind = _lookup(coming, newest, series) > coming["available_at"]
    now = coming[~behind].assign(over=_among(coming[~behind], present, list(kind.key)))
    late = coming[behind].assign(over=True)
    replaced = held.merge(now[[*series, "row", "available_at"]], on=series, suffixes=("", "_now"))
    moved = replaced[replaced["available_at"] < replaced["available_at_now"]]
    moved = moved[~_among(moved, coming, version)].assign(over=True)
    same = present.merge(coming[[*version, "row", "source"]], on=version, suffixes=("", "_now"))
    void = same[same["source"] != same["source_now"]]
    void = void[void["earlier"] | ~_among(void, now, series)]
    columns = ["row", "over", "time", *kind.columns]
    earlier = pd.concat([moved[columns], late[columns]], ignore_index=True)
    return Places(earlier, now[columns], void)


def _lookup(rows: pd.DataFrame, values: pd.Series, names: list[str]) -> pd.Series:
    """The value of each row's names."""
    found = rows[names].merge(values.rename("value"), left_on=names, right_index=True, how="left")
    return found["value"]


def _among(rows: pd.DataFrame, others: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Bool per row: whether there is one of the same names among the others."""
    if others.empty or rows.empty:
        return np.zeros(len(rows), dtype=bool)
    known = pd.MultiIndex.from_frame(others[names])
    return np.asarray(pd.MultiIndex.from_frame(rows[names]).isin(known))
