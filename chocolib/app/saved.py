"""What the kept plans saved, as their documents tell: no replay, no solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.plan_store import plans_between
from chocolib.core.errors import NotEnoughData
from chocolib.core.factory import FactorySpec
from chocolib.core.plans import Plan
from chocolib.core.schedule import Task
from chocolib.core.time import DAY, Window, local_date, midnight
from chocolib.core.views import Saved
from chocolib.plan.agreement import agrees
from chocolib.plan.evaluate import cost
from chocolib.plan.followed import executed

#: A plan made so long before a window may hold its first batches.
_BEFORE = 12 * DAY
#: Kilowatt-hours closer than this count as the same.
_SAME = 1e-3
#: Work as usual may end so long after the plan's.
_TAIL = 5 * DAY


@dataclass(frozen=True, slots=True)
class Finished:
    """A batch that was made as the plans had it, beside the same energy as usual.

    Attributes:
        tasks: as executed; `usual`: as usual. Both cost what their plan thought.
        end: when its last stage ended, UTC.
        made_at: when the newest of the plans was made, UTC.
    """

    batch: str
    tasks: tuple[Task, ...]
    usual: tuple[Task, ...]
    end: pd.Timestamp
    made_at: pd.Timestamp

    @property
    def cost_eur(self) -> float:
        """Energy cost as its plan thought, EUR."""
        return sum(task.cost_eur for task in self.tasks)

    @property
    def usual_eur(self) -> float:
        """The same as usual."""
        return sum(task.cost_eur for task in self.usual)

    @property
    def energy_kwh(self) -> float:
        """Its energy, the same as usual."""
        return _energy(self.tasks)


def saved_this_month(context: Context) -> Saved | None:
    """The saving of the batches finished this month; `None` where no kept plan tells.

    Both costs are those the plans were made with, so hours not yet published then stand
    at their forecast; `at_came` and `app.savings` price what came.
    """
    since = local_date(context.as_of).replace(day=1)
    done = finished(context, Window(midnight(since), context.as_of))
    if not done:
        return None
    ours = float(sum(one.cost_eur for one in done))
    theirs = float(sum(one.usual_eur for one in done))
    return Saved(since, len(done), theirs - ours, theirs, done[0].made_at)


def finished(context: Context, window: Window) -> tuple[Finished, ...]:
    """The batches that ended in a window, in order; past `as_of` nothing is finished.

    A batch counts when all of it was executed as the plans had it and one of them says what
    the same energy costs as usual.
    """
    until = min(window.end, context.as_of)
    reach = Window(window.start - _BEFORE, context.as_of + pd.Timedelta("1s"))
    plans = plans_between(context, reach)
    theirs = usual(plans)
    found = [
        Finished(name, tuple(tasks), tuple(theirs[name]), end, plans[-1].as_of)
        for name, tasks in by_batch(executed(plans)).items()
        if name in theirs
        and window.start < (end := max(task.end for task in tasks)) <= until
        and abs(_energy(tasks) - _energy(theirs[name])) <= _SAME
    ]
    return tuple(sorted(found, key=lambda one: (one.end, one.batch)))


def at_came(context: Context, done: Sequence[Finished]) -> list[tuple[float, float] | None]:
    """What each batch and its as-usual twin cost at the prices published by `as_of`, EUR.

    `None` where an hour of either has no price yet, or it is of another factory.
    """
    tasks = [task for one in done for task in (*one.tasks, *one.usual)]
    if not tasks:
        return []
    start, end = min(task.start for task in tasks), max(task.end for task in tasks)
    window = Window((start - DAY).floor("h"), end.ceil("h") + _TAIL)
    known = prices(context, window)["price_eur_kwh"].dropna()
    paid = _paid(tasks, known, context.factory)
    return [_pair(one, paid) for one in done]


def _pair(one: Finished, paid: Mapping[Task, float]) -> tuple[float, float] | None:
    if not {*one.tasks, *one.usual} <= paid.keys():
        return None
    return sum(paid[task] for task in one.tasks), sum(paid[task] for task in one.usual)


def _paid(tasks: Sequence[Task], known: pd.Series, spec: FactorySpec) -> dict[Task, float]:
    """EUR of each task that has all its prices and is of this factory; all at once where it can."""
    own = [task for task in tasks if agrees(task, spec)]
    try:
        return dict(zip(own, cost(own, known, spec)["cost_eur"].astype(float), strict=True))
    except NotEnoughData:
        half = len(own) // 2
        parts = (own[:half], own[half:]) if half else ()
        return {task: eur for part in parts for task, eur in _paid(part, known, spec).items()}


def usual(plans: Iterable[Plan]) -> dict[str, list[Task]]:
    """The as-usual tasks of each batch, of the first plan that has it."""
    found: dict[str, list[Task]] = {}
    for plan in plans:
        for name, tasks in by_batch(plan.as_usual.tasks).items():
            found.setdefault(name, tasks)
    return found


def by_batch(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    """Tasks in their order, by the batch they are of."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.batch, []).append(task)
    return found


def _energy(tasks: Iterable[Task]) -> float:
    return sum(task.energy_kwh for task in tasks)
