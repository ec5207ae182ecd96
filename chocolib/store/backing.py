"""A copy of a SQLite file that others are writing to: whole, checked, in its place in one step."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from chocolib.store.opening import connect

_PAGES = 4096  # copied at a time; writers get their turn between


def back_up(source: Path, target: Path) -> None:
    """Copy a SQLite file as it is at one moment (https://sqlite.org/backup.html).

    Raises:
        sqlite3.Error: it cannot be read or written, or the copy is damaged.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(connect(source)) as old, closing(sqlite3.connect(draft)) as new:
            old.backup(new, pages=_PAGES)
            new.execute("pragma journal_mode=delete")
            said = _said(new)
        if said:
            raise sqlite3.DatabaseError(f"the copy is damaged: {said}")
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from None
    finally:
        draft.unlink(missing_ok=True)


def damage(path: Path) -> str:
    """What SQLite finds wrong in a file, or ""; nothing else may have the file open."""
    try:
        with closing(connect(path)) as db:
            return _said(db)
    except sqlite3.Error as error:
        return str(error)


def _said(db: sqlite3.Connection) -> str:
    found = str(db.execute("pragma integrity_check").fetchone()[0])
    return "" if found == "ok" else found
