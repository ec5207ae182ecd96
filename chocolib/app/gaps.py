"""Which steps each series lacks, how fresh it is, and what is known to exist nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chocolib.core.errors import SettingsError
from chocolib.core.gaps import Freshness, freshness, missing, of_site, stretches
from chocolib.core.measurement import Measurement
from chocolib.core.ports import Store
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR, Window, inside, iso


@dataclass(frozen=True, slots=True)
class SeriesGaps:
    """The gaps of one series.

    Attributes:
        series: its tags, such as "peninsula"; "site" where several tell of the one site.
        missing: UTC starts of the steps that should be there and are not.
        absent: those of them that a source was asked for and did not have.
    """

    kind: Measurement
    series: str
    since: pd.Timestamp
    freshness: Freshness
    missing: pd.DatetimeIndex
    absent: pd.DatetimeIndex

    def to_dict(self) -> dict[str, Any]:
        """As it stands in `chocolib gaps --json`."""
        until = self.freshness.until
        return {
            "measurement": self.kind.name,
            "series": self.series,
            "since": iso(self.since),
            "until": iso(until) if until is not None else None,
            "status": self.freshness.status,
            "behind_h": self.freshness.lag / HOUR,
            "missing": len(self.missing),
            "not_available": len(self.absent),
            "gaps": [self._gap(window) for window in stretches(self.missing, self.kind)],
        }

    def _gap(self, window: Window) -> dict[str, Any]:
        steps = inside(self.missing, window)
        return {
            "start": iso(window.start),
            "end": iso(window.end),
            "missing": len(steps),
            "not_available": int(steps.isin(self.absent).sum()),
        }


def find_gaps(
    store: Store,
    *,
    as_of: pd.Timestamp,
    measurement: str | None = None,
    since: pd.Timestamp | None = None,
) -> list[SeriesGaps]:
    """The gaps of every series with a cadence, or of one measurement's.

    Args:
        as_of: what should be there, and what was known, is judged at this moment.
        since: where to begin; default each series' first row.

    Raises:
        SettingsError: no such measurement, or one without a cadence.
    """
    return [
        found
        for kind in _kinds(measurement)
        for found in _of_measurement(store, kind, as_of, since)
    ]


def _kinds(measurement: str | None) -> Sequence[Measurement]:
    regular = [kind for kind in MEASUREMENTS.values() if kind.observed and kind.cadence]
    if measurement is None:
        return regular
    chosen = [kind for kind in regular if kind.name == measurement]
    if not chosen:
        names = ", ".join(kind.name for kind in regular)
        raise SettingsError(
            f"{measurement!r} is not a measurement with gaps", hint=f"use one of: {names}"
        )
    return chosen


def _of_measurement(
    store: Store, kind: Measurement, as_of: pd.Timestamp, since: pd.Timestamp | None
) -> Iterator[SeriesGaps]:
    rows = store.read(kind.name, as_of=as_of)
    absences = store.read("absences", tags={"measurement": kind.name}, as_of=as_of)
    if rows.empty and since is None:
        return
    if kind.pool or rows.empty:
        site = of_site(rows, kind)
        if len(site) or since is not None:
            times = pd.DatetimeIndex(site.index)
            yield _gaps_of(kind, "site", times, absences, as_of, since)
        return
    for tags, group in rows.groupby([tag.name for tag in kind.tags]):
        name = " ".join(str(tag) for tag in (tags if isinstance(tags, tuple) else (tags,)))
        yield _gaps_of(kind, name, pd.DatetimeIndex(group.index), absences, as_of, since)


def _gaps_of(
    kind: Measurement,
    series: str,
    times: pd.DatetimeIndex,
    absences: pd.DataFrame,
    as_of: pd.Timestamp,
    since: pd.Timestamp | None,
) -> SeriesGaps:
    lacking = missing(times, kind, as_of=as_of, since=since)
    newest = times.max() if len(times) else None
    return SeriesGaps(
        kind=kind,
        series=series,
        since=since if since is not None else times.min(),
        freshness=freshness(newest, kind, as_of),
        missing=lacking,
        absent=lacking[lacking.isin(absences.index)],
    )
