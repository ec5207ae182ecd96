"""Healing gaps: each missing step from the best source that has it, the newest first.

Every part that was asked is stored at once, so a stopped backfill goes on where it was.
A step that a source was asked for and did not have is remembered, and that source is
not asked for it again too soon.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from chocolib.app.asking import Asking, Clock, Tell, asking, parts
from chocolib.app.gaps import SeriesGaps, find_gaps
from chocolib.app.runs import Run
from chocolib.core.measurement import Measurement
from chocolib.core.ports import Source, Store
from chocolib.core.time import DAY, Window, inside, iso

Sources = dict[str, list[Source]]

#: A step younger than this may still turn up, and is asked for again after hours.
_STILL_HOT = 7 * DAY
_ASK_AGAIN_HOT = pd.Timedelta(hours=6)
_ASK_AGAIN = 30 * DAY


@dataclass(frozen=True, slots=True)
class Healed:
    """What became of the missing steps of one measurement.

    Attributes:
        missing: steps that were missing before.
        healed: of these, now there.
        not_available: every source that could be asked answered and had none.
        still_missing: a source failed, or none reaches so far.
    """

    measurement: str
    missing: int
    healed: int = 0
    not_available: int = 0
    still_missing: int = 0
    runs: tuple[Run, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib backfill --json`."""
        counts = {k: v for k, v in asdict(self).items() if k != "runs"}
        return {**counts, "runs": [run.to_dict() for run in self.runs]}


@dataclass(frozen=True, slots=True)
class Question:
    """A part that a dry run would ask for, and who would be asked first."""

    measurement: str
    window: Window
    missing: int
    sources: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib backfill --dry-run --json`."""
        return {
            "measurement": self.measurement,
            "start": iso(self.window.start),
            "end": iso(self.window.end),
            "missing": self.missing,
            "sources": list(self.sources),
        }


def backfill(
    store: Store,
    sources: Sources,
    *,
    clock: Clock,
    tell: Tell,
    since: pd.Timestamp | None = None,
    until: pd.Timestamp | None = None,
    measurement: str | None = None,
) -> Iterator[Healed]:
    """Heal the gaps of each measurement that has sources, one result at a time.

    Args:
        clock: the edge's clock, UTC.
        tell: told of every part that was asked.
        since: leave older steps alone; default the series' first row.
        until: leave steps from here on alone.
    """
    for found in _healable(store, sources, clock(), since, measurement):
        lacking = _before(found.missing, until)
        if len(lacking):
            with asking(store, found.kind, clock=clock, tell=tell) as this:
                _fill(this, lacking, sources[found.kind.name])
            yield _healed(this, lacking)


def questions(
    store: Store,
    sources: Sources,
    *,
    now: pd.Timestamp,
    since: pd.Timestamp | None = None,
    until: pd.Timestamp | None = None,
    measurement: str | None = None,
) -> Iterator[Question]:
    """What `backfill` would ask for, without asking."""
    for found in _healable(store, sources, now, since, measurement):
        lacking, asked = _before(found.missing, until), sources[found.kind.name]
        able = {
            source.name: _worth_asking(store, found.kind, source, lacking, now) for source in asked
        }
        first = next((source for source in asked if len(able[source.name])), None)
        if first is None:
            continue
        every = lacking[lacking.isin(_union(able.values()))]
        for part in parts(every, found.kind, first.question):
            names = tuple(name for name, steps in able.items() if len(inside(steps, part)))
            yield Question(found.kind.name, part, len(inside(every, part)), names)


def _healable(
    store: Store,
    sources: Sources,
    now: pd.Timestamp,
    since: pd.Timestamp | None,
    measurement: str | None,
) -> Iterator[SeriesGaps]:
    for found in find_gaps(store, as_of=now, measurement=measurement, since=since):
        if found.kind.name in sources:
            yield found


def _fill(this: Asking, lacking: pd.DatetimeIndex, sources: Sequence[Source]) -> None:
    """Ask one source after the other until nothing is missing."""
    for source in sources:
        left = this.lacking(lacking)
        this.fill(source, _worth_asking(this.store, this.kind, source, left, this.now))
        _remember(this, source)


def _healed(this: Asking, lacking: pd.DatetimeIndex) -> Healed:
    left = this.lacking(lacking)
    absent = this.store.read("absences", tags={"measurement": this.kind.name}).index
    nowhere = int((left.isin(absent) & ~left.isin(list(this.unanswered))).sum())
    return Healed(
        this.kind.name,
        missing=len(lacking),
        healed=len(lacking) - len(left),
        not_available=nowhere,
        still_missing=len(left) - nowhere,
        runs=tuple(this.runs.values()),
    )


def _remember(this: Asking, source: Source) -> None:
    """Note that a source has nothing of some steps."""
    absent = this.absent.get(source.name)
    if absent is None or absent.empty:
        return
    tags = {"measurement": this.kind.name, "feed": source.name}
    before = this.store.read("absences", tags=tags)["asked"]
    times = before.reindex(absent).fillna(0).astype("int64") + 1
    moment = this.clock()
    rows = pd.DataFrame(
        {**tags, "asked": times, "source": "chocolib", "available_at": moment, "flag": ""},
        index=absent.rename("time"),
    )
    this.store.write("absences", rows, received_at=moment)


def _worth_asking(
    store: Store, kind: Measurement, source: Source, steps: pd.DatetimeIndex, now: pd.Timestamp
) -> pd.DatetimeIndex:
    """The steps that a source reaches and was not asked for in vain lately."""
    known = store.read("absences", tags={"measurement": kind.name, "feed": source.name})
    patience = pd.Series(_ASK_AGAIN, index=known.index)
    patience[known.index > now - _STILL_HOT] = _ASK_AGAIN_HOT
    lately = known.index[(known["available_at"] + patience > now).to_numpy()]
    return inside(steps[~steps.isin(lately)], source.reach(now))


def _union(indexes: Iterable[pd.DatetimeIndex]) -> list[pd.Timestamp]:
    return [step for index in indexes for step in index]


def _before(steps: pd.DatetimeIndex, until: pd.Timestamp | None) -> pd.DatetimeIndex:
    return steps if until is None else steps[steps < until]
