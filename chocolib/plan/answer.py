"""A question to the planner and its answer: late, or in an unfit room, only where it must be."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from chocolib.core.errors import ChocolibError, PlanInfeasible
from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Costs, Halt, Late
from chocolib.core.remarks import Remark
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import DAY, HOUR
from chocolib.plan.assign import NoMachine
from chocolib.plan.batches import schedule
from chocolib.plan.evaluate import costs, lateness
from chocolib.plan.grain import coarsest
from chocolib.plan.hedge import Hedge, hedged
from chocolib.plan.model import Problem, build, ordered, window_of
from chocolib.plan.notes import LIMITS_ASIDE, NOT_WEIGHED, too_late
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
    hedge: Hedge | None = None

    def grain(self) -> pd.Timedelta:
        """The coarsest grid on which nothing is lost; with a hedge only the asked one."""
        if self.hedge is not None:
            return self.step
        orders, _ = net_of(ordered(self.spec, self.first_day, self.days), self.underway.stock)
        window = window_of(
            self.spec, orders, self.first_day, self.days, underway=self.underway, slack=self.slack
        )
        return coarsest(self.spec, window, self.step, self.underway)

    def problem(self) -> Problem:
        """The problem to solve."""
        problem = build(
            self.spec,
            self.prices if self.hedge is None else self.hedge.mean,
            first_day=self.first_day,
            days=self.days,
            step=self.grain(),
            underway=self.underway,
            halts=self.halts,
            slack=self.slack,
            cautious=self.cautious,
        )
        return problem if self.hedge is None else hedged(problem, self.hedge)


@dataclass(frozen=True, slots=True)
class Answer:
    """A solution with the schedule it makes, and what had to be set aside for it."""

    question: Question
    problem: Problem
    solution: Solution
    schedule: Schedule
    notes: tuple[Remark, ...] = ()

    @property
    def late(self) -> tuple[Late, ...]:
        """The batches that are late."""
        asked = self.question
        return lateness(
            self.schedule,
            asked.spec,
            first_day=asked.first_day,
            days=asked.days,
            stock=asked.underway.stock,
        )

    def costs(self) -> Costs:
        """What it costs at the expected prices."""
        asked = self.question
        return costs(self.schedule, asked.prices, asked.spec, late=self.late, halts=asked.halts)


def answered(question: Question) -> Answer:
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


def against(plain: Answer, hedge: Hedge, time_limit_s: float) -> Answer:
    """The plan against the dear paths, in the time left; it begins with the plain one.

    Where it finds none, the plain one stays, and says so.
    """
    left = max(time_limit_s - plain.solution.seconds, 0.0)
    before = plain.schedule.tasks
    try:
        made = _solved(replace(plain.question, hedge=hedge, before=before, time_limit_s=left))
    except ChocolibError:
        return replace(plain, notes=(*plain.notes, NOT_WEIGHED))
    seconds = plain.solution.seconds + made.solution.seconds
    return replace(made, notes=plain.notes, solution=replace(made.solution, seconds=seconds))
