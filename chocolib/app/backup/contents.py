"""What a store holds, as numbers that can be compared: with a manifest, or with another store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from chocolib.app import copying
from chocolib.core.backup.manifest import Rows
from chocolib.core.errors import DataError
from chocolib.core.ports import Store
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import Window
from chocolib.store.sqlite import SqliteStore

#: Most windows of `spans` are a few weeks; so many are read at once where memory allows it.
_WHOLE = 400_000


def contents(store: Store, name: str) -> Rows:
    """Rows, versions, checksum and revision of a measurement.

    Raises:
        DataError: the store cannot be read.
    """
    kind, revision = MEASUREMENTS[name], store.revision(name)
    total, rows, versions = hashlib.sha256(), 0, 0
    for window in _windows(store, name):
        held = store.history(name, window)
        total.update(copying.canonical(held, kind))
        rows += int((~held.reset_index().duplicated(list(kind.key))).sum())
        versions += len(held)
    return Rows(rows=rows, versions=versions, sha256=total.hexdigest(), revision=revision)


def snapshot(store: Store, into: Path, tell: copying.Tell) -> dict[str, Rows]:
    """The store as it is at one moment, as a SQLite file, and what is in it.

    A SQLite store is copied by SQLite itself, whoever writes to it meanwhile. From InfluxDB,
    which has no such moment, span after span is copied and compared; the revisions told are
    those of the beginning.

    Args:
        into: a file that is not there yet.

    Raises:
        DataError: it cannot be read or written, or rows changed while they were copied.
    """
    if isinstance(store, SqliteStore):
        store.back_up(into)
        return told(into)
    revisions = {name: store.revision(name) for name in MEASUREMENTS}
    copy = SqliteStore(into, synthetic=store.synthetic)
    try:
        for name, windows in copying.spans(store).items():
            _refuse_faults(copying.copy(store, copy, name, windows, tell=tell))
    finally:
        copy.close()
    copied = told(into)
    return {
        name: one.model_copy(update={"revision": revisions[name]}) for name, one in copied.items()
    }


def told(file: Path, *, synthetic: bool = False) -> dict[str, Rows]:
    """What is in the file of a store, by measurement.

    Raises:
        DataError: it is not a store of this chocolib or an older one, or is damaged.
    """
    store = SqliteStore(file, synthetic=synthetic)
    try:
        return {name: contents(store, name) for name in MEASUREMENTS}
    finally:
        store.close()


def differences(wanted: dict[str, Rows], found: dict[str, Rows]) -> Iterator[str]:
    """What is not as a manifest says, a sentence for each measurement."""
    for name, one in wanted.items():
        other = found.get(name)
        if other is None:
            yield f"{name}: a measurement that only a newer chocolib knows"
        elif (one.rows, one.versions) != (other.rows, other.versions):
            yield (
                f"{name}: {other.rows} rows in {other.versions} versions, "
                f"not {one.rows} in {one.versions}"
            )
        elif one.sha256 != other.sha256:
            yield f"{name}: as many rows, but not the same"


def strangers(store: Store, other: Store, name: str) -> int:
    """How many versions of a measurement in one store another one does not know at all."""
    kind = MEASUREMENTS[name]
    identity = [*kind.key, "available_at"]
    count = 0
    for window in _windows(store, name):
        ours, theirs = (
            pd.MultiIndex.from_frame(one.history(name, window).reset_index()[identity])
            for one in (store, other)
        )
        count += int((~ours.isin(theirs)).sum())
    return count


def _windows(store: Store, name: str) -> list[Window]:
    """Small spans, or the whole of what is not much: each read costs something by itself."""
    found = store.coverage(name)
    if found.empty:
        return []
    if found["rows"].sum() <= _WHOLE:
        return [Window(found["first"].min(), found["last"].max() + pd.Timedelta(seconds=1))]
    return copying.spans(store)[name]


def _refuse_faults(copied: copying.Copied) -> None:
    if copied.faults:
        raise DataError(f"rows changed while they were copied: {copied.faults[0]}")
