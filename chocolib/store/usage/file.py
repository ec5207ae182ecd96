"""One of the two files: opened, made where there is none, its transactions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, Self

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.store.opening import PATIENCE_S, transaction
from chocolib.store.usage import layout

#: Rows of a statement; SQLite takes 32,766 facts in one, and past this more gains nothing.
_AT_ONCE = 100
USAGE_FILE, PEOPLE_FILE = "usage.sqlite", "usage-people.sqlite"


class UsageFile:
    """A SQLite file in WAL; one writer waits for another, readers for nobody.

    Args:
        path: the file; made, with its folder, when it does not exist.
        mode: of a file that is made, and of those that SQLite puts beside it.

    Raises:
        DataError: the place cannot be used, or the file is another program's or a newer one.
    """

    def __init__(self, path: Path, *, application: int, tables: str, mode: int = 0o666) -> None:
        self.path = path
        with self._told("cannot be opened"):
            _make_place(path, mode)
            self._db = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
            self._db.execute("pragma synchronous=normal")
            self._db.execute("pragma secure_delete=on")  # what is forgotten is overwritten
            self._prepare(application, tables)

    @classmethod
    def usage(cls, home: Path) -> Self:
        """`usage.sqlite` of a home."""
        return cls(home / USAGE_FILE, application=layout.USAGE, tables=layout.USAGE_TABLES)

    @classmethod
    def people(cls, home: Path) -> Self:
        """`usage-people.sqlite` of a home, for its owner alone."""
        path, tables = home / PEOPLE_FILE, layout.PEOPLE_TABLES
        return cls(path, application=layout.PEOPLE, tables=tables, mode=0o600)

    @classmethod
    def empty(cls) -> Self:
        """What a home without `usage.sqlite` has: nothing; it is in memory only."""
        return cls(Path(":memory:"), application=layout.USAGE, tables=layout.USAGE_TABLES)

    def close(self) -> None:
        """Close the file; it cannot be used afterwards."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All of what is done inside, or nothing.

        Raises:
            DataError: it cannot be written.
        """
        with self._told("cannot be written"), transaction(self._db):
            yield

    def do(self, statement: str, facts: Mapping[str, Any] | Sequence[Any] = ()) -> int:
        """One statement; how many rows it changed."""
        with self._told("cannot be written"):
            return self._db.execute(statement, facts).rowcount

    def each(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """One statement for every row."""
        with self._told("cannot be written"):
            self._db.executemany(statement, rows)

    def add(self, table: str, rows: Iterable[Sequence[Any]], *, then: str) -> None:
        """Insert rows; many by one statement, which takes two thirds of the time.

        Args:
            table: with its columns, "lines(hour, what, count)".
            then: what is done with a row that is there already, "on conflict ...".
        """
        one = f"({', '.join('?' * (table.count(',') + 1))})"
        left = iter(rows)
        with self._told("cannot be written"):
            while some := list(islice(left, _AT_ONCE)):
                values = ", ".join([one] * len(some))
                self._db.execute(
                    f"insert into {table} values {values} {then}", list(chain.from_iterable(some))
                )

    def rows(
        self, query: str, facts: Mapping[str, Any] | Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._told("cannot be read"):
            return self._db.execute(query, facts).fetchall()

    def frame(
        self, query: str, facts: Mapping[str, Any] | Sequence[Any] = (), *, columns: Sequence[str]
    ) -> pd.DataFrame:
        """What a query finds, as a frame of these columns."""
        return pd.DataFrame(self.rows(query, facts), columns=list(columns))

    def overwrite(self) -> None:
        """Let what was deleted be gone from the disk, too: nothing old stays in the WAL.

        Where others read it meanwhile, it goes when the last of them has closed the file.
        """
        self.rows("pragma wal_checkpoint(truncate)")

    def back_up(self, into: Path) -> None:
        """Write the file as it is at one moment to another one, whoever writes meanwhile.

        Raises:
            DataError: it cannot be read or written.
        """
        with self._told("cannot be backed up"), closing(sqlite3.connect(into)) as copy:
            self._db.backup(copy)
            copy.execute("pragma journal_mode=delete")  # one file, without a WAL

    def _prepare(self, application: int, tables: str) -> None:
        self._refuse_foreign(application)
        if self._number("user_version") == layout.VERSION:
            return
        self._db.execute("pragma journal_mode=wal")
        with transaction(self._db):
            self._refuse_foreign(application)
            if self._number("user_version") == layout.VERSION:
                return  # another process was faster
            for statement in filter(str.strip, tables.split(";")):
                self._db.execute(statement)
            self._db.execute(f"pragma application_id={application}")
            self._db.execute(f"pragma user_version={layout.VERSION}")

    def _refuse_foreign(self, application: int) -> None:
        version = self._number("user_version")
        ours = self._number("application_id") == application
        if ours and version > layout.VERSION:
            raise sqlite3.DatabaseError(f"a newer chocolib made it, layout {version}")
        if not ours and self._db.execute("select count(*) from sqlite_master").fetchone()[0]:
            raise sqlite3.DatabaseError("it is the database of another program")

    def _number(self, pragma: str) -> int:
        return int(self._db.execute(f"pragma {pragma}").fetchone()[0])

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise DataError(
                f"{self.path.name} {what}: {error}", path=str(self.path), hint="see docs/usage.md"
            ) from None


def _make_place(path: Path, mode: int) -> None:
    """The folder and an empty file; SQLite gives what it puts beside it the same mode."""
    if str(path) == ":memory:":
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, mode))
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from None
