"""As usual: the same batches in order, each as soon as it can; what savings compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial

import pandas as pd

from chocolib.core import time
from chocolib.core.errors import ChocolibError
from chocolib.core.factory import FactorySpec, NightShift, Order
from chocolib.core.plan_parts import Halt
from chocolib.core.schedule import Schedule
from chocolib.core.time import DAY, HOUR
from chocolib.plan.assign import NoMachine
from chocolib.plan.batches import Route, batches, schedule
from chocolib.plan.horizon import Horizon
from chocolib.plan.model import ordered, window_of
from chocolib.plan.serial import Occupied
from chocolib.plan.stock import net_of

#: How late after the last due time the search may end before it gives up.
_PATIENCE = 28 * DAY


def as_usual(
    spec: FactorySpec,
    prices: pd.Series,
    *,
    first_day: date,
    days: int,
    step: pd.Timedelta = HOUR,
    halts: Iterable[Halt] = (),
    stock: Mapping[str, int] | None = None,
) -> Schedule:
    """The demand of some days made in order, from `spec.as_usual.start` (local) of each day.

    Batches go by day, then product; none begins before the one ahead of it, and
    each begins at the first hour from which it can go through all stages beside
    those placed before it. Machines, power, shifts, services, the room's climate, holds
    and tanks are respected exactly, prices play no part, no night shift is called in
    where it can be done without, and orders may be late.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the tasks, so some days
            longer than the plan's window where the factory runs near its limit.
        first_day: first civil day (Madrid) whose demand is made.
        days: how many civil days, at least 1.
        step: grid of the starts: 15, 30 or 60 minutes.
        halts: hours in which the room stops a stage.
        stock: finished batches that serve the first orders; default the factory's.

    Returns:
        The schedule "as usual"; its kg and kWh are those of any plan of these days.

    Raises:
        NotEnoughData: it runs past the prices; says which hours.
        PlanInfeasible: there is demand but nobody ever works.
        SettingsError: `days` cannot be used.
        ChocolibError: a batch finds no place four weeks after the last due time.
    """
    asked = ordered(spec, first_day, days)
    orders, _ = net_of(asked, spec.stock if stock is None else stock)
    window = window_of(spec, orders, first_day, days, slack=_PATIENCE)
    rested = spec.model_copy(update={"night_shift": NightShift()})
    halts = tuple(halts)
    try:
        return _made(rested, orders, partial(Horizon.of, rested, window, step, halts), prices)
    except NoPlace:
        if not spec.night_shift.enabled:
            raise
    return _made(spec, orders, partial(Horizon.of, spec, window, step, halts), prices)


class NoPlace(ChocolibError):
    """A batch that cannot be made as usual, not even weeks later."""


def _made(
    spec: FactorySpec,
    orders: tuple[Order, ...],
    horizon_of: Callable[[frozenset[str]], Horizon],
    prices: pd.Series,
) -> Schedule:
    cautious = frozenset[str]()
    while True:
        horizon = horizon_of(cautious)
        try:
            return schedule("as usual", list(_routes(spec, orders, horizon)), spec, horizon, prices)
        except NoMachine as clash:
            if clash.stage in cautious:
                raise
            cautious |= {clash.stage}


def _routes(spec: FactorySpec, orders: tuple[Order, ...], horizon: Horizon) -> Iterator[Route]:
    occupied, ahead = Occupied(spec, horizon), 0
    for batch in batches(orders, spec.demand.mix):
        opening = horizon.position(time.at(batch.order.day, spec.as_usual.start))
        starts = occupied.earliest(batch.product, max(ahead, opening))
        if starts is None:
            raise NoPlace(
                f"as usual, batch {batch.name} finds no place within four weeks of its due time",
                hint="look at the holds, shifts and power limits in the factory file",
            )
        occupied.take(batch.product, starts)
        ahead = starts[0]
        yield Route(batch, starts)
