"""`make bench-plan`: how long the planner takes on real prices, and how near the optimum it is.

python -m benchmarks.plan [section ...] [--every N]     sections: hourly, quarters, crowded, limit,
rolling, risk, paths

Seconds are those of the solver (model included, one thread) and, beside them, the
processor's, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from benchmarks.paths import counts, spreads
from benchmarks.risk import risk
from benchmarks.rolling import rolling
from chocolib.core.factory import FactorySpec, Shift
from chocolib.core.time import HOUR
from chocolib.plan.grain import coarsest
from chocolib.plan.model import build
from chocolib.plan.solve import solve
from chocolib.plan.underway import Underway

DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", "../shared/data"))
QUARTER = HOUR / 4


@dataclass(frozen=True)
class Run:
    """One week planned: the Monday, seconds on the clock and of the processor, gap, EUR."""

    monday: date
    seconds: float
    cpu_s: float
    gap: float
    cost_eur: float


def prices() -> pd.Series:
    """Real EUR/kWh by UTC hour."""
    file = DATA / "pvpc" / "pvpc_2021-06_2026-01.csv.gz"
    frame = pd.read_csv(file, parse_dates=["timestamp"], index_col="timestamp")
    return frame["price_eur_kwh"].rename_axis("time")


def mondays(every: int) -> list[date]:
    """The Mondays of 2025's weeks, every so many."""
    return [date(2025, 1, 6) + timedelta(weeks=n) for n in range(0, 51, every)]


def timed(
    spec: FactorySpec,
    step: pd.Timedelta,
    every: int,
    *,
    exact: bool = True,
    gap: float = 1e-3,
    limit_s: float = 60.0,
) -> Iterator[Run]:
    """Seven days from each Monday, the factory empty.

    Args:
        exact: on the coarsest grid that loses nothing, as `chocolib plan` does it; else on
            `step` itself.
    """
    known = prices()
    for monday in mondays(every):
        began, cpu = time.perf_counter(), time.process_time()
        problem = build(spec, known, first_day=monday, days=7, step=step)
        grain = coarsest(spec, problem.horizon.window, step, Underway()) if exact else step
        if grain != step:
            problem = build(spec, known, first_day=monday, days=7, step=grain)
        found = solve(problem, gap=gap, time_limit_s=limit_s)
        yield Run(
            monday,
            time.perf_counter() - began,
            time.process_time() - cpu,
            found.gap,
            found.cost_eur,
        )


def table(title: str, target: str, runs: list[Run]) -> None:
    """Median and worst of the runs beside what they should be."""
    worst = max(runs, key=lambda run: run.cpu_s)
    print(f"\n{title}: {len(runs)} weeks of 2025 (to reach: {target})")
    print("            median    worst")
    for name, values in (
        ("clock, s", [run.seconds for run in runs]),
        ("cpu, s", [run.cpu_s for run in runs]),
        ("gap, %", [100 * run.gap for run in runs]),
    ):
        print(f"{name:9} {statistics.median(values):8.3f} {max(values):8.3f}")
    print(f"the worst week begins {worst.monday}", flush=True)


def busy_factory() -> FactorySpec:
    """Six conches and twenty batches a day, Monday to Friday.

    A batch of each of them takes at least six hours in a conche, so 120 of 144 hours a day:
    all are standard, and somebody is there day and night; with two shifts it cannot be done.
    """
    spec = FactorySpec.default()
    machines = {"mix": 2, "refine": 3, "conche": 6, "temper": 3, "mould": 2}
    stages = tuple(s.model_copy(update={"machines": machines[s.name]}) for s in spec.stages)
    work = ("mon", "tue", "wed", "thu", "fri", "sat")
    demand = spec.demand.model_copy(
        update={"mix": {"standard": 1.0}, "month_factor": {}, "kg": dict.fromkeys(work[:5], 1000.0)}
    )
    changed = {
        "stages": stages,
        "power_limit_kw": {period: 2.5 * kw for period, kw in spec.power_limit_kw.items()},
        "demand": demand,
        "maintenance": (),
        "shifts": (Shift(days=work, start=0, end=24),),
    }
    return spec.model_copy(update=changed)


def hourly(every: int) -> None:
    """The default factory on hours."""
    runs = list(timed(FactorySpec.default(), HOUR, every))
    table("Default factory, 7 days, hours", "0.1 %, median 1 s, worst 5 s", runs)


def quarters(every: int) -> None:
    """The same on quarters of an hour: by the exact coarser grid, and without it."""
    spec = FactorySpec.default()
    table("Quarters of an hour", "median 10 s", list(timed(spec, QUARTER, every)))
    raw = list(timed(spec, QUARTER, max(every, 6), exact=False))
    table("Quarters of an hour, solved on quarters (nothing coarser)", "-", raw)


def crowded(every: int) -> None:
    """Six conches, twenty batches a day."""
    runs = list(timed(busy_factory(), HOUR, max(every, 6), gap=1e-2))
    table("6 conches, 20 batches a day, hours", "1 % in 60 s", runs)


def limit(every: int) -> None:
    """What a time limit leaves."""
    for seconds in (0.1, 0.5):
        runs = list(timed(FactorySpec.default(), HOUR, max(every, 6), limit_s=seconds))
        table(f"Hours, stopped after {seconds:g} s", "the best so far, with its gap", runs)


def replanned(every: int) -> None:
    """Daily re-planning with each model against every reference."""
    rolling(prices(), mondays(every))


def hedged(every: int) -> None:
    """What counting dear price paths changes."""
    risk(prices(), mondays(every))


def joined(every: int) -> None:
    """Whether the price paths are honest, and how many it takes."""
    spreads(prices(), mondays(every))
    counts(prices(), mondays(every * 8))


SECTIONS: dict[str, Callable[[int], None]] = {
    "hourly": hourly,
    "quarters": quarters,
    "crowded": crowded,
    "limit": limit,
    "rolling": replanned,
    "risk": hedged,
    "paths": joined,
}


def main() -> None:
    """Print the tables of the sections asked for, all without any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []])
    parser.add_argument("--every", type=int, default=1, help="weeks between two that are planned")
    given = parser.parse_args()
    for name in given.sections or SECTIONS:
        SECTIONS[name](given.every)


if __name__ == "__main__":
    main()
