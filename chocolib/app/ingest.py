"""Rows into the store: from files and sources, through the gate."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from chocolib.core.errors import ChocolibError
from chocolib.core.gate import check
from chocolib.core.ports import Source, Store
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import MADRID, Window, iso
from chocolib.sources.pvpc_files import read_pvpc
from chocolib.sources.siar import read_siar


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file: what was written, or why nothing was.

    Attributes:
        series: rows read per tag and local year, for example {("J09", 2001): 365}.
    """

    path: Path
    written: Written
    series: dict[tuple[str, int], int]
    error: ChocolibError | None = None


def import_pvpc(
    store: Store, paths: Iterable[Path], *, received_at: pd.Timestamp
) -> Iterator[Imported]:
    """Store the prices of files; a bad file is reported and leaves nothing behind."""
    for path in paths:
        yield _import_file(store, "energy_prices", path, received_at)


def import_siar(
    store: Store, paths: Iterable[Path], *, received_at: pd.Timestamp
) -> Iterator[Imported]:
    """Store the daily weather of SIAR files; a bad file leaves nothing behind."""
    for path in paths:
        yield _import_file(store, "siar_daily", path, received_at)


_READERS = {"energy_prices": read_pvpc, "siar_daily": read_siar}


def _import_file(store: Store, measurement: str, path: Path, received_at: pd.Timestamp) -> Imported:
    try:
        frame = _READERS[measurement](path)
        written = admit(store, measurement, frame, received_at=received_at, origin=path.name)
    except ChocolibError as error:
        return Imported(path, Written(), {}, error)
    tag = MEASUREMENTS[measurement].tags[0].name
    years = pd.DatetimeIndex(frame.index).tz_convert(MADRID).year
    series = Counter(zip(frame[tag].astype(str), years.tolist(), strict=True))
    return Imported(path, written, dict(series))


def fetch_into(
    store: Store, source: Source, window: Window, *, received_at: pd.Timestamp
) -> Written:
    """Ask a source for a window and store what passes the gate.

    Raises:
        SourceUnavailable, SourceChanged: the source did not deliver.
    """
    frame = source.fetch(window)
    return admit(store, source.measurement, frame, received_at=received_at, origin=source.name)


def admit(
    store: Store, measurement: str, frame: pd.DataFrame, *, received_at: pd.Timestamp, origin: str
) -> Written:
    """The gate: check rows, store the good ones, quarantine the others.

    Returns:
        Counts whose sum is the number of rows that came; rows repeated
        identically within the frame count as unchanged.
    """
    checked = check(frame, MEASUREMENTS[measurement], received_at=received_at)
    refused = _quarantined(checked.refused, measurement, received_at, origin)
    store.write("quarantine", refused, received_at=received_at)
    written = store.write(measurement, checked.good, received_at=received_at)
    return written + Written(unchanged=checked.repeated, quarantined=len(checked.refused))


def _quarantined(
    refused: pd.DataFrame, measurement: str, received_at: pd.Timestamp, origin: str
) -> pd.DataFrame:
    """Refused rows as rows of the measurement `quarantine`."""
    times = pd.DatetimeIndex(refused.index).where(refused.index.notna(), received_at)
    kind = MEASUREMENTS[measurement]
    values = refused[[*kind.key[1:], *kind.field_names, "source"]]
    rows = pd.DataFrame(
        {
            "measurement": measurement,
            "payload": [json.dumps(row, default=str) for row in values.to_dict("records")],
            "reason": refused["reason"].to_numpy(dtype=object),
            "origin": origin,
            "source": refused["source"].to_numpy(dtype=object),
            "available_at": received_at,
            "flag": "",
        },
        index=times.rename("time"),
    )
    return rows[~rows.reset_index().duplicated(["time", "payload"]).to_numpy()]


def quarantined(store: Store) -> list[dict[str, str]]:
    """Every refused row: time, where it wanted to go, why not, and the row itself."""
    rows = store.read("quarantine")
    return [
        {
            "time": iso(time),
            "measurement": row["measurement"],
            "reason": row["reason"],
            "from": row["origin"],
            "row": row["payload"],
        }
        for time, row in zip(pd.DatetimeIndex(rows.index), rows.to_dict("records"), strict=True)
    ]
