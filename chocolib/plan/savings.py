"""What the same batches cost by several plans, at the prices that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from chocolib.core.errors import DataError
from chocolib.core.factory import FactorySpec, Order
from chocolib.core.schedule import Task
from chocolib.plan.batches import batches
from chocolib.plan.evaluate import cost

#: The plans that are compared: what was done, then what it is held against.
PLAN = "plan"
REFERENCES = ("as_usual", "valley_first", "cheapest_windows", "perfect")
#: Kilowatt-hours closer than this are the same.
_SAME_KWH = 1e-6


def compared(
    schedules: Mapping[str, Sequence[Task]],
    prices: pd.Series,
    spec: FactorySpec,
    orders: Sequence[Order],
) -> pd.DataFrame:
    """One row per day with demand: its batches, and what they cost by each schedule.

    A batch counts for the day that asked for it, whenever it was made; so every row has
    the same batches, kilograms and energy in all its columns. Work that crosses midnight,
    or a weekend, is never cut.

    Args:
        schedules: tasks by name; those of other orders are left out.
        prices: EUR/kWh on a UTC hourly index: the prices that came.
        orders: what was asked for, less the stock.

    Returns:
        Index `day` (local dates), `batches`, `kg`, `energy_kwh` and one column of EUR per
        schedule.

    Raises:
        DataError: a schedule does not make these batches with the same energy.
        NotEnoughData: an hour of a task has no price; says which.
    """
    named = {batch.name: batch.order.day for batch in batches(orders, spec.demand.mix)}
    days = pd.Series(named, dtype=object).rename("day")
    table = days.value_counts(sort=False).rename("batches").to_frame().rename_axis("day")
    table["kg"] = table["batches"] * spec.batch_kg
    first = None
    for name, tasks in schedules.items():
        sums = _by_day(tasks, prices, spec, named)
        first = sums["energy_kwh"] if first is None else first
        _refuse_unequal(name, sums["energy_kwh"], first, table)
        table["energy_kwh"] = first
        table[name] = sums["cost_eur"]
    return table.sort_index()


def _by_day(
    tasks: Sequence[Task], prices: pd.Series, spec: FactorySpec, named: Mapping[str, date]
) -> pd.DataFrame:
    own = [task for task in tasks if task.batch in named]
    paid = cost(own, prices, spec)
    day = paid["batch"].map(named).rename("day")
    return paid.groupby(day)[["energy_kwh", "cost_eur"]].sum()


def _refuse_unequal(name: str, energy: pd.Series, first: pd.Series, table: pd.DataFrame) -> None:
    same = energy.index.equals(first.index) and set(energy.index) == set(table.index)
    if not same or (energy - first).abs().max() > _SAME_KWH:
        raise DataError(f"the schedule {name} does not make the same batches as the others")


def share_of_possible(table: pd.DataFrame, name: str = PLAN) -> float:
    """What a plan saved against as usual, as a share of what perfect foresight would have.

    Args:
        table: columns of EUR `as_usual`, `perfect` and `name`, any rows.

    Returns:
        NaN where perfect foresight saves nothing.
    """
    total = table.sum(numeric_only=True)
    possible = total["as_usual"] - total["perfect"]
    return float((total["as_usual"] - total[name]) / possible) if possible > 0 else float("nan")
