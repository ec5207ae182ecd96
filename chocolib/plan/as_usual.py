"""As usual: the same batches in order, each as soon as it can; what savings compare with.

Serial schedule generation: batch after batch, by day and product, each started
at the first hour from which it can go through all stages beside what was placed
before it. Prices play no part. Nobody overtakes at the first stage.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.errors import ChocolibError
from chocolib.core.factory import FactorySpec, Order
from chocolib.core.results import Schedule
from chocolib.core.time import DAY, Window
from chocolib.plan.batches import Route, batches, schedule
from chocolib.plan.horizon import Horizon, throughout
from chocolib.plan.model import ordered, window_of

#: How late after the last due time the search may end before it gives up.
_PATIENCE = 28 * DAY


def as_usual(spec: FactorySpec, prices: pd.Series, *, first_day: date, days: int) -> Schedule:
    """The demand of some days made in order, from `spec.as_usual.start` (local) of each day.

    It respects machines, power, shifts, holds and tanks exactly, but may be late.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the tasks, so some days
            longer than the plan's window where the factory runs near its limit.

    Returns:
        The schedule "as usual"; its kg and kWh are those of any plan of these days.

    Raises:
        NotEnoughData: it runs past the prices; says which hours.
        PlanInfeasible: there is demand but nobody ever works.
        ChocolibError: a batch finds no place four weeks after the last due time.
    """
    orders = ordered(spec, first_day, days)
    window = window_of(orders, first_day, days)
    horizon = Horizon.of(spec, Window(window.start, window.end + _PATIENCE))
    routes = list(_routes(spec, orders, horizon))
    return schedule("as usual", routes, spec, horizon, prices)


def _routes(spec: FactorySpec, orders: tuple[Order, ...], horizon: Horizon) -> Iterator[Route]:
    occupied, previous = _Occupied(spec, horizon), 0
    for batch in batches(orders, spec.demand.mix):
        opening = time.at(batch.order.day, spec.as_usual.start)
        soonest = max(previous, horizon.position(opening))
        starts = occupied.earliest(batch.product, soonest)
        if starts is None:
            raise ChocolibError(
                f"as usual, batch {batch.name} finds no place within four weeks of its due time",
                hint="look at the holds, shifts and power limits in the factory file",
            )
        occupied.take(batch.product, starts)
        previous = starts[0]
        yield Route(batch, starts)


class _Occupied:
    """What the batches placed so far leave: machines, power and tank room per step."""

    def __init__(self, spec: FactorySpec, horizon: Horizon) -> None:
        self.spec, self.horizon, steps = spec, horizon, len(horizon)
        self.free = [np.full(steps, stage.machines) for stage in spec.stages]
        self.power_kw = horizon.power_kw.copy()
        room = [np.inf if s.tank_batches is None else s.tank_batches for s in spec.stages]
        self.room = [np.full(steps, batches) for batches in room]

    def earliest(self, product: str, soonest: int) -> tuple[int, ...] | None:
        """Starts of all stages for a batch whose first one is as early as can be."""
        possible = [self._possible(stage, product) for stage in range(len(self.spec.stages))]
        return self._onward(product, 0, (soonest, len(self.horizon)), possible)

    def _possible(self, stage: int, product: str) -> np.ndarray:
        """Bool per step: the stage may start there beside what is placed."""
        it = self.spec.stages[stage]
        able = (self.free[stage] > 0) & (self.power_kw >= it.power_kw)
        duration = self.horizon.steps(it.hours[product])
        return np.asarray(
            np.logical_and(throughout(able, duration), self.horizon.may_start(it, product))
        )

    def _onward(
        self, product: str, stage: int, between: tuple[int, int], possible: list[np.ndarray]
    ) -> tuple[int, ...] | None:
        """Earliest starts from `stage` on; a start that leads nowhere is struck out."""
        first, last = between
        for start in (first + np.flatnonzero(possible[stage][first : last + 1])).tolist():
            if stage + 1 == len(self.spec.stages):
                return (start,)
            end = start + self.horizon.steps(self.spec.stages[stage].hours[product])
            rest = self._onward(product, stage + 1, (end, self._wait_until(stage, end)), possible)
            if rest is not None:
                return (start, *rest)
            possible[stage][start] = False
        return None

    def _wait_until(self, stage: int, end: int) -> int:
        """Latest start of the next stage: the hold is over or the tanks are full."""
        latest = end + self.horizon.steps(self.spec.stages[stage].hold_max_h)
        full = np.flatnonzero(self.room[stage][end:latest] < 1)
        return end + int(full[0]) if len(full) else latest

    def take(self, product: str, starts: tuple[int, ...]) -> None:
        """Give the batch its machines, power and tank room."""
        ends = [
            start + self.horizon.steps(stage.hours[product])
            for start, stage in zip(starts, self.spec.stages, strict=True)
        ]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
            self.free[number][start:end] -= 1
            self.power_kw[start:end] -= self.spec.stages[number].power_kw
        for number, (end, following) in enumerate(zip(ends, starts[1:], strict=False)):
            self.room[number][end:following] -= 1
