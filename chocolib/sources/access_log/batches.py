"""Logs read on from where they were left, a batch at a time, each with its new position."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from chocolib.core.traffic import Position
from chocolib.sources.access_log import marks
from chocolib.sources.access_log.counting import Counts
from chocolib.sources.access_log.files import Fault, LogFile
from chocolib.sources.access_log.pieces import DAMAGED, Piece, opened, pieces
from chocolib.sources.access_log.tally import Tally

#: A batch ends after so many bytes, or so many lines: memory stays small.
BATCH_BYTES = 32 * 2**20
BATCH_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Batch:
    """A part of a log, counted; to be kept together with its position or not at all.

    Attributes:
        log: what it is of.
        before: the position it goes on from; `None`: the log is new.
        after: the position behind it.
        counts: what is in it.
    """

    log: LogFile
    before: Position | None
    after: Position
    counts: Counts


def batches(log: LogFile, tally: Tally) -> Iterator[Batch | Fault]:
    """What is new in a log, and what went wrong with it.

    A log that is emptied and written anew while it is read is given up at its last batch; what
    was in it is found in its copy, what is in it now by the next reading.
    """
    try:
        with opened(log.path) as file:
            yield from _read(file, log, tally)
    except FileNotFoundError:
        return  # renamed just now: found by its beginning next time
    except OSError:
        yield "unreadable"


def _read(file: io.BufferedIOBase, log: LogFile, tally: Tally) -> Iterator[Batch | Fault]:
    before = log.position
    offset = before.offset if before else 0
    if not log.packed and offset > log.size:
        yield Batch(log, before, _position(log, log.size), tally.taken())
        yield "shortened"
        return
    began, faults = offset, list[Fault]()
    for piece in _sound(pieces(file, offset, final=log.packed), faults):
        tally.add(piece.text, too_long=piece.too_long)
        offset = piece.offset
        if offset - began >= BATCH_BYTES or tally.noted >= BATCH_LINES:
            if not _same(file, log):
                return
            after = _position(log, offset, partly=True)
            yield Batch(log, before, after, tally.taken())
            before, began = after, offset
    after = _position(log, offset)
    if after != before and _same(file, log):
        yield Batch(log, before, after, tally.taken())
    yield from faults


def _sound(parts: Iterator[Piece], faults: list[Fault]) -> Iterator[Piece]:
    """The pieces before the damage, if there is any."""
    try:
        yield from parts
    except DAMAGED:
        faults.append("damaged")


def _position(log: LogFile, offset: int, *, partly: bool = False) -> Position:
    """Of a packed log its size says that it was read to its end, so it is 0 until then."""
    size = 0 if partly and log.packed else log.size
    return Position(log.path.name, marks.mark(log.beginning), offset, size)


def _same(file: io.BufferedIOBase, log: LogFile) -> bool:
    """Whether it still begins as it did; a packed one is never written anew in its place."""
    if log.packed:
        return True
    where = file.tell()
    beginning = marks.head(file)
    file.seek(where)
    return beginning.startswith(log.beginning)
