"""What a plan pays besides energy: late batches, night shifts, its highest draw."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from chocolib.core.time import HOUR
from chocolib.plan.constraints import Rows, rows
from chocolib.plan.power import room
from chocolib.plan.starts import Matrix, Variables


def backlog(v: Variables) -> Iterator[Rows]:
    """B[p,t] >= ordered to be due by t - F[p,t]: what is late, step by step.

    Its sum over the steps is the lateness of all batches, first in first out.
    """
    last = len(v.spec.stages) - 1
    for product, orders in v.orders.items():
        columns = v.backlog[product]
        steps = np.arange(len(v.horizon) - (columns.stop - columns.start), len(v.horizon))
        due = np.array([v.horizon.position(order.due) for order in orders])
        asked = np.append(0, np.cumsum([order.batches for order in orders]))
        owed = asked[np.searchsorted(due, steps, side="right")]
        short = -v.finished(product, last, steps) - _columns(v, columns)
        upper = v.load.finished(product, steps) - owed
        yield rows(f"late {product}", short, upper=upper)


def night_shift(v: Variables) -> Iterator[Rows]:
    """Work that needs staff in a night hour calls it in: attended[s,t] <= machines[s] y[hour]."""
    steps = np.flatnonzero(v.horizon.night)
    if not len(steps):
        return
    hours = np.searchsorted(v.night_hours(), steps // v.horizon.steps(1))
    entries = (np.ones(len(steps)), (steps, v.nights.start + hours))
    called: Matrix = sparse.csr_array(entries, shape=(len(v.horizon), v.size))
    for number, stage in enumerate(v.spec.stages):
        beside = v.attended(number) - stage.machines * called
        upper = np.where(v.horizon.night, 0.0, np.inf)
        yield rows(f"night {stage.name}", beside, upper=upper)


def highest_draw(v: Variables) -> Iterator[Rows]:
    """Draw[t] <= free + P: the peak that is paid for."""
    if v.peak.stop > v.peak.start:
        peak = _columns(v, slice(v.peak.start, v.peak.start + 1))[np.zeros(len(v.horizon), int)]
        free = v.spec.priced.peak_free_kw - (v.horizon.power_kw - room(v))
        yield rows("peak", v.draw() - peak, upper=free)


def _columns(v: Variables, columns: slice) -> Matrix:
    """One row per column: itself."""
    count = columns.stop - columns.start
    entries = (np.ones(count), (np.arange(count), np.arange(columns.start, columns.stop)))
    return sparse.csr_array(entries, shape=(count, v.size))


def least(v: Variables) -> np.ndarray:
    """The lower bounds that what is underway sets: nights called in, draw reached, per column."""
    lower = np.zeros(v.size)
    per_hour = v.horizon.steps(1)
    beside = sum(v.load.staffed.values(), start=np.zeros(len(v.horizon))) > 0
    if len(hours := v.night_hours()):
        called = (beside & v.horizon.night).reshape(-1, per_hour).any(axis=1)
        lower[v.nights] = called[hours]
    lower[v.peak] = max(0.0, float(v.load.kw.max(initial=0)) - v.spec.priced.peak_free_kw)
    return lower


def prices(v: Variables) -> np.ndarray:
    """EUR per column of what is late, of a night hour and of a kW of the peak."""
    cost = np.zeros(v.size)
    for columns in v.backlog.values():
        cost[columns] = v.spec.priced.late_eur_batch_h * (v.horizon.step / HOUR)
    night = v.spec.night_shift
    cost[v.nights] = night.people * night.eur_person_h
    cost[v.peak] = v.spec.priced.peak_eur_kw
    return cost


#: The families besides those of `constraints` and `power`.
FAMILIES = (backlog, night_shift, highest_draw)
