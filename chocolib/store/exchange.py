"""Two folders change their names with each other, in one step where the system can."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
#: What a system or a file system answers that cannot do it.
_UNKNOWN = (errno.ENOSYS, errno.EINVAL)


def exchange(one: Path, other: Path) -> None:
    """Each folder stands where the other one stood; both must be on one file system.

    On Linux that is one step (renameat2(2)); elsewhere three, of which the first two leave
    a moment in which `one` is not there.

    Raises:
        OSError: they cannot be renamed.
    """
    if _at_once(one, other):
        return
    between = one.with_name(f".{one.name}.between")
    one.rename(between)
    try:
        other.rename(one)
    except OSError:
        between.rename(one)
        raise
    between.rename(other)


def _at_once(one: Path, other: Path) -> bool:
    """Whether the system did it in one step; False where it does not know how."""
    if os.name != "posix":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(one))
