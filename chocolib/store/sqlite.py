"""The embedded store: one SQLite file in WAL, one writer and many reader processes.

Each measurement has two tables: its rows as they are now, and `<name>__earlier`
with the values they replaced, so that a read `as_of` a past moment sees what was
known then. Times are integers, seconds since 1970 UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.measurement import OUTLIER, Measurement
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import Window
from chocolib.store import bulk, rows
from chocolib.store import statements as sql
from chocolib.store.backing import back_up
from chocolib.store.opening import connect, prepare, transaction
from chocolib.store.queries import Query
from chocolib.store.versions import settle

_BLOCK_ROWS = 50_000  # written at a time: bounds the memory, not the transaction
_BOUND_VALUES = 900  # of one statement: every SQLite takes 999


class SqliteStore:
    """A `Store` (see `core.ports`) in one file.

    A store holds either real or synthetic rows, never both: which one is fixed
    when the file is made. Other code of this process should not keep the file open
    (`bulk` says why); other processes may.

    Args:
        path: the file; made, with its folder, when it does not exist.
        synthetic: whether this file is for demonstration data.

    Raises:
        DataError: the file is not a chocolib store, or of the other kind.
    """

    def __init__(self, path: Path, *, synthetic: bool = False) -> None:
        self.path = path
        self.address = f"sqlite:///{path.absolute().as_posix().lstrip('/')}"
        self.synthetic = synthetic
        self._one_thread = RLock()
        with self._told("cannot be opened as a store"):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise sqlite3.OperationalError(error.strerror) from None
            with bulk.TURN:
                self._db = connect(path, new=True)
            prepare(self._db, synthetic=synthetic)

    def __del__(self) -> None:
        if hasattr(self, "_db"):
            self._db.close()

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._one_thread:
            self._db.close()

    def write(self, measurement: str, frame: pd.DataFrame, *, received_at: pd.Timestamp) -> Written:
        """Upsert rows by key in one transaction; see `core.ports.Store`.

        Args:
            measurement: a name of `core.schema.MEASUREMENTS`.
            frame: rows that passed `gate.check` (unique keys).
            received_at: the edge's clock, UTC: when a changed value became known.

        Raises:
            DataError: synthetic rows for a real store, or the other way round.
        """
        kind = MEASUREMENTS[measurement]
        rows.refuse_mixing(frame, kind, synthetic=self.synthetic)
        if frame.empty:
            return Written()
        written = Written(outliers=int((frame["flag"] == OUTLIER).sum()))
        with self._told("cannot be written"), transaction(self._db):
            for block in rows.in_blocks(rows.as_rows(frame, kind), kind, _BLOCK_ROWS):
                written += self._write(kind, block, received_at if kind.observed else None)
        return written

    def restore(self, measurement: str, versions: pd.DataFrame) -> int:
        """Put versions of rows back in one transaction; see `core.ports.Store`.

        Args:
            measurement: a name of `core.schema.MEASUREMENTS`.
            versions: from `history`, of this store or another one.

        Raises:
            DataError: synthetic rows for a real store, or the other way round.
        """
        kind = MEASUREMENTS[measurement]
        rows.refuse_mixing(versions, kind, synthetic=self.synthetic)
        if versions.empty:
            return 0
        coming = rows.as_frame(rows.as_rows(versions, kind), kind)
        span = Window(coming.index.min(), coming.index.max() + pd.Timedelta(seconds=1))
        with self._told("cannot be written"), transaction(self._db):
            present = rows.frame_of(self._fetched(Query(kind, span, versions=True)), kind)
            settled = settle(present, coming, kind)
            self._insert(kind, kind.name, rows.as_rows(settled.current, kind))
            self._insert(kind, sql.earlier(kind), rows.as_rows(settled.earlier, kind))
            if len(settled.current):
                self._db.execute(sql.BUMP, (measurement,))
        return settled.added

    def read(
        self,
        measurement: str,
        window: Window | None = None,
        *,
        tags: Mapping[str, str | int] | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """Rows in `window`, sorted by key, as known at `as_of`; see `core.ports.Store`."""
        return self._asked(Query(MEASUREMENTS[measurement], window, tags or {}, as_of))

    def history(self, measurement: str, window: Window | None = None) -> pd.DataFrame:
        """Every version of the rows in `window`; see `core.ports.Store`."""
        return self._asked(Query(MEASUREMENTS[measurement], window, versions=True))

    def latest(
        self,
        measurement: str,
        *,
        tags: Mapping[str, str | int] | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """The rows of the newest time known at `as_of`; see `core.ports.Store`."""
        kind = MEASUREMENTS[measurement]
        query = Query(kind, None, tags or {}, as_of)
        newest = self._rows(query.newest, query.values)[0][0]
        if newest is None:
            return rows.frame_of(rows.columns_of([], kind), kind)
        moment = pd.Timestamp(int(newest), unit="s", tz="UTC")
        window = Window(moment, moment + pd.Timedelta(seconds=1))
        return self.read(measurement, window, tags=tags, as_of=as_of)

    def coverage(self, measurement: str) -> pd.DataFrame:
        """Per source and series: tags, `rows`, `first`, `last`, `outliers`."""
        kind = MEASUREMENTS[measurement]
        series = [tag.name for tag in kind.tags]
        names = ["source", *series, "rows", "first", "last", "outliers"]
        found = pd.DataFrame(self._rows(sql.coverage(kind), {}), columns=names)
        for bound in ("first", "last"):
            found[bound] = pd.to_datetime(found[bound], unit="s", utc=True)
        return found

    def revision(self, measurement: str) -> int:
        """A number that grows whenever rows of the measurement change."""
        found = self._rows(sql.REVISION, {"measurement": measurement})
        return int(found[0][0]) if found else 0

    def forget(self, measurement: str, *, before: pd.Timestamp) -> int:
        """Delete rows of chocolib's own work whose time is before a moment; returns how many.

        Raises:
            ValueError: the measurement describes the world; that is never forgotten.
        """
        kind = MEASUREMENTS[measurement]
        if kind.observed:
            raise ValueError(f"{measurement} is never forgotten")
        moment = {"_before": int(before.timestamp())}
        with self._told("cannot be written"), transaction(self._db):
            gone = [self._db.execute(text, moment).rowcount for text in sql.forget(kind)]
            if gone[0]:
                self._db.execute(sql.BUMP, (measurement,))
        return gone[0]

    def back_up(self, target: Path) -> None:
        """Copy the file as it is at one moment, while others use it; see `store.backing`.

        Args:
            target: whole and checked when this returns; an older file of the name is replaced.

        Raises:
            DataError: it cannot be written, or what was written is damaged.
        """
        with self._told("cannot be backed up"), bulk.TURN:
            back_up(self.path, target)

    def _asked(self, query: Query) -> pd.DataFrame:
        """The answer to a query, by whichever way is the faster one."""
        with self._told("cannot be read"):
            columns = self._lent(query) if self._is_long(query) else None
            if columns is None:
                columns = self._fetched(query)
        return rows.frame_of(columns, query.kind)

    def _fetched(self, query: Query) -> dict[str, Any]:
        found = self._db.execute(query.text, query.values).fetchall()
        return rows.columns_of(found, query.kind)

    def _is_long(self, query: Query) -> bool:
        text = sql.longer(query.kind, window=query.window is not None)
        values = query.values | {"_rows": bulk.WORTH_ROWS}
        return self._db.execute(text, values).fetchone() is not None

    def _lent(self, query: Query) -> dict[str, Any] | None:
        """The answer by ADBC; None where other code of this process has the file open.

        ADBC may end at a damaged page without a word: the pages are counted before.
        """
        self._db.execute(sql.count(query.kind)).fetchone()
        parts = query.halves(*self._db.execute(sql.span(query.kind)).fetchone())
        with bulk.TURN:
            self._db.close()
            try:
                free = bulk.lendable(self.path)
                return bulk.fetch(self.path, query.kind, parts) if free else None
            finally:
                self._db = connect(self.path)

    def _rows(self, query: str, values: Mapping[str, str | int]) -> list[tuple[Any, ...]]:
        with self._told("cannot be read"):
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """One thread at a time, and SQLite's errors in our words.

        A lock is a matter of waiting, not of the file.
        """
        try:
            with self._one_thread:
                yield
        except sqlite3.Error as error:
            hint = "point CHOCOLIB_HOME or CHOCOLIB_STORE_URL to a place and file of chocolib's own"
            if "locked" in str(error):
                hint = "another program is writing to it: try again in a moment"
            if "malformed" in str(error):
                hint = "the file is damaged: put a backup in its place"
            if "full" in str(error):
                hint = "make room on the disk, or point CHOCOLIB_HOME to another one"
            raise DataError(f"{what} ({error})", path=str(self.path), hint=hint) from None

    def _write(
        self, kind: Measurement, incoming: pd.DataFrame, received_at: pd.Timestamp | None
    ) -> Written:
        """Some of the rows of a write: new ones, changed ones, flags."""
        stored = rows.beside(incoming, self._stored(kind, incoming), kind)
        new, differs = rows.compare(incoming, stored, kind)
        known = rows.known_at(incoming, stored, received_at)
        incoming["available_at"] = np.where(differs, known, incoming["available_at"])
        late = differs & (known < stored["available_at"].fillna(0).to_numpy())
        spotted = ~new & ~differs & rows.newly_flagged(incoming, stored)
        self._archive(kind, incoming[differs & ~late])
        self._insert(kind, kind.name, incoming[new | (differs & ~late)])
        self._insert(kind, sql.earlier(kind), incoming[late])
        self._flag(kind, incoming[spotted])
        if new.any() or differs.any() or spotted.any():
            self._db.execute(sql.BUMP, (kind.name,))
        return Written(
            new=int(new.sum()),
            updated=int(differs.sum()),
            unchanged=int((~new & ~differs).sum()),
        )

    def _stored(self, kind: Measurement, incoming: pd.DataFrame) -> pd.DataFrame:
        """The stored rows of the same time."""
        span = (int(incoming["time"].min()), int(incoming["time"].max()))
        return rows.as_table(self._db.execute(sql.between(kind), span).fetchall(), kind)

    def _flag(self, kind: Measurement, spotted: pd.DataFrame) -> None:
        keys = spotted[["flag", *kind.key]].astype(object)
        self._db.executemany(sql.flag(kind), keys.itertuples(index=False, name=None))

    def _archive(self, kind: Measurement, changed: pd.DataFrame) -> None:
        keys = changed[[*kind.key, "available_at"]].astype(object)
        self._db.executemany(sql.archive(kind), keys.itertuples(index=False, name=None))

    def _insert(self, kind: Measurement, table: str, coming: pd.DataFrame) -> None:
        """Insert or replace rows, many with one statement: half the time of one by one."""
        if coming.empty:
            return
        names = ("time", *kind.columns)
        columns = [rows.plain(coming[name], rows.kind_of(name, kind)) for name in names]
        values = list(chain.from_iterable(zip(*columns, strict=True)))
        at_once = _BOUND_VALUES // len(names)
        step, begun = at_once * len(names), 0
        for count, width in ((at_once, step), (1, len(names))):
            end = begun + (len(values) - begun) // width * width
            pieces = (values[at : at + width] for at in range(begun, end, width))
            self._db.executemany(sql.upsert(kind, table, count), pieces)
            begun = end
