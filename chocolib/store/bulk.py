"""Long reads by ADBC: whole columns instead of a Python object for each value.

ADBC brings a SQLite of its own, and two copies of SQLite in one process must never have
one file open together: they do not see each other's locks, and where one closes the file
the locks of the other are gone (POSIX). After that, other processes may take away the
WAL that is written to. So a file is lent to ADBC only while nothing else in this process
has it open.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from chocolib.core.measurement import Kind, Measurement
from chocolib.store import statements as sql
from chocolib.store.rows import kind_of

if TYPE_CHECKING:
    import pyarrow as pa
    from adbc_driver_manager.dbapi import Cursor

#: Held while a file is lent to ADBC, and by whoever opens one: it must not come between.
TURN = Lock()
#: Fewer rows than this are sooner there without ADBC.
WORTH_ROWS = 10_000

_PATIENCE_MS = 30_000
_WHOLE = 2**30  # rows of a batch: a column's type is found in the first one
_DESCRIPTORS = "/dev/fd"


def lendable(path: Path) -> bool:
    """Whether nothing in this process has the file open (False where nobody can tell)."""
    if not _bearable():
        return False
    if os.name == "nt":
        return True  # its locks belong to a handle, not to the process
    try:
        file = path.stat()
        numbers = [int(name) for name in os.listdir(_DESCRIPTORS)]
    except OSError:
        return False
    return (file.st_dev, file.st_ino) not in {_identity(number) for number in numbers}


def _bearable() -> bool:
    """Whether this process can load the driver.

    One that was told to do without pyarrow cannot (the worker of the jobs). One whose memory
    is limited (a run of a job) must not: the driver is written in Go, whose runtime reserves
    more than any limit allows and then ends the process.
    """
    if sys.modules.get("pyarrow", True) is None:
        return False
    if sys.platform == "win32":
        return True
    import resource

    return resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY


def fetch(
    path: Path, kind: Measurement, parts: Sequence[tuple[str, Mapping[str, str | int]]]
) -> dict[str, Any]:
    """The rows of several queries of one measurement, one after the other, by columns.

    All of them see one and the same state of the measurement. The caller holds `TURN`.

    Args:
        parts: SQL with named parameters, and their values; one connection each.

    Returns:
        As `rows.columns_of`.

    Raises:
        sqlite3.OperationalError: the file cannot be read.
    """
    from adbc_driver_manager import Error

    try:
        with ExitStack() as stack:
            cursors = [stack.enter_context(_cursor(path)) for _ in parts]
            _agree(cursors, kind)
            with ThreadPoolExecutor(len(parts)) as pool:
                tables = list(pool.map(_rows, cursors, *zip(*parts, strict=True)))
    except Error as error:
        raise sqlite3.OperationalError(str(error)) from None
    return _columns(tables, kind)


def _identity(descriptor: int) -> tuple[int, int] | None:
    try:
        file = os.fstat(descriptor)
    except OSError:  # the one that the list was made with
        return None
    return file.st_dev, file.st_ino


@contextmanager
def _cursor(path: Path) -> Iterator[Cursor]:
    """A cursor of a connection of its own, that only reads."""
    from adbc_driver_sqlite import StatementOptions
    from adbc_driver_sqlite.dbapi import connect

    with connect(f"{path.absolute().as_uri()}?mode=ro") as db, db.cursor() as cursor:
        cursor.execute(f"pragma busy_timeout={_PATIENCE_MS}").fetchall()
        cursor.adbc_statement.set_options(**{StatementOptions.BATCH_ROWS.value: str(_WHOLE)})
        yield cursor


def _agree(cursors: Sequence[Cursor], kind: Measurement) -> None:
    """Begin a transaction on each, again and again until all see the same revision."""
    seen: set[object] = set()
    while len(seen) != 1:
        seen = {_revision(cursor, kind) for cursor in cursors}


def _revision(cursor: Cursor, kind: Measurement) -> object:
    """The revision that a new transaction of the cursor sees."""
    cursor.connection.rollback()
    cursor.execute(*_positional(sql.REVISION, {"measurement": kind.name}))
    return next(iter(cursor.fetchall()), None)


def _rows(cursor: Cursor, query: str, values: Mapping[str, str | int]) -> pa.Table:
    cursor.execute(*_positional(query, values))
    return cursor.fetch_arrow_table()


def _positional(query: str, values: Mapping[str, str | int]) -> tuple[str, list[str | int]]:
    """The query with its named parameters as ADBC takes them: one ? each, in order."""
    names = re.findall(r":(\w+)", query)
    return re.sub(r":\w+", "?", query), [values[name] for name in names]


def _columns(parts: Sequence[pa.Table], kind: Measurement) -> dict[str, Any]:
    """Arrow tables as the columns of a table; one of NULLs alone has no type by itself."""
    import pyarrow as pa

    types = {"number": pa.float64(), "integer": pa.int64(), "text": pa.large_string()}
    kinds = {name: kind_of(name, kind) for name in ("time", *kind.columns)}
    schema = pa.schema([(name, types[of]) for name, of in kinds.items()])
    whole = pa.concat_tables([part.cast(schema) for part in parts])
    return {name: _column(whole[name], of) for name, of in kinds.items()}


def _column(values: pa.ChunkedArray, of: Kind) -> Any:
    """As pandas has it; a single chunk would be Arrow's own memory, which nobody may change."""
    if of == "text":
        return pd.array(values, dtype="str")
    return np.require(values.to_numpy(), requirements="W")
