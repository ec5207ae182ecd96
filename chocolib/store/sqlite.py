"""The embedded store: one SQLite file in WAL, one writer and many reader processes.

Each measurement has two tables: its rows as they are now, and `<name>__earlier`
with the values they replaced, so that a read `as_of` a past moment sees what was
known then. Times are integers, seconds since 1970 UTC.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS, OUTLIER, Measurement
from chocolib.core.time import Window
from chocolib.store import statements as sql
from chocolib.store.rows import as_frame, as_rows, compare, known_at, newly_flagged, plain, seconds

_PATIENCE_S = 30.0


class SqliteStore:
    """A `Store` (see `core.ports`) in one file.

    A store holds either real or synthetic rows, never both: which one is fixed
    when the file is made.

    Args:
        path: the file; made, with its folder, when it does not exist.
        synthetic: whether this file is for demonstration data.

    Raises:
        DataError: the file is not a chocolib store, or of the other kind.
    """

    def __init__(self, path: Path, *, synthetic: bool = False) -> None:
        self.path = path
        self.synthetic = synthetic
        with self._told("cannot be opened as a store"):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise sqlite3.OperationalError(error.strerror) from None
            self._db = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
            self._prepare()

    def __del__(self) -> None:
        if hasattr(self, "_db"):
            self._db.close()

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
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
        self._refuse_mixing(kind, frame)
        if frame.empty:
            return Written()
        incoming = as_rows(frame, kind)
        with self._told("cannot be written"), self._transaction():
            stored = self._existing(kind, incoming)
            new, differs = compare(incoming, stored, kind)
            known = known_at(incoming, stored, received_at if kind.observed else None)
            incoming["available_at"] = np.where(differs, known, incoming["available_at"])
            late = differs & (known < stored["available_at"].fillna(0).to_numpy())
            spotted = ~new & ~differs & newly_flagged(incoming, stored)
            self._archive(kind, incoming[differs & ~late])
            self._insert(sql.upsert(kind), kind, incoming[new | (differs & ~late)])
            self._insert(sql.upsert_earlier(kind), kind, incoming[late])
            self._flag(kind, incoming[spotted])
            if new.any() or differs.any() or spotted.any():
                self._db.execute(sql.BUMP, (measurement,))
        return Written(
            new=int(new.sum()),
            updated=int(differs.sum()),
            unchanged=int((~new & ~differs).sum()),
            outliers=int((frame["flag"] == OUTLIER).sum()),
        )

    def read(
        self,
        measurement: str,
        window: Window | None = None,
        *,
        tags: Mapping[str, str | int] | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """Rows in `window`, sorted by key, as known at `as_of`; see `core.ports.Store`."""
        kind = MEASUREMENTS[measurement]
        values = _values(kind, tags, as_of)
        if window is not None:
            values |= {"_start": seconds(window.start), "_end": seconds(window.end)}
        query = sql.select(kind, window=window is not None, tags=tags or {}, as_of=as_of)
        return as_frame(self._rows(query, values), kind)

    def latest(
        self,
        measurement: str,
        *,
        tags: Mapping[str, str | int] | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """The rows of the newest time known at `as_of`; see `core.ports.Store`."""
        kind = MEASUREMENTS[measurement]
        query = sql.newest(kind, tags or {}, as_of)
        newest = self._rows(query, _values(kind, tags, as_of))[0][0]
        if newest is None:
            return as_frame([], kind)
        moment = pd.Timestamp(int(newest), unit="s", tz="UTC")
        window = Window(moment, moment + pd.Timedelta(seconds=1))
        return self.read(measurement, window, tags=tags, as_of=as_of)

    def coverage(self, measurement: str) -> pd.DataFrame:
        """Per source and series: tags, `rows`, `first`, `last`, `outliers`."""
        kind = MEASUREMENTS[measurement]
        series = [tag.name for tag in kind.tags]
        rows = self._rows(sql.coverage(kind), {})
        names = ["source", *series, "rows", "first", "last", "outliers"]
        found = pd.DataFrame(rows, columns=names)
        for bound in ("first", "last"):
            found[bound] = pd.to_datetime(found[bound], unit="s", utc=True)
        return found

    def revision(self, measurement: str) -> int:
        """How many writes have changed the measurement."""
        rows = self._rows(sql.REVISION, {"measurement": measurement})
        return int(rows[0][0]) if rows else 0

    def _rows(self, query: str, values: Mapping[str, str | int]) -> list[tuple[Any, ...]]:
        with self._told("cannot be read"):
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """SQLite's errors in our words; a lock is a matter of waiting, not of the file."""
        try:
            yield
        except sqlite3.Error as error:
            hint = "point CHOCOLIB_HOME or CHOCOLIB_STORE_URL to a place and file of chocolib's own"
            if "locked" in str(error):
                hint = "another program is writing to it: try again in a moment"
            raise DataError(f"{what} ({error})", path=str(self.path), hint=hint) from None

    def _prepare(self) -> None:
        if self._number("pragma user_version") != sql.VERSION:
            self._refuse_foreign()
            self._become_wal()
            with self._transaction():
                for statement in sql.create(MEASUREMENTS.values()):
                    self._db.execute(statement)
                self._db.execute(sql.NAME_KIND, (int(self.synthetic),))
                self._db.execute(f"pragma application_id={sql.APPLICATION}")
                self._db.execute(f"pragma user_version={sql.VERSION}")
        self._refuse_foreign()
        self._db.execute("pragma synchronous=normal")
        if self._number(sql.KIND) != int(self.synthetic):
            raise sqlite3.DatabaseError("it holds the other kind of data, real or demonstration")

    def _number(self, query: str) -> int:
        return int(self._db.execute(query).fetchone()[0])

    def _refuse_foreign(self) -> None:
        version = self._number("pragma user_version")
        if version > sql.VERSION and self._number("pragma application_id") == sql.APPLICATION:
            raise sqlite3.DatabaseError(f"a newer chocolib made it, layout {version}")
        ours = self._number("pragma application_id") == sql.APPLICATION
        if not ours and self._number("select count(*) from sqlite_master"):
            raise sqlite3.DatabaseError("it is the database of another program")

    def _become_wal(self) -> None:
        """Switch to WAL; SQLite does not wait by itself while others do the same."""
        limit = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self._db.execute("pragma journal_mode=wal")
            except sqlite3.OperationalError:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.02)
            else:
                return

    def _refuse_mixing(self, kind: Measurement, frame: pd.DataFrame) -> None:
        demo = frame["source"].astype(str).str.startswith("demo").to_numpy()
        if kind.observed and len(frame) and bool(demo.any() or self.synthetic):
            if demo.all() and self.synthetic:
                return
            held, came = ("demonstration", "real") if self.synthetic else ("real", "demonstration")
            raise DataError(f"{came} rows are never written to a store of {held} data")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise

    def _existing(self, kind: Measurement, incoming: pd.DataFrame) -> pd.DataFrame:
        """The stored rows aligned to `incoming` (NaN where there is none)."""
        span = (int(incoming["time"].min()), int(incoming["time"].max()))
        rows = self._db.execute(sql.between(kind), span).fetchall()
        stored = pd.DataFrame(rows, columns=["time", *kind.columns], dtype=object)
        keys = list(kind.key)
        return incoming[keys].astype(object).merge(stored, on=keys, how="left")

    def _flag(self, kind: Measurement, spotted: pd.DataFrame) -> None:
        keys = spotted[["flag", *kind.key]].astype(object)
        self._db.executemany(sql.flag(kind), keys.itertuples(index=False, name=None))

    def _archive(self, kind: Measurement, changed: pd.DataFrame) -> None:
        keys = changed[[*kind.key, "available_at"]].astype(object)
        self._db.executemany(sql.archive(kind), keys.itertuples(index=False, name=None))

    def _insert(self, statement: str, kind: Measurement, rows: pd.DataFrame) -> None:
        columns = [plain(rows[name]) for name in ("time", *kind.columns)]
        self._db.executemany(statement, zip(*columns, strict=True))


def _values(
    kind: Measurement, tags: Mapping[str, str | int] | None, as_of: pd.Timestamp | None
) -> dict[str, str | int]:
    """The named parameters of a query; a tag the measurement has not is our mistake."""
    values = dict(tags or {})
    unknown = set(values) - set(kind.key[1:])
    if unknown:
        raise DataError(f"{kind.name} has no tag {', '.join(sorted(unknown))}")
    if as_of is not None:
        values["_as_of"] = seconds(as_of)
    return values
