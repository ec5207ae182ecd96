"""Asking sources for steps: part by part, each part stored at once, every source's run kept.

Used by the rounds of `collect`, which look ahead, and by `backfill`, which looks back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd

from chocolib.app.admission import admit
from chocolib.app.runs import Run, begin_run, keep_run, note_run
from chocolib.core.errors import SettingsError, SourceChanged, SourceError
from chocolib.core.gaps import of_site, step_end, stretches
from chocolib.core.measurement import Measurement
from chocolib.core.ports import Source, Store
from chocolib.core.results import Written
from chocolib.core.time import Window, inside

#: The edge's clock, UTC: read when an answer has come, for that is when its rows are known.
Clock = Callable[[], pd.Timestamp]
#: Told of every part that was asked: its run so far, the part, and what came of it.
Tell = Callable[[Run, Window, Written], None]

#: So many strange answers in a row, and a source is not asked again in this round.
_PATIENCE = 3


@dataclass(slots=True)
class Asking:
    """One measurement's sources as they are asked in one round.

    Attributes:
        now: when the round began, UTC: what is due is judged by it.
        runs: one for each source that was asked, by name.
        unanswered: steps that a source failed to answer for.
        absent: by source, steps that it was asked for and did not send.
    """

    store: Store
    kind: Measurement
    clock: Clock
    tell: Tell
    now: pd.Timestamp
    runs: dict[str, Run] = field(default_factory=dict)
    unanswered: set[pd.Timestamp] = field(default_factory=set)
    absent: dict[str, pd.DatetimeIndex] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)
    _strange: Counter[str] = field(default_factory=Counter)
    _given_up: set[str] = field(default_factory=set)

    def held(self, steps: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """The steps there are now between the first and the last of some."""
        if steps.empty:
            return steps
        window = Window(steps.min(), step_end(self.kind, steps.max()))
        rows = of_site(self.store.read(self.kind.name, window), self.kind)
        return pd.DatetimeIndex(rows.index)

    def lacking(self, steps: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Those of some steps that are not there now."""
        return steps[~steps.isin(self.held(steps))]

    def answered(self) -> bool:
        """Whether any source has answered anything so far."""
        return bool(self._answered)

    def whole(self, source: Source, window: Window) -> None:
        """Ask for everything in a window, the oldest part first."""
        for part in window.split(source.question):
            self._ask(source, part, None)

    def fill(self, source: Source, steps: pd.DatetimeIndex) -> None:
        """Ask for some steps and store nothing else, the newest part first."""
        reach = source.reach(self.now)
        for part in parts(inside(steps, reach), self.kind, source.question):
            asked = part.overlap(reach)
            if asked:
                self._ask(source, asked, inside(steps, asked))

    def _ask(self, source: Source, window: Window, only: pd.DatetimeIndex | None) -> None:
        if source.name in self._given_up:
            self.unanswered |= set(() if only is None else only)
            return
        run = self._run(source, window)
        try:
            frame = source.fetch(window)
        except (SourceError, SettingsError) as error:
            self._failed(source, error)
            self.unanswered |= set(() if only is None else only)
            return
        self._strange[source.name] = 0
        self._answered.add(source.name)
        if only is not None:
            self._note_absent(source, only, pd.DatetimeIndex(frame.index))
            frame = frame[frame.index.isin(only)]
        written = admit(
            self.store, self.kind.name, frame, received_at=self.clock(), origin=source.name
        )
        run.written += written
        note_run(self.store, run)
        self.tell(run, window, written)

    def _run(self, source: Source, window: Window) -> Run:
        if source.name not in self.runs:
            new = Run(self.kind.name, source.name, window, self.clock())
            self.runs[source.name] = begin_run(self.store, new)
        run = self.runs[source.name]
        first, last = min(run.window.start, window.start), max(run.window.end, window.end)
        run.window = Window(first, last)
        return run

    def _failed(self, source: Source, error: SourceError | SettingsError) -> None:
        """A strange answer may be of one part only; anything else will not pass soon."""
        self.runs[source.name].error = error
        self._strange[source.name] += 1
        is_strange = isinstance(error, SourceChanged)
        if not is_strange or self._strange[source.name] >= _PATIENCE:
            self._given_up.add(source.name)

    def _note_absent(self, source: Source, asked: pd.DatetimeIndex, came: pd.DatetimeIndex) -> None:
        """Steps that did not come; one that came and was refused did come."""
        missing = asked[~asked.isin(came)]
        before = self.absent.get(source.name, missing[:0])
        self.absent[source.name] = pd.DatetimeIndex(before.append(missing)).sort_values()


@contextmanager
def asking(store: Store, kind: Measurement, *, clock: Clock, tell: Tell) -> Iterator[Asking]:
    """A round of asking; its runs are kept however it ends, those it was cut off in as such."""
    this = Asking(store, kind, clock, tell, now=clock())
    ended = False
    try:
        yield this
        ended = True
    finally:
        for run in this.runs.values():
            keep_run(store, run, ended=ended)


def parts(steps: pd.DatetimeIndex, kind: Measurement, longest: pd.Timedelta) -> Iterator[Window]:
    """Windows over all of some steps, none longer than one question, the newest first."""
    open_: Window | None = None
    for stretch in reversed(list(stretches(steps, kind))):
        for piece in reversed(list(stretch.split(longest))):
            if open_ is not None and open_.end - piece.start <= longest:
                open_ = Window(piece.start, open_.end)
                continue
            if open_ is not None:
                yield open_
            open_ = piece
    if open_ is not None:
        yield open_
