"""As usual: the same batches in order, each as soon as it can; what savings compare with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from chocolib.core import time
from chocolib.core.errors import ChocolibError
from chocolib.core.factory import FactorySpec, Order
from chocolib.core.results import Schedule
from chocolib.core.time import DAY, Window
from chocolib.plan.batches import Route, batches, schedule
from chocolib.plan.horizon import Horizon
from chocolib.plan.model import ordered, window_of
from chocolib.plan.serial import Occupied

#: How late after the last due time the search may end before it gives up.
_PATIENCE = 28 * DAY


def as_usual(spec: FactorySpec, prices: pd.Series, *, first_day: date, days: int) -> Schedule:
    """The demand of some days made in order, from `spec.as_usual.start` (local) of each day.

    Batches go by day, then product; none begins before the one ahead of it, and
    each begins at the first hour from which it can go through all stages beside
    those placed before it. Machines, power, shifts, holds and tanks are respected
    exactly, prices play no part, and orders may be late.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the tasks, so some days
            longer than the plan's window where the factory runs near its limit.
        first_day: first civil day (Madrid) whose demand is made.
        days: how many civil days, at least 1.

    Returns:
        The schedule "as usual"; its kg and kWh are those of any plan of these days.

    Raises:
        NotEnoughData: it runs past the prices; says which hours.
        PlanInfeasible: there is demand but nobody ever works.
        SettingsError: `days` cannot be used.
        ChocolibError: a batch finds no place four weeks after the last due time.
    """
    orders = ordered(spec, first_day, days)
    window = window_of(orders, first_day, days)
    horizon = Horizon.of(spec, Window(window.start, window.end + _PATIENCE))
    routes = list(_routes(spec, orders, horizon))
    return schedule("as usual", routes, spec, horizon, prices)


def _routes(spec: FactorySpec, orders: tuple[Order, ...], horizon: Horizon) -> Iterator[Route]:
    occupied, ahead = Occupied(spec, horizon), 0
    for batch in batches(orders, spec.demand.mix):
        opening = horizon.position(time.at(batch.order.day, spec.as_usual.start))
        starts = occupied.earliest(batch.product, max(ahead, opening))
        if starts is None:
            raise ChocolibError(
                f"as usual, batch {batch.name} finds no place within four weeks of its due time",
                hint="look at the holds, shifts and power limits in the factory file",
            )
        occupied.take(batch.product, starts)
        ahead = starts[0]
        yield Route(batch, starts)
