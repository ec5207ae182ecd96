"""What the answers on usage depend on beside the store: the two files, as they are now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

#: With their journals: what was written is first there.
_FILES = ("usage.sqlite", "usage.sqlite-wal", "usage-people.sqlite", "usage-people.sqlite-wal")


def traces(home: Path) -> Iterator[str]:
    """Texts that change when anything is written to the files of usage; nothing is opened.

    A journal that is empty, as reading makes and removes it, is as none.
    """
    for name in _FILES:
        try:
            found = (home / name).stat()
        except OSError:
            continue
        if found.st_size:
            yield f"{name} {found.st_ino} {found.st_size} {found.st_mtime_ns}"
