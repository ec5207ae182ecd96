"""What any schedule costs and which rules it breaks; knows nothing of the solver.

A schedule is judged by its tasks alone: times are UTC `[start, end)`, and rules
are read from the factory, not from the model that made the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from chocolib.core.factory import FactorySpec
from chocolib.core.results import Schedule, Task
from chocolib.core.time import HOUR
from chocolib.plan.prices import covering
from chocolib.plan.rules import RULES, Facts, Violation, hours_of, late

__all__ = ["Violation", "check", "cost"]

COST_COLUMNS = ("batch", "product", "stage", "machine", "start", "end", "energy_kwh")


def cost(tasks: Sequence[Task], prices: pd.Series) -> pd.DataFrame:
    """What each task costs: its energy, spread evenly over its hours, at their prices.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the tasks.

    Returns:
        One row per task in the order given: `COST_COLUMNS`, `price_eur_kwh` (mean
        paid) and `cost_eur`.

    Raises:
        NotEnoughData: an hour of a task has no price; says which.
    """
    frame = pd.DataFrame(
        [[getattr(task, column) for column in COST_COLUMNS] for task in tasks],
        columns=list(COST_COLUMNS),
    )
    mean = _mean_prices(tasks, prices) if tasks else np.empty(0)
    energy = frame["energy_kwh"].to_numpy(dtype=float)
    return frame.assign(price_eur_kwh=mean, cost_eur=energy * mean)


def _mean_prices(tasks: Sequence[Task], prices: pd.Series) -> np.ndarray:
    hours = hours_of(tasks)
    paid = np.append(0.0, np.cumsum(covering(prices, hours, purpose="the schedule")))
    edges = np.arange(len(hours) + 1)
    starts = np.array([(task.start - hours[0]) / HOUR for task in tasks])
    ends = np.array([(task.end - hours[0]) / HOUR for task in tasks])
    spent = np.interp(ends, edges, paid) - np.interp(starts, edges, paid)
    return np.asarray(spent / (ends - starts))


def check(
    schedule: Schedule, spec: FactorySpec, *, first_day: date, days: int, on_time: bool = True
) -> list[Violation]:
    """Every rule of the factory the schedule breaks; an empty list means none.

    Args:
        first_day: first civil day (Madrid) whose demand it makes.
        days: how many civil days.
        on_time: also require every order by its due time; an as-usual schedule
            may be late.
    """
    facts = Facts(schedule, spec, tuple(spec.orders(first_day, days)))
    rules = (*RULES, late) if on_time else RULES
    return [violation for rule in rules for violation in rule(facts)]
