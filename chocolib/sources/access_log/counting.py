"""Lines that were met, counted in columns: views by second, answers by millisecond, the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chocolib.core.traffic import Unusable, What
from chocolib.sources.access_log.judging import Reader, Verdict

HOUR_S = 3_600
MINUTE_S = 60
#: Answers that took longer, or less than nothing, are no answers.
LONGEST_ANSWER_S = 86_400.0
#: What stands for the time of an answer whose log does not tell it.
UNTOLD = -1.0
#: Stands for a reader that cannot be.
NOBODY = -1
#: Stand for verdicts on lines of which nothing can be said: places from the end of a list.
UNREAD: tuple[Unusable, ...] = ("foreign", "torn", "hostile")
NOTHING = {why: place - len(UNREAD) for place, why in enumerate(UNREAD)}
#: Stands for a time that cannot be.
NEVER = -(1 << 62)
#: These count as what they are whoever asked.
_UNSERVED = frozenset({"refused", "failed"})

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds since 1970 UTC `[first, end)` in which a line's time is believed."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Met:
    """Lines in the order of the log, a column for each fact; all columns are of one length.

    Attributes:
        at: seconds since 1970 UTC, or `NEVER`.
        reader: places in `readers`, or `NOBODY`.
        verdict: places in `verdicts`, or one of `NOTHING`.
        seconds: of the answers, or `UNTOLD`.
    """

    at: Integers
    reader: Integers
    verdict: Integers
    seconds: NDArray[np.float64]
    readers: Sequence[Reader]
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted.

    Attributes:
        views: integers `at` (seconds since 1970 UTC; of a refresh the beginning of its minute),
            `reader` and `verdict` (places in the two lists) and `count`, in the order of the log.
        answers: `hour`, `path`, and integers `ms`, `count` and `errors`, those that were 5xx;
            without the refused and the endless ones.
        lines: by hour and what they were; of one without a time the hour of the one before it.
        until: the newest second of a usable line; 0: there was none.
        hour: of the last usable line.
    """

    views: pd.DataFrame
    readers: Sequence[Reader]
    verdicts: Sequence[Verdict]
    answers: pd.DataFrame
    lines: Counter[tuple[int, What]]
    until: int
    hour: int


def count(met: Met, bounds: Bounds, *, hour: int) -> Counts:
    """Count what was met.

    Args:
        hour: where lines without a time are counted until one has a time, seconds since 1970 UTC.
    """
    usable = _usable(met)
    early, late = usable & (met.at < bounds.first), usable & (met.at >= bounds.end)
    believed = usable & ~early & ~late
    served = _of_each([one.what not in _UNSERVED for one in met.verdicts], met.verdict)
    program = believed & served & _of_each([not one.device for one in met.readers], met.reader)
    hostile = ~usable & (met.verdict >= NOTHING["hostile"])
    are: dict[What, Flags] = {"hostile": hostile, "past": early, "future": late, "program": program}
    hours = _hours(met.at, believed, hour)
    return Counts(
        views=_views(met, believed & ~program),
        readers=met.readers,
        verdicts=met.verdicts,
        answers=_answers(met, hours, believed),
        lines=_lines(met, hours, are),
        until=int(met.at[believed].max(initial=0)),
        hour=int(hours[-1]) if len(hours) else hour,
    )


def _usable(met: Met) -> Flags:
    """Of which lines the values can be."""
    took = (met.seconds >= 0) & (met.seconds <= LONGEST_ANSWER_S) | (met.seconds == UNTOLD)
    usable: Flags = took & (met.reader >= 0) & (met.verdict >= 0) & (met.at != NEVER)
    return usable


def _hours(at: Integers, believed: Flags, hour: int) -> Integers:
    """The hour of each line, or of the one before it that is believed."""
    last = np.maximum.accumulate(np.where(believed, np.arange(1, len(at) + 1), 0))
    return np.concatenate(([hour], at - at % HOUR_S))[last]


def _lines(met: Met, hours: Integers, are: Mapping[What, Flags]) -> Counter[tuple[int, What]]:
    """How many lines there were of what: of `are`, else as their verdicts say."""
    names: list[What] = [*are, *(one.what for one in met.verdicts), *UNREAD]
    codes, known = pd.factorize(np.array(names, dtype=object))
    what = codes[len(are) :][met.verdict]
    for code, those in zip(codes, are.values(), strict=False):
        what[those] = code
    lines = pd.DataFrame({"hour": hours, "what": what})
    found = lines.groupby(["hour", "what"], as_index=False).size()
    rows = found.itertuples(index=False, name=None)
    return Counter({(hour, known[code]): number for hour, code, number in rows})


def _answers(met: Met, hours: Integers, believed: Flags) -> pd.DataFrame:
    timed = _of_each([bool(one.path) for one in met.verdicts], met.verdict)
    those = believed & timed & (met.seconds >= 0)
    failed = _of_each([one.what == "failed" for one in met.verdicts], met.verdict[those])
    codes, paths = pd.factorize(np.array([one.path for one in met.verdicts], dtype=object))
    answers = pd.DataFrame(
        {
            "hour": hours[those],
            "path": codes[met.verdict[those]],
            "ms": np.rint(met.seconds[those] * 1000).astype(int),
            "errors": failed.astype(int),
        }
    )
    grouped = answers.groupby(["hour", "path", "ms"])["errors"].agg(["size", "sum"]).reset_index()
    named = grouped.set_axis(["hour", "path", "ms", "count", "errors"], axis=1)
    return named.assign(path=paths[named["path"]])


def _views(met: Met, readers: Flags) -> pd.DataFrame:
    seen = readers & _of_each([bool(one.shown) for one in met.verdicts], met.verdict)
    refresh = _of_each([one.what == "refresh" for one in met.verdicts], met.verdict[seen])
    at, verdict = met.at[seen], met.verdict[seen]
    at -= np.where(refresh, at % MINUTE_S, 0)
    views = pd.DataFrame({"at": at, "reader": met.reader[seen], "verdict": verdict})
    return views.groupby([*views], sort=False).size().rename("count").reset_index()


def _of_each(facts: Sequence[bool], numbers: Integers) -> Flags:
    """Whether it is so of each number; of none that stands for nothing."""
    known: Flags = np.array([*facts, *[False] * len(UNREAD)])[numbers]
    return known
