"""The embedded store: one SQLite file in WAL, one writer and many reader processes.

Each measurement has two tables: its rows as they are now, and `<name>__earlier`
with the values they replaced, so that a read `as_of` a past moment sees what was
known then. Times are integers, seconds since 1970 UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS, OUTLIER, Kind, Measurement
from chocolib.core.time import Window, as_utc
from chocolib.store import statements as sql

_DTYPES: dict[Kind, str] = {"number": "float64", "integer": "int64", "text": "str"}
_SAME = 1e-9  # two prices closer than this are the same publication


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
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise DataError(
                f"is not a store chocolib can use ({error})",
                path=str(path),
                hint="move the file away, or point CHOCOLIB_HOME or CHOCOLIB_STORE_URL elsewhere",
            ) from None

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    def write(self, measurement: str, frame: pd.DataFrame, *, received_at: pd.Timestamp) -> Written:
        """Upsert rows by key in one transaction; see `core.ports.Store`.

        Args:
            measurement: a name of `core.schema.MEASUREMENTS`.
            frame: rows that passed `schema.check` (unique keys).
            received_at: the edge's clock, UTC: when a changed value became known.

        Raises:
            DataError: synthetic rows for a real store, or the other way round.
        """
        kind = MEASUREMENTS[measurement]
        self._refuse_mixing(kind, frame)
        if frame.empty:
            return Written()
        incoming = _stored(frame, kind)
        with self._transaction():
            stored = self._existing(kind, incoming)
            new, differs = _compare(incoming, stored, kind)
            known = _known_at(incoming, stored, received_at if kind.observed else None)
            incoming["available_at"] = np.where(differs, known, incoming["available_at"])
            late = differs & (known < stored["available_at"].fillna(0).to_numpy())
            self._archive(kind, incoming[differs & ~late])
            self._insert(sql.upsert(kind), kind, incoming[new | (differs & ~late)])
            self._insert(sql.upsert_earlier(kind), kind, incoming[late])
            if new.any() or differs.any():
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
        values: dict[str, str | int] = dict(tags or {})
        if window is not None:
            values |= {"_start": _seconds(window.start), "_end": _seconds(window.end)}
        if as_of is not None:
            values["_as_of"] = _seconds(as_of)
        query = sql.select(kind, window=window is not None, tags=tags or {}, as_of=as_of)
        return _frame(self._db.execute(query, values).fetchall(), kind)

    def latest(
        self,
        measurement: str,
        *,
        tags: Mapping[str, str | int] | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """The rows of the newest time known at `as_of`; see `core.ports.Store`."""
        kind = MEASUREMENTS[measurement]
        values: dict[str, str | int] = dict(tags or {})
        if as_of is not None:
            values["_as_of"] = _seconds(as_of)
        newest = self._db.execute(sql.newest(kind, tags or {}, as_of), values).fetchone()[0]
        if newest is None:
            return _frame([], kind)
        moment = pd.Timestamp(newest, unit="s", tz="UTC")
        window = Window(moment, moment + pd.Timedelta(seconds=1))
        return self.read(measurement, window, tags=tags, as_of=as_of)

    def coverage(self, measurement: str) -> pd.DataFrame:
        """Per source and series: tags, `rows`, `first`, `last`, `outliers`."""
        kind = MEASUREMENTS[measurement]
        series = [tag.name for tag in kind.tags]
        rows = self._db.execute(sql.coverage(kind)).fetchall()
        names = ["source", *series, "rows", "first", "last", "outliers"]
        found = pd.DataFrame(rows, columns=names)
        for bound in ("first", "last"):
            found[bound] = pd.to_datetime(found[bound], unit="s", utc=True)
        return found

    def revision(self, measurement: str) -> int:
        """How many writes have changed the measurement."""
        row = self._db.execute(sql.REVISION, (measurement,)).fetchone()
        return int(row[0]) if row else 0

    def _prepare(self) -> None:
        for pragma in ("journal_mode=wal", "synchronous=normal", "busy_timeout=30000"):
            self._db.execute(f"pragma {pragma}")
        if self._db.execute("pragma user_version").fetchone()[0] != sql.VERSION:
            with self._transaction():
                for statement in sql.create(MEASUREMENTS.values()):
                    self._db.execute(statement)
                self._db.execute(sql.NAME_KIND, (int(self.synthetic),))
                self._db.execute(f"pragma user_version={sql.VERSION}")
        if self._db.execute(sql.KIND).fetchone()[0] != int(self.synthetic):
            raise sqlite3.DatabaseError("it holds the other kind of data, real or demonstration")

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
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def _existing(self, kind: Measurement, incoming: pd.DataFrame) -> pd.DataFrame:
        """The stored rows aligned to `incoming` (NaN where there is none)."""
        span = (int(incoming["time"].min()), int(incoming["time"].max()))
        rows = self._db.execute(sql.between(kind), span).fetchall()
        stored = pd.DataFrame(rows, columns=["time", *kind.columns], dtype=object)
        keys = list(kind.key)
        return incoming[keys].astype(object).merge(stored, on=keys, how="left")

    def _archive(self, kind: Measurement, changed: pd.DataFrame) -> None:
        keys = changed[[*kind.key, "available_at"]].astype(object)
        self._db.executemany(sql.archive(kind), keys.itertuples(index=False, name=None))

    def _insert(self, statement: str, kind: Measurement, rows: pd.DataFrame) -> None:
        columns = [_plain(rows[name]) for name in ("time", *kind.columns)]
        self._db.executemany(statement, zip(*columns, strict=True))


def _seconds(moment: pd.Timestamp) -> int:
    return int(moment.timestamp())


def _epoch(times: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(times.as_unit("s").asi8)


def _stored(frame: pd.DataFrame, kind: Measurement) -> pd.DataFrame:
    """The frame as it goes into a table: plain columns, times as seconds."""
    rows = frame[list(kind.columns)].copy()
    rows["available_at"] = _epoch(pd.DatetimeIndex(rows["available_at"]))
    rows.insert(0, "time", _epoch(pd.DatetimeIndex(frame.index)))
    return rows.reset_index(drop=True)


def _compare(
    incoming: pd.DataFrame, stored: pd.DataFrame, kind: Measurement
) -> tuple[np.ndarray, np.ndarray]:
    """Which rows are new, and which differ in a value from what is stored."""
    new = stored["available_at"].isna().to_numpy()
    differs = np.zeros(len(incoming), dtype=bool)
    for field in kind.fields:
        ours, theirs = incoming[field.name], stored[field.name]
        if field.kind == "text":
            differs |= (ours.fillna("").astype(str) != theirs.fillna("").astype(str)).to_numpy()
        else:
            a, b = ours.to_numpy(dtype=float), theirs.to_numpy(dtype=float)
            differs |= ~((np.abs(a - b) <= _SAME) | (np.isnan(a) & np.isnan(b)))
    return new, differs & ~new


def _known_at(
    incoming: pd.DataFrame, stored: pd.DataFrame, received_at: pd.Timestamp | None
) -> np.ndarray:
    """When a changed row became known: its own stamp, or now if that came before."""
    own = incoming["available_at"].to_numpy()
    if received_at is None:
        return own
    earlier = stored["available_at"].fillna(0).to_numpy(dtype="int64")
    return np.where(own > earlier, own, np.maximum(_seconds(received_at), earlier + 1))


def _plain(column: pd.Series) -> list[object]:
    """Python values for sqlite3, None for what is missing."""
    return column.astype(object).where(column.notna(), None).tolist()


def _frame(rows: list[tuple[object, ...]], kind: Measurement) -> pd.DataFrame:
    """Fetched rows as a frame of the measurement, dtypes stable even when empty."""
    columns = list(zip(*rows, strict=True)) or [()] * (1 + len(kind.columns))
    values = dict(zip(("time", *kind.columns), columns, strict=True))
    index = _times(values.pop("time")).rename("time")
    data = {name: _column(name, value, kind) for name, value in values.items()}
    return pd.DataFrame(data, index=index)


def _times(seconds: tuple[object, ...]) -> pd.DatetimeIndex:
    stamps = np.array(seconds, dtype="int64").astype("datetime64[s]")
    return as_utc(pd.DatetimeIndex(stamps).tz_localize("UTC"))


def _column(name: str, values: tuple[object, ...], kind: Measurement) -> object:
    if name == "available_at":
        return _times(values)
    dtype = "str" if name in ("source", "flag") else _DTYPES[kind.column(name).kind]
    if dtype == "str":
        return pd.Series(np.array(values, dtype=object), dtype="str").array
    return np.array(values, dtype=dtype)
