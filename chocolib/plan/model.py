"""The model: orders and prices in, a mixed-integer linear problem out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.errors import DataError, PlanInfeasible, SettingsError
from chocolib.core.factory import FactorySpec, Order
from chocolib.core.time import HOUR, Window
from chocolib.plan.constraints import FAMILIES, Rows
from chocolib.plan.horizon import Horizon
from chocolib.plan.prices import covering
from chocolib.plan.starts import Variables, variables


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Minimise `cost @ x`, x whole, `lower <= x <= upper`, every one of `rows`.

    Attributes:
        orders: what is to be made, by day and product.
        rows: named constraints, one entry per family and stage or product.
        cost: EUR per column (cumulative starts telescope the cost of starts).
    """

    spec: FactorySpec
    orders: tuple[Order, ...]
    variables: Variables
    rows: tuple[Rows, ...]
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    @property
    def horizon(self) -> Horizon:
        """The steps it plans."""
        return self.variables.horizon

    @property
    def kg(self) -> float:
        """Chocolate ordered, kg."""
        return sum(order.batches for order in self.orders) * self.spec.batch_kg


def build(
    spec: FactorySpec,
    prices: pd.Series,
    *,
    first_day: date,
    days: int,
    step: pd.Timedelta = HOUR,
) -> Problem:
    """The cheapest way to make the demand of some days, as a problem to solve.

    The window runs from Madrid midnight of `first_day` to the latest due time of
    the orders; the factory is empty at both ends. Cost of a start: the stage's kW
    times the prices of its hours.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the window.
        first_day: first civil day (Madrid) whose demand is made.
        days: how many civil days, at least 1.
        step: grid of the starts; divides the hour.

    Raises:
        NotEnoughData: an hour of the window has no price; says which.
        PlanInfeasible: there is demand but nobody ever works.
        SettingsError: `days` or `step` cannot be used.
    """
    orders = ordered(spec, first_day, days)
    window = window_of(orders, first_day, days)
    hourly = covering(prices, window.hours(), purpose="the plan")
    problem = formulate(spec, orders, Horizon.of(spec, window, step))
    return replace(problem, cost=_energy_cost(problem.variables, hourly))


def ordered(spec: FactorySpec, first_day: date, days: int) -> tuple[Order, ...]:
    """What the days ask for, by day and product.

    Raises:
        PlanInfeasible: an order has no due time because nobody works.
        SettingsError: fewer than one day.
    """
    if days < 1:
        raise SettingsError(f"a plan needs at least one day, not {days}")
    try:
        return tuple(spec.orders(first_day, days))
    except DataError as error:
        raise PlanInfeasible(
            f"shifts: {error.message}",
            bottleneck="shifts",
            facts={"possible_kg": 0.0, "possible_share": 0.0},
            hint="add a shift, or take dates out of the closed ones, in the factory file",
        ) from None


def window_of(orders: tuple[Order, ...], first_day: date, days: int) -> Window:
    """From the first midnight (Madrid) to the last due time, or the last midnight."""
    start = time.midnight(first_day)
    if not orders:
        return Window(start, time.midnight(first_day + timedelta(days=days)))
    return Window(start, max(order.due for order in orders))


def formulate(spec: FactorySpec, orders: tuple[Order, ...], horizon: Horizon) -> Problem:
    """The constraints of making `orders` within `horizon`, at no cost."""
    columns = variables(spec, orders, horizon)
    lower, upper = np.zeros(columns.size), np.zeros(columns.size)
    for product, own in columns.orders.items():
        lower[columns.made[product]] = [order.batches for order in own]
        for stage in range(len(spec.stages)):
            upper[columns.starts[product, stage].columns] = sum(order.batches for order in own)
        upper[columns.made[product]] = lower[columns.made[product]]
    families = FAMILIES if orders else ()
    rows = tuple(rows for family in families for rows in family(columns))
    return Problem(spec, orders, columns, rows, np.zeros(columns.size), lower, upper)


def _energy_cost(columns: Variables, hourly: np.ndarray) -> np.ndarray:
    """EUR per column: sum_t x[t] c[t] with x[t] = C[t] - C[t'] is sum_t C[t] (c[t] - c[next])."""
    cost = np.zeros(columns.size)
    per_hour = HOUR // columns.horizon.step
    paid = np.append(0.0, np.cumsum(np.repeat(hourly, per_hour))) / per_hour
    for (product, stage), starts in columns.starts.items():
        ends = starts.at + columns.duration(product, stage)
        start_cost = columns.spec.stages[stage].power_kw * (paid[ends] - paid[starts.at])
        cost[starts.columns] -= np.diff(start_cost, append=0.0)
    return cost
