"""What came of what was known at a moment: of its forecast and of its plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from chocolib.app.context import Context
from chocolib.core.errors import NotEnoughData
from chocolib.core.factory import FactorySpec
from chocolib.core.plans import Plan
from chocolib.core.results import Forecast
from chocolib.core.schedule import Task
from chocolib.core.time import Window, known_until, local_date
from chocolib.core.views import Missed, PlanCame
from chocolib.models.baselines import WeeklyNaive
from chocolib.plan.agreement import agrees
from chocolib.plan.evaluate import cost


def prices_at(context: Context, window: Window) -> pd.Series:
    """EUR/kWh of the hours of a window that are known at the context's `as_of`; may be empty."""
    rows = context.store.read("energy_prices", window, as_of=context.as_of)
    return rows["price_eur_kwh"].dropna()


def later(context: Context) -> Context:
    """The same context at the time it was opened: it knows what came after its `as_of`."""
    return replace(context, as_of=max(context.now, context.as_of))


def missed(made: Forecast, before: pd.Series, came: pd.Series) -> tuple[Missed, ...]:
    """How far a forecast missed, over all and by Madrid day; empty where nothing has come.

    Args:
        before: EUR/kWh by UTC hour, known when it was made: what the weekly naive repeats.
        came: the prices that came.
    """
    told = made.frame[~made.frame["known"]]
    frame = told.assign(actual=came.reindex(told.index)).dropna(subset=["actual", "q50"])
    if frame.empty:
        return ()
    frame = frame.assign(naive=_naive(made, before, pd.DatetimeIndex(frame.index)))
    days = [local_date(hour) for hour in frame.index]
    by_day = [_missed(part, day=day) for day, part in frame.groupby(days)]
    return (_missed(frame), *by_day)


def _naive(made: Forecast, before: pd.Series, hours: pd.DatetimeIndex) -> np.ndarray:
    past = before[before.index < known_until(made.as_of)]
    past = past[past.index >= made.origin - WeeklyNaive.learns_from]
    try:
        return WeeklyNaive().fit(past).predict(hours)
    except NotEnoughData:
        return np.full(len(hours), np.nan)


def _missed(part: pd.DataFrame, day: object = None) -> Missed:
    error = part["actual"] - part["q50"]
    naive = (part["actual"] - part["naive"]).abs()
    banded = {"q10", "q90"} <= set(part)
    inside = part["actual"].between(part["q10"], part["q90"]) if banded else None
    return Missed(
        day=day if day is None else pd.Timestamp(str(day)).date(),
        hours=len(part),
        mae=float(error.abs().mean()),
        bias=float(error.mean()),
        naive_mae=float(naive.mean()) if naive.notna().all() else None,
        inside=None if inside is None else float(inside.mean()),
    )


def plan_came(plan: Plan, came: pd.Series, spec: FactorySpec) -> PlanCame:
    """A plan and its as-usual twin at the prices that came."""
    told = PlanCame(plan.best.cost_eur, plan.as_usual.cost_eur)
    both = (plan.best.tasks, plan.as_usual.tasks)
    if not all(agrees(task, spec) for task in _tasks(both)):
        return replace(told, unpriced="other factory")
    try:
        best, usual = (float(cost(tasks, came, spec)["cost_eur"].sum()) for tasks in both)
    except NotEnoughData:
        return replace(told, unpriced="to come")
    return replace(told, came=best, as_usual_came=usual)


def _tasks(schedules: Sequence[Sequence[Task]]) -> Iterator[Task]:
    for tasks in schedules:
        yield from tasks
