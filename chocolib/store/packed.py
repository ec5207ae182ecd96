"""A gzip file that knows its own SHA-256, so that any byte that changes is found.

It is written and read in pieces. The head has an extra field (RFC 1952, 2.3.1.1) named `CH`:
the SHA-256 of all that follows the head. Other programs pass over it: `tar xzf` unpacks the
file as any other. Inside an encrypted file the field is left empty, for there every byte is
vouched for by the encryption.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from chocolib.core.errors import DataError

#: Bytes read or given out at a time.
PIECE = 2**20

_LEVEL = 1  # JSON, HTML and SQLite pages: the others take several times as long for little
_DIGEST = 32
_HEAD = b"\x1f\x8b\x08\x04" + bytes(5) + b"\x03" + b"\x24\x00" + b"CH" + b"\x20\x00"
_TAIL = 8  # CRC and length, for other programs


class Writable(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Take them all."""
        ...


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int, /) -> bytes:
        """At most so many; none at the end."""
        ...


class Packer:
    """Compresses what it is given into a file.

    Args:
        into: where the file begins.
    """

    def __init__(self, into: Writable) -> None:
        self._into = into
        self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._digest = hashlib.sha256()
        self._crc = self._size = 0
        into.write(_HEAD + bytes(_DIGEST))

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self._crc, self._size = zlib.crc32(data, self._crc), self._size + len(data)
        self._put(self._deflate.compress(data))

    def close(self) -> None:
        """Write what is left; the head is still without the digest."""
        tail = self._crc.to_bytes(4, "little") + (self._size % 2**32).to_bytes(4, "little")
        self._put(self._deflate.flush() + tail)

    def sign(self, file: BinaryIO) -> None:
        """Put the digest into the head of the file, which begins at its first byte."""
        file.seek(len(_HEAD))
        file.write(self._digest.digest())

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._into.write(data)


def unpack(file: Readable, *, vouched: bool) -> Iterator[bytes]:
    """What was packed, in pieces of at most `PIECE` bytes; complete only when it has ended.

    Args:
        vouched: whether somebody else answers for each byte, so that no digest is needed.

    Raises:
        DataError: not such a file, or not as it was written.
    """
    if _exactly(file, len(_HEAD)) != _HEAD:
        raise DataError("it is not an archive of chocolib")
    wanted, digest = _exactly(file, _DIGEST), hashlib.sha256()
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = b""
    while not inflate.eof:
        data = left or file.read(PIECE)
        if not left:
            digest.update(data)
        yield _inflated(inflate, data)
        left = inflate.unconsumed_tail
    rest = inflate.unused_data
    while data := file.read(PIECE):
        digest.update(data)
        rest = rest[: _TAIL + 1] + data
    if len(rest) != _TAIL or not (vouched or hmac.compare_digest(wanted, digest.digest())):
        raise DataError("the archive is not as it was written")


def _inflated(inflate: zlib._Decompress, data: bytes) -> bytes:
    if not data:
        raise DataError("the archive ends too early")
    try:
        return inflate.decompress(data, PIECE)
    except zlib.error:
        raise DataError("the archive is damaged") from None


def _exactly(file: Readable, size: int) -> bytes:
    found = b""
    while len(found) < size and (more := file.read(size - len(found))):
        found += more
    return found
