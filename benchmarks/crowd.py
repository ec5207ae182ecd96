"""One writer process and many reader processes on one SQLite file, for some seconds.

The writer gives a week of rows one and the same new temperature, write after write. A
read that sees two temperatures, or not the whole week, is torn.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import numpy as np
import pandas as pd

from chocolib.core.errors import ChocolibError
from chocolib.core.schema import WEATHER_DATA
from chocolib.core.time import Window, as_utc, hour_after
from chocolib.store import bulk
from chocolib.store.sqlite import SqliteStore

HOURS = 17_520
_NOW = pd.Timestamp("2026-01-01T00:00Z")
_WEEK = Window(_NOW - pd.Timedelta(days=7), _NOW)
_PATIENCE_S = 120.0


@dataclass(frozen=True)
class Seen:
    """What one process did: its actions, what went wrong, and the seconds of each action."""

    role: str
    errors: list[str]
    torn: int
    waits_s: np.ndarray


@dataclass(frozen=True)
class Crowd:
    """What the writer and the readers did in `seconds`."""

    seconds: float
    writer: Seen
    readers: list[Seen]

    @property
    def errors(self) -> list[str]:
        """What went wrong anywhere."""
        return [error for seen in (self.writer, *self.readers) for error in seen.errors]

    @property
    def torn(self) -> int:
        """Reads that saw a part of a write."""
        return sum(reader.torn for reader in self.readers)

    def row(self) -> dict[str, object]:
        """The line of the table."""
        waits = np.concatenate([reader.waits_s for reader in self.readers]) * 1000
        p50, p99, longest = np.percentile(waits, [50, 99, 100]).round(1)
        return {
            "seconds": round(self.seconds, 1),
            "readers": len(self.readers),
            "reads": len(waits),
            "errors": len(self.errors),
            "torn reads": self.torn,
            "p50 ms": p50,
            "p99 ms": p99,
            "longest ms": longest,
            "writes/s": round(len(self.writer.waits_s) / self.seconds, 1),
        }


def weather(hours: int) -> pd.DataFrame:
    """So many hours of one station up to 2026, all fields filled."""
    index = as_utc(pd.date_range(end=_NOW, periods=hours + 1, freq="h", name="time")[:-1])
    random = np.random.default_rng(1)
    values = {
        field.name: random.uniform(field.lower or 0, field.upper or 1, hours).round(2)
        for field in WEATHER_DATA.fields
    }
    provenance = {"source": "openweathermap", "available_at": hour_after(index), "flag": ""}
    return pd.DataFrame({"station": "J17", **values, **provenance}, index=index)


def crowd(path: Path, *, seconds: float, readers: int, long_readers: int = 0) -> Crowd:
    """Let them all at the file at once; it is made, with two years of rows.

    Args:
        long_readers: how many more readers read everything, each time by ADBC.
    """
    store = SqliteStore(path)
    store.write("weather_data", weather(HOURS), received_at=_NOW)
    _write(store, 0)
    store.close()
    roles = ["writer", *["reader"] * readers, *["long reader"] * long_readers]
    context = multiprocessing.get_context("spawn")
    start, stop, results = context.Barrier(len(roles) + 1), context.Event(), context.Queue()
    processes = [
        context.Process(target=_work, args=(role, path, start, stop, results), daemon=True)
        for role in roles
    ]
    for process in processes:
        process.start()
    start.wait(_PATIENCE_S)
    began = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    lasted = time.perf_counter() - began
    seen = sorted((results.get(timeout=_PATIENCE_S) for _ in roles), key=lambda s: s.role)
    for process in processes:
        process.join(_PATIENCE_S)
    return Crowd(lasted, seen[-1], seen[:-1])


def _work(role: str, path: Path, start: Barrier, stop: Event, results: Queue[Seen]) -> None:
    """One process: the same action again and again until it is stopped."""
    store = SqliteStore(path)
    bulk.WORTH_ROWS = 0 if role == "long reader" else HOURS
    act = _ACTIONS[role]
    waits: list[float] = []
    errors: list[str] = []
    torn = 0
    start.wait(_PATIENCE_S)
    while not stop.is_set():
        began = time.perf_counter()
        try:
            torn += act(store, len(waits) + 1)
        except ChocolibError as error:
            errors.append(str(error))
        waits.append(time.perf_counter() - began)
    store.close()
    results.put(Seen(role, errors, torn, np.array(waits)))


def _write(store: SqliteStore, number: int) -> bool:
    week = weather(168).assign(temperature_c=float(number))
    store.write("weather_data", week, received_at=_NOW + pd.Timedelta(seconds=number))
    return False


def _read(store: SqliteStore, _: int) -> bool:
    """Read the last week; True when it is torn."""
    return _is_torn(store.read("weather_data", _WEEK))


def _read_all(store: SqliteStore, _: int) -> bool:
    """Read everything by ADBC; True when it is torn."""
    frame = store.read("weather_data")
    return len(frame) != HOURS or _is_torn(frame.iloc[-168:])


def _is_torn(week: pd.DataFrame) -> bool:
    return len(week) != 168 or week["temperature_c"].nunique() != 1


_ACTIONS: dict[str, Callable[[SqliteStore, int], bool]] = {
    "writer": _write,
    "reader": _read,
    "long reader": _read_all,
}
