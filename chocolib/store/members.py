"""Files one after the other in a stream, as tar: regular files only, nothing else is read.

`tarfile` is asked for single headers only. So links, devices, sparse files and headers of any
length, which its reader follows, are all the same here: not a file of a backup.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import BinaryIO

from chocolib.core.errors import DataError
from chocolib.store.packed import PIECE, Writable

_BLOCK = tarfile.BLOCKSIZE
_END = bytes(2 * _BLOCK)


def put(into: Writable, name: str, size: int, file: BinaryIO) -> Iterator[bytes]:
    """Write a member and give out what is written, piece by piece.

    Args:
        file: its first `size` bytes are taken; one that has grown meanwhile is cut there.

    Raises:
        DataError: the name is too long or the file too large for the format, or the file
            has become shorter.
    """
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    try:
        into.write(head.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict"))
    except ValueError as error:
        raise DataError(f"it cannot be put into an archive ({error})", path=name) from None
    left = size
    while left:
        data = file.read(min(PIECE, left))
        if not data:
            raise DataError("it became shorter while it was read", path=name)
        into.write(data)
        left -= len(data)
        yield data
    into.write(bytes(-size % _BLOCK))


def finish(into: Writable) -> None:
    """Write the end."""
    into.write(_END)


class Members:
    """What `put` and `finish` wrote.

    Args:
        pieces: the stream.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def next(self) -> tuple[str, int] | None:
        """Name and size of the next member, whose bytes must be taken next; None at the end.

        Raises:
            DataError: something else than a regular file, or the stream is damaged.
        """
        block = b"".join(self._take(_BLOCK))
        if block == _END[:_BLOCK]:
            self._ends()
            return None
        try:
            head = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError):
            raise DataError("the archive is damaged") from None
        if block[156:157] != tarfile.REGTYPE:
            raise DataError("it is not a plain file; nothing else belongs there", path=head.name)
        return head.name, head.size

    def content(self, size: int) -> Iterator[bytes]:
        """The bytes of the member that `next` told of.

        Raises:
            DataError: the stream is damaged.
        """
        yield from self._take(size)
        if any(b"".join(self._take(-size % _BLOCK))):
            raise DataError("the archive is damaged")

    def _take(self, size: int) -> Iterator[bytes]:
        while size:
            if not self._left:
                self._left = memoryview(next(filter(None, self._pieces), b""))
            if not self._left:
                raise DataError("the archive ends too early")
            piece, self._left = self._left[:size], self._left[size:]
            size -= len(piece)
            yield bytes(piece)

    def _ends(self) -> None:
        rest = bytes(self._left) + b"".join(self._at_most(_BLOCK - len(self._left)))
        if rest != _END[_BLOCK:]:
            raise DataError("the archive does not end where it should")

    def _at_most(self, size: int) -> Iterator[bytes]:
        """What is left of the stream, read to its end, which proves it; a byte more is enough."""
        for piece in self._pieces:
            if size >= 0:
                yield piece[: size + 1]
            size -= len(piece)
