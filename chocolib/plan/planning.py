"""The plan people follow: solved, read off, late only where it must be, beside its twin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd

from chocolib.core.errors import ChocolibError, PlanInfeasible
from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Halt
from chocolib.core.plans import Plan
from chocolib.core.remarks import Remark
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import DAY, HOUR, Window
from chocolib.plan.as_usual import as_usual
from chocolib.plan.assign import NoMachine
from chocolib.plan.batches import schedule
from chocolib.plan.evaluate import costs, lateness
from chocolib.plan.grain import coarsest
from chocolib.plan.model import Problem, build, ordered, window_of
from chocolib.plan.notes import LIMITS_ASIDE, rounded, too_late
from chocolib.plan.solve import Solution, solve
from chocolib.plan.stock import net_of
from chocolib.plan.underway import Underway

#: How long after the last due time a late batch may be ready, while prices reach so far.
MOST_LATE = 4 * DAY
#: What an hour in a room that stops a stage counts where nothing else is possible, EUR.
_LAST_RESORT_EUR_H = 1000.0
#: The share of the time that a first answer on hours may take where the grid is finer.
_ON_HOURS = 0.25


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the planner; see `plan`."""

    spec: FactorySpec
    prices: pd.Series
    first_day: date
    days: int
    step: pd.Timedelta
    underway: Underway
    halts: tuple[Halt, ...]
    gap: float
    time_limit_s: float
    before: tuple[Task, ...] = ()
    slack: pd.Timedelta | None = None
    cautious: frozenset[str] = field(default_factory=frozenset)

    def grain(self) -> pd.Timedelta:
        """The coarsest grid on which nothing is lost."""
        orders, _ = net_of(ordered(self.spec, self.first_day, self.days), self.underway.stock)
        window = window_of(
            self.spec, orders, self.first_day, self.days, underway=self.underway, slack=self.slack
        )
        return coarsest(self.spec, window, self.step, self.underway)

    def problem(self) -> Problem:
        """The problem to solve."""
        return build(
            self.spec,
            self.prices,
            first_day=self.first_day,
            days=self.days,
            step=self.grain(),
            underway=self.underway,
            halts=self.halts,
            slack=self.slack,
            cautious=self.cautious,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A solution with the schedule it makes, and what had to be set aside for it."""

    question: Question
    problem: Problem
    solution: Solution
    schedule: Schedule
    notes: tuple[Remark, ...] = ()


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
    question = Question(
        spec, prices, first, made, step, underway, halts, gap, time_limit_s, tuple(before)
    )
    answer = _answer(question)
    usual = usual or twin()
    late = lateness(answer.schedule, spec, **asked)
    split = costs(answer.schedule, prices, spec, late=late, halts=answer.question.halts)
    solution = answer.solution
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
        bound_eur=_bound(split.total, solution),
        costs=split,
        late_batches=late,
        frozen=tuple(underway.batches),
        stock=stock,
        halts=_touching(halts, answer.problem.horizon.window, answer.schedule, usual),
        notes=(*notes, *answer.notes, *rounded(spec, step)),
    )


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


def _answer(question: Question) -> Answer:
    """On time where that is possible, else late, else in a room that is too warm."""
    try:
        return _solved(question)
    except PlanInfeasible as refusal:
        slack = _slack(question)
        if not question.spec.priced.late_eur_batch_h or slack <= pd.Timedelta(0):
            raise
        late = replace(question, slack=slack)
        said = (too_late(refusal),)
        try:
            return replace(_solved(late), notes=said)
        except PlanInfeasible:
            if not (question.halts and question.underway.tasks):
                raise refusal from None
    warm = tuple(replace(halt, eur_h=halt.eur_h or _LAST_RESORT_EUR_H) for halt in question.halts)
    return replace(_solved(replace(late, halts=warm)), notes=(*said, LIMITS_ASIDE))


def _solved(question: Question) -> Answer:
    """The question answered, on a fine grid from the answer on hours.

    A stage whose services would make a batch change machines is planned cautiously.
    """
    if question.step < HOUR and question.grain() < HOUR:
        hours = replace(question, step=HOUR, time_limit_s=question.time_limit_s * _ON_HOURS)
        with suppress(ChocolibError):  # durations of part hours may not fit: begin without
            question = replace(question, before=_cautious(hours).schedule.tasks)
    return _cautious(question)


def _cautious(question: Question) -> Answer:
    while True:
        problem = question.problem()
        solution = solve(
            problem,
            gap=question.gap,
            time_limit_s=question.time_limit_s,
            before=question.before,
        )
        try:
            made = schedule(
                "optimal", solution.routes, question.spec, problem.horizon, question.prices
            )
        except NoMachine as clash:
            if clash.stage in question.cautious:
                raise
            question = replace(question, cautious=question.cautious | {clash.stage})
            continue
        return Answer(question, problem, solution, made)


def _slack(question: Question) -> pd.Timedelta:
    """How late the prices let a batch be, at most `MOST_LATE`, in whole hours."""
    window = question.problem().horizon.window
    last = pd.DatetimeIndex(question.prices.dropna().index)[-1] + HOUR
    return min(MOST_LATE, (last - window.end).floor(HOUR))
