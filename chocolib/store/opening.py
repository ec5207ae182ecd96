"""Opening the file of the embedded store: whose it is, its layout, its kind of data."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chocolib.core.errors import OtherKind
from chocolib.core.schema import MEASUREMENTS
from chocolib.store import statements as sql
from chocolib.store.layouts import migrate

PATIENCE_S = 30.0
_PAGE_BYTES = 8192  # of new files: half the reads of the default for the same rows
_WAL_BYTES = 32 * 2**20  # what a long import may leave of the WAL, until the last one closes


def connect(path: Path, *, new: bool = False) -> sqlite3.Connection:
    """A connection that waits for others and commits only when told to.

    Args:
        new: make the file if there is none.

    Raises:
        sqlite3.OperationalError: there is no such file or place, or it may not be used.
    """
    address = f"{path.absolute().as_uri()}?mode={'rwc' if new else 'rw'}"
    db = sqlite3.connect(
        address,
        timeout=PATIENCE_S,
        isolation_level=None,
        uri=True,
        check_same_thread=False,  # a store lets one thread in at a time, any may let go of it
    )
    db.execute("pragma synchronous=normal")
    db.execute(f"pragma journal_size_limit={_WAL_BYTES}")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of what is done inside, or nothing; other writers wait from its beginning."""
    with db:
        db.execute("begin immediate")
        yield


def prepare(db: sqlite3.Connection, *, synthetic: bool) -> None:
    """Make a new file a store, bring an old layout up to date, refuse any other file.

    Raises:
        sqlite3.DatabaseError: the file of another program, of a newer chocolib, or of
            the other kind of data.
    """
    _refuse_foreign(db)
    if _number(db, "pragma user_version") != sql.VERSION:
        db.execute(f"pragma page_size={_PAGE_BYTES}")
        become_wal(db)
        with transaction(db):
            _lay_out(db, synthetic=synthetic)
    if _number(db, sql.KIND) != int(synthetic):
        name = db.execute("pragma database_list").fetchone()[2]
        what = "it holds the other kind of data, real or demonstration"
        raise OtherKind(what, path=name, hint="name another file")


def _lay_out(db: sqlite3.Connection, *, synthetic: bool) -> None:
    """Every table as this version wants it; another process may have been faster."""
    _refuse_foreign(db)
    migrate(db, _number(db, "pragma user_version"))
    for statement in sql.create(MEASUREMENTS.values()):
        db.execute(statement)
    db.execute(sql.NAME_KIND, (int(synthetic),))
    db.execute(f"pragma application_id={sql.APPLICATION}")
    db.execute(f"pragma user_version={sql.VERSION}")


def _number(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def _refuse_foreign(db: sqlite3.Connection) -> None:
    version = _number(db, "pragma user_version")
    ours = _number(db, "pragma application_id") == sql.APPLICATION
    if ours and version > sql.VERSION:
        raise sqlite3.DatabaseError(f"a newer chocolib made it, layout {version}")
    if not ours and _number(db, "select count(*) from sqlite_master"):
        raise sqlite3.DatabaseError("it is the database of another program")


def become_wal(db: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait by itself while others do the same.

    Raises:
        sqlite3.OperationalError: they did not end, or it cannot be for another reason.
    """
    limit = time.monotonic() + PATIENCE_S
    while True:
        try:
            db.execute("pragma journal_mode=wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > limit:
                raise
            time.sleep(0.02)
        else:
            return
