"""The InfluxDB 2.7 store: in a bucket, what `store.sqlite` keeps in a file.

How rows lie there is told in `store.points`. Nothing is ever taken away. A write may be
cut off at any moment: it loses nothing, and the same write again completes it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from chocolib.core.errors import DataError, OtherKind, RowsRefused
from chocolib.core.measurement import OUTLIER, PROVENANCE, Measurement
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY, Window
from chocolib.store import flux, points
from chocolib.store.bucket import Bucket, Tags
from chocolib.store.influx_http import Endpoint, Patience, Server
from chocolib.store.placing import Places, changes, places
from chocolib.store.rows import (
    as_frame,
    as_rows,
    beside,
    compare,
    known_at,
    newly_flagged,
    refuse_mixing,
    seconds,
)
from chocolib.store.versions import known

#: Grows when points lie otherwise.
LAYOUT = 1

_BLOCK_ROWS = 50_000  # compared and written at a time: bounds the memory
_REVISION, _STORE = "chocolib_revision", "chocolib_store"


class InfluxStore:
    """A `Store` (see `core.ports`) in one bucket.

    One writer at a time and any number of readers. A bucket holds either real or
    synthetic rows, never both: which is fixed when it is first opened.

    Args:
        endpoint: server, organisation, bucket and token.
        synthetic: whether this bucket is for demonstration data.

    Raises:
        SettingsError: the token, the organisation or the bucket is not accepted.
        DataError: no answer, or the bucket holds the other kind of data.
    """

    def __init__(
        self, endpoint: Endpoint, *, synthetic: bool = False, patience: Patience | None = None
    ) -> None:
        self.synthetic = synthetic
        self.address = endpoint.address
        self._bucket = Bucket(Server(endpoint, patience))
        self._prepare()

    def __repr__(self) -> str:
        return f"<InfluxStore {self.address}>"

    def __del__(self) -> None:
        if hasattr(self, "_bucket"):
            self._bucket.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._bucket.close()

    def write(self, measurement: str, frame: pd.DataFrame, *, received_at: pd.Timestamp) -> Written:
        """Upsert rows by key; see `core.ports.Store`.

        Args:
            measurement: a name of `core.schema.MEASUREMENTS`.
            frame: rows that passed `gate.check` (unique keys).
            received_at: the edge's clock, UTC: when a changed value became known.

        Raises:
            DataError: synthetic rows for a real store, or the other way round; or no answer.
            RowsRefused: the server would not take some rows; the others are in.
        """
        kind = MEASUREMENTS[measurement]
        refuse_mixing(frame, kind, synthetic=self.synthetic)
        written = Written()
        refused: dict[int, str] = {}
        for start in range(0, len(frame), _BLOCK_ROWS):
            block = frame.iloc[start : start + _BLOCK_ROWS]
            done, bad = self._write(kind, block, received_at if kind.observed else None)
            written += done
            refused |= {start + place: reason for place, reason in bad.items()}
        self._raise_refused(refused, frame, written)
        return written

    def restore(self, measurement: str, versions: pd.DataFrame) -> int:
        """Put versions of rows back as they are; see `core.ports.Store`.

        Raises:
            DataError: as `write`.
            RowsRefused: as `write`.
        """
        kind = MEASUREMENTS[measurement]
        refuse_mixing(versions, kind, synthetic=self.synthetic)
        if versions.empty:
            return 0
        coming = points.typed(as_rows(versions, kind), kind)
        coming = coming[~coming.duplicated([*kind.key, "available_at"], keep="last")]
        present = self._bucket.points(kind, _span(coming), earlier=True)
        missing, other = changes(coming, present, kind)
        refused = self._put(kind, places(coming[missing | other], present, kind))
        added = int((missing & ~coming.index.isin(list(refused))).sum())
        self._raise_refused(refused, versions, Written(new=added))
        return added

    def read(
        self,
        measurement: str,
        window: Window | None = None,
        *,
        tags: Tags | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """Rows in `window`, sorted by key, as known at `as_of`; see `core.ports.Store`."""
        kind = MEASUREMENTS[measurement]
        found = self._bucket.points(kind, window, tags, earlier=as_of is not None)
        return known(as_frame(found, kind), kind, as_of)

    def latest(
        self,
        measurement: str,
        *,
        tags: Tags | None = None,
        as_of: pd.Timestamp | None = None,
    ) -> pd.DataFrame:
        """The rows of the newest time known at `as_of`; see `core.ports.Store`."""
        kind = MEASUREMENTS[measurement]
        names = [*kind.key[1:], *PROVENANCE]
        first = pd.Timedelta(seconds=1) if as_of is None else 8 * DAY
        for page in self._bucket.backwards(kind, tags, first):
            earlier = as_of is not None
            found = self._bucket.points(kind, page, tags, earlier=earlier, columns=names)
            seen = found if as_of is None else found[found["available_at"] <= seconds(as_of)]
            if len(seen):
                newest = _span(seen[seen["time"] == seen["time"].max()])
                return self.read(measurement, newest, tags=tags, as_of=as_of)
        return as_frame(points.found([], [], kind), kind)

    def history(self, measurement: str, window: Window | None = None) -> pd.DataFrame:
        """Every version of the rows in `window`; see `core.ports.Store`."""
        kind = MEASUREMENTS[measurement]
        found = self._bucket.points(kind, window, earlier=True)
        return as_frame(found.sort_values([*kind.key, "available_at"]), kind)

    def coverage(self, measurement: str) -> pd.DataFrame:
        """Per source and series: tags, `rows`, `first`, `last`, `outliers`."""
        kind = MEASUREMENTS[measurement]
        series = ["source", *kind.key[1:]]
        names = [*kind.key[1:], *PROVENANCE]
        rows = known(self._bucket.points(kind, earlier=False, columns=names), kind)
        groups = rows.assign(outlier=rows["flag"] == OUTLIER).groupby(series, as_index=False)
        found = groups.agg(
            rows=("time", "size"), first=("time", "min"), last=("time", "max"),
            outliers=("outlier", "sum"),
        )  # fmt: skip
        for bound in ("first", "last"):
            found[bound] = pd.to_datetime(found[bound], unit="s", utc=True)
        return found

    def revision(self, measurement: str) -> int:
        """Grows with every write that changes the measurement; odd while one is going on."""
        return self._bucket.note(_REVISION, {"measurement": measurement}).get("number", 0)

    def _write(
        self, kind: Measurement, frame: pd.DataFrame, received_at: pd.Timestamp | None
    ) -> tuple[Written, dict[int, str]]:
        """Some of the rows of a write; those that were refused by position, with reasons."""
        incoming = points.typed(as_rows(frame, kind), kind)
        present = self._bucket.points(kind, _span(incoming), earlier=not kind.observed)
        stored = beside(incoming, known(present, kind), kind)
        new, differs = compare(incoming, stored, kind)
        when = known_at(incoming, stored, received_at)
        incoming["available_at"] = np.where(differs, when, incoming["available_at"])
        spotted = ~new & ~differs & newly_flagged(incoming, stored)
        flagged = stored.assign(flag=incoming["flag"])[spotted]
        coming = pd.concat([incoming[new | differs], points.typed(flagged, kind)])
        refused = self._put(kind, places(coming, present, kind))
        taken = ~np.isin(np.arange(len(frame)), list(refused))
        written = Written(
            new=int((new & taken).sum()),
            updated=int((differs & taken).sum()),
            unchanged=int((~new & ~differs & taken).sum()),
            outliers=int((taken & (frame["flag"] == OUTLIER).to_numpy()).sum()),
        )
        return written, refused

    def _put(self, kind: Measurement, steps: Places) -> dict[int, str]:
        """Write points; the revision is odd meanwhile, and stays so if that is cut off."""
        number, tags = self.revision(kind.name), {"measurement": kind.name}
        if steps.anything:
            number = (number + 1) | 1
            self._bucket.keep_note(_REVISION, tags, number=number)
        refused = self._bucket.put(kind, steps)
        if number % 2:
            self._bucket.keep_note(_REVISION, tags, number=number + 1)
        return refused

    def _raise_refused(
        self, refused: Mapping[int, str], frame: pd.DataFrame, written: Written
    ) -> None:
        if refused:
            rows = frame.iloc[list(refused)].assign(reason=list(refused.values()))
            what = f"{self.address} refused {len(refused)} of {len(frame)} rows"
            raise RowsRefused(f"{what}: {rows['reason'].iloc[0]}", refused=rows, written=written)

    def _prepare(self) -> None:
        kept = self._bucket.note(_STORE, {})
        if not kept:
            kept = {"synthetic": int(self.synthetic), "layout": LAYOUT}
            self._bucket.keep_note(_STORE, {}, **kept)
        if kept.get("layout", 0) > LAYOUT:
            what = f"a newer chocolib made it, layout {kept['layout']}"
            raise DataError(what, path=self.address, hint="use that chocolib")
        if kept.get("synthetic") != int(self.synthetic):
            what = "it holds the other kind of data, real or demonstration"
            raise OtherKind(what, path=self.address, hint="use another bucket: INFLUXDB_BUCKET")


def _span(rows: pd.DataFrame) -> Window:
    """From the first to the last time of a table.

    Raises:
        DataError: a time that no question would ever find again.
    """
    moments = (
        pd.Timestamp(int(rows["time"].agg(end)), unit="s", tz="UTC") for end in ("min", "max")
    )
    first, last = moments
    if first < flux.EVER.start or last >= flux.EVER.end:
        raise DataError(f"InfluxDB holds rows of {flux.EVER.start:%Y} to {flux.EVER.end:%Y} only")
    return Window(first, last + pd.Timedelta(seconds=1))
