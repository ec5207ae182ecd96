"""The variables of the model: cumulative starts, only where a start is possible.

`C[p,s,t]` is how many batches of product p have started stage s by step t. It
is a column only at the steps where a start is possible and constant between
them; a start that no shift, no contracted power, no room and no neighbouring stage
allows has no column at all. A stage that follows its predecessor at once
(hold 0) shares its predecessor's columns, shifted by the duration. What is underway
when the plan is made has no columns: it is a constant of the constraints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import pandas as pd
from scipy import sparse

from chocolib.core.factory import FactorySpec, Order
from chocolib.plan.footprint import Footprint, footprint
from chocolib.plan.horizon import Horizon, within
from chocolib.plan.underway import Load, Underway

Matrix = sparse.csr_array[np.float64, tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """Where a product may start a stage, and the columns of its cumulative starts.

    Attributes:
        at: ascending steps; the cumulative start by `at[k]` is column `column + k`.
        leads: False where the columns belong to the stage before (hold 0).
    """

    at: np.ndarray
    column: int
    leads: bool

    @property
    def columns(self) -> slice:
        """Its columns in the model."""
        return slice(self.column, self.column + len(self.at))


@dataclass(frozen=True, slots=True, eq=False)
class Variables:
    """All columns of the model and the expressions constraints are made of.

    Attributes:
        orders: the orders of each product, by day.
        load: what is underway.
        marks: the footprint of a product in a stage, by product and number of the stage.
        starts: by product and number of the stage.
        made: columns of the batches made of each order, by product.
        backlog: columns of the batches that are late, one per step, by product; empty
            where due times are hard.
        nights: columns of the paid night hours, and the hour of each; 1 when called in.
        peak: column of the highest draw above what is free, where it is priced.
        size: number of columns.
    """

    spec: FactorySpec
    horizon: Horizon
    orders: dict[str, tuple[Order, ...]]
    load: Load
    marks: dict[tuple[str, int], Footprint]
    starts: dict[tuple[str, int], Starts]
    made: dict[str, slice]
    backlog: dict[str, slice]
    nights: slice
    peak: slice
    size: int

    def duration(self, product: str, stage: int) -> int:
        """Steps the stage takes."""
        return self.marks[product, stage].steps

    def hold(self, stage: int) -> int:
        """Steps a batch may wait after the stage."""
        return self.horizon.steps(self.spec.stages[stage].hold_max_h)

    def started(self, product: str, stage: int, by: np.ndarray) -> Matrix:
        """`C[p,s,t]` for every t of `by`, which may lie outside the horizon: rows x columns."""
        starts = self.starts[product, stage]
        last = np.searchsorted(starts.at, by, side="right") - 1
        rows = np.flatnonzero(last >= 0)
        entries = (np.ones(len(rows)), (rows, starts.column + last[rows]))
        return sparse.csr_array(entries, shape=(len(by), self.size))

    def finished(self, product: str, stage: int, by: np.ndarray) -> Matrix:
        """Batches that ended the stage by the beginning of each step of `by`."""
        return self.started(product, stage, by - self.duration(product, stage))

    def through(self, product: str, stage: int, first: int, last: int) -> Matrix:
        """Batches `first .. last` (excluded) steps after their start, per step of the horizon."""
        steps = np.arange(len(self.horizon))
        return self.started(product, stage, steps - first) - self.started(
            product, stage, steps - last
        )

    def running(self, product: str, stage: int) -> Matrix:
        """Machines of the stage taken by the product, per step of the horizon."""
        mark = self.marks[product, stage]
        return self.through(product, stage, -mark.before, mark.busy - mark.before)

    def draw(self) -> Matrix:
        """KW of all that is not underway yet, per step of the horizon."""
        return self.sum(
            kw * self.through(product, stage, first, last)
            for (product, stage), mark in self.marks.items()
            for first, last, kw in mark.draws()
            if kw
        )

    def energy(self) -> Matrix:
        """KWh of all that is not underway yet, per step of the horizon."""
        step_h = 1 / self.horizon.steps(1)
        return self.sum(
            kw * step_h * self.through(product, stage, first, last)
            for (product, stage), mark in self.marks.items()
            for first, last, kw in mark.means()
            if kw
        )

    def attended(self, stage: int) -> Matrix:
        """Tasks of the stage that need staff, per step of the horizon."""
        return self.sum(
            self.through(product, stage, first, last)
            for product in self.orders
            for first, last in self.marks[product, stage].attendances()
        )

    def sum(self, terms: Iterable[Matrix]) -> Matrix:
        """The terms added up; nothing at all is zero per step of the horizon."""
        nothing: Matrix = sparse.csr_array((len(self.horizon), self.size))
        return reduce(add, terms, nothing)

    def ordered(self, product: str, *, before: bool) -> Matrix:
        """Batches made of all orders up to each order, itself included unless `before`."""
        made, count = self.made[product], len(self.orders[product])
        rows, columns = np.tril_indices(count, k=-1 if before else 0)
        entries = (np.ones(len(rows)), (rows, made.start + columns))
        return sparse.csr_array(entries, shape=(count, self.size))

    def night_hours(self) -> np.ndarray:
        """The hour of the horizon each column of `nights` stands for."""
        return np.unique(np.flatnonzero(self.horizon.night) // self.horizon.steps(1))


def variables(
    spec: FactorySpec,
    orders: tuple[Order, ...],
    horizon: Horizon,
    underway: Underway | None = None,
    *,
    may_be_late: bool = False,
) -> Variables:
    """The columns of a model of `orders`, in the order of products and stages."""
    underway = underway or Underway()
    asked = {order.product: [o for o in orders if o.product == order.product] for order in orders}
    load = Load(underway, spec, horizon)
    marks = {
        (product, number): footprint(stage, product, horizon.minutes)
        for product in asked
        for number, stage in enumerate(spec.stages)
    }
    starts: dict[tuple[str, int], Starts] = {}
    size = 0
    for product in asked:
        possible = possible_starts(spec, product, horizon, load=load, since=underway.since)
        for stage, allowed in enumerate(possible):
            follows = stage > 0 and spec.stages[stage - 1].hold_max_h == 0
            column = starts[product, stage - 1].column if follows else size
            starts[product, stage] = Starts(np.flatnonzero(allowed), column, not follows)
            size = max(size, starts[product, stage].columns.stop)
    made, backlog = dict[str, slice](), dict[str, slice]()
    for product, own in asked.items():
        made[product] = slice(size, size + len(own))
        late = len(horizon) - horizon.position(own[0].due) if may_be_late else 0
        backlog[product] = slice(made[product].stop, made[product].stop + max(late, 0))
        size = backlog[product].stop
    hours = len(np.unique(np.flatnonzero(horizon.night) // horizon.steps(1)))
    nights = slice(size, size + hours)
    peak = slice(nights.stop, nights.stop + int(spec.priced.peak_eur_kw > 0))
    by_product = {product: tuple(own) for product, own in asked.items()}
    return Variables(
        spec, horizon, by_product, load, marks, starts, made, backlog, nights, peak, peak.stop
    )


def possible_starts(
    spec: FactorySpec,
    product: str,
    horizon: Horizon,
    *,
    load: Load | None = None,
    since: pd.Timestamp | None = None,
) -> list[np.ndarray]:
    """Bool per step for every stage: a batch, alone in the factory, may start there.

    Besides staff, power and the room, some start of the stage before must end at most
    its hold earlier (or a batch underway wait there), and some start of the next stage
    must lie within the hold after. Nothing is set up for before `since`.
    """
    allowed = [horizon.may_start(stage, product) for stage in spec.stages]
    if since is not None:
        for stage, starts in zip(spec.stages, allowed, strict=True):
            first = horizon.ceiling(since) + stage.setup_steps(horizon.minutes)
            starts[: max(first, 0)] = False
    spans = [
        (length, length + horizon.steps(stage.hold_max_h))
        for stage in spec.stages[:-1]
        for length in (stage.steps(product, horizon.minutes),)
    ]
    for number in reversed(range(len(spans))):
        soonest, latest = spans[number]
        allowed[number] &= within(allowed[number + 1], soonest, latest)
    for number, (soonest, latest) in enumerate(spans):
        reached = within(allowed[number], -latest, -soonest)
        if load is not None:
            reached |= _from_waiting(load, product, number, latest - soonest)
        allowed[number + 1] &= reached
    return allowed


def _from_waiting(load: Load, product: str, stage: int, hold: int) -> np.ndarray:
    """Bool per step: a batch underway waits after the stage, and may still."""
    steps = np.arange(len(load.horizon))
    before = load.waits(product, stage, steps - hold - 1)
    return np.asarray(load.waits(product, stage, steps) > before)
