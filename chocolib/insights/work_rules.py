"""Rules on our own work: the plan, the models, the jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from chocolib.core.facts import Fact
from chocolib.core.results import Task
from chocolib.core.thresholds import Thresholds
from chocolib.insights.climate import HUMIDITY, TEMPERATURE, halted
from chocolib.insights.rules import Found, Rule, no_limits
from chocolib.insights.situation import PlanState, Situation


def plan_forbidden(situation: Situation, thresholds: Thresholds) -> Iterator[Found]:
    """Tasks still to end stand in hours that a hard climate limit forbids."""
    plan, room = situation.plan, situation.room
    if plan is None or room is None:
        return
    stages = sorted({task.stage for task in plan.tasks})
    stopped = halted(room, thresholds.climate, stages).fillna(False).astype(bool)
    hit = [(task, hours) for task in _open(plan, situation.as_of)
           if len(hours := _stopped_hours(task, stopped))]  # fmt: skip
    if not hit:
        return
    first, hours = min(hit, key=lambda pair: pair[1][0])
    yield Found(
        start=hours[0],
        end=max(h[-1] for _, h in hit),
        facts={
            "tasks": Fact(len(hit)),
            "batch": Fact(first.batch, "key"),
            "stage": Fact(first.stage, "key"),
            "first": Fact(hours[0], "time"),
            "temperature": Fact(float(room[TEMPERATURE].get(hours[0], float("nan"))), "C"),
            "humidity": Fact(float(room[HUMIDITY].get(hours[0], float("nan"))), "%"),
        },
    )


def plan_late(situation: Situation, _: Thresholds) -> Iterator[Found]:
    """Batches of the plan end after their due time."""
    plan = situation.plan
    if plan is None or not plan.late or not _open(plan, situation.as_of):
        return
    worst = max(plan.late, key=lambda batch: plan.late[batch])
    yield Found(
        start=plan.made_at,
        facts={
            "batches": Fact(len(plan.late)),
            "batch": Fact(worst, "key"),
            "hours": Fact(plan.late[worst], "h"),
        },
    )


def plan_outdated(situation: Situation, _: Thresholds) -> Iterator[Found]:
    """Prices of hours still to be used were published after the plan was made."""
    plan = situation.plan
    if plan is None or plan.news is None or plan.news <= plan.made_at:
        return
    waiting = [task for task in plan.tasks if task.start >= situation.as_of]
    if waiting:
        facts = {
            "made": Fact(plan.made_at, "time"),
            "news": Fact(plan.news, "time"),
            "tasks": Fact(len(waiting)),
        }
        yield Found(start=plan.news, facts=facts)


def drift(situation: Situation, thresholds: Thresholds) -> Iterator[Found]:
    """The model in use errs more than repeating last week, over all the days asked for."""
    errors = situation.errors
    if errors is None or errors.days < thresholds.alerts.drift_days:
        return
    if errors.model_mae > errors.naive_mae:
        yield Found(
            start=situation.as_of,
            facts={
                "model": Fact(errors.model, "key"),
                "model_mae": Fact(errors.model_mae, "EUR/kWh"),
                "naive_mae": Fact(errors.naive_mae, "EUR/kWh"),
                "hours": Fact(errors.hours),
            },
        )


def untrained(situation: Situation, _: Thresholds) -> Iterator[Found]:
    """A model that should have been trained is not."""
    for name in situation.untrained or ():
        yield Found(start=situation.as_of, subject=name, facts={"model": Fact(name, "key")})


def failing(situation: Situation, _: Thresholds) -> Iterator[Found]:
    """The last run of a job failed."""
    for job in situation.jobs or ():
        yield Found(
            start=job.since,
            subject=job.job,
            facts={
                "job": Fact(job.job, "key"),
                "failures": Fact(job.failures),
                "since": Fact(job.since, "time"),
                "error": Fact(job.error, "key"),
            },
        )


def _open(plan: PlanState, as_of: pd.Timestamp) -> list[Task]:
    return [task for task in plan.tasks if task.end > as_of]


def _stopped_hours(task: Task, stopped: pd.DataFrame) -> list[pd.Timestamp]:
    hours = stopped.index.intersection(task.hours.floor("h"))
    return [pd.Timestamp(hour) for hour in hours if stopped.at[hour, task.stage]]


WORK_RULES = (
    Rule(
        id="plan_forbidden",
        level="critical",
        needs=("plan", "room"),
        title="alert.plan_forbidden.title",
        evidence="alert.plan_forbidden.evidence",
        todo="alert.plan_forbidden.todo",
        when="alert.plan_forbidden.when",
        limits=no_limits,
        judge=plan_forbidden,
    ),
    Rule(
        id="plan_late",
        level="warning",
        needs=("plan",),
        title="alert.plan_late.title",
        evidence="alert.plan_late.evidence",
        todo="alert.plan_late.todo",
        when="alert.plan_late.when",
        limits=no_limits,
        judge=plan_late,
    ),
    Rule(
        id="plan_outdated",
        level="info",
        needs=("plan",),
        title="alert.plan_outdated.title",
        evidence="alert.plan_outdated.evidence",
        todo="alert.plan_outdated.todo",
        when="alert.plan_outdated.when",
        limits=no_limits,
        judge=plan_outdated,
    ),
    Rule(
        id="drift",
        level="warning",
        needs=("errors",),
        title="alert.drift.title",
        evidence="alert.drift.evidence",
        todo="alert.drift.todo",
        when="alert.drift.when",
        limits=lambda th: {"days": Fact(th.alerts.drift_days, "days")},
        judge=drift,
    ),
    Rule(
        id="untrained",
        level="info",
        needs=("untrained",),
        title="alert.untrained.title",
        evidence="alert.untrained.evidence",
        todo="alert.untrained.todo",
        when="alert.untrained.when",
        limits=no_limits,
        judge=untrained,
    ),
    Rule(
        id="job_failing",
        level="warning",
        needs=("jobs",),
        title="alert.job_failing.title",
        evidence="alert.job_failing.evidence",
        todo="alert.job_failing.todo",
        when="alert.job_failing.when",
        limits=no_limits,
        judge=failing,
    ),
)
