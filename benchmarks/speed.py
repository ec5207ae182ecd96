"""Writing and reading a measurement, beside pandas' `to_sql` and `read_sql`."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

import pandas as pd

from benchmarks.crowd import weather
from chocolib.core.schema import WEATHER_DATA
from chocolib.core.time import HOUR, Window
from chocolib.store.sqlite import SqliteStore

ROWS, TIMES = 131_513, 10
_RECEIVED = pd.Timestamp("2026-01-02T00:00Z")
_WEEK = pd.Timedelta(days=7)
_UTC = {"utc": True}

#: What is done, its name in the table, its target, and how often.
_DEEDS = (
    ("write", "write", "ours / pandas <= 1.5", 5),
    ("read", "read", "times as fast >= 2.5", 7),
    ("read_week", "last 7 days", "ours < 5 ms", 21),
)


class Pandas:
    """A frame in a file of its own, by `to_sql` and `read_sql`: no key, nothing checked."""

    def __init__(self, folder: Path, frame: pd.DataFrame, times: Mapping[str, object]) -> None:
        self._frame, self._times = frame.reset_index(), dict(times)
        since = frame.index[-168]
        self._since = str(since) if isinstance(since, pd.Timestamp) else int(since)
        self._db = sqlite3.connect(folder / f"pandas-{id(self)}.sqlite")

    def write(self) -> None:
        """The whole frame, into a table made anew."""
        self._frame.to_sql("weather", self._db, if_exists="replace", index=False)

    def read(self) -> pd.DataFrame:
        """The whole table, times as times."""
        return pd.read_sql("select * from weather", self._db, parse_dates=self._times)

    def read_week(self) -> pd.DataFrame:
        """The last 7 days."""
        text = "select * from weather where time >= ?"
        return pd.read_sql(text, self._db, params=(self._since,), parse_dates=self._times)


class Ours:
    """The same frame in a store."""

    def __init__(self, folder: Path, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._paths = (folder / f"ours-{len(frame)}-{number}.sqlite" for number in count())

    def write(self) -> None:
        """The whole frame into a new file: keyed, compared, in one transaction."""
        self.store = SqliteStore(next(self._paths))
        self.write_again()

    def write_again(self) -> None:
        """The same rows once more: nothing may change."""
        self.store.write("weather_data", self._frame, received_at=_RECEIVED)

    def read(self) -> pd.DataFrame:
        """The whole measurement."""
        return self.store.read("weather_data")

    def read_week(self) -> pd.DataFrame:
        """The last 7 days."""
        end = self._frame.index[-1] + HOUR
        return self.store.read("weather_data", Window(end - _WEEK, end))


def best_ms(actions: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The best wall milliseconds of each action; all of them in turn, `runs` times."""
    best = dict.fromkeys(actions, float("inf"))
    for _ in range(runs):
        for name, action in actions.items():
            began = time.perf_counter()
            action()
            best[name] = min(best[name], (time.perf_counter() - began) * 1000)
    return best


def beside_pandas(folder: Path, ours: Ours) -> pd.DataFrame:
    """Write, read and the last 7 days: ours, and pandas' with each of three tables."""
    frame = weather(ROWS)
    fields = frame[list(WEATHER_DATA.field_names)]
    lean = fields.set_axis(pd.Index(fields.index.as_unit("s").asi8, name="time"))
    theirs = {
        "time and 8 fields": Pandas(folder, fields, {"time": _UTC}),
        "the same, time an integer": Pandas(folder, lean, {"time": _UTC | {"unit": "s"}}),
        "all 13 columns, as ours": Pandas(folder, frame, {"time": _UTC, "available_at": _UTC}),
    }
    lines = []
    for deed, name, target, runs in _DEEDS:
        ways = {"": ours, **theirs}
        taken = best_ms({table: getattr(way, deed) for table, way in ways.items()}, runs)
        for table in theirs:
            line: dict[str, object] = {"": name, "ours ms": taken[""], "pandas' table": table}
            line |= {"pandas ms": taken[table], "ours / pandas": taken[""] / taken[table]}
            line |= {"times as fast": taken[table] / taken[""], "target": target}
            lines.append(line)
    return pd.DataFrame(lines).round(2)


def ten_times(folder: Path, ours: Ours) -> pd.DataFrame:
    """The same again with ten times the rows: how many times as long it takes."""
    ten = Ours(folder, weather(ROWS * TIMES))
    lines = []
    for deed, name, target, runs in (
        ("write", "write", "<= 11", 3),
        ("write_again", "write the same again", "", 3),
        ("read", "read", "<= 11", 7),
        ("read_week", "last 7 days", "ours < 5 ms", 21),
    ):
        taken = best_ms({"one": getattr(ours, deed), "ten": getattr(ten, deed)}, runs)
        line: dict[str, object] = {"": name, f"{ROWS:,} rows ms": taken["one"]}
        line |= {f"{ROWS * TIMES:,} rows ms": taken["ten"]}
        lines.append(line | {"times as long": taken["ten"] / taken["one"], "target": target})
    return pd.DataFrame(lines).round(2)


def tables(folder: Path) -> str:
    """Both tables, with what they are about."""
    ours = Ours(folder, weather(ROWS))
    return "\n".join(
        [
            f"weather_data, {ROWS:,} hourly rows, 8 fields all filled, {os.cpu_count()} cores;",
            "best of several runs in turn, one file system; pandas keeps no key, checks nothing.",
            beside_pandas(folder, ours).to_string(index=False),
            "",
            ten_times(folder, ours).to_string(index=False),
        ]
    )
