"""Encryption with age (https://age-encryption.org/v1), by pyrage: streams sealed and opened.

A recipient (`age1...`) may be known to everyone; only the identity that belongs to it opens
what was sealed. The library reads from one file and writes into another, so it works at the
other end of a pipe.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import pyrage

from chocolib.core.errors import DataError, SettingsError
from chocolib.store.packed import Readable, Writable

#: How every sealed file begins.
MAGIC = b"age-encryption.org/v1"

_ERRORS = (OSError, pyrage.EncryptError, pyrage.DecryptError)


def recipients(written: Sequence[str]) -> list[Any]:
    """Recipients as pyrage has them.

    Raises:
        SettingsError: one that is none; it is not shown, for it may be a key.
    """
    found = []
    for place, text in enumerate(written, start=1):
        try:
            found.append(pyrage.x25519.Recipient.from_str(text))
        except pyrage.RecipientError:
            what = f"CHOCOLIB_BACKUP_RECIPIENTS: number {place} is not a recipient of age"
            raise SettingsError(what, hint="it begins with age1; age-keygen prints it") from None
    return found


def identities(path: Path, *, named: str = "CHOCOLIB_BACKUP_IDENTITY") -> list[Any]:
    """The identities of a file as `age-keygen` writes it.

    Args:
        named: the setting that names the file.

    Raises:
        SettingsError: it cannot be read, or a line is none; nothing of it is shown.
    """
    where = f"{named}: {path}"
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        keys = [line for line in lines if line and not line.startswith("#")]
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not a text"
        raise SettingsError(f"{where} cannot be read ({why})") from None
    except pyrage.IdentityError:
        raise SettingsError(f"{where} is not a file of identities of age") from None
    if not found:
        raise SettingsError(f"{where} has no identity", hint="age-keygen makes one")
    return found


def unsealed(sealed_text: str, by: Sequence[Any]) -> bytes | None:
    """What a short text holds that age sealed (armored); None where no identity opens it."""
    try:
        return bytes(pyrage.decrypt(sealed_text.encode(), by))
    except pyrage.DecryptError:
        return None


@contextmanager
def sealed(into: Writable, to: Sequence[Any]) -> Iterator[Writable]:
    """What is written to it comes into a file encrypted.

    Raises:
        OSError: the file cannot be written.
    """
    reading, writing = _pipe()
    work = _Work(lambda: pyrage.encrypt_io(reading, _Whole(into), to), closes=reading)
    try:
        with writing:
            yield writing
    except BrokenPipeError:
        work.end()
        raise
    finally:
        work.join()
    work.end()


@contextmanager
def opened(file: BinaryIO, by: Sequence[Any]) -> Iterator[Readable]:
    """What is read from it is the file decrypted; true as far as it goes, whole at its end.

    Raises:
        DataError: not for this identity, or not as it was written. It is raised when the
            reader has come to the end, which then came too early.
    """
    reading, writing = _pipe()
    work = _Work(lambda: pyrage.decrypt_io(file, writing, by), closes=writing)
    with reading:
        try:
            yield _Told(reading, work)
        finally:
            reading.close()  # whoever writes still is told so
            work.join()


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


class _Whole:
    """Writes whole pieces, as pyrage asks for."""

    def __init__(self, into: Writable) -> None:
        self._into = into

    def write(self, data: bytes) -> int:
        self._into.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


class _Work:
    """One end of the pipe, in a thread of its own."""

    def __init__(self, do: Callable[[], None], *, closes: BinaryIO) -> None:
        self._do, self._closes = do, closes
        self.failed: Exception | None = None
        self._thread = Thread(target=self._run, name="age", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with self._closes:
                self._do()
        except _ERRORS as error:
            self.failed = error

    def join(self) -> None:
        """Wait for it."""
        self._thread.join()

    def end(self) -> None:
        """Wait for it; an error of its is raised here."""
        self.join()
        if isinstance(self.failed, OSError):
            raise self.failed
        if self.failed is not None:
            raise OSError(str(self.failed))


class _Told:
    """Reads from the pipe; at its end says how the other side ended."""

    def __init__(self, file: BinaryIO, work: _Work) -> None:
        self._file, self._work = file, work

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) < size:
            self._work.join()
            if isinstance(self._work.failed, pyrage.DecryptError):
                what = "the identity does not open it, or its head is damaged"
                raise DataError(what, hint="CHOCOLIB_BACKUP_IDENTITY names the identity's file")
            if self._work.failed is not None:
                raise DataError("the encrypted archive is not as it was written")
        return data
