"""The risk table of `make bench-plan`: what counting dear price paths changes, at real prices.

Each week begins with an empty factory on its Monday and is planned once, on Sunday at 21:00,
from the champion's forecast of then; what came is paid.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from chocolib.app.replays import EVENING
from chocolib.core.factory import FactorySpec
from chocolib.core.plans import Plan
from chocolib.core.results import Forecast
from chocolib.core.risk import Regret, Risk
from chocolib.core.time import at, known_until, origin_of
from chocolib.models.registry import DEFAULT_MODEL, HISTORY, new_model
from chocolib.plan.evaluate import cost
from chocolib.plan.hedge import Hedge
from chocolib.plan.planning import plan
from chocolib.plan.scenarios import scenarios

WEIGHTS = (0.0, 0.5, 1.0)
#: Hours the forecast reaches: a week, its due times, and as usual after them.
_REACH = 290


@dataclass(frozen=True)
class Run:
    """A week planned with one weight: risk told, EUR paid, of as usual too, processor seconds."""

    monday: date
    risk: Risk
    paid: float
    usual: float
    hindsight: float
    seconds: float


def foretold(known: pd.Series, monday: date) -> tuple[Forecast, pd.Series]:
    """The champion's forecast of the Sunday evening before, and the prices public by then."""
    moment = at(monday - timedelta(days=1), EVENING)
    public = known[(known.index < known_until(moment)) & (known.index >= moment - HISTORY)]
    model = new_model(DEFAULT_MODEL)
    model.fit(public, as_of=moment)
    return model.predict(origin=origin_of(moment), horizon=_REACH, known=public), public


def runs(known: pd.Series, monday: date) -> list[Run]:
    """One week with each weight, and with perfect foresight."""
    spec, moment = FactorySpec.default(), at(monday - timedelta(days=1), EVENING)
    expected, public = foretold(known, monday)
    paths = scenarios(expected, public).since(public)
    perfect = plan(spec, known, as_of=moment, first_day=monday, days=7).best
    made = []
    for weight in WEIGHTS:
        began = time.process_time()
        prices = pd.concat([public[public.index < expected.origin], expected.frame["q50"]])
        hedge = Hedge(paths, weight)
        found = plan(spec, prices, as_of=moment, first_day=monday, days=7, hedge=hedge)
        seconds = time.process_time() - began
        paid, usual = (
            float(cost(schedule.tasks, known, spec)["cost_eur"].sum())
            for schedule in (found.best, found.as_usual)
        )
        made.append(Run(monday, _risk(found), paid, usual, perfect.cost_eur, seconds))
    return made


def _risk(made: Plan) -> Risk:
    if made.risk is None:
        raise ValueError("planned without price paths")
    return made.risk


def risk(known: pd.Series, mondays: list[date]) -> None:
    """Print what each weight told and what came of it."""
    print(f"\nRisk: {len(mondays)} weeks of 2025, EUR of energy, planned once from the forecast")
    heads = ("week", "weight", "expected", "1 in 10", "9 in 10", "dearest", "regret<", "paid")
    print(" ".join(f"{head:>10}" for head in (*heads, "usual", "hindsight", "cpu s")))
    found = [run for monday in mondays for run in _told(runs(known, monday))]
    for weight in WEIGHTS:
        own = pd.DataFrame([_row(run) for run in found if run.risk.weight == weight])
        inside = ((own["paid"] >= own["q10"]) & (own["paid"] <= own["q90"])).mean()
        means = own[["mean", "cvar", "regret", "paid", "hindsight", "seconds"]].mean()
        said = ", ".join(f"{name} {value:.2f}" for name, value in means.items())
        print(f"weight {weight:g}: means of {said}; dearest week paid {own['paid'].max():.2f}; ")
        print(f"  paid between 1 in 10 and 9 in 10 in {inside:.0%}", flush=True)


def _told(made: list[Run]) -> list[Run]:
    for run in made:
        values = [f"{value:10.2f}" for value in _row(run).values()]
        print(f"{run.monday!s:>10} {run.risk.weight:10g} " + " ".join(values), flush=True)
    return made


def _row(run: Run) -> dict[str, float]:
    told, regret = run.risk.plan, run.risk.regret or Regret(float("nan"), float("nan"))
    return {
        "mean": told.mean,
        "q10": told.q10,
        "q90": told.q90,
        "cvar": told.cvar,
        "regret": regret.mean,
        "paid": run.paid,
        "usual": run.usual,
        "hindsight": run.hindsight,
        "seconds": run.seconds,
    }
