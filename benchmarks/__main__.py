"""`make bench`: prints each figure, its target, and its ratio to the naive way.

Nothing here fails when it is slow: a benchmark says how it is.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from chocolib.app.context import open_context
from chocolib.app.daily import plan
from chocolib.app.ingest import import_pvpc, import_siar
from chocolib.core.time import Window
from chocolib.sources.siar import siar_files
from chocolib.store.sqlite import SqliteStore

DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", "../shared/data"))
PLAN_DAYS = ("2025-11-19", "2025-06-30", "2025-12-14", "2024-08-11", "2025-10-24")


@dataclass(frozen=True)
class Figure:
    """One line of the table: median seconds, the target, and the naive way's seconds."""

    what: str
    seconds: float
    target_s: float
    naive: str
    naive_s: float

    @property
    def ratio(self) -> float:
        """Our time as a multiple of the naive way's."""
        return self.seconds / self.naive_s


def median_s(action: Callable[[], object], runs: int = 5) -> float:
    """Median wall seconds of an action."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def command(*words: str) -> Callable[[], object]:
    """An action that runs a Python command to its end."""
    return lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True)


def start_up() -> list[Figure]:
    """How long until the package is imported and the help is on the screen."""
    empty = median_s(command("-c", "pass"))
    pandas = median_s(command("-c", "import pandas"))
    imported = median_s(command("-c", "import chocolib"))
    helped = median_s(command("-m", "chocolib", "--help"))
    return [
        Figure("import chocolib", imported, 0.2, "python -c pass", empty),
        Figure("chocolib --help", helped, 0.5, "python -c 'import pandas'", pandas),
    ]


def storing(folder: Path) -> list[Figure]:
    """Import of all real files, and reading back, against pandas' to_sql and read_sql."""
    csv = sorted((DATA / "pvpc").glob("*.csv.gz"))
    siar = siar_files([DATA / "siar"])
    now = pd.Timestamp.now("UTC")
    naive = sqlite3.connect(folder / "naive.sqlite")

    def ours() -> None:
        store = SqliteStore(folder / f"{time.monotonic_ns()}.sqlite")
        done = [
            *import_pvpc(store, csv, received_at=now),
            *import_siar(store, siar, received_at=now),
        ]
        if any(item.error for item in done):
            sys.exit("a file could not be imported: the figures would mean nothing")

    def theirs() -> None:
        prices = pd.concat(pd.read_csv(path, parse_dates=["timestamp"]) for path in csv)
        prices.to_sql("prices", naive, if_exists="replace", index=False)
        days = [pd.read_csv(p, sep=";", decimal=",", encoding="utf-16-le") for p in siar]
        pd.concat(days).to_sql("siar", naive, if_exists="replace", index=False)

    store = SqliteStore(folder / "read.sqlite")
    list(import_pvpc(store, csv, received_at=now))
    last = pd.Timestamp(store.latest("energy_prices").index[-1])
    week = Window(last - pd.Timedelta(days=7), last)
    figures = [
        Figure(
            "import 40,873 prices and all SIAR files, checked",
            median_s(ours, 3), 5.0, "read_csv + to_sql, unchecked", median_s(theirs, 3),
        ),
        Figure(
            "read all prices",
            median_s(lambda: store.read("energy_prices")), 0.3,
            "read_sql of two columns",
            median_s(lambda: pd.read_sql("select * from prices", naive, parse_dates="timestamp")),
        ),
        Figure(
            "read the last 7 days",
            median_s(lambda: store.read("energy_prices", week), 21), 0.01,
            "read_sql where timestamp >= ...",
            median_s(lambda: pd.read_sql(
                "select * from prices where timestamp >= ?", naive, params=(str(week.start),)
            ), 21),
        ),
    ]  # fmt: skip
    naive.close()
    return figures


def planning(folder: Path) -> tuple[list[Figure], list[dict[str, object]]]:
    """Two-day plans of several dates: the solver's seconds, gap and saving."""
    os.environ["CHOCOLIB_STORE_URL"] = f"sqlite:///{folder / 'read.sqlite'}"
    plans, seconds = [], []
    for day in PLAN_DAYS:
        context = open_context(as_of=f"{day}T21:00")
        began = time.perf_counter()
        plans.append(plan(context, model="weekly-naive"))
        seconds.append(time.perf_counter() - began)
    table: list[dict[str, object]] = [
        {
            "plan of": day,
            "status": made.status,
            "gap": made.gap,
            "solver_s": round(made.seconds, 3),
            "cost_eur": round(made.best.cost_eur, 2),
            "as_usual_eur": round(made.as_usual.cost_eur, 2),
            "kg": made.best.kg,
            "saving": f"{made.saving_share:.1%}",
        }
        for day, made in zip(PLAN_DAYS, plans, strict=True)
    ]
    slowest = max(made.seconds for made in plans)
    what = "two-day plan, slowest of five to solve"
    return [Figure(what, slowest, 1.0, "the slowest with its forecast", max(seconds))], table


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    as_json = parser.parse_args().json
    if not DATA.is_dir():
        sys.exit(f"the real data are not at {DATA}: set CHOCOLIB_REAL_DATA")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["CHOCOLIB_HOME"] = temporary
        figures = start_up() + storing(folder)
        solved, plans = planning(folder)
    figures += solved
    if as_json:
        lines = [asdict(figure) | {"ratio": figure.ratio} for figure in figures]
        print(json.dumps({"figures": lines, "plans": plans}, indent=2))
        return
    for figure in figures:
        print(
            f"{figure.what:50} {figure.seconds:8.3f} s  (target {figure.target_s:g} s)  "
            f"{figure.ratio:6.2f} x {figure.naive}"
        )
    print(pd.DataFrame(plans).to_string(index=False))


main()
