"""Use case: every version of every row from one store into another, and the proof of it.

No state is kept: a span of time whose versions are all there is passed over, so the same
copy again goes on where it was stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

import pandas as pd

from chocolib.core.errors import DataError, RowsRefused
from chocolib.core.measurement import Measurement
from chocolib.core.ports import Store
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY, Window
from chocolib.store.rows import as_rows

Tell = Callable[[str, Window], None]

_SECOND = pd.Timedelta(seconds=1)
#: A span has at most so many steps of a series, or days where rows come as they come.
_STEPS, _DAYS = 2000, 31


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of one measurement.

    Attributes:
        rows: keys in the source.
        versions: versions of them.
        copied: versions that were not in the target before.
        checksum: SHA-256 of the source's versions, in hexadecimal; the target's are the
            same unless there are `faults`.
        faults: spans whose versions are not all there, each in one line.
    """

    measurement: str
    rows: int
    versions: int
    copied: int
    checksum: str
    faults: tuple[str, ...] = ()

    @property
    def already_there(self) -> int:
        """Versions that were in the target before."""
        return self.versions - self.copied

    def to_dict(self) -> dict[str, object]:
        """As it stands in the JSON document of `chocolib store copy --json`."""
        return asdict(self) | {"already_there": self.already_there, "faults": list(self.faults)}


def spans(source: Store, *, since: pd.Timestamp | None = None) -> dict[str, list[Window]]:
    """Which spans of each measurement there are to copy, each small enough for the memory.

    Args:
        since: leave out what is of before, UTC.
    """
    return {name: _spans(source, kind, since) for name, kind in MEASUREMENTS.items()}


def copy(
    source: Store, target: Store, measurement: str, windows: Iterable[Window], *, tell: Tell
) -> Copied:
    """Copy the versions in some spans, and read them again to see that they are the same.

    Args:
        tell: called after each span.

    Raises:
        DataError: both are one store, or one holds demonstration data and the other does
            not; a store that does not answer.
    """
    _refuse(source, target)
    kind = MEASUREMENTS[measurement]
    total, rows, versions, copied = hashlib.sha256(), 0, 0, 0
    faults = []
    for window in windows:
        held = source.history(measurement, window)
        text = canonical(held, kind)
        added, fault = _bring(held, hashlib.sha256(text).digest(), target, kind, window)
        total.update(text)
        rows += int((~held.reset_index().duplicated(list(kind.key))).sum())
        versions, copied = versions + len(held), copied + added
        faults += [fault] if fault else []
        tell(measurement, window)
    return Copied(measurement, rows, versions, copied, total.hexdigest(), tuple(faults))


def canonical(versions: pd.DataFrame, kind: Measurement) -> bytes:
    """The same bytes for the same versions, whichever store they come from.

    A line for each version in order of key and `available_at`: whole seconds, numbers in
    as many digits as they have, None for what is missing.
    """
    rows = as_rows(versions, kind).sort_values([*kind.key, "available_at"])
    numbers = {field.name for field in kind.fields if field.kind == "number"}
    columns = [_values(rows[name], name in numbers) for name in ("time", *kind.columns)]
    return "".join(f"{row!r}\n" for row in zip(*columns, strict=True)).encode()


def _values(column: pd.Series, is_number: bool) -> list[object]:
    whole = column + 0.0 if is_number else column  # there is no -0.0 in a SQLite file
    return whole.astype(object).where(column.notna(), None).tolist()


def _bring(
    held: pd.DataFrame, checksum: bytes, target: Store, kind: Measurement, window: Window
) -> tuple[int, str]:
    """How many versions were not there; what is wrong in the end, or ""."""
    if held.empty or _same(held, checksum, target, kind, window):
        return 0, ""
    said = "they are there, but not the same"
    try:
        added = target.restore(kind.name, held)
    except RowsRefused as refusal:
        added, said = refusal.written.new, refusal.message
    if _same(held, checksum, target, kind, window):
        return added, ""
    return added, f"{kind.name}, {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}: {said}"


def _same(
    held: pd.DataFrame, checksum: bytes, target: Store, kind: Measurement, window: Window
) -> bool:
    """Whether the target has these versions; it may have others besides."""
    present = target.history(kind.name, window)
    identity = [*kind.key, "available_at"]
    ours, theirs = (
        pd.MultiIndex.from_frame(frame.reset_index()[identity]) for frame in (held, present)
    )
    there = present[theirs.isin(ours)]
    return len(there) == len(held) and hashlib.sha256(canonical(there, kind)).digest() == checksum


def _spans(source: Store, kind: Measurement, since: pd.Timestamp | None) -> list[Window]:
    found = source.coverage(kind.name)
    if found.empty:
        return []
    first, end = found["first"].min(), found["last"].max() + _SECOND
    start = max(first, since) if since else first
    longest = _STEPS * kind.cadence if kind.cadence else _DAYS * DAY
    return list(Window(start, end).split(longest)) if start < end else []


def _refuse(source: Store, target: Store) -> None:
    if source.address == target.address:
        raise DataError(f"{source.address} cannot be copied into itself")
    if source.synthetic != target.synthetic:
        what = "one of the stores holds real data, the other demonstration data"
        raise DataError(what, hint="they are never mixed")
