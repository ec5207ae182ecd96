"""The constraints, one named function per family, its inequality in its docstring.

Notation: product p, stage s, step t; C[p,s,t] cumulative starts, d[p,s] duration
in steps, W[s] longest hold after s in steps, n[p,k] batches made of order k. What is
underway when the plan is made is a constant: w[p,s,t] batches that wait after s by t
and have not begun the next stage, f[p,t] finished ones, and the machines and kW taken.
What a start needs on its own (staff, a contract of at least its power, the room, the
window) is not a row: `starts` leaves such columns out. Formulation: aggregated
identical batches, time-indexed; first in, first out within a product is no loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from chocolib.plan.starts import Matrix, Variables


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """`lower <= matrix @ columns <= upper`, under a name such as "machines conche"."""

    name: str
    matrix: Matrix
    lower: np.ndarray
    upper: np.ndarray


def rows(
    name: str, matrix: Matrix, *, lower: np.ndarray | float = -np.inf, upper: np.ndarray | float
) -> Rows:
    """The rows without those that no column can break: empty ones that hold by themselves."""
    matrix.eliminate_zeros()
    count = matrix.shape[0]
    low, high = (np.broadcast_to(bound, count) for bound in (lower, upper))
    kept = (np.diff(matrix.indptr) > 0) | (low > _EXACT) | (high < -_EXACT)
    return Rows(name, sparse.csr_array(matrix[kept]), low[kept], high[kept])


_EXACT = 1e-9


def ascending(v: Variables) -> Iterator[Rows]:
    """Starts are not taken back: C[p,s,t'] - C[p,s,t] <= 0 for consecutive starts t' < t."""
    for (product, stage), starts in v.starts.items():
        if starts.leads and len(starts.at) > 1:
            before = v.started(product, stage, starts.at[:-1])
            after = v.started(product, stage, starts.at[1:])
            yield rows(f"ascending {v.spec.stages[stage].name} {product}", before - after, upper=0)


def machines(v: Variables) -> Iterator[Rows]:
    """No more tasks than machines: sum_p C[p,s,t+b] - C[p,s,t-d[p,s]-a] <= machines[s,t].

    b and a are the steps of setting up and cleaning; machines in service and those
    that are underway are taken off.
    """
    for number, stage in enumerate(v.spec.stages):
        busy = v.sum(v.running(product, number) for product in v.orders)
        free = v.horizon.machines[stage.name] - v.load.busy[stage.name]
        yield rows(f"machines {stage.name}", busy, upper=np.maximum(free, 0))


def precedence(v: Variables) -> Iterator[Rows]:
    """A stage follows the one before: C[p,s+1,t] <= C[p,s,t-d[p,s]] + w[p,s,t]."""
    steps = np.arange(len(v.horizon))
    for number, stage, product in _waits(v):
        ended = v.finished(product, number, steps)
        following = v.started(product, number + 1, steps) - ended
        waiting = v.load.waits(product, number, steps)
        yield rows(f"precedence {stage} {product}", following, upper=waiting)


def longest_hold(v: Variables) -> Iterator[Rows]:
    """Nothing waits too long: C[p,s,t] + w[p,s,t+d[p,s]] <= C[p,s+1,t+d[p,s]+W[s]].

    Past the end of the window it says that what was started is finished; the steps
    before the window are those at which batches underway begin to wait.
    """
    for number, stage, product in _waits(v):
        length = v.duration(product, number)
        ends = v.load.waiting.get((product, number), np.empty(0, dtype=int))
        steps = np.union1d(np.arange(len(v.horizon)), ends - length)
        followed = v.started(product, number + 1, steps + length + v.hold(number))
        unfollowed = v.started(product, number, steps) - followed
        waiting = v.load.waits(product, number, steps + length)
        yield rows(f"hold {stage} {product}", unfollowed, upper=-waiting)


def _waits(v: Variables) -> Iterator[tuple[int, str, str]]:
    """Stages with a follower that has columns of its own, by product."""
    for product, number in v.starts:
        if number + 1 < len(v.spec.stages) and v.starts[product, number + 1].leads:
            yield number, v.spec.stages[number].name, product


def tanks(v: Variables) -> Iterator[Rows]:
    """What waits has room: sum_p C[p,s,t-d[p,s]] + w[p,s,t] - C[p,s+1,t] <= tank[s]."""
    steps = np.arange(len(v.horizon))
    for number, stage in enumerate(v.spec.stages[:-1]):
        if stage.tank_batches is not None and stage.hold_max_h > 0:
            waiting = v.sum(
                v.finished(p, number, steps) - v.started(p, number + 1, steps) for p in v.orders
            )
            before = sum(v.load.waits(p, number, steps) for p in v.orders)
            yield rows(f"tanks {stage.name}", waiting, upper=stage.tank_batches - before)


def demand(v: Variables) -> Iterator[Rows]:
    """Each order in its time, first in first out, and nothing besides.

    With F[p,t] the batches finished by the beginning of step t, f[p,t] included:
    on time F[p,due k] >= sum_{j<=k} n[p,j], where due times are hard; not too early
    (finished goods are fresh) F[p,t] <= sum_{j<k} n[p,j] for t just before earliest k;
    and at the end of the window exactly sum_j n[p,j].
    """
    last = len(v.spec.stages) - 1
    for product, orders in v.orders.items():
        due = np.array([v.horizon.position(order.due) for order in orders])
        early = np.array([v.horizon.position(order.earliest) for order in orders]) - 1
        upto, before = v.ordered(product, before=False), v.ordered(product, before=True)
        end = np.array([len(v.horizon)])
        done = v.load.finished(product, end)
        all_made = v.finished(product, last, end) - upto[[-1]]
        fresh = v.finished(product, last, early) - before
        asked = np.append(0, np.cumsum([order.batches for order in orders]))[:-1]
        too_early = np.maximum(-v.load.finished(product, early), -asked)
        if not v.backlog[product].stop > v.backlog[product].start:
            on_time = upto - v.finished(product, last, due)
            yield rows(f"due {product}", on_time, upper=v.load.finished(product, due))
        yield rows(f"earliest {product}", fresh, upper=too_early)
        yield rows(f"total {product}", all_made, lower=-done, upper=-done)


#: Every family of the plain problem, in the order its rows stand in the model.
FAMILIES = (ascending, machines, precedence, longest_hold, tanks, demand)
