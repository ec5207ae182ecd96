"""The model: orders and prices in, a mixed-integer linear problem out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.bottlenecks import bottleneck_said
from chocolib.core.errors import DataError, PlanInfeasible, SettingsError
from chocolib.core.factory import FactorySpec, Order
from chocolib.core.facts import Fact
from chocolib.core.plan_parts import Halt
from chocolib.core.remarks import Remark
from chocolib.core.time import HOUR, Window
from chocolib.plan import constraints, power, priced
from chocolib.plan.constraints import Rows
from chocolib.plan.horizon import Horizon
from chocolib.plan.prices import covering
from chocolib.plan.starts import Variables, variables
from chocolib.plan.stock import net_of
from chocolib.plan.tail import Tail
from chocolib.plan.underway import Underway

#: Every family of constraints, in the order its rows stand in the model.
FAMILIES = (*constraints.FAMILIES, power.power, power.whole_machines, *priced.FAMILIES)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Minimise `cost @ x`, x whole, `lower <= x <= upper`, every one of `rows`.

    Attributes:
        orders: what is to be made, by day and product; stock is taken off.
        rows: named constraints, one entry per family and stage or product.
        cost: EUR per column (cumulative starts telescope the cost of starts).
        tail: the columns of the dearest price paths, where these count.
    """

    spec: FactorySpec
    orders: tuple[Order, ...]
    variables: Variables
    underway: Underway
    rows: tuple[Rows, ...]
    cost: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    tail: Tail | None = None

    @property
    def horizon(self) -> Horizon:
        """The steps it plans."""
        return self.variables.horizon

    @property
    def kg(self) -> float:
        """Chocolate ordered, kg."""
        return sum(order.batches for order in self.orders) * self.spec.batch_kg

    def completed(self, columns: np.ndarray) -> np.ndarray:
        """The columns with those of the tail, where there is one, as good as they can be."""
        starts = columns[: self.variables.size]
        return starts if self.tail is None else self.tail.completed(starts)

    def at(self, prices: pd.Series) -> Problem:
        """The same work at other prices, EUR/kWh by UTC hour; without a tail.

        Raises:
            NotEnoughData: an hour of the window has no price; says which.
        """
        hourly = covering(prices, self.horizon.window.hours(), purpose="the plan")
        cost = _running_cost(self.variables, hourly) + priced.prices(self.variables)
        return replace(self, cost=cost)


def build(
    spec: FactorySpec,
    prices: pd.Series,
    *,
    first_day: date,
    days: int,
    step: pd.Timedelta = HOUR,
    underway: Underway | None = None,
    halts: Iterable[Halt] = (),
    slack: pd.Timedelta | None = None,
    cautious: frozenset[str] = frozenset(),
) -> Problem:
    """The cheapest way to make the demand of some days, as a problem to solve.

    The window runs from Madrid midnight of `first_day`, or from the hour in which what
    is underway was taken over, to the latest due time of the orders (the last cleaning
    besides); the factory is empty at its end. Cost of a start: the draw of its steps
    times their prices, and the penalties of a room outside its aim.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the window.
        first_day: first civil day (Madrid) whose demand is made.
        days: how many civil days, at least 1.
        step: grid of the starts: 15, 30 or 60 minutes.
        underway: what an earlier plan has begun; without it the factory is empty, and
            its `stock` serves the first orders.
        halts: hours in which the room stops a stage, or makes it dear.
        slack: how long after the last due time a batch may be ready, at the factory's
            price of lateness; None: due times are hard.
        cautious: see `Horizon.of`.

    Raises:
        NotEnoughData: an hour of the window has no price; says which.
        PlanInfeasible: there is demand but nobody ever works.
        SettingsError: `days` or `step` cannot be used.
    """
    underway = underway or Underway(stock=spec.stock)
    orders, _ = net_of(ordered(spec, first_day, days), underway.stock)
    window = window_of(spec, orders, first_day, days, underway=underway, slack=slack)
    horizon = Horizon.of(spec, window, step, halts, cautious)
    problem = formulate(spec, orders, horizon, underway, may_be_late=slack is not None)
    return problem.at(prices)


