"""Reference plans: the same batches placed by simpler rules than the optimum's.

Each is what somebody would do without a solver: batch after batch in order, each where
its hours add up to least by some signal (the clock's tariff periods, or a list of
prices), beside those placed before it. As usual is in `as_usual`; perfect foresight is
`planning.plan` on the prices that came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.factory import FactorySpec, Order
from chocolib.core.plan_parts import Halt
from chocolib.core.schedule import Schedule
from chocolib.core.tariff import PERIODS, tariff_period
from chocolib.core.time import DAY, HOUR
from chocolib.plan.as_usual import NoPlace
from chocolib.plan.assign import NoMachine
from chocolib.plan.batches import Route, batches, schedule
from chocolib.plan.horizon import Horizon
from chocolib.plan.model import ordered, window_of
from chocolib.plan.serial import Occupied
from chocolib.plan.stock import net_of

#: How late a batch may be that finds no place in time.
_PATIENCE = 14 * DAY
#: The periods from the cheapest to the dearest: P3, P2, P1.
_RANK = {period: float(rank) for rank, period in enumerate(reversed(PERIODS))}


@dataclass(frozen=True, slots=True)
class Work:
    """What every reference of one comparison makes, and in which room.

    Attributes:
        first_day: first civil day (Madrid) whose demand is made; days: how many.
        step: grid of the starts.
        halts: hours in which the room stops a stage.
        stock: finished batches that serve the first orders; None: the factory's.
    """

    spec: FactorySpec
    first_day: date
    days: int
    step: pd.Timedelta = HOUR
    halts: tuple[Halt, ...] = ()
    stock: Mapping[str, int] | None = None

    @property
    def orders(self) -> tuple[Order, ...]:
        """The batches that are asked for, less the stock."""
        asked = ordered(self.spec, self.first_day, self.days)
        return net_of(asked, self.spec.stock if self.stock is None else self.stock)[0]

    def horizon(self, cautious: frozenset[str] = frozenset()) -> Horizon:
        """From the first midnight until long after the last due time."""
        window = window_of(self.spec, self.orders, self.first_day, self.days, slack=_PATIENCE)
        return Horizon.of(self.spec, window, self.step, self.halts, cautious)


def valley_first(work: Work, prices: pd.Series) -> Schedule:
    """Each batch where most of its energy falls in P3, then in P2; the rest in P1.

    Prices play no part: this is what a contract with night hours taught people to do.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the tasks: what they cost.

    Returns:
        The schedule "valley first"; batches that find no place in time are late.

    Raises:
        NotEnoughData: it runs past the prices. NoPlace: a batch finds no place at all.
    """

    def rank(hours: pd.DatetimeIndex, _day: date) -> np.ndarray:
        return np.array([_RANK[period] for period in tariff_period(hours)])

    return _greedy("valley first", work, prices, rank)


def cheapest_windows(
    work: Work, prices: pd.Series, expected: Callable[[date], pd.Series]
) -> Schedule:
    """Each batch, from midnight of its day on, in the hours that look cheapest by then.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the tasks: what they cost.
        expected: for a day with demand, EUR/kWh by UTC hour as expected on the evening
            before; hours past its end count as its mean.

    Returns:
        The schedule "cheapest windows"; batches that find no place in time are late.

    Raises:
        NotEnoughData: it runs past the prices. NoPlace: a batch finds no place at all.
    """

    def signal(hours: pd.DatetimeIndex, day: date) -> np.ndarray:
        own = expected(day)
        values = own.reindex(hours).to_numpy(dtype=float)
        return np.where(np.isfinite(values), values, float(own.mean()))

    return _greedy("cheapest windows", work, prices, signal, same_day=True)


_Signal = Callable[[pd.DatetimeIndex, date], np.ndarray]


def _greedy(
    name: str, work: Work, prices: pd.Series, signal: _Signal, *, same_day: bool = False
) -> Schedule:
    cautious = frozenset[str]()
    while True:
        horizon = work.horizon(cautious)
        try:
            routes = list(_routes(work, horizon, signal, same_day))
            return schedule(name, routes, work.spec, horizon, prices)
        except NoMachine as clash:
            if clash.stage in cautious:
                raise
            cautious |= {clash.stage}


def _routes(work: Work, horizon: Horizon, signal: _Signal, same_day: bool) -> Iterator[Route]:
    occupied, hours = Cheapest(work.spec, horizon), horizon.window.hours()
    by_day: dict[date, np.ndarray] = {}
    for batch in batches(work.orders, work.spec.demand.mix):
        order = batch.order
        if order.day not in by_day:
            per_hour = horizon.steps(1)
            by_day[order.day] = np.repeat(signal(hours, order.day), per_hour) / per_hour
        soonest = max(0, horizon.position(time.midnight(order.day))) if same_day else 0
        starts = occupied.cheapest(order, by_day[order.day], soonest)
        if starts is None:
            raise NoPlace(
                f"{batch.name} finds no place within two weeks of its due time",
                hint="look at the holds, shifts and power limits in the factory file",
            )
        occupied.take(batch.product, starts)
        yield Route(batch, starts)


class Cheapest(Occupied):
    """What the batches placed so far leave, and where the next one is cheapest in it."""

    def cheapest(self, order: Order, signal: np.ndarray, soonest: int) -> tuple[int, ...] | None:
        """Starts of all stages where the draw times `signal` is least; ties: the earliest.

        Args:
            signal: per step of the horizon, in any unit per kWh.
            soonest: first step at which it may begin.

        Returns:
            Ready between `order.earliest` and `order.due`; where that cannot be, as
            early as it can. None when it finds no place.
        """
        product, last = order.product, len(self.spec.stages) - 1
        possible = [self._possible(number, product) for number in range(last + 1)]
        possible[0][:soonest] = False
        ends = self._ends(product, last)
        possible[last] &= ends >= self.horizon.ceiling(order.earliest)
        in_time = ends <= self.horizon.position(order.due)
        punctual = [*possible[:last], possible[last] & in_time]
        return self._sound(product, signal, punctual) or self._sound(
            product, np.zeros_like(signal), possible
        )

    def _sound(
        self, product: str, signal: np.ndarray, possible: Sequence[np.ndarray]
    ) -> tuple[int, ...] | None:
        """The cheapest chain of possible starts that stays in the contract."""
        first = possible[0].copy()
        while True:
            starts = self._least(product, signal, [first, *possible[1:]])
            if starts is None or self._contracted(product, starts):
                return starts
            first[starts[0]] = False

    def _least(
        self, product: str, signal: np.ndarray, possible: Sequence[np.ndarray]
    ) -> tuple[int, ...] | None:
        """The cheapest chain of possible starts, by dynamic programming from the last stage."""
        onward, nexts = np.zeros(len(self.horizon)), list[np.ndarray]()
        for number, able in reversed(list(enumerate(possible))):
            if number < len(self.spec.stages) - 1:
                onward, following = self._after(product, number, onward)
                nexts.append(following)
            onward = np.where(able, onward + self._cost(product, number, signal), np.inf)
        first = int(np.argmin(onward))
        if not np.isfinite(onward[first]):
            return None
        starts = [first]
        for following in reversed(nexts):
            starts.append(int(following[starts[-1]]))
        return tuple(starts)

    def _cost(self, product: str, number: int, signal: np.ndarray) -> np.ndarray:
        """Draw times signal of a start of the stage, per step; infinite outside."""
        mark = self._mark(product, number)
        cost = np.full(len(signal), np.inf)
        whole = np.correlate(signal, mark.kw, mode="valid")
        cost[mark.before : mark.before + len(whole)] = whole
        return cost

    def _after(
        self, product: str, number: int, onward: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """For each start of a stage: the least cost of the rest, and the next start there."""
        steps = len(self.horizon)
        full = np.where(self.room[number] < 1, np.arange(steps), steps)
        until_full = np.append(np.minimum.accumulate(full[::-1])[::-1], steps)
        ends = np.minimum(self._ends(product, number), steps)
        hold = self.horizon.steps(self.spec.stages[number].hold_max_h)
        waits = np.minimum(hold, until_full[ends] - ends)
        padded = np.append(onward, np.full(hold + 1, np.inf))
        options = padded[ends[:, None] + np.arange(hold + 1)[None, :]]
        options[np.arange(hold + 1)[None, :] > waits[:, None]] = np.inf
        chosen = np.argmin(options, axis=1)
        return options[np.arange(steps), chosen], ends + chosen

    def _ends(self, product: str, number: int) -> np.ndarray:
        length = self.spec.stages[number].steps(product, self.horizon.minutes)
        return np.arange(len(self.horizon)) + length

    def _contracted(self, product: str, starts: tuple[int, ...]) -> bool:
        """Whether its own stages, set up and cleaned beside one another, stay in the contract."""
        drawn = np.zeros(len(self.horizon))
        for number, start in enumerate(starts):
            more = self._drawn(product, number, start, drawn)
            if more is None:
                return False
            drawn = more
        return True


__all__ = ["Cheapest", "Work", "cheapest_windows", "valley_first"]
