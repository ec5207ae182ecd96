"""Whether the price paths are honest, and how many it takes; tables of `make bench-plan`.

The spread is judged by the mean price of the cheapest two fifths of the hours of days 2 to
7, which is what a plan buys; the number by what the plain plan costs on 100 paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.risk import foretold
from chocolib.core.factory import FactorySpec
from chocolib.core.results import Forecast
from chocolib.core.schedule import Task
from chocolib.core.time import DAY
from chocolib.plan.batches import schedule
from chocolib.plan.energy import path_costs
from chocolib.plan.hedge import ALPHA, Hedge, hedged
from chocolib.plan.model import Problem, build
from chocolib.plan.scenarios import scenarios
from chocolib.plan.solve import solve
from chocolib.plan.tail import cvar

#: Days of history that are too few for past weeks: all hours are dear or cheap alike.
_SHORT = 20 * DAY
_COUNTS, _MANY = (10, 20, 30, 60), 100


def spreads(known: pd.Series, mondays: list[date]) -> None:
    """Print how often what came lay between the 10 and 90 % quantiles of the paths."""
    rows = [row for monday in mondays for row in _came(known, monday)]
    table = pd.DataFrame(rows, columns=["joined by", "inside", "width"]).groupby("joined by")
    print(f"\nSpread of the paths, {len(mondays)} weeks of 2025 (to reach: inside in 80 %)")
    print(table.mean().round(4).to_string(), flush=True)


def _came(known: pd.Series, monday: date) -> list[tuple[str, float, float]]:
    expected, public = foretold(known, monday)
    made = scenarios(expected, public).prices
    alone = np.random.default_rng(monday.toordinal()).permuted(made.to_numpy(), axis=1)
    ways = {
        "past weeks": made,
        "all hours alike": scenarios(expected, public[public.index[-1] - _SHORT :]).prices,
        "nothing": pd.DataFrame(alone, index=made.index),
    }
    hours = _cheap(expected)
    came = known.reindex(hours).mean(skipna=False)
    found = []
    for name, paths in ways.items():
        low, high = np.quantile(paths.loc[hours].mean(), [0.1, 0.9], method="hazen")
        found.append((name, float(low <= came <= high), float(high - low)))
    return found


def _cheap(expected: Forecast) -> pd.DatetimeIndex:
    """The two fifths of the unpublished hours of the week that are foretold the cheapest."""
    frame = expected.frame
    week = frame[~frame["known"] & (frame.index < expected.origin + 7 * DAY)]["q50"]
    return pd.DatetimeIndex(week.index[week <= week.quantile(0.4)])


def counts(known: pd.Series, mondays: list[date]) -> None:
    """Print what fewer paths tell of the plain plan, and make of a hedged one, beside 100."""
    rows = [row for monday in mondays for row in _counted(known, monday)]
    names = ["paths", "CVaR off by", "hedged: CVaR more", "hedged: mean more", "mean: mean less"]
    print(f"\nNumber of paths, {len(mondays)} weeks of 2025, EUR against {_MANY} paths")
    print(
        pd.DataFrame(rows, columns=names).groupby("paths").mean().round(3).to_string(), flush=True
    )


def _counted(known: pd.Series, monday: date) -> list[tuple[float, ...]]:
    spec = FactorySpec.default()
    expected, public = foretold(known, monday)
    many = scenarios(expected, public, count=_MANY).prices
    median = expected.frame["q50"]
    problem = build(spec, median, first_day=monday, days=7)

    def tasks(asked: Problem, gap: float, before: Sequence[Task] = ()) -> tuple[Task, ...]:
        routes = solve(asked, gap=gap, before=before).routes
        return schedule("", routes, spec, problem.horizon, median).tasks

    def costs(made: Sequence[Task], paths: pd.DataFrame = many) -> np.ndarray:
        return path_costs(made, paths, spec).to_numpy()

    plain = tasks(problem, 1e-3)
    usual, at_mean = costs(plain), costs(tasks(problem.at(many.mean(axis=1)), 1e-4, plain))
    found = []
    for count in _COUNTS:
        few = Hedge(scenarios(expected, public, count=count).prices, 1.0)
        ours = costs(tasks(hedged(problem.at(few.mean), few), 1e-3, plain))
        off = abs(cvar(costs(plain, few.paths), ALPHA) - cvar(usual, ALPHA))
        more = cvar(ours, ALPHA) - cvar(usual, ALPHA)
        found.append((count, off, more, (ours - usual).mean(), (usual - at_mean).mean()))
    return found
