"""What any schedule costs and which rules it breaks; knows nothing of the solver.

A schedule is judged by its tasks alone: times are UTC `[start, end)`, and rules
are read from the factory, not from the model that made the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Costs, Halt, Late
from chocolib.core.schedule import Schedule, Task
from chocolib.core.tariff import PERIODS, tariff_period
from chocolib.core.time import HOUR, Window
from chocolib.plan.draws import Draw, draws
from chocolib.plan.facts import Facts, Violation
from chocolib.plan.prices import covering
from chocolib.plan.rules import RULES, late, matched
from chocolib.plan.stock import net_of

__all__ = ["Violation", "check", "cost", "costs", "lateness"]

COST_COLUMNS = ("batch", "product", "stage", "machine", "start", "end", "energy_kwh")


def cost(tasks: Sequence[Task], prices: pd.Series, spec: FactorySpec) -> pd.DataFrame:
    """What each task costs: the draw of its phases, its setting up and its cleaning.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the tasks.
        spec: says what each stage draws when.

    Returns:
        One row per task in the order given: `COST_COLUMNS`, `price_eur_kwh` (mean
        paid, missing for a task without energy) and `cost_eur`.

    Raises:
        NotEnoughData: an hour of a task has no price; says which.
    """
    frame = pd.DataFrame(
        [[getattr(task, column) for column in COST_COLUMNS] for task in tasks],
        columns=list(COST_COLUMNS),
    )
    spans = [draw for task in tasks for draw in draws(task, spec)]
    number = np.array([n for n, task in enumerate(tasks) for _ in draws(task, spec)], dtype=int)
    paid, kwh = np.zeros(len(tasks)), np.zeros(len(tasks))
    np.add.at(paid, number, _paid(spans, prices))
    np.add.at(kwh, number, [draw.kwh for draw in spans])
    with np.errstate(invalid="ignore"):
        return frame.assign(price_eur_kwh=paid / kwh, cost_eur=paid)


def _paid(spans: Sequence[Draw], prices: pd.Series) -> np.ndarray:
    """EUR of each draw."""
    if not spans:
        return np.empty(0)
    window = Window(
        min(draw.start for draw in spans).floor(HOUR), max(draw.end for draw in spans).ceil(HOUR)
    )
    hours = _touched(spans, window)
    spent = np.zeros(len(window.hours()) + 1)
    spent[1:][window.hours().isin(hours)] = covering(prices, hours, purpose="the schedule")
    edges, total = np.arange(len(spent)), np.cumsum(spent)
    starts = np.array([(draw.start - window.start) / HOUR for draw in spans])
    ends = np.array([(draw.end - window.start) / HOUR for draw in spans])
    kw = np.array([draw.kw for draw in spans])
    return np.asarray(kw * (np.interp(ends, edges, total) - np.interp(starts, edges, total)))


def _touched(spans: Sequence[Draw], window: Window) -> pd.DatetimeIndex:
    """The hours of the window in which anything is drawn."""
    hours = window.hours()
    drawn = np.zeros(len(hours), dtype=bool)
    for draw in spans:
        first, last = (draw.start - window.start) // HOUR, -((window.start - draw.end) // HOUR)
        drawn[first:last] = True
    return hours[drawn]


def costs(
    schedule: Schedule,
    prices: pd.Series,
    spec: FactorySpec,
    *,
    late: Iterable[Late] = (),
    halts: Iterable[Halt] = (),
) -> Costs:
    """What a schedule costs, split; the terms are those the plan makes least."""
    facts = Facts(schedule, spec, ())
    hours = facts.hours
    energy = dict.fromkeys(PERIODS, 0.0)
    periods = dict(zip(hours, tariff_period(hours), strict=True)) if len(hours) else {}
    pieces = [
        piece for task in schedule.tasks for draw in draws(task, spec) for piece in draw.by_hour()
    ]
    for piece, eur in zip(pieces, _paid(pieces, prices), strict=True):
        energy[periods[piece.start.floor(HOUR)]] += float(eur)
    night = spec.night_shift
    labour = len(facts.paid_nights()) * night.people * night.eur_person_h
    above = facts.load().max(initial=0.0) - spec.priced.peak_free_kw
    return Costs(
        energy,
        labour=labour,
        peak=spec.priced.peak_eur_kw * max(0.0, float(above)),
        lateness=spec.priced.late_eur_batch_h * sum(batch.hours for batch in late),
        climate=sum(facts.penalty(halt) for halt in halts if halt.eur_h is not None),
    )


def lateness(
    schedule: Schedule,
    spec: FactorySpec,
    *,
    first_day: date,
    days: int,
    stock: Mapping[str, int] | None = None,
) -> tuple[Late, ...]:
    """The batches that are late, first in first out within a product; see `check`."""
    facts = _facts(schedule, spec, first_day, days, stock)
    return tuple(
        Late(task.batch, order.due, task.end, (task.end - order.due) / HOUR)
        for task, order in matched(facts)
        if task.end > order.due
    )


def check(
    schedule: Schedule,
    spec: FactorySpec,
    *,
    first_day: date,
    days: int,
    on_time: bool = True,
    stock: Mapping[str, int] | None = None,
    halts: Iterable[Halt] = (),
    since: pd.Timestamp | None = None,
) -> list[Violation]:
    """Every rule of the factory the schedule breaks; an empty list means none.

    Args:
        first_day: first civil day (Madrid) whose demand it makes.
        days: how many civil days.
        on_time: also require every order by its due time; an as-usual schedule
            may be late, and a plan that had to be.
        stock: finished batches that serve the first orders; default the factory's.
        halts: hours in which the room stops a stage.
        since: tasks begun, or set up for, at or before it were underway, and halts came
            too late for them and for what follows them at once.
    """
    facts = _facts(schedule, spec, first_day, days, stock)
    facts.halts, facts.since = tuple(halts), since
    rules = (*RULES, late) if on_time else RULES
    return [violation for rule in rules for violation in rule(facts)]


def _facts(
    schedule: Schedule,
    spec: FactorySpec,
    first_day: date,
    days: int,
    stock: Mapping[str, int] | None,
) -> Facts:
    orders = spec.orders(first_day, days)
    return Facts(schedule, spec, net_of(orders, spec.stock if stock is None else stock)[0])
