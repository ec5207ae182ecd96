"""Serial placing: one batch after another, each as soon as the others leave it room.

Respects machines, power, shifts, services, the room's climate, holds and tanks exactly;
prices play no part.
"""

from __future__ import annotations

import numpy as np

from chocolib.core.factory import FactorySpec, Order
from chocolib.plan.footprint import Footprint, footprint
from chocolib.plan.horizon import ROUNDING_KW, Horizon
from chocolib.plan.underway import Load


class Occupied:
    """What the batches placed so far leave: machines, power and tank room per step.

    Starts are numbers of steps of the horizon, one per stage. What is underway takes its
    machines and power from the beginning.
    """

    def __init__(self, spec: FactorySpec, horizon: Horizon, load: Load | None = None) -> None:
        self.spec, self.horizon, steps = spec, horizon, len(horizon)
        self.free = [horizon.machines[stage.name].astype(float) for stage in spec.stages]
        self.power_kw = horizon.power_kw.copy()
        if load is not None:
            self.free = [f - load.busy[s.name] for f, s in zip(self.free, spec.stages, strict=True)]
            self.power_kw -= load.kw
        room = [np.inf if s.tank_batches is None else s.tank_batches for s in spec.stages]
        self.room = [np.full(steps, batches) for batches in room]
        # The same for every batch of a product, however many are placed.
        self._marks = {
            (product, number): footprint(stage, product, horizon.minutes)
            for number, stage in enumerate(spec.stages)
            for product in stage.hours
        }
        self._when_empty: dict[tuple[str, int], np.ndarray] = {}

    def earliest(self, product: str, soonest: int) -> tuple[int, ...] | None:
        """Starts of all stages for a batch whose first one is as early as can be.

        Returns:
            None when the batch finds no place from step `soonest` on.
        """
        return self.onward(product, 0, soonest, len(self.horizon))

    def onward(self, product: str, stage: int, soonest: int, latest: int) -> tuple[int, ...] | None:
        """Starts from `stage` on, the first of them in `soonest .. latest`; see `earliest`."""
        possible = [self._possible(number, product) for number in range(len(self.spec.stages))]
        busy = any(not self._mark(product, n).alone for n in range(len(self.spec.stages)))
        nothing = np.zeros(len(self.horizon) if busy else 0)
        return self._onward(product, stage, (soonest, latest), possible, nothing)

    def _onward(
        self,
        product: str,
        stage: int,
        between: tuple[int, int],
        possible: list[np.ndarray],
        own_kw: np.ndarray,
    ) -> tuple[int, ...] | None:
        """Earliest starts from `stage` on; a start that leads nowhere is struck out.

        Args:
            own_kw: what the batch itself draws in its stages so far: the next machine may
                be set up while the last one still runs or is cleaned. Empty where none is.
        """
        first, last = between
        for start in (first + np.flatnonzero(possible[stage][first : last + 1])).tolist():
            drawn = self._drawn(product, stage, start, own_kw)
            if drawn is None:
                continue
            if stage + 1 == len(self.spec.stages):
                return (start,)
            end = self._end(product, stage, start)
            following = (end, self._wait_until(stage, end))
            rest = self._onward(product, stage + 1, following, possible, drawn)
            if rest is not None:
                return (start, *rest)
            possible[stage][start] = False
        return None

    def _drawn(self, product: str, stage: int, start: int, own_kw: np.ndarray) -> np.ndarray | None:
        """What the batch draws with this stage, per step; None where the contract forbids it."""
        mark = self._mark(product, stage)
        if not len(own_kw):  # nothing but the stages one after another
            return own_kw
        taken = slice(start - mark.before, start + mark.steps + mark.after)
        drawn = own_kw.copy()
        drawn[taken] += mark.most
        fits = drawn[taken] <= self.power_kw[taken] + ROUNDING_KW
        return drawn if fits.all() else None

    def _mark(self, product: str, stage: int) -> Footprint:
        return self._marks[product, stage]

    def _empty(self, product: str, stage: int) -> np.ndarray:
        """Bool per step: the stage may start there, were the factory empty; for reading only."""
        if (product, stage) not in self._when_empty:
            able = self.horizon.may_start(self.spec.stages[stage], product)
            self._when_empty[product, stage] = able
        return self._when_empty[product, stage]

    def _possible(self, stage: int, product: str) -> np.ndarray:
        """Bool per step: the stage may start there beside what is placed."""
        mark = self._mark(product, stage)
        able = self._empty(product, stage).copy()
        able &= self.horizon.across(self.free[stage] > 0, -mark.before, mark.busy)
        for first, last, kw in mark.draws():
            able &= self.horizon.across(self.power_kw >= kw - ROUNDING_KW, first, last - first)
        return able

    def free_at(self, product: str, stage: int, starts: tuple[int, ...]) -> bool:
        """Whether each stage from `stage` on may start there; tanks are not looked at."""
        inside = all(0 <= start < len(self.horizon) for start in starts)
        return inside and all(
            self._possible(number, product)[start] for number, start in enumerate(starts, stage)
        )

    def ready(self, product: str, starts: tuple[int, ...]) -> int:
        """The step at whose beginning the batch leaves the last stage."""
        return self._end(product, len(starts) - 1, starts[-1])

    def _end(self, product: str, stage: int, start: int) -> int:
        return start + self.spec.stages[stage].steps(product, self.horizon.minutes)

    def _wait_until(self, stage: int, end: int) -> int:
        """Latest start of the next stage: the hold is over or the tanks are full."""
        latest = end + self.horizon.steps(self.spec.stages[stage].hold_max_h)
        full = np.flatnonzero(self.room[stage][end:latest] < 1)
        return end + int(full[0]) if len(full) else latest

    def take(self, product: str, starts: tuple[int, ...], *, stage: int = 0) -> None:
        """Give the batch its machines, power and tank room, from a stage on."""
        ends = [self._end(product, number, at) for number, at in enumerate(starts, stage)]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), stage):
            mark = self._mark(product, number)
            taken = slice(start - mark.before, end + mark.after)
            self.free[number][taken] -= 1
            self.power_kw[taken] -= mark.most
        for number, (end, following) in enumerate(zip(ends, starts[1:], strict=False), stage):
            self.room[number][end:following] -= 1


def placed_on_time(spec: FactorySpec, orders: tuple[Order, ...], horizon: Horizon) -> int:
    """How many batches can be made in time by placing them one by one: at least so many fit."""
    occupied = Occupied(spec, horizon)
    return sum(_place(occupied, order) for order in orders)


def _place(occupied: Occupied, order: Order) -> int:
    """Place the order's batches up to the first that would be late; returns how many."""
    horizon = occupied.horizon
    length = sum(s.steps(order.product, horizon.minutes) for s in occupied.spec.stages)
    soonest = max(0, horizon.position(order.earliest) - length)
    for placed in range(order.batches):
        starts = occupied.earliest(order.product, soonest)
        if starts is None or occupied.ready(order.product, starts) > horizon.position(order.due):
            return placed
        occupied.take(order.product, starts)
    return order.batches
