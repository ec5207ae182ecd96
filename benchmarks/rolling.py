"""The second table of `make bench-plan`: daily re-planning through the weeks of 2025.

Each week begins with an empty factory on its Monday and is planned anew every evening at
21:00, when the prices of the next day are out. Shares are of what perfect foresight (one
plan of the whole week on the prices that came) saves against as usual.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import date

import pandas as pd
from joblib import Parallel, delayed

from chocolib.app.replays import Played, Week, expectations, replay
from chocolib.core.factory import FactorySpec
from chocolib.plan.savings import PLAN, share_of_possible

MODELS = ("champion", "prophet", "weekly-naive")
COLUMNS = ("as_usual", "valley_first", "cheapest_windows", *reversed(MODELS), "perfect")


def played(known: pd.Series, monday: date) -> Played:
    """A week by every reference and by the plans of each model, renamed after it.

    Args:
        known: real EUR/kWh by UTC hour, all of them.
    """
    week = Week(monday)
    window = week.needed()
    own = known[(known.index >= window.start) & (known.index < window.end)]
    runs = {
        model: replay(
            FactorySpec.default(), week, own, expectations(model, own, own, week.priced_until)
        )
        for model in MODELS
    }
    first = runs[MODELS[0]]
    table = first.table.assign(**{model: run.table[PLAN] for model, run in runs.items()})
    late = {**first.late, **{model: run.late[PLAN] for model, run in runs.items()}}
    return replace(first, table=table, late=late)


def rolling(known: pd.Series, mondays: list[date]) -> None:
    """Print what each plan costs, by month and in all."""
    began = time.perf_counter()
    jobs = Parallel(n_jobs=os.cpu_count())
    made: list[Played] = jobs(delayed(played)(known, monday) for monday in mondays)
    table = pd.concat([week.table for week in made])
    print(f"\nRe-planned every evening: {len(made)} weeks of 2025, EUR of energy")
    print(f"{'':8} {'kg':>7} {'kWh':>7} " + " ".join(f"{name[:12]:>12}" for name in COLUMNS))
    months = table.groupby([f"{day:%Y-%m}" for day in table.index])
    for month, rows in [*months, ("all", table)]:
        total = rows.sum(numeric_only=True)
        eur = " ".join(f"{total[name]:12.2f}" for name in COLUMNS)
        print(f"{month:8} {total['kg']:7.0f} {total['energy_kwh']:7.0f} {eur}")
    shares = " ".join(f"{share_of_possible(table, name):12.1%}" for name in COLUMNS)
    print(f"{'share':24} {shares}   (to reach: 95 % with champion)")
    worse = [
        str(month) for month, rows in months if rows["champion"].sum() > rows["valley_first"].sum()
    ]
    late = " ".join(f"{sum(week.late[name] for week in made):12}" for name in COLUMNS)
    print(f"{'late batches':24} {late}")
    print(f"months in which the champion's plans cost more than valley first: {worse or 'none'}")
    print(f"{time.perf_counter() - began:.0f} s in all", flush=True)
