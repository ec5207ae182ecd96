"""Flux: the questions the store asks, and the annotated CSV in which InfluxDB answers.

Questions are a range, equality filters and a pivot, nothing that SQL or InfluxQL could
not say as well; whatever else a reader wants is done with pandas afterwards.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.time import Window, iso
from chocolib.store.line import tag_text

#: All that can be asked for at once: a span is counted in nanoseconds, in 64 bits.
EVER = Window(pd.Timestamp("1900-01-01T00:00Z"), pd.Timestamp("2190-01-01T00:00Z"))

_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_ANNOTATION = re.compile(rb"\n#")
_BLANK_HEADER = b"-\n"
_NUMBERS = {"double": "float64", "long": "Int64", "unsignedLong": "UInt64"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which points of a bucket: one measurement in a window, tags equal to values.

    Attributes:
        window: of whole seconds, not empty.
        tags: values as they are in a frame; an empty one is not asked for.
    """

    bucket: str
    measurement: str
    window: Window
    tags: Mapping[str, str | int]

    def question(self, fields: Sequence[str] = ()) -> str:
        """One row per point, its fields side by side; only the named ones if any are."""
        return (
            f'{self._found(fields)} |> pivot(rowKey: ["_time"], columnKey: ["_field"], '
            'valueColumn: "_value") |> drop(columns: ["_start", "_stop", "_measurement"])'
        )

    def end_of(self, side: Literal["first", "last"], field: str) -> str:
        """The first or last point of each series."""
        return f"{self._found([field])} |> {side}()"

    def _found(self, fields: Sequence[str]) -> str:
        clauses = [_equal("_measurement", self.measurement)]
        clauses += [
            _equal(t, tag_text(str(value))) for t, value in self.tags.items() if value != ""
        ]
        if fields:
            clauses.append(f"({' or '.join(_equal('_field', name) for name in fields)})")
        return (
            f"from(bucket: {literal(self.bucket)}) "
            f"|> range(start: {iso(self.window.start)}, stop: {iso(self.window.end)}) "
            f"|> filter(fn: (r) => {' and '.join(clauses)})"
        )


def literal(text: str) -> str:
    """A Flux string that means exactly `text`, whatever is in it."""
    safe = "".join(_ESCAPES.get(c, c if c >= " " else f"\\x{ord(c):02x}") for c in text)
    return '"' + safe.replace("${", r"\${") + '"'


def _equal(column: str, value: str) -> str:
    return f"r.{column} == {literal(value)}"


def tables(body: bytes) -> list[pd.DataFrame]:
    """The tables of an answer, one frame for each schema in it; none when nothing was found.

    Columns are as InfluxDB names them, without `result` and `table`: `double` is float64,
    `long` is Int64, everything else text, where "" may mean that there was none.

    Raises:
        DataError: it is no answer of InfluxDB's, was cut short, or holds an error.
    """
    try:
        return _tables(body)
    except (ValueError, TypeError, KeyError, csv.Error):
        raise DataError("InfluxDB's answer is not annotated CSV, or was cut short") from None


def _tables(body: bytes) -> list[pd.DataFrame]:
    if not body.strip():
        return []
    if not (body.startswith(b"#") and body.endswith(b"\r\n")):
        raise ValueError("no annotations, or no end")
    starts = _annotations(body)
    firsts = [at for before, at in pairwise([-1, *starts]) if _is_first(body, before, at)]
    schemas: dict[bytes, list[bytes]] = {}
    for at, end in pairwise([*firsts, len(body)]):
        heading = _end_of_heading(body, at)
        schemas.setdefault(body[at:heading], []).append(body[heading:end])
    return [_table(heading, b"".join(parts)) for heading, parts in schemas.items()]


def _annotations(body: bytes) -> list[int]:
    """Where the annotation lines begin.

    A text may hold a line break and a `#` of its own, but only between quotes: before
    an annotation the number of quotes is even.
    """
    starts, quotes, seen = [0] if body.startswith(b"#") else [], 0, 0
    for found in _ANNOTATION.finditer(body):
        quotes += body.count(b'"', seen, found.start())
        seen = found.start()
        if quotes % 2 == 0:
            starts.append(seen + 1)
    return starts


def _is_first(body: bytes, before: int, at: int) -> bool:
    """Whether an annotation does not follow another one: a block begins."""
    return before < 0 or body.find(b"\n", before) + 1 != at


def _end_of_heading(body: bytes, at: int) -> int:
    """Where the rows of a block begin, after its annotations and its header."""
    while body.startswith(b"#", at):
        at = body.index(b"\n", at) + 1
    return body.find(b"\n", at) + 1 or len(body)


def _table(heading: bytes, rows: bytes) -> pd.DataFrame:
    """The rows of one schema."""
    *lines, header = csv.reader(io.StringIO(heading.decode(), newline=""))
    annotations = {cells[0]: dict(zip(header, cells, strict=True)) for cells in lines}
    if header[1:3] == ["error", "reference"]:
        told = next(csv.reader(io.StringIO(rows.decode(), newline="")), ["", "no reason given"])
        raise DataError(f"InfluxDB stopped in the middle of its answer: {told[1]}")
    kinds, defaults = annotations["#datatype"], annotations.get("#default", {})
    wanted = [name for name in header[1:] if name not in ("result", "table")]
    numbers = {name: _NUMBERS[kinds[name]] for name in wanted if kinds[name] in _NUMBERS}
    frame = pd.read_csv(
        io.BytesIO(_BLANK_HEADER + rows),
        header=0,
        names=header,
        usecols=wanted,
        dtype=dict.fromkeys(wanted, "str") | numbers,
        keep_default_na=False,
        na_values={name: [""] for name in numbers},
    )
    stated = {name: defaults[name] for name in wanted if defaults.get(name)}
    return frame.assign(**{name: frame[name].replace("", stated[name]) for name in stated})
