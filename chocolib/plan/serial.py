"""Serial placing: one batch after another, each as soon as the others leave it room.

Respects machines, power, shifts, holds and tanks exactly; prices play no part.
"""

from __future__ import annotations

import numpy as np

from chocolib.core.factory import FactorySpec, Order
from chocolib.plan.horizon import Horizon, throughout

#: Sums of kW such as 3.2 + 1.8 may miss a limit they just reach by a rounding error.
_ROUNDING_KW = 1e-9


class Occupied:
    """What the batches placed so far leave: machines, power and tank room per step.

    Starts are numbers of steps of the horizon, one per stage.
    """

    def __init__(self, spec: FactorySpec, horizon: Horizon) -> None:
        self.spec, self.horizon, steps = spec, horizon, len(horizon)
        self.free = [np.full(steps, stage.machines) for stage in spec.stages]
        self.power_kw = horizon.power_kw.copy()
        room = [np.inf if s.tank_batches is None else s.tank_batches for s in spec.stages]
        self.room = [np.full(steps, batches) for batches in room]

    def earliest(self, product: str, soonest: int) -> tuple[int, ...] | None:
        """Starts of all stages for a batch whose first one is as early as can be.

        Returns:
            None when the batch finds no place from step `soonest` on.
        """
        possible = [self._possible(stage, product) for stage in range(len(self.spec.stages))]
        return self._onward(product, 0, (soonest, len(self.horizon)), possible)

    def _possible(self, stage: int, product: str) -> np.ndarray:
        """Bool per step: the stage may start there beside what is placed."""
        it = self.spec.stages[stage]
        able = (self.free[stage] > 0) & (self.power_kw >= it.power_kw - _ROUNDING_KW)
        duration = self.horizon.steps(it.hours[product])
        return np.asarray(throughout(able, duration) & self.horizon.may_start(it, product))

    def _onward(
        self, product: str, stage: int, between: tuple[int, int], possible: list[np.ndarray]
    ) -> tuple[int, ...] | None:
        """Earliest starts from `stage` on; a start that leads nowhere is struck out."""
        first, last = between
        for start in (first + np.flatnonzero(possible[stage][first : last + 1])).tolist():
            if stage + 1 == len(self.spec.stages):
                return (start,)
            end = self._end(product, stage, start)
            rest = self._onward(product, stage + 1, (end, self._wait_until(stage, end)), possible)
            if rest is not None:
                return (start, *rest)
            possible[stage][start] = False
        return None

    def ready(self, product: str, starts: tuple[int, ...]) -> int:
        """The step at whose beginning the batch leaves the last stage."""
        return self._end(product, len(starts) - 1, starts[-1])

    def _end(self, product: str, stage: int, start: int) -> int:
        return start + self.horizon.steps(self.spec.stages[stage].hours[product])

    def _wait_until(self, stage: int, end: int) -> int:
        """Latest start of the next stage: the hold is over or the tanks are full."""
        latest = end + self.horizon.steps(self.spec.stages[stage].hold_max_h)
        full = np.flatnonzero(self.room[stage][end:latest] < 1)
        return end + int(full[0]) if len(full) else latest

    def take(self, product: str, starts: tuple[int, ...]) -> None:
        """Give the batch its machines, power and tank room."""
        ends = [self._end(product, number, start) for number, start in enumerate(starts)]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
            self.free[number][start:end] -= 1
            self.power_kw[start:end] -= self.spec.stages[number].power_kw
        for number, (end, following) in enumerate(zip(ends, starts[1:], strict=False)):
            self.room[number][end:following] -= 1


def placed_on_time(spec: FactorySpec, orders: tuple[Order, ...], horizon: Horizon) -> int:
    """How many batches can be made in time by placing them one by one: at least so many fit."""
    occupied = Occupied(spec, horizon)
    return sum(_place(occupied, order) for order in orders)


def _place(occupied: Occupied, order: Order) -> int:
    """Place the order's batches up to the first that would be late; returns how many."""
    horizon = occupied.horizon
    hours = sum(stage.hours[order.product] for stage in occupied.spec.stages)
    soonest = max(0, horizon.position(order.earliest) - horizon.steps(hours))
    for placed in range(order.batches):
        starts = occupied.earliest(order.product, soonest)
        if starts is None or occupied.ready(order.product, starts) > horizon.position(order.due):
            return placed
        occupied.take(order.product, starts)
    return order.batches
