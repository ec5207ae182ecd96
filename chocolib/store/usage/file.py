"""One of the two files: opened, made where there is none, its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.store.opening import PATIENCE_S, transaction
from chocolib.store.usage import layout


class UsageFile:
    """A SQLite file in WAL; one writer waits for another, readers for nobody.

    Args:
        path: the file; made, with its folder, when it does not exist.

    Raises:
        DataError: the place cannot be used, or the file is another program's or a newer one.
    """

    def __init__(self, path: Path, *, application: int, tables: str) -> None:
        self.path = path
        with self._told("cannot be opened"):
            _make_folder(path.parent)
            self._db = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
            self._db.execute("pragma synchronous=normal")
            self._db.execute("pragma secure_delete=on")  # what is forgotten is overwritten
            self._prepare(application, tables)

    @classmethod
    def usage(cls, home: Path) -> Self:
        """`usage.sqlite` of a home."""
        return cls(home / "usage.sqlite", application=layout.USAGE, tables=layout.USAGE_TABLES)

    @classmethod
    def people(cls, home: Path) -> Self:
        """`usage-people.sqlite` of a home, for its owner alone."""
        made = cls(
            home / "usage-people.sqlite", application=layout.PEOPLE, tables=layout.PEOPLE_TABLES
        )
        made.path.chmod(0o600)
        return made

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

    def rows(self, query: str, facts: Mapping[str, Any] | Sequence[Any] = ()) -> list[tuple[Any]]:
        """What a query finds."""
        with self._told("cannot be read"):
            return self._db.execute(query, facts).fetchall()

    def frame(
        self, query: str, facts: Mapping[str, Any] | Sequence[Any] = (), *, columns: Sequence[str]
    ) -> pd.DataFrame:
        """What a query finds, as a frame of these columns."""
        return pd.DataFrame(self.rows(query, facts), columns=list(columns))

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


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from None