def ordered(spec: FactorySpec, first_day: date, days: int) -> tuple[Order, ...]:
    """What the days ask for, by day and product.

    Raises:
        PlanInfeasible: an order has no due time because nobody works.
        SettingsError: fewer than one day.
    """
    if days < 1:
        raise SettingsError(f"a plan needs at least one day, not {days}")
    return tuple(
        order
        for day in (first_day + timedelta(days=n) for n in range(days))
        for order in _of_day(spec, day)
    )


def _of_day(spec: FactorySpec, day: date) -> list[Order]:
    try:
        return list(spec.orders(day, 1))
    except DataError:
        why = Remark("plan.short.closed", {"day": Fact(time.midnight(day), "day")})
        raise PlanInfeasible(
            Remark("plan.short.all", {"what": bottleneck_said("shifts"), "why": why}),
            bottleneck="shifts",
            facts={"possible_kg": 0.0, "possible_share": 0.0},
            hint="add a shift, or take dates out of the closed ones, in the factory file",
        ) from None


def window_of(
    spec: FactorySpec,
    orders: tuple[Order, ...],
    first_day: date,
    days: int,
    *,
    underway: Underway | None = None,
    slack: pd.Timedelta | None = None,
) -> Window:
    """From the first midnight (Madrid), or from what is underway, to the last due time.

    Cleaning after the last batch and the slack come besides; without orders the window
    ends with the last midnight.
    """
    since = None if underway is None else underway.since
    start = time.midnight(first_day) if since is None else since.floor(HOUR)
    if not orders:
        end = time.midnight(first_day + timedelta(days=days))
    else:
        cleaning = pd.Timedelta(hours=spec.stages[-1].cleaning_h).ceil(HOUR)
        end = max(order.due for order in orders) + cleaning
    end = max(end, start) + (slack or pd.Timedelta(0))
    return Window(start, max(end, start + HOUR))


def formulate(
    spec: FactorySpec,
    orders: tuple[Order, ...],
    horizon: Horizon,
    underway: Underway | None = None,
    *,
    may_be_late: bool = False,
) -> Problem:
    """The constraints of making `orders` within `horizon`, at no cost."""
    underway = underway or Underway()
    columns = variables(spec, orders, horizon, underway, may_be_late=may_be_late)
    lower, upper = priced.least(columns), np.full(columns.size, np.inf)
    upper[columns.nights] = 1
    for product, own in columns.orders.items():
        asked = [order.batches for order in own]
        lower[columns.made[product]] = upper[columns.made[product]] = asked
        upper[columns.backlog[product]] = sum(asked)
        for stage in range(len(spec.stages)):
            begun = columns.load.begun[product, stage]
            starts = columns.starts[product, stage]
            if starts.leads:
                upper[starts.columns] = max(sum(asked) - begun, 0)
    families = FAMILIES if orders else ()
    found = tuple(rows for family in families for rows in family(columns))
    return Problem(spec, orders, columns, underway, found, np.zeros(columns.size), lower, upper)


def _running_cost(columns: Variables, hourly: np.ndarray) -> np.ndarray:
    """EUR per column: sum_t x[t] c[t] with x[t] = C[t] - C[t'] is sum_t C[t] (c[t] - c[next])."""
    cost, horizon = np.zeros(columns.size), columns.horizon
    per_hour = horizon.steps(1)
    paid = np.repeat(hourly, per_hour) / per_hour
    for (product, stage), starts in columns.starts.items():
        mark = columns.marks[product, stage]
        if not len(starts.at):
            continue
        energy = np.correlate(paid, mark.kw, mode="valid")[starts.at - mark.before]
        room = np.append(0.0, np.cumsum(horizon.penalty[columns.spec.stages[stage].name]))
        start_cost = energy + room[starts.at + mark.steps] - room[starts.at]
        cost[starts.columns] -= np.diff(start_cost, append=0.0)
    return cost
