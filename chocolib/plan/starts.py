"""The variables of the model: cumulative starts, only where a start is possible.

`C[p,s,t]` is how many batches of product p have started stage s by step t. It
is a column only at the steps where a start is possible and constant between
them; a start that no shift, no contracted power or no neighbouring stage
allows has no column at all. A stage that follows its predecessor at once
(hold 0) shares its predecessor's columns, shifted by the duration.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from chocolib.core.factory import FactorySpec, Order
from chocolib.plan.horizon import Horizon, within

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
        starts: by product and number of the stage.
        made: columns of the batches made of each order, by product.
        size: number of columns.
    """

    spec: FactorySpec
    horizon: Horizon
    orders: dict[str, tuple[Order, ...]]
    starts: dict[tuple[str, int], Starts]
    made: dict[str, slice]
    size: int

    def duration(self, product: str, stage: int) -> int:
        """Steps the stage takes."""
        return self.horizon.steps(self.spec.stages[stage].hours[product])

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

    def running(self, product: str, stage: int) -> Matrix:
        """Machines of the stage busy with the product, per step of the horizon."""
        steps = np.arange(len(self.horizon))
        return self.started(product, stage, steps) - self.finished(product, stage, steps)

    def ordered(self, product: str, *, before: bool) -> Matrix:
        """Batches made of all orders up to each order, itself included unless `before`."""
        made, count = self.made[product], len(self.orders[product])
        rows, columns = np.tril_indices(count, k=-1 if before else 0)
        entries = (np.ones(len(rows)), (rows, made.start + columns))
        return sparse.csr_array(entries, shape=(count, self.size))


def variables(spec: FactorySpec, orders: tuple[Order, ...], horizon: Horizon) -> Variables:
    """The columns of a model of `orders`, in the order of products and stages."""
    asked = {order.product: [o for o in orders if o.product == order.product] for order in orders}
    starts: dict[tuple[str, int], Starts] = {}
    size = 0
    for product in asked:
        for stage, allowed in enumerate(possible_starts(spec, product, horizon)):
            follows = stage > 0 and spec.stages[stage - 1].hold_max_h == 0
            column = starts[product, stage - 1].column if follows else size
            starts[product, stage] = Starts(np.flatnonzero(allowed), column, not follows)
            size = max(size, starts[product, stage].columns.stop)
    made: dict[str, slice] = {}
    for product, own in asked.items():
        made[product] = slice(size, size + len(own))
        size += len(own)
    return Variables(spec, horizon, {p: tuple(o) for p, o in asked.items()}, starts, made, size)


def possible_starts(spec: FactorySpec, product: str, horizon: Horizon) -> list[np.ndarray]:
    """Bool per step for every stage: a batch, alone in the factory, may start there.

    Besides staff and power, some start of the stage before must end at most its
    hold earlier, and some start of the next stage must lie within the hold after.
    """
    allowed = [horizon.may_start(stage, product) for stage in spec.stages]
    spans = [
        (horizon.steps(s.hours[product]), horizon.steps(s.hours[product] + s.hold_max_h))
        for s in spec.stages[:-1]
    ]
    for stage in reversed(range(len(spans))):
        soonest, latest = spans[stage]
        allowed[stage] &= within(allowed[stage + 1], soonest, latest)
    for stage, (soonest, latest) in enumerate(spans, start=1):
        allowed[stage] &= within(allowed[stage - 1], -latest, -soonest)
    return allowed
