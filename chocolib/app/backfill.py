"""Healing gaps: each missing step from the best source that has it, the newest first.

Every part that was asked is stored at once, so a stopped backfill goes on where it was.
A step that a source was asked for and did not have is remembered, and that source is
not asked for it again too soon.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from chocolib.app.admission import admit
from chocolib.app.collect import CHUNK, Tell, overlap
from chocolib.app.gaps import SeriesGaps, find_gaps
from chocolib.app.runs import Run, keep_run
from chocolib.core.errors import SettingsError, SourceError
from chocolib.core.gaps import of_site, step_end, stretches
from chocolib.core.measurement import Measurement
from chocolib.core.ports import Source, Store
from chocolib.core.time import DAY, Window, iso

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


@dataclass(slots=True)
class _Round:
    """One measurement's backfill as it goes: who was asked, who failed, for what."""

    store: Store
    kind: Measurement
    now: pd.Timestamp
    runs: dict[str, Run] = field(default_factory=dict)
    unanswered: set[pd.Timestamp] = field(default_factory=set)

    def failed(self, source: Source) -> bool:
        """Whether a source is given up for this round."""
        run = self.runs.get(source.name)
        return run is not None and run.error is not None


def backfill(
    store: Store,
    sources: Sources,
    *,
    now: pd.Timestamp,
    tell: Tell,
    since: pd.Timestamp | None = None,
    until: pd.Timestamp | None = None,
    measurement: str | None = None,
) -> Iterator[Healed]:
    """Heal the gaps of each measurement that has sources, one result at a time.

    Args:
        now: the edge's clock, UTC.
        tell: told of every part that was asked.
        since: leave older steps alone; default the series' first row.
        until: leave steps from here on alone.
    """
    for found in _healable(store, sources, now, since, measurement):
        lacking = _before(found.missing, until)
        if len(lacking):
            yield _heal(store, found.kind, lacking, sources[found.kind.name], now, tell)


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
        kind, asked = found.kind, sources[found.kind.name]
        for part in _parts(_before(found.missing, until), kind):
            steps = _inside(found.missing, part)
            able = [s for s in asked if _worth_asking(store, kind, s, steps, now) is not None]
            if able:
                yield Question(kind.name, part, len(steps), tuple(s.name for s in able))


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


def _heal(
    store: Store,
    kind: Measurement,
    lacking: pd.DatetimeIndex,
    sources: Sequence[Source],
    now: pd.Timestamp,
    tell: Tell,
) -> Healed:
    this = _Round(store, kind, now)
    try:
        for part in _parts(lacking, kind):
            _ask_for(this, _inside(lacking, part), sources, tell)
    finally:
        for run in this.runs.values():
            keep_run(store, run)
    left = lacking[~lacking.isin(_held(store, kind, lacking))]
    absent = store.read("absences", tags={"measurement": kind.name}).index
    answered = left.isin(absent) & ~left.isin(list(this.unanswered))
    nowhere = int(answered.sum())
    return Healed(
        kind.name,
        missing=len(lacking),
        healed=len(lacking) - len(left),
        not_available=nowhere,
        still_missing=len(left) - nowhere,
        runs=tuple(this.runs.values()),
    )


def _ask_for(this: _Round, steps: pd.DatetimeIndex, sources: Sequence[Source], tell: Tell) -> None:
    """One part from one source after the other, until nothing of it is missing."""
    for source in sources:
        steps = steps[~steps.isin(_held(this.store, this.kind, steps))]
        if steps.empty:
            return
        window = _worth_asking(this.store, this.kind, source, steps, this.now)
        if window is None:
            continue
        inside = _inside(steps, window)
        if this.failed(source) or not _fetch(this, source, window, tell):
            this.unanswered |= set(inside)
            continue
        left = inside[~inside.isin(_held(this.store, this.kind, inside))]
        _remember(this, source, left)


def _fetch(this: _Round, source: Source, window: Window, tell: Tell) -> bool:
    """Ask one source for one part and store it; whether it answered."""
    name = this.kind.name
    run = this.runs.setdefault(source.name, Run(name, source.name, window, this.now))
    run.window = Window(min(run.window.start, window.start), max(run.window.end, window.end))
    try:
        frame = source.fetch(window)
    except (SourceError, SettingsError) as error:
        run.error = error
        return False
    written = admit(this.store, name, frame, received_at=this.now, origin=source.name)
    run.written += written
    tell(run, window, written)
    return True


def _remember(this: _Round, source: Source, absent: pd.DatetimeIndex) -> None:
    """Note that a source has nothing of some steps."""
    if absent.empty:
        return
    tags = {"measurement": this.kind.name, "feed": source.name}
    before = this.store.read("absences", tags=tags)["asked"]
    times = before.reindex(absent).fillna(0).astype("int64") + 1
    rows = pd.DataFrame(
        {**tags, "asked": times, "source": "chocolib", "available_at": this.now, "flag": ""},
        index=absent.rename("time"),
    )
    this.store.write("absences", rows, received_at=this.now)


def _worth_asking(
    store: Store, kind: Measurement, source: Source, steps: pd.DatetimeIndex, now: pd.Timestamp
) -> Window | None:
    """The span of the steps that a source reaches and was not asked for lately."""
    known = store.read("absences", tags={"measurement": kind.name, "feed": source.name})
    patience = pd.Series(_ASK_AGAIN, index=known.index)
    patience[known.index > now - _STILL_HOT] = _ASK_AGAIN_HOT
    lately = known.index[(known["available_at"] + patience > now).to_numpy()]
    wanted = steps[~steps.isin(lately)]
    if wanted.empty:
        return None
    return overlap(Window(wanted.min(), step_end(kind, wanted.max())), source.reach(now))


def _parts(lacking: pd.DatetimeIndex, kind: Measurement) -> Iterator[Window]:
    """Windows over all missing steps, none longer than one question, the newest first."""
    end: pd.Timestamp | None = None
    start: pd.Timestamp | None = None
    for stretch in reversed(list(stretches(lacking, kind))):
        for piece in reversed(list(stretch.split(CHUNK))):
            if start is not None and end is not None and end - piece.start <= CHUNK:
                start = piece.start
                continue
            if start is not None and end is not None:
                yield Window(start, end)
            start, end = piece.start, piece.end
    if start is not None and end is not None:
        yield Window(start, end)


def _held(store: Store, kind: Measurement, steps: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The steps there are now between the first and the last of some."""
    if steps.empty:
        return steps
    window = Window(steps.min(), step_end(kind, steps.max()))
    return pd.DatetimeIndex(of_site(store.read(kind.name, window), kind).index)


def _inside(steps: pd.DatetimeIndex, window: Window) -> pd.DatetimeIndex:
    chosen: pd.DatetimeIndex = steps[(steps >= window.start) & (steps < window.end)]
    return chosen


def _before(steps: pd.DatetimeIndex, until: pd.Timestamp | None) -> pd.DatetimeIndex:
    return steps if until is None else steps[steps < until]
