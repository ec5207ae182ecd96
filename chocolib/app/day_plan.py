"""The plan of one Madrid day: as the kept plans have it, else planned now and not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from chocolib.app import daily
from chocolib.app.context import Context
from chocolib.app.expected import expected_prices
from chocolib.app.plan_store import plans_between
from chocolib.app.saved import by_batch, usual
from chocolib.core.errors import NotEnoughData
from chocolib.core.plans import Plan
from chocolib.core.schedule import Task
from chocolib.core.time import (
    DAY,
    HOUR,
    Window,
    day_window,
    first_plan_day,
    local_date,
    midnight,
    origin_of,
)
from chocolib.plan.followed import executed

#: A plan is followed for so long.
_FOLLOWED = 12 * DAY
#: Seconds for the search of a plan that somebody waits for.
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The work of a day.

    Attributes:
        plan: the newest plan that says what to do on the day.
        tasks: those that begin on the day, by start.
        batches: all tasks of each batch that has one of those, by batch.
        as_usual: the same batches worked as usual, where a plan tells.
        anew: it was planned for this answer, and is not kept.
    """

    day: date
    plan: Plan
    tasks: tuple[Task, ...]
    batches: dict[str, list[Task]]
    as_usual: dict[str, list[Task]]
    anew: bool


def day_plan(context: Context, day: date | None = None) -> DayPlan:
    """What is, was or would be made on a day.

    Past days are told as the kept plans were followed; days to come as the newest one has
    them, or planned now where it does not reach.

    Args:
        day: Madrid date; default the day on which the next task of the kept plan begins,
            else the first whole day.

    Raises:
        NotEnoughData: no plan is kept of a past day, or the day is too far ahead.
        PlanInfeasible: it is planned now, and cannot be.
    """
    asked = day or _next_day(context)
    begin = min(midnight(asked), context.as_of) - _FOLLOWED
    plans = plans_between(context, Window(begin, context.as_of + pd.Timedelta("1s")))
    over = asked < local_date(context.as_of)
    telling = [made for made in (plans if over else plans[-1:]) if _covers(made, asked)]
    if telling:
        return _of_plans(asked, telling[-1], plans, anew=False)
    if asked < first_plan_day(context.as_of):
        raise NotEnoughData(
            f"no plan of {asked} is kept", hint="chocolib daily keeps one each time it runs"
        )
    made = _planned(context, asked)
    return _of_plans(asked, made, [*plans, made], anew=True)


def _next_day(context: Context) -> date:
    window = Window(context.as_of - _FOLLOWED, context.as_of + pd.Timedelta("1s"))
    newest = plans_between(context, window)[-1:]
    starts = [task.start for made in newest for task in made.best.tasks]
    ahead = [start for start in starts if start >= context.as_of]
    return local_date(min(ahead)) if ahead else first_plan_day(context.as_of)


def _covers(made: Plan, day: date) -> bool:
    """Whether a plan made before the day ended has work for it, or left it free."""
    begins = min((local_date(task.start) for task in made.best.tasks), default=day)
    first = made.first_day or local_date(made.window.start)
    last = first + timedelta(days=(made.made_days or made.days) - 1)
    return min(begins, first) <= day <= last and made.as_of < day_window(day).end


def _planned(context: Context, day: date) -> Plan:
    days = (day - first_plan_day(context.as_of)).days + 1
    if days > daily.MOST_DAYS:
        raise NotEnoughData(
            f"a plan reaches {daily.MOST_DAYS} days ahead, and {day} is further",
            hint=f"the last that can be asked for: {day - timedelta(days=days - daily.MOST_DAYS)}",
        )
    made = expected_prices(context)
    until = origin_of(context.as_of) + daily.plan_horizon(context, days) * HOUR
    reaches = made.origin >= origin_of(context.as_of) and made.frame.index[-1] + HOUR >= until
    return daily.plan(context, days=days, expected=made if reaches else None, time_limit_s=_SECONDS)


def _of_plans(day: date, plan: Plan, plans: list[Plan], *, anew: bool) -> DayPlan:
    window = day_window(day)
    done = executed(plans)
    tasks = tuple(task for task in done if window.start <= task.start < window.end)
    names = {task.batch for task in tasks}
    theirs = usual(plans)
    return DayPlan(
        day=day,
        plan=plan,
        tasks=tasks,
        batches={name: own for name, own in by_batch(done).items() if name in names},
        as_usual={name: theirs[name] for name in names if name in theirs},
        anew=anew,
    )
