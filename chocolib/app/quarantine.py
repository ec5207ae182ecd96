"""Rows refused at the gate: held, shown, let in by a person, or dropped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.measurement import RELEASED, Measurement
from chocolib.core.ports import Store
from chocolib.core.quarantine import DROPPED, HELD, LET_IN, row_id
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import as_utc, iso

KEY = ["time", "measurement", "row_id"]


def hold(
    store: Store, refused: pd.DataFrame, measurement: str, *, received_at: pd.Timestamp, origin: str
) -> int:
    """Keep refused rows (with a `reason` column) until a person decides.

    Returns:
        How many are held now; a row that was decided on before is not held again.
    """
    if refused.empty:
        return 0
    rows = _as_quarantine(refused, measurement, received_at, origin)
    seen = store.read("quarantine", tags={"measurement": measurement})
    decided = seen[(seen["state"] != HELD).to_numpy()].reset_index()[KEY]
    keys = pd.MultiIndex.from_frame(rows.reset_index()[KEY])
    held = rows[~keys.isin(pd.MultiIndex.from_frame(decided))]
    once = held[~held.reset_index().duplicated(KEY).to_numpy()]
    store.write("quarantine", once, received_at=received_at)
    return len(held)


def quarantined(store: Store, *, state: str | None = HELD) -> list[dict[str, str]]:
    """Refused rows in a state (None: all): what, when, where it wanted to go, why not."""
    rows = store.read("quarantine")
    return [
        _entry(time, row)
        for time, row in zip(pd.DatetimeIndex(rows.index), rows.to_dict("records"), strict=True)
        if state is None or row["state"] == state
    ]


def show(store: Store, names: Sequence[str]) -> list[dict[str, str]]:
    """The refused rows with these ids, or beginnings of ids.

    Raises:
        DataError: an id that fits no row, or rows of several ids.
    """
    found = _found(store, names)
    return [_entry(pd.Timestamp(str(time)), dict(row)) for time, row in found.iterrows()]


def drop(store: Store, names: Sequence[str], *, now: pd.Timestamp) -> int:
    """Decide that rows stay out; they are kept, and not held again when they come again.

    Raises:
        DataError: see `show`.
    """
    return _decide(store, _held(_found(store, names)), DROPPED, now)


def release(store: Store, names: Sequence[str], *, now: pd.Timestamp) -> Written:
    """Let rows into their measurement all the same, flagged "released".

    Raises:
        DataError: see `show`; or a row that no store could take: without a time, off the
            time grid, or without a required value. Then none is let in.
    """
    found = _held(_found(store, names))
    frames = [
        (str(name), _as_row(pd.Timestamp(str(time)), str(row["payload"]), str(name), now))
        for name, (time, row) in zip(found["measurement"], found.iterrows(), strict=True)
    ]
    for name, frame in frames:
        _refuse_impossible(frame, MEASUREMENTS[name])
    total = Written()
    for name, frame in frames:
        total += store.write(name, frame, received_at=now)
    _decide(store, found, LET_IN, now)
    return total


def _as_quarantine(
    refused: pd.DataFrame, measurement: str, received_at: pd.Timestamp, origin: str
) -> pd.DataFrame:
    kind = MEASUREMENTS[measurement]
    times = pd.DatetimeIndex(refused.index).where(refused.index.notna(), received_at)
    values = refused[[*kind.key[1:], *kind.field_names, "source", "available_at"]]
    payloads = [json.dumps(_plain(row), default=str) for row in values.to_dict("records")]
    return pd.DataFrame(
        {
            "measurement": measurement,
            "row_id": [row_id(payload) for payload in payloads],
            "payload": payloads,
            "reason": refused["reason"].to_numpy(dtype=object),
            "origin": origin,
            "state": HELD,
            "source": refused["source"].to_numpy(dtype=object),
            "available_at": received_at,
            "flag": "",
        },
        index=as_utc(times).floor("s").rename("time"),
    )


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A row's values for JSON: missing is null, a moment is its ISO text."""
    cells = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    return {k: iso(v) if isinstance(v, pd.Timestamp) else v for k, v in cells.items()}


def _entry(time: pd.Timestamp, row: dict[Any, Any]) -> dict[str, str]:
    return {
        "id": row["row_id"],
        "time": iso(time),
        "measurement": row["measurement"],
        "reason": row["reason"],
        "source": row["source"],
        "from": row["origin"],
        "refused_at": iso(row["available_at"]),
        "state": row["state"],
        "row": row["payload"],
    }


def _found(store: Store, names: Iterable[str]) -> pd.DataFrame:
    rows = store.read("quarantine")
    ids = rows["row_id"].astype(str)
    wanted = pd.Series(False, index=rows.index)
    hint = "chocolib quarantine list names them"
    for name in names:
        fits = ids.str.startswith(name) if name else ids == name
        if not fits.any():
            raise DataError(f"nothing in quarantine is called {name!r}", hint=hint)
        if ids[fits].nunique() > 1:
            raise DataError(f"{name!r} fits {ids[fits].nunique()} rows: say more of it", hint=hint)
        wanted |= fits
    return rows[wanted.to_numpy()]


def _held(found: pd.DataFrame) -> pd.DataFrame:
    decided = found[(found["state"] != HELD).to_numpy()]
    if len(decided):
        first = decided.iloc[0]
        raise DataError(f"{first['row_id']} was {first['state']} already")
    return found


def _decide(store: Store, found: pd.DataFrame, state: str, now: pd.Timestamp) -> int:
    store.write("quarantine", found.assign(state=state, available_at=now), received_at=now)
    return len(found)


def _as_row(time: pd.Timestamp, payload: str, measurement: str, now: pd.Timestamp) -> pd.DataFrame:
    kind = MEASUREMENTS[measurement]
    row = json.loads(payload)
    known = min(pd.Timestamp(row.get("available_at") or now).tz_convert("UTC"), now)
    frame = pd.DataFrame(
        [{**row, "available_at": known, "flag": RELEASED}],
        index=as_utc(pd.DatetimeIndex([time], name="time")),
    )[list(kind.columns)]
    for field in (*kind.tags, *kind.fields):
        if field.kind == "number":
            frame[field.name] = frame[field.name].astype(float)
    return frame


def _refuse_impossible(frame: pd.DataFrame, kind: Measurement) -> None:
    lost = [f.name for f in (*kind.tags, *kind.fields) if f.required and frame[f.name].isna().any()]
    if lost:
        raise DataError(f"the row has no {lost[0]}: it cannot be let in")
    time = pd.Timestamp(pd.DatetimeIndex(frame.index)[0])
    if kind.grid == "hour" and time != time.floor("h"):
        raise DataError(f"{iso(time)} is not on the hour: the row cannot be let in")
