"""Why a batch is planned when it is: what it would cost at other hours, or what forbids them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from chocolib.core.errors import DataError, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.plans import Plan
from chocolib.core.schedule import Schedule, Task
from chocolib.core.time import HOUR, Window, day_window, iso, local_date
from chocolib.plan.agreement import agrees
from chocolib.plan.draws import draws, stage_of
from chocolib.plan.evaluate import check, cost
from chocolib.plan.facts import Facts, Violation
from chocolib.plan.prices import covering

#: Hours by which the batch is moved, as a whole, to see what that would cost.
SHIFTS_H = (-6, -4, -3, -2, -1, 1, 2, 3, 4, 6)
#: The rule of a start that lies before the plan could begin.
PAST = "past"


@dataclass(frozen=True, slots=True)
class Alternative:
    """The batch at other hours, all others where they are.

    Attributes:
        shift_h: hours later than planned (negative: earlier).
        as_usual: the hours at which it would be made as usual.
        delta_eur: what it would cost more, EUR of energy.
        rule: the first rule it would break (see `facts.Violation`, or `PAST`); "" none.
        message: that rule's own words.
    machine: where the rule is "machines": the machine that is busy; "" else.
    holder: the batch that keeps it busy.
    """

    shift_h: float
    start: pd.Timestamp
    delta_eur: float
    rule: str = ""
    message: str = ""
    as_usual: bool = False
    machine: str = ""
    holder: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the JSON document."""
        return {
            "shift_h": self.shift_h,
            "start": iso(self.start),
            "delta_eur": round(self.delta_eur, 6),
            "feasible": not self.rule,
            "rule": self.rule or None,
            "message": self.message or None,
            "as_usual": self.as_usual,
            "machine": self.machine or None,
            "holder": self.holder or None,
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a batch is where it is, with the numbers behind it.

    Attributes:
        hours: UTC hours in which it draws: `price_eur_kwh`, `kwh`, `cost_eur`, `known` (bool).
        day_mean: mean price of the local day it begins on, EUR/kWh.
        frozen: it had begun when the plan was made.
    """

    batch: str
    product: str
    start: pd.Timestamp
    end: pd.Timestamp
    hours: pd.DataFrame
    day_mean: float
    alternatives: tuple[Alternative, ...]
    frozen: bool

    @property
    def kwh(self) -> float:
        """Its energy."""
        return float(self.hours["kwh"].sum())

    @property
    def cost_eur(self) -> float:
        """Its energy cost at these prices."""
        return float(self.hours["cost_eur"].sum())

    @property
    def paid(self) -> float:
        """Mean price of its energy, EUR/kWh."""
        return self.cost_eur / self.kwh

    def to_dict(self) -> dict[str, Any]:
        """The facts of `chocolib explain --json`."""
        return {
            "batch": self.batch,
            "product": self.product,
            "start": iso(self.start),
            "end": iso(self.end),
            "frozen": self.frozen,
            "energy_kwh": round(self.kwh, 3),
            "cost_eur": round(self.cost_eur, 6),
            "paid_eur_kwh": round(self.paid, 6),
            "day_mean_eur_kwh": round(self.day_mean, 6),
            "hours": [
                {
                    "time": iso(time),
                    "price_eur_kwh": round(float(row["price_eur_kwh"]), 6),
                    "kwh": round(float(row["kwh"]), 3),
                    "cost_eur": round(float(row["cost_eur"]), 6),
                    "known": bool(row["known"]),
                }
                for time, row in zip(
                    pd.DatetimeIndex(self.hours.index), self.hours.to_dict("records"), strict=True
                )
            ],
            "alternatives": [alternative.to_dict() for alternative in self.alternatives],
        }


def why(
    plan: Plan, batch: str, spec: FactorySpec, prices: pd.Series, *, known: pd.DatetimeIndex
) -> Reason:
    """What a batch of a plan pays, and what it would at other hours.

    The whole batch is moved, its stages as far apart as they are, each on any free
    machine; the other batches stay. What that breaks is told by the rules of `evaluate`.

    Args:
        prices: EUR/kWh on a UTC hourly index, those the plan was made with; an
            alternative that runs past them is left out.
        known: the hours of them that were published.

    Raises:
        DataError: the plan is of another factory.
        SettingsError: the plan has no such batch; lists those it has.
        NotEnoughData: an hour of the batch, or of its day, has no price.
    """
    if not all(agrees(task, spec) for task in plan.best.tasks):
        raise DataError("the kept plan is of another factory", hint="plan again: chocolib daily")
    own = sorted((t for t in plan.best.tasks if t.batch == batch), key=lambda task: task.start)
    if not own:
        names = ", ".join(sorted({task.batch for task in plan.best.tasks})) or "none"
        raise SettingsError(f"the plan has no batch {batch!r}", hint=f"it has: {names}")
    day = day_window(local_date(own[0].start)).hours()
    return Reason(
        batch,
        own[0].product,
        own[0].start,
        own[-1].end,
        _hours(own, spec, prices, known),
        float(covering(prices, day, purpose="the mean of the day").mean()),
        tuple(_alternatives(plan, own, spec, prices)),
        batch in plan.frozen,
    )


def _hours(
    own: Sequence[Task], spec: FactorySpec, prices: pd.Series, known: pd.DatetimeIndex
) -> pd.DataFrame:
    pieces = [piece for task in own for draw in draws(task, spec) for piece in draw.by_hour()]
    kwh = pd.Series({}, dtype=float)
    if pieces:
        spent = pd.Series([p.kwh for p in pieces], [p.start.floor(HOUR) for p in pieces])
        kwh = spent[spent > 0].groupby(level=0).sum()
    hours = pd.DatetimeIndex(kwh.index, name="time")
    paid = covering(prices, hours, purpose="the batch")
    return pd.DataFrame(
        {
            "price_eur_kwh": paid,
            "kwh": kwh.to_numpy(),
            "cost_eur": paid * kwh.to_numpy(),
            "known": hours.isin(known),
        },
        index=hours,
    )


def _alternatives(
    plan: Plan, own: Sequence[Task], spec: FactorySpec, prices: pd.Series
) -> Iterator[Alternative]:
    usual = sorted((t for t in plan.as_usual.tasks if t.batch == own[0].batch), key=_start)
    moved = [[_shifted(task, hours * HOUR) for task in own] for hours in SHIFTS_H]
    paid = float(cost(own, prices, spec)["cost_eur"].sum())
    last = pd.DatetimeIndex(prices.index)[-1] + HOUR
    broken = {violation.message for violation in _broken(plan, plan.best.tasks, spec)}
    for tasks in (*moved, usual):
        if not tasks or tasks[-1].end > last or tasks[0].start < prices.index[0]:
            continue
        others = [task for task in plan.best.tasks if task.batch != tasks[0].batch]
        placed = [_on_free_machine(task, others, spec) for task in tasks]
        first = _first_rule(plan, (*others, *placed), placed[0].start, spec, broken)
        busy = first is not None and first.rule == "machines"
        machine, holder = _holder(placed, others, spec) if busy else ("", "")
        yield Alternative(
            float((tasks[0].start - own[0].start) / HOUR),
            tasks[0].start,
            float(cost(tasks, prices, spec)["cost_eur"].sum()) - paid,
            first.rule if first else "",
            first.message if first else "",
            as_usual=tasks is usual,
            machine=machine,
            holder=holder,
        )


def _start(task: Task) -> pd.Timestamp:
    return task.start


def _shifted(task: Task, by: pd.Timedelta) -> Task:
    return replace(task, start=task.start + by, end=task.end + by)


def _first_rule(
    plan: Plan, tasks: Sequence[Task], start: pd.Timestamp, spec: FactorySpec, broken: set[str]
) -> Violation | None:
    """What the plan with a batch moved to `start` would break that it does not."""
    if start < plan.window.start:
        return Violation(PAST, f"{iso(start)} lies before the plan")
    found = _broken(plan, tasks, spec)
    return next((violation for violation in found if violation.message not in broken), None)


def _holder(placed: Sequence[Task], others: Sequence[Task], spec: FactorySpec) -> tuple[str, str]:
    """The first machine of a batch that another batch keeps busy, and that batch."""
    facts = Facts(Schedule("", (*placed, *others), 0.0), spec, ())
    for task in placed:
        start, end = facts.taken(task)
        for other in others:
            first, last = facts.taken(other)
            if other.machine == task.machine and start < last and first < end:
                return task.machine, other.batch
    return "", ""


def _broken(plan: Plan, tasks: Sequence[Task], spec: FactorySpec) -> list[Violation]:
    made = Schedule("", tuple(sorted(tasks, key=_start)), plan.best.kg, plan.step_minutes)
    return check(
        made,
        spec,
        first_day=plan.first_day or local_date(plan.window.start),
        days=plan.made_days or plan.days,
        stock=plan.stock,
        halts=plan.halts,
        since=plan.as_of if plan.frozen else None,
    )


def _on_free_machine(task: Task, others: Sequence[Task], spec: FactorySpec) -> Task:
    """The task on the first machine of its stage that is free; else where it is."""
    stage = stage_of(task, spec)
    if stage is None:
        return task
    for number in range(1, stage.machines + 1):
        there = replace(task, machine=f"{stage.name}-{number}")
        beside = [t for t in others if t.machine == there.machine]
        facts = Facts(Schedule("", (*beside, there), 0.0), spec, ())
        start, end = facts.taken(there)
        spans = [facts.taken(other) for other in beside] + list(_services(there, spec, facts))
        if all(end <= first or last <= start for first, last in spans):
            return there
    return task


def _services(
    task: Task, spec: FactorySpec, facts: Facts
) -> Iterator[tuple[pd.Timestamp, pd.Timestamp]]:
    for service in spec.services(Window(facts.hours[0], facts.hours[-1] + HOUR)):
        if f"{service.stage}-{service.machine}" == task.machine:
            yield service.window.start, service.window.end
