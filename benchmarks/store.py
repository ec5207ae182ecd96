"""`make bench-store`: SQLite beside pandas and under a crowd, InfluxDB through faults.

Nothing here fails when it is slow: a benchmark says how it is. A new table is one more
line in `SECTIONS`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.crowd import crowd
from benchmarks.influx import report
from benchmarks.speed import tables
from deploy.influxd import NotHad

READERS = 8


@dataclass(frozen=True)
class Options:
    """What a section may use: an empty folder, and how long to run."""

    folder: Path
    seconds: float


def speed(options: Options) -> str:
    """Writing and reading beside pandas."""
    return tables(options.folder)


def concurrency(options: Options) -> str:
    """One writer and eight readers, each a process, on one file."""
    seen = crowd(options.folder / "crowd.sqlite", seconds=options.seconds, readers=READERS)
    title = "one writer process, eight reader processes, one file; target: no error, no torn read,"
    lines = [title, "p99 < 100 ms.", pd.DataFrame([seen.row()]).to_string(index=False)]
    return "\n".join([*lines, *seen.errors[:3]])


def influx(_: Options) -> str:
    """Writing to InfluxDB's stand-in through faults."""
    try:
        return report()
    except NotHad as error:
        return f"InfluxDB's stand-in cannot be had: {error}"


SECTIONS: dict[str, Callable[[Options], str]] = {
    "speed": speed,
    "concurrency": concurrency,
    "influx": influx,
}


def main() -> None:
    """Print each section as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long the crowd is at it")
    parser.add_argument("--only", choices=SECTIONS, help="one section instead of all")
    asked = parser.parse_args()
    for name, section in SECTIONS.items():
        if asked.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                print(section(Options(Path(folder), asked.seconds)), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
