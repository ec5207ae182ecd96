"""Small files that are whole or not there: written beside, flushed, then put in place."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from chocolib.core.errors import DataError


def write(path: Path, content: bytes) -> None:
    """Write a file and have it on the disk before going on.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def settled(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can be asked for that.

    Raises:
        OSError: they cannot be written.
    """
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_once(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, unless another process was faster.

    Raises:
        OSError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(0o600)
    write(draft, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # the other one's counts
    finally:
        draft.unlink()


def replace(path: Path, content: bytes, *, private: bool = False) -> None:
    """Put a file in the place of an older one, in one step.

    Args:
        private: only its owner may read it.

    Raises:
        DataError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.touch(0o600 if private else 0o666)
        write(draft, content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()  # half of it would only take room
        raise DataError(f"cannot be written ({error.strerror})", path=str(path)) from None
