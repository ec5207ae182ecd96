"""Which steps of a series should be there, which are missing, and how late it is. Pure.

All times are UTC; a step is named by its start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from chocolib.core.measurement import NO_TIME, Measurement
from chocolib.core.time import DAY, MADRID, Window, as_utc

Status = Literal["fresh", "late", "stale", "by hand", "no data"]

#: No row is due later than this after its step begins, nor earlier than this before it.
_LONGEST_DELAY = 3 * DAY


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a series lies behind what should be there.

    Attributes:
        status: "stale" when it lies more than the measurement's `stale_after` behind what
            is published, "late" when what is missing at its end is a gap (its grace is
            over), "by hand" when rows come as people bring them, else "fresh".
        until: end of the newest step there is, UTC; None without data.
        lag: how much of what is published is missing at the end.
    """

    status: Status
    until: pd.Timestamp | None
    lag: pd.Timedelta


def steps(kind: Measurement, window: Window) -> pd.DatetimeIndex:
    """Starts of the steps of the cadence that begin in `window`.

    Raises:
        ValueError: the measurement has no cadence.
    """
    if kind.cadence is None:
        raise ValueError(f"{kind.name} has no cadence")
    if kind.grid == "local-day":
        first, last = window.start.tz_convert(MADRID), window.end.tz_convert(MADRID)
        days = pd.date_range(first.normalize().tz_localize(None), last.tz_localize(None), freq="D")
        starts = as_utc(days.tz_localize(MADRID))
        return starts[(starts >= window.start) & (starts < window.end)].rename("time")
    return as_utc(window.hours())


def step_ends(kind: Measurement, starts: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Where the steps that begin at `starts` end; a Madrid day has 23 to 25 hours.

    Raises:
        ValueError: the measurement has no cadence.
    """
    if kind.cadence is None:
        raise ValueError(f"{kind.name} has no cadence")
    if kind.grid == "local-day":
        here = starts.tz_convert(MADRID).tz_localize(None)
        return as_utc((here + DAY).tz_localize(MADRID, ambiguous=True, nonexistent="shift_forward"))
    return as_utc(starts + kind.cadence)


def step_end(kind: Measurement, start: pd.Timestamp) -> pd.Timestamp:
    """Where the step that begins at `start` ends; see `step_ends`."""
    return pd.Timestamp(step_ends(kind, pd.DatetimeIndex([start]))[0])


def expected_until(
    kind: Measurement, as_of: pd.Timestamp, *, grace: bool = True
) -> pd.Timestamp | None:
    """End of the last step whose row should be there at `as_of`.

    None for what comes by hand and is never overdue.

    Args:
        grace: whether a row may still be on its way for the measurement's `grace`.
    """
    if kind.due is None:
        return None
    around = Window(as_of - _LONGEST_DELAY, as_of + _LONGEST_DELAY)
    starts = steps(kind, around)
    there = starts[kind.due(starts) + (kind.grace if grace else NO_TIME) <= as_of]
    return step_end(kind, there[-1]) if len(there) else None


def missing(
    times: pd.DatetimeIndex,
    kind: Measurement,
    *,
    as_of: pd.Timestamp,
    since: pd.Timestamp | None = None,
) -> pd.DatetimeIndex:
    """Steps that should be in a series at `as_of` and are not, to its last row at least.

    Args:
        times: the steps there are, in any order, repeats allowed.
        since: where to begin; default the first step there is. Hours before it are
            history that was never collected, not a gap.

    Returns:
        UTC starts in order; of a series that is fed by hand none after its last.
    """
    if since is None and times.empty:
        return steps(kind, Window(as_of, as_of))
    start = since if since is not None else times.min()
    ends = [start, expected_until(kind, as_of) or start]
    ends += [step_end(kind, times.max())] if len(times) else []
    wanted = steps(kind, Window(start, max(ends)))
    return wanted[~wanted.isin(times)]


def of_site(rows: pd.DataFrame, kind: Measurement) -> pd.DataFrame:
    """The rows that tell of the plant's own site: all, or those of the measurement's pool."""
    return rows[rows[kind.key[1]].isin(kind.pool).to_numpy()] if kind.pool else rows


def stretches(times: pd.DatetimeIndex, kind: Measurement) -> Iterator[Window]:
    """Runs of consecutive steps, oldest first, as windows from the first to the last end."""
    if times.empty:
        return
    starts = times.sort_values().unique()
    ends = step_ends(kind, starts)
    breaks = np.flatnonzero(np.asarray(starts[1:] > ends[:-1]))
    firsts, lasts = np.append(0, breaks + 1), np.append(breaks, len(starts) - 1)
    for first, last in zip(firsts, lasts, strict=True):
        yield Window(starts[first], ends[last])


def freshness(newest: pd.Timestamp | None, kind: Measurement, as_of: pd.Timestamp) -> Freshness:
    """The status of a series whose newest step begins at `newest`."""
    if newest is None:
        return Freshness("no data", None, NO_TIME)
    until = step_end(kind, newest)
    if kind.due is None:
        return Freshness("by hand", until, NO_TIME)
    published = expected_until(kind, as_of, grace=False) or until
    overdue = expected_until(kind, as_of) or until
    lag = max(NO_TIME, published - until)
    if kind.stale_after is not None and lag > kind.stale_after:
        return Freshness("stale", until, lag)
    return Freshness("late" if overdue > until else "fresh", until, lag)
