"""One process at a time: a lock of the system on a file, which ends with its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import portalocker

from chocolib.core.errors import DataError


@contextmanager
def locked(path: Path, *, patience_s: float = 60.0, busy: str = "") -> Iterator[None]:
    """Hold the lock of a file, whose folder is made if need be.

    Args:
        patience_s: seconds to wait for another process that holds it.
        busy: what the error says where one holds it still.

    Raises:
        DataError: another one holds it still, or the file cannot be made.
    """
    lock = portalocker.Lock(path, timeout=patience_s)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except portalocker.LockException as error:
        what = f"cannot be locked ({error})"
        raise DataError(busy or what, path=str(path), hint="try again later" * bool(busy)) from None
    except OSError as error:
        raise DataError(f"cannot be locked ({error})", path=str(path)) from None
    try:
        yield
    finally:
        lock.release()
