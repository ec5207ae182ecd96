"""What the kept plans saved so far this month, as their documents tell: no replay, no solver."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.plan_store import plans_between
from chocolib.core.plans import Plan
from chocolib.core.schedule import Task
from chocolib.core.time import DAY, Window, local_date, midnight
from chocolib.core.views import Saved
from chocolib.plan.followed import executed

#: A plan made so long before the month may hold its first batches.
_BEFORE = 12 * DAY
#: Kilowatt-hours closer than this count as the same.
_SAME = 1e-3


def saved_this_month(context: Context) -> Saved | None:
    """The saving of the batches finished this month; `None` where no kept plan tells.

    A batch counts when all of it was executed as the plans had it and one of them says what
    the same energy costs as usual. Both costs are those the plans were made with, so hours
    not yet published then stand at their forecast; `app.savings` prices what came.
    """
    since = local_date(context.as_of).replace(day=1)
    start = midnight(since)
    plans = plans_between(context, Window(start - _BEFORE, context.as_of + pd.Timedelta("1s")))
    if not plans:
        return None
    usual = _usual(plans)
    done = _by_batch(executed(plans))
    pairs = [
        (sum(task.cost_eur for task in tasks), sum(task.cost_eur for task in usual[name]))
        for name, tasks in done.items()
        if start < max(task.end for task in tasks) <= context.as_of
        and name in usual
        and abs(_energy(tasks) - _energy(usual[name])) <= _SAME
    ]
    if not pairs:
        return None
    ours, theirs = (float(sum(costs)) for costs in zip(*pairs, strict=True))
    return Saved(since, len(pairs), theirs - ours, theirs, plans[-1].as_of)


def _usual(plans: Iterable[Plan]) -> dict[str, list[Task]]:
    """The as-usual tasks of each batch, of the first plan that has it."""
    found: dict[str, list[Task]] = {}
    for plan in plans:
        for name, tasks in _by_batch(plan.as_usual.tasks).items():
            found.setdefault(name, tasks)
    return found


def _by_batch(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.batch, []).append(task)
    return found


def _energy(tasks: Iterable[Task]) -> float:
    return sum(task.energy_kwh for task in tasks)
