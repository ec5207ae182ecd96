"""Knowing a log again by its beginning, whatever it is called now and however it is packed.

A renamed, copied or gzipped log begins as before; one that was emptied and written anew does not:
its first line has another time and another request.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable

from chocolib.core.traffic import Position

#: So much of its beginning is enough, and holds a first line.
HEAD_BYTES = 1024


def head(file: io.BufferedIOBase) -> bytes:
    """The beginning of a log; b"" while it has no whole line."""
    file.seek(0)
    read = b""
    while len(read) < HEAD_BYTES and (more := file.read1(HEAD_BYTES - len(read))):
        read += more
    return read if b"\n" in read or len(read) == HEAD_BYTES else b""


def mark(beginning: bytes) -> str:
    """How a beginning is remembered."""
    return f"{len(beginning)}:{hashlib.sha256(beginning).hexdigest()}"


def known(beginning: bytes, positions: Iterable[Position]) -> Position | None:
    """What is remembered of the log that begins so; of several the one with the longest mark."""
    lengths = {one.mark: int(one.mark.partition(":")[0]) for one in positions}
    by_length = sorted(positions, key=lambda one: lengths[one.mark], reverse=True)
    for one in by_length:
        length = lengths[one.mark]
        if length <= len(beginning) and mark(beginning[:length]) == one.mark:
            return one
    return None
