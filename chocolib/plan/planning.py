"""The plan people follow: solved, read off, late only where it must be, beside its twin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd

from chocolib.core.errors import ChocolibError
from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Costs, Halt
from chocolib.core.plans import Plan
from chocolib.core.remarks import Remark
from chocolib.core.risk import Risk
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import HOUR, Window
from chocolib.plan.answer import Answer, Question, against, answered
from chocolib.plan.as_usual import as_usual
from chocolib.plan.evaluate import cost, lateness
from chocolib.plan.hedge import Hedge
from chocolib.plan.notes import rounded
from chocolib.plan.risk import regret_of, risk_of
from chocolib.plan.solve import Solution
from chocolib.plan.underway import Underway

#: The share of the time for the plan at the expected prices, which one with risk begins with.
_PLAIN = 0.5


def plan(
    spec: FactorySpec,
    prices: pd.Series,
    *,
    as_of: pd.Timestamp,
    first_day: date,
    days: int,
    synthetic: bool = False,
    gap: float = 1e-3,
    time_limit_s: float = 60.0,
    step: pd.Timedelta = HOUR,
    underway: Underway | None = None,
    before: Sequence[Task] = (),
    halts: Iterable[Halt] = (),
    notes: Iterable[Remark] = (),
    hedge: Hedge | None = None,
) -> Plan:
    """The cheapest way to make the demand of some days, beside the same work as usual.

    Due times hold wherever they can. Where they cannot, and the factory prices lateness,
    the plan is the cheapest with its late batches priced, and says what stood in the way.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the window (see `model.build`; the
            batches may be late as far as it reaches) and the as-usual tasks, which may
            end later where the factory runs near its limit.
        as_of: what was known when it was made, UTC; only carried along.
        first_day: first civil day (Madrid) that is asked for. What is underway may add
            earlier days.
        days: how many civil days, at least 1; days without demand give an empty plan.
        synthetic: the prices are demonstration data; only carried along.
        gap: relative optimality gap that counts as "optimal".
        time_limit_s: seconds for the solver.
        step: grid of the starts: 15, 30 or 60 minutes.
        underway: what an earlier plan has begun; it stays as it is.
        before: tasks of an earlier plan that the search begins with; where there are none
            and nothing is underway, it begins as usual, and so is never dearer than that.
        halts: hours in which the room's climate stops a stage, or makes it dear.
        notes: what else to say on the plan; only carried along.
        hedge: price paths: how the plan does on them is told, and with a weight above 0
            they are what it is made for. As long again is taken at most for the regret.

    Returns:
        The plan; `best` and `as_usual` make the same batches.

    Raises:
        PlanInfeasible: the demand cannot be made, not even late; names the bottleneck.
        NotEnoughData: an hour that is needed has no price; says which.
        ChocolibError: no plan was found in the time given.
    """
    underway = underway or Underway(stock=spec.stock)
    first, made = _days(underway, first_day, days)
    halts = tuple(halts)
    stock = dict(underway.stock)
    asked: dict[str, Any] = {"first_day": first, "days": made, "stock": stock}
    twin = partial(as_usual, spec, prices, step=step, halts=halts, **asked)
    usual = None
    if not (before or underway.tasks):
        with suppress(ChocolibError):  # the search says better what stands in the way
            usual = twin()
            before = usual.tasks
    share = _PLAIN if hedge and hedge.weight else 1.0
    question = Question(
        spec, prices, first, made, step, underway, halts, gap, share * time_limit_s, tuple(before)
    )
    plain = answered(question)
    answer = against(plain, hedge, time_limit_s) if hedge and hedge.weight else plain
    usual = usual or twin()
    split, solution = answer.costs(), answer.solution
    return Plan(
        as_of=as_of,
        window=answer.problem.horizon.window,
        days=days,
        status=solution.status,
        gap=solution.gap,
        seconds=solution.seconds,
        best=replace(answer.schedule, step_minutes=int(step / pd.Timedelta(minutes=1))),
        as_usual=usual,
        synthetic=synthetic,
        late=len(lateness(usual, spec, **asked)),
        first_day=first,
        made_days=made,
        step_minutes=int(step / pd.Timedelta(minutes=1)),
        bound_eur=_bound(split.total, solution) if answer is plain else None,
        costs=split,
        late_batches=answer.late,
        frozen=tuple(underway.batches),
        stock=stock,
        halts=_touching(halts, answer.problem.horizon.window, answer.schedule, usual),
        notes=(*notes, *answer.notes, *rounded(spec, step)),
        risk=_risk(plain, answer, split, usual, hedge, time_limit_s) if hedge else None,
    )


def _risk(
    plain: Answer, answer: Answer, split: Costs, usual: Schedule, hedge: Hedge, limit_s: float
) -> Risk:
    """How the answer and as usual do on the paths; the plain problem bounds the regret."""
    asked = plain.question
    begun = cost(asked.underway.tasks, asked.prices, asked.spec)["cost_eur"].sum()
    constant = plain.costs().total - plain.solution.cost_eur - float(begun)
    regret = regret_of(answer.schedule, split, hedge, plain.problem, constant, limit_s)
    counted = hedge if answer.problem.tail is not None else replace(hedge, weight=0.0)
    return risk_of(answer.schedule, usual, counted, asked.spec, regret)


def _bound(total: float, solution: Solution) -> float | None:
    """EUR that no plan stays below; a gap of 1 (or more) is the search's word for no bound."""
    return None if solution.gap >= 1 else total - solution.gap * abs(solution.cost_eur)


def _touching(halts: Iterable[Halt], window: Window, *made: Schedule) -> tuple[Halt, ...]:
    """The halts that reach into the plan's window or the span of its schedules."""
    tasks = [task for schedule in made for task in schedule.tasks]
    begin = min([window.start, *(task.start for task in tasks)])
    end = max([window.end, *(task.end for task in tasks)])
    return tuple(halt for halt in halts if halt.start < end and begin < halt.end)


def _days(underway: Underway, first_day: date, days: int) -> tuple[date, int]:
    """First day and number of days that are asked for, or have begun and are not finished."""
    first = underway.first_day or first_day
    last = max(first_day + timedelta(days=days - 1), underway.last_day or first)
    return first, (last - first).days + 1
