"""The constraints, one named function per family, its inequality in its docstring.

Notation: product p, stage s, step t; C[p,s,t] cumulative starts, d[p,s] duration
in steps, W[s] longest hold after s in steps, n[p,k] batches made of order k. What
a start needs on its own (staff, a contract of at least its power, the window) is
not a row: `starts` leaves such columns out. Formulation: aggregated identical
batches, time-indexed; first in, first out within a product is no loss.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from scipy import sparse

from chocolib.plan.starts import Matrix, Variables

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """`lower <= matrix @ columns <= upper`, under a name such as "machines conche"."""

    name: str
    matrix: Matrix
    lower: np.ndarray
    upper: np.ndarray


def _rows(
    name: str, matrix: Matrix, *, lower: np.ndarray | float = -np.inf, upper: np.ndarray | float
) -> Rows:
    """The rows without those that have no column left."""
    matrix.eliminate_zeros()
    kept = np.diff(matrix.indptr) > 0
    count = matrix.shape[0]
    low, high = (np.broadcast_to(bound, count)[kept] for bound in (lower, upper))
    return Rows(name, sparse.csr_array(matrix[kept]), low, high)


def ascending(v: Variables) -> Iterator[Rows]:
    """Starts are not taken back: C[p,s,t'] - C[p,s,t] <= 0 for consecutive starts t' < t."""
    for (product, stage), starts in v.starts.items():
        if starts.leads and len(starts.at) > 1:
            before = v.started(product, stage, starts.at[:-1])
            after = v.started(product, stage, starts.at[1:])
            yield _rows(f"ascending {v.spec.stages[stage].name} {product}", before - after, upper=0)


def machines(v: Variables) -> Iterator[Rows]:
    """No more tasks than machines: sum_p C[p,s,t] - C[p,s,t-d[p,s]] <= machines[s]."""
    for number, stage in enumerate(v.spec.stages):
        busy = reduce(add, (v.running(product, number) for product in v.orders))
        yield _rows(f"machines {stage.name}", busy, upper=stage.machines)


def precedence(v: Variables) -> Iterator[Rows]:
    """A stage follows the one before: C[p,s+1,t] <= C[p,s,t-d[p,s]]."""
    steps = np.arange(len(v.horizon))
    for number, stage, product in _waits(v):
        ended = v.finished(product, number, steps)
        rows = v.started(product, number + 1, steps) - ended
        yield _rows(f"precedence {stage} {product}", rows, upper=0)


def longest_hold(v: Variables) -> Iterator[Rows]:
    """Nothing waits too long: C[p,s,t] - C[p,s+1,t+d[p,s]+W[s]] <= 0.

    Past the end of the window it says that what was started is finished.
    """
    steps = np.arange(len(v.horizon))
    for number, stage, product in _waits(v):
        deadline = steps + v.duration(product, number) + v.hold(number)
        followed = v.started(product, number + 1, deadline)
        rows = v.started(product, number, steps) - followed
        yield _rows(f"hold {stage} {product}", rows, upper=0)


def _waits(v: Variables) -> Iterator[tuple[int, str, str]]:
    """Stages with a follower that has columns of its own, by product."""
    for product, number in v.starts:
        if number + 1 < len(v.spec.stages) and v.starts[product, number + 1].leads:
            yield number, v.spec.stages[number].name, product


def tanks(v: Variables) -> Iterator[Rows]:
    """What waits after a stage has room: sum_p C[p,s,t-d[p,s]] - C[p,s+1,t] <= tank[s]."""
    steps = np.arange(len(v.horizon))
    for number, stage in enumerate(v.spec.stages[:-1]):
        if stage.tank_batches is not None and stage.hold_max_h > 0:
            waiting = reduce(
                add,
                (v.finished(p, number, steps) - v.started(p, number + 1, steps) for p in v.orders),
            )
            yield _rows(f"tanks {stage.name}", waiting, upper=stage.tank_batches)


def power(v: Variables) -> Iterator[Rows]:
    """The contract holds: sum_p,s kW[s] (C[p,s,t] - C[p,s,t-d[p,s]]) <= limit[t].

    Auxiliary loads are on their own circuit and not counted.
    """
    stages = list(enumerate(v.spec.stages))
    load = reduce(
        add, (stage.power_kw * v.running(p, number) for p in v.orders for number, stage in stages)
    )
    yield _rows("power", load, upper=v.horizon.power_kw)


def power_in_machines(v: Variables) -> Iterator[Rows]:
    """Power again, in whole machines of k kW, for the kW k of every stage.

    sum_p,s floor(kW[s] / k) (C[p,s,t] - C[p,s,t-d[p,s]]) <= floor(limit[t] / k). It
    follows from `power` for whole machines (Chvatal-Gomory rounding) and cuts off
    fractions of machines, which proves tight contracts optimal or infeasible in
    half the time. Only where it says more than `power`.
    """
    stages = list(enumerate(v.spec.stages))
    for unit in sorted({stage.power_kw for stage in v.spec.stages if stage.power_kw}):
        units = [math.floor(stage.power_kw / unit + _ROUNDING) for stage in v.spec.stages]
        most = sum(units[number] * stage.machines for number, stage in stages)
        limit = v.horizon.power_kw / unit
        room = np.floor(limit + _ROUNDING)
        tells = (room < most) & (room < limit - _ROUNDING)
        if tells.any():
            load = reduce(add, (units[s] * v.running(p, s) for p in v.orders for s, _ in stages))
            yield _rows(f"power in {unit:g} kW", load, upper=np.where(tells, room, np.inf))


def demand(v: Variables) -> Iterator[Rows]:
    """Each order in its time, first in first out, and nothing besides.

    With F[p,t] the batches finished by the beginning of step t:
    on time F[p,due k] >= sum_{j<=k} n[p,j]; not too early (finished goods are
    fresh) F[p,t] <= sum_{j<k} n[p,j] for t just before earliest k; and at the end
    of the window exactly sum_j n[p,j].
    """
    last = len(v.spec.stages) - 1
    for product, orders in v.orders.items():
        due = np.array([v.horizon.position(order.due) for order in orders])
        early = np.array([v.horizon.position(order.earliest) for order in orders]) - 1
        upto, before = v.ordered(product, before=False), v.ordered(product, before=True)
        end = np.array([len(v.horizon)])
        all_made = v.finished(product, last, end) - upto[[-1]]
        yield _rows(f"due {product}", upto - v.finished(product, last, due), upper=0)
        yield _rows(f"earliest {product}", v.finished(product, last, early) - before, upper=0)
        yield _rows(f"total {product}", all_made, lower=0, upper=0)


#: Every family, in the order its rows stand in the model.
FAMILIES = (
    ascending,
    machines,
    precedence,
    longest_hold,
    tanks,
    power,
    power_in_machines,
    demand,
)
