"""How the house fares, from counts: quantiles, up-times, a strip of hours. Pure arithmetic.

A *tally* is a frame of counts of whole milliseconds: columns `ms` and `count` beside others.
Quantiles are by nearest rank: of n values in order, the one at place ceil(p/100 * n), so it is
always a value that was measured (Hyndman and Fan 1996, definition 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from chocolib.core.time import HOUR, Window
from chocolib.core.usage import NO_MS, PathSpeed

MINUTE = pd.Timedelta(minutes=1)


def quantile_ms(tally: pd.DataFrame, percent: int) -> float | None:
    """The quantile of a tally by nearest rank; None of nothing.

    Args:
        tally: columns `ms` (whole, not unique) and `count`; `NO_MS` is left out.
        percent: 1 to 100.
    """
    timed = tally[tally["ms"] != NO_MS]
    counts = timed.groupby("ms")["count"].sum().sort_index()
    total = int(counts.sum())
    if not total:
        return None
    rank = -(-total * percent // 100)
    return float(counts.index[int(counts.cumsum().searchsorted(rank))])


def mean_ms(tally: pd.DataFrame) -> float | None:
    """The mean of a tally, ms; None of nothing. Columns as of `quantile_ms`."""
    timed = tally[tally["ms"] != NO_MS]
    total = int(timed["count"].sum())
    return float((timed["ms"] * timed["count"]).sum() / total) if total else None


def path_speeds(requests: pd.DataFrame) -> tuple[PathSpeed, ...]:
    """How fast each path answered, the slowest first by p95.

    Args:
        requests: columns `path`, `ms`, `count`, `errors`, one row a path and millisecond or more.
    """
    told = [_speed(str(path), rows) for path, rows in requests.groupby("path") if len(rows)]
    return tuple(sorted(told, key=lambda one: (-one.p95_ms, -one.p50_ms, one.path)))


def _speed(path: str, rows: pd.DataFrame) -> PathSpeed:
    p50, p95 = quantile_ms(rows, 50), quantile_ms(rows, 95)
    requests, errors = int(rows["count"].sum()), int(rows["errors"].sum())
    return PathSpeed(path, requests, errors, p50 or 0.0, p95 or 0.0)


def share(tally: pd.DataFrame) -> float | None:
    """The share of probes that were well, 0..1; None of none. Columns `ok` and `count`."""
    return share_of(tally, int(tally["count"].sum()))


def share_of(tally: pd.DataFrame, times: int) -> float | None:
    """How many of so many probes were well, 0..1; None of none."""
    return int(tally.loc[tally["ok"], "count"].sum()) / times if times else None


def minutes(window: Window, probed: Window | None) -> int:
    """How many minutes of a window could be probed: those that `probed` has too.

    Args:
        probed: from the first probe of all to now; None: there never was one.
    """
    both = None if probed is None else window.overlap(probed)
    if both is None:
        return 0
    return int((both.end.floor("min") - both.start.floor("min")) // MINUTE)


def strip(
    by_hour: pd.DataFrame,
    hours: pd.DatetimeIndex,
    parts: Sequence[str],
    *,
    due: Mapping[str, pd.Series],
) -> pd.DataFrame:
    """The share of probes that were well, by hour and part; NaN where there was none.

    Args:
        by_hour: index `hour` (UTC, not unique), columns `part`, `well`, `count`.
        hours: the rows wanted, UTC hours.
        parts: the columns wanted.
        due: of parts that are well only where they were probed, how many probes each of the
            hours could have.
    """
    columns = {}
    for part in parts:
        rows = by_hour[by_hour["part"] == part]
        well, count = (rows[name].reindex(hours) for name in ("well", "count"))
        if part in due:
            well, count = well.fillna(0), due[part].reindex(hours)
        columns[part] = (well / count.where(count > 0)).astype(float)
    return pd.DataFrame(columns, index=hours.rename("time"))


def minutes_by_hour(hours: pd.DatetimeIndex, probed: Window | None) -> pd.Series:
    """Of each UTC hour, how many minutes could be probed; see `minutes`."""
    found = [minutes(Window(hour, hour + HOUR), probed) for hour in hours]
    return pd.Series(found, index=hours, dtype=float)


def of_part(tally: pd.DataFrame, part: str) -> pd.DataFrame:
    """The rows of a tally that are of a part."""
    return tally[tally["part"] == part]
