"""The way into a store: through the gate, refused rows to quarantine."""

from __future__ import annotations

import pandas as pd

from chocolib.app.quarantine import hold
from chocolib.core.errors import RowsRefused
from chocolib.core.gate import check
from chocolib.core.measurement import Measurement
from chocolib.core.ports import Store
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR, Window

#: How far a row's neighbours may be: what its steps are judged by.
_BESIDE = 2 * HOUR


def admit(
    store: Store,
    measurement: str,
    frame: pd.DataFrame,
    *,
    received_at: pd.Timestamp,
    origin: str,
    as_versions: bool = False,
) -> Written:
    """Check rows, store the good ones, quarantine the others.

    A stored row that turns out to be an outlier beside the new ones is flagged too.

    Args:
        frame: rows of the measurement; `flag` may be absent.
        received_at: the edge's clock, UTC.
        origin: the file or source the rows come from, as people are told.
        as_versions: the rows are of another time than now: each is a version known when
            it says, and a newer one that is stored stays the current one.

    Returns:
        Counts whose sum is the number of rows that came; rows repeated identically
        within the frame, and refused ones that a person has decided on, count as unchanged.
    """
    kind = MEASUREMENTS[measurement]
    around = _around(store, kind, frame)
    checked = check(frame, kind, received_at=received_at, around=around)
    held = hold(store, checked.refused, measurement, received_at=received_at, origin=origin)
    decided = len(checked.refused) - held
    if as_versions:
        new = store.restore(measurement, checked.good)
        written = Written(new=new, unchanged=len(checked.good) - new, outliers=checked.outliers)
    else:
        written = _stored(store, kind, checked.good, received_at, origin)
    _flag(store, kind, checked.spotted, received_at)
    return written + Written(unchanged=checked.repeated + decided, quarantined=held)


def _around(store: Store, kind: Measurement, frame: pd.DataFrame) -> pd.DataFrame | None:
    """Stored rows from just before the first to just after the last of a frame."""
    times = pd.DatetimeIndex(frame.index).dropna() if len(frame) else pd.DatetimeIndex([])
    judged = any(field.isolated_step is not None for field in kind.fields)
    if not judged or times.empty or times.tz is None:
        return None
    return store.read(kind.name, Window(times.min() - _BESIDE, times.max() + _BESIDE + HOUR))


def _flag(
    store: Store, kind: Measurement, spotted: pd.DataFrame, received_at: pd.Timestamp
) -> None:
    """Flag stored rows, but for those that were corrected since they were judged."""
    if spotted.empty:
        return
    times = pd.DatetimeIndex(spotted.index)
    window = Window(times.min(), times.max() + pd.Timedelta(seconds=1))
    now = store.read(kind.name, window)
    same = [*kind.key, "available_at"]
    keys = pd.MultiIndex.from_frame(now.reset_index()[same])
    still = pd.MultiIndex.from_frame(spotted.reset_index()[same]).isin(keys)
    store.write(kind.name, spotted[still], received_at=received_at)


def _stored(
    store: Store, kind: Measurement, good: pd.DataFrame, received_at: pd.Timestamp, origin: str
) -> Written:
    """Write; what the store itself refuses goes to quarantine as well."""
    try:
        return store.write(kind.name, good, received_at=received_at)
    except RowsRefused as error:
        held = hold(store, error.refused, kind.name, received_at=received_at, origin=origin)
        decided = len(error.refused) - held
        return error.written + Written(unchanged=decided, quarantined=held)
