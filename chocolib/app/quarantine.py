"""Rows refused at the gate: held, shown, let in by a person, or dropped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.gate import off_grid
from chocolib.core.measurement import RELEASED, Measurement
from chocolib.core.ports import Store
from chocolib.core.quarantine import DROPPED, HELD, LET_IN, row_id
from chocolib.core.results import Written
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import Window, as_utc, iso

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
    window = Window(rows.index.min(), rows.index.max() + pd.Timedelta(seconds=1))
    seen = store.read("quarantine", window, tags={"measurement": measurement})
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

    A row is a version of its own: known by its publication rule where it is the first
    of its key, else when it came. A value that came later stays the current one.

    Raises:
        DataError: see `show`; or a row that no store could take: without a time, off the
            time grid, or without a required value. Then none is let in.
    """
    found = _held(_found(store, names))
    held = found.reset_index().to_dict("records")
    rows = [(str(row["measurement"]), _as_row(row)) for row in held]
    for name, row in rows:
        _refuse_impossible(row, MEASUREMENTS[name])
    new = sum(store.restore(name, _known(store, name, row)) for name, row in rows)
    _decide(store, found, LET_IN, now)
    return Written(new=new, unchanged=len(rows) - new)


def _as_quarantine(
    refused: pd.DataFrame, measurement: str, received_at: pd.Timestamp, origin: str
) -> pd.DataFrame:
    kind = MEASUREMENTS[measurement]
    came = pd.DatetimeIndex(refused.index)
    times = as_utc(came.where(came.notna(), received_at)).floor("s").rename("time")
    said = _as_json(refused[[*kind.key[1:], *kind.field_names, "source"]])
    whole = refused[[*kind.key[1:], *kind.field_names, "source", "available_at"]]
    return pd.DataFrame(
        {
            "measurement": measurement,
            "row_id": [row_id(int(t.timestamp()), s) for t, s in zip(times, said, strict=True)],
            "payload": _as_json(whole.assign(has_time=came.notna())),
            "reason": refused["reason"].to_numpy(dtype=object),
            "origin": origin,
            "state": HELD,
            "source": refused["source"].to_numpy(dtype=object),
            "available_at": received_at,
            "flag": "",
        },
        index=times,
    )


def _as_json(rows: pd.DataFrame) -> list[str]:
    return [json.dumps(_plain(row), default=str) for row in rows.to_dict("records")]


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


def _as_row(held: dict[Any, Any]) -> pd.DataFrame:
    """The row as it came, as a frame of its measurement, with `received_at` beside it."""
    kind, said = MEASUREMENTS[held["measurement"]], json.loads(held["payload"])
    if not said.pop("has_time", True):
        raise DataError(f"{held['row_id']} has no time: it cannot be let in")
    came = pd.Timestamp(held["available_at"])
    known = min(pd.Timestamp(said.get("available_at") or came).tz_convert("UTC"), came)
    row = {**said, "available_at": known, "flag": RELEASED, "received_at": came}
    frame = pd.DataFrame([row], index=pd.DatetimeIndex([held["time"]], name="time"))
    numbers = [f.name for f in kind.fields if f.kind == "number"]
    return frame.astype(dict.fromkeys(numbers, float))[[*kind.columns, "received_at"]]


def _known(store: Store, measurement: str, row: pd.DataFrame) -> pd.DataFrame:
    """The row with when it became known: when it came, if there was a value before it."""
    kind, time = MEASUREMENTS[measurement], pd.Timestamp(pd.DatetimeIndex(row.index)[0])
    there = store.history(measurement, Window(time, time + pd.Timedelta(seconds=1)))
    tags = list(kind.key[1:])
    same = (there[tags].astype(str) == row[tags].astype(str).iloc[0]).all(axis=1)
    if same.any():
        row = row.assign(available_at=row["received_at"])
    return row[list(kind.columns)]


def _refuse_impossible(row: pd.DataFrame, kind: Measurement) -> None:
    lost = [f.name for f in (*kind.tags, *kind.fields) if f.required and row[f.name].isna().any()]
    if lost:
        raise DataError(f"the row has no {lost[0]}: it cannot be let in")
    times = pd.DatetimeIndex(row.index)
    if off_grid(times, kind).any():
        raise DataError(f"{iso(times[0])} is not the beginning of a step: it cannot be let in")
