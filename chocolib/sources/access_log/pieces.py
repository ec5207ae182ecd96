"""The lines of a growing file from a byte on, some at a time, however long they are."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chocolib.sources.access_log.lines import LONGEST_BYTES

#: Small enough for a processor's own memory: larger ones are read a fifth slower.
CHUNK = 1 << 17
#: What a gzipped file does when it is not whole.
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some whole lines.

    Attributes:
        text: each with its newline.
        offset: where the next one begins.
        too_long: how many were longer than `LONGEST_BYTES` and passed over unread.
    """

    text: bytes
    offset: int
    too_long: int = 0


def opened(path: Path) -> io.BufferedIOBase:
    """A log for reading, unpacked; of its name only the end counts.

    Raises:
        OSError: it cannot be read.
    """
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def pieces(file: io.BufferedIOBase, offset: int, *, final: bool) -> Iterator[Piece]:
    """Whole lines from `offset` on; the beginning of one without newline waits for its rest.

    An offset inside a line is inside one that was too long: its rest is passed over.

    Args:
        final: nothing will be added: a last line without newline is one.

    Raises:
        OSError, EOFError, zlib.error: the file is damaged from there on.
    """
    passing = _begins_inside(file, offset)
    rest = b""
    while chunk := file.read1(CHUNK):
        if passing:
            end = chunk.find(b"\n") + 1
            offset += end or len(chunk)
            if not end:
                yield Piece(b"", offset)
                continue
            chunk, passing = chunk[end:], False
        whole = rest + chunk
        end = whole.rfind(b"\n") + 1
        left = whole[end:]
        offset += end
        passing = len(left) > LONGEST_BYTES
        rest = b"" if passing else left
        offset += len(left) - len(rest)
        yield Piece(whole[:end], offset, int(passing))
    if final and rest:
        yield Piece(rest + b"\n", offset + len(rest))


def _begins_inside(file: io.BufferedIOBase, offset: int) -> bool:
    if not offset:
        file.seek(0)
        return False
    file.seek(offset - 1)
    return file.read(1) != b"\n"
