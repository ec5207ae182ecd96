"""One bucket of InfluxDB: points asked for page by page, points put in step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.measurement import Measurement
from chocolib.core.time import DAY, Window
from chocolib.store import flux, line, points
from chocolib.store.delivery import NotTaken, deliver
from chocolib.store.influx_http import Server
from chocolib.store.placing import Places

Tags = Mapping[str, str | int]

#: The longest span of one question.
PAGE = 180 * DAY

_SECOND = pd.Timedelta(seconds=1)
_EPOCH = Window(pd.Timestamp(0, tz="UTC"), pd.Timestamp(1, unit="s", tz="UTC"))


class Bucket:
    """The points of one bucket, as tables (see `store.points`).

    Every method raises `SettingsError` or `DataError` as `influx_http.Server` does.
    """

    def __init__(self, server: Server) -> None:
        self.address = server.endpoint.address
        self._name = server.endpoint.bucket
        self._server = server

    def close(self) -> None:
        """Let go of the connections."""
        self._server.close()

    def points(
        self,
        kind: Measurement,
        window: Window | None = None,
        tags: Tags | None = None,
        *,
        earlier: bool,
        columns: Sequence[str] = (),
    ) -> pd.DataFrame:
        """The points in `window` (all without one), each version once; see `points.found`.

        Args:
            earlier: whether to look for replaced versions too.
            columns: tags and provenance only; default all columns.

        Raises:
            DataError: a tag that the measurement has not; points that are not chocolib's.
        """
        tags = tags or {}
        _refuse_unknown(kind, tags)
        fields = points.STANDING if columns else ()
        now, before = [], []
        for page in self._pages(kind, window, tags):
            now += self._tables(points.home(kind, earlier=False), page, tags, fields)
            if earlier:
                before += self._tables(points.home(kind, earlier=True), page, tags, fields)
        found = points.found(now, before, kind, columns)
        for name in (name for name, value in tags.items() if value == ""):
            found = found[found[name] == ""]  # an empty tag is not stored: nothing to ask for
        return found

    def backwards(
        self, kind: Measurement, tags: Tags | None, first: pd.Timedelta
    ) -> Iterator[Window]:
        """Pages from the newest point to the oldest, each longer than the one before."""
        _refuse_unknown(kind, tags or {})
        whole = self._extent(kind, tags or {})
        if whole is None:
            return
        end, step = whole.end, first
        while end > whole.start:
            start = max(end - step, whole.start)
            yield Window(start, end)
            end, step = start, min(2 * step, PAGE)

    def put(self, kind: Measurement, steps: Places) -> dict[int, str]:
        """Write points in their order; a row that is refused in one step is left out after it.

        Returns:
            The rows that were refused, each with the server's reason.
        """
        refused: dict[int, str] = {}
        for rows, lines in steps.lines(kind):
            left = [place for place, row in enumerate(rows) if row not in refused]
            answer = deliver([lines[place] for place in left], self._server.send)
            refused |= {rows[left[place]]: reason for place, reason in answer.items()}
        return refused

    def note(self, name: str, tags: Tags) -> dict[str, int]:
        """Numbers kept under a name, empty when none are."""
        tables = self._tables(name, _EPOCH, tags)
        kept = tables[0].select_dtypes("number") if tables else pd.DataFrame()
        return {str(field): int(kept[field].iloc[0]) for field in kept}

    def keep_note(self, name: str, tags: Tags, **numbers: int) -> None:
        """Keep numbers under a name, in place of those that were there.

        Raises:
            DataError: the bucket does not keep points for ever.
        """
        labels = {tag: pd.Series([str(value)]) for tag, value in tags.items()}
        fields = [line.integers(field, pd.Series([value])) for field, value in numbers.items()]
        try:
            self._server.send(line.lines(name, labels, fields, np.zeros(1, dtype="int64"))[0])
        except NotTaken as answer:
            what = f"refuses a point of 1970 ({answer.reason})"
            hint = "the bucket must keep points for ever: retention 0"
            raise DataError(what, path=self.address, hint=hint) from None

    def _pages(self, kind: Measurement, window: Window | None, tags: Tags) -> Iterator[Window]:
        bounds: Window | None = flux.EVER
        if window is None or window.end - window.start > PAGE:
            bounds = self._extent(kind, tags)
        if bounds is not None:
            within = bounds if window is None else _overlap(window, bounds)
            yield from within.split(PAGE)

    def _extent(self, kind: Measurement, tags: Tags) -> Window | None:
        """From the first to the last time that has a point; None when there is none."""
        everything = flux.Selection(self._name, kind.name, flux.EVER, tags)
        first = self._answer(everything.end_of("first", "available_at"))
        last = self._answer(everything.end_of("last", "available_at"))
        if not first or not last:
            return None
        start = min(points.moments(table).min() for table in first)
        return Window(start, max(points.moments(table).max() for table in last) + _SECOND)

    def _tables(
        self, measurement: str, window: Window, tags: Tags, fields: Sequence[str] = ()
    ) -> list[pd.DataFrame]:
        return self._answer(flux.Selection(self._name, measurement, window, tags).question(fields))

    def _answer(self, question: str) -> list[pd.DataFrame]:
        body = self._server.ask(question)
        try:
            return flux.tables(body)
        except DataError as error:
            raise DataError(error.message, path=self.address) from None


def _refuse_unknown(kind: Measurement, tags: Tags) -> None:
    unknown = set(tags) - set(kind.key[1:])
    if unknown:
        raise DataError(f"{kind.name} has no tag {', '.join(sorted(unknown))}")


def _overlap(window: Window, bounds: Window) -> Window:
    """What both have in common, in whole seconds; empty when they have nothing."""
    start = max(window.start, bounds.start).floor("s")
    return Window(start, max(start, min(window.end, bounds.end).floor("s")))
