"""A first plan for the solver to better: what was planned before, the rest as soon as it can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from chocolib.core.schedule import Task
from chocolib.plan.batches import batches
from chocolib.plan.constraints import Rows
from chocolib.plan.model import Problem
from chocolib.plan.serial import Occupied

_TOLERANCE = 1e-6

#: Product, number of the first stage that is free to plan, steps it starts at from there on.
Placed = tuple[str, int, tuple[int, ...]]


def first_columns(problem: Problem, before: Sequence[Task] = ()) -> np.ndarray | None:
    """Columns of a solution made without a search; None when placing leads to none.

    Batches underway go on as `before` had planned, or as soon as they can; the others
    follow by their orders, each at its earlier times where these are still free.
    """
    planned = _by_batch(before)
    for wanted in (planned, {}) if planned else ({},):
        placed = _placed(problem, wanted)
        if placed is not None:
            columns = _columns(problem, placed)
            if feasible(problem, columns):
                return columns
    return None


def feasible(problem: Problem, columns: np.ndarray) -> bool:
    """Whether the columns keep their bounds and every row."""
    inside = (columns >= problem.lower - _TOLERANCE) & (columns <= problem.upper + _TOLERANCE)
    return bool(inside.all()) and all(
        ((rows.matrix @ columns) <= rows.upper + _TOLERANCE).all()
        and ((rows.matrix @ columns) >= rows.lower - _TOLERANCE).all()
        for rows in problem.rows
    )


def _by_batch(before: Sequence[Task]) -> dict[str, dict[str, Task]]:
    planned: dict[str, dict[str, Task]] = {}
    for task in before:
        planned.setdefault(task.batch, {})[task.stage] = task
    return planned


def _placed(problem: Problem, planned: Mapping[str, Mapping[str, Task]]) -> list[Placed] | None:
    occupied = Occupied(problem.spec, problem.horizon, problem.variables.load)
    placed: list[Placed] = []
    for name, product, stage, soonest, latest in _open(problem):
        starts = _as_planned(problem, planned.get(name, {}), stage)
        if starts is None or not occupied.free_at(product, stage, starts):
            starts = occupied.onward(product, stage, soonest, latest)
        if starts is None:
            return None
        occupied.take(product, starts, stage=stage)
        placed.append((product, stage, starts))
    return placed


def _open(problem: Problem) -> Iterator[tuple[str, str, int, int, int]]:
    """Batch, product, first stage to plan, and the steps it may start that in."""
    horizon, stages = problem.horizon, problem.spec.stages
    underway, since = problem.underway.batches, problem.underway.since
    begin = 0 if since is None else horizon.ceiling(since)
    for name, tasks in sorted(underway.items(), key=lambda item: item[1][-1].end):
        if len(tasks) < len(stages):
            ready = horizon.ceiling(tasks[-1].end)
            hold = horizon.steps(stages[len(tasks) - 1].hold_max_h)
            yield name, tasks[0].product, len(tasks), max(ready, begin), ready + hold
    for batch in batches(problem.orders, problem.spec.demand.mix):
        if batch.name not in underway:
            length = sum(
                problem.variables.marks[batch.product, s].steps for s in range(len(stages))
            )
            fresh = horizon.position(batch.order.earliest) - length
            soonest = max(begin + stages[0].setup_steps(horizon.minutes), fresh)
            yield batch.name, batch.product, 0, soonest, len(horizon)


def _as_planned(problem: Problem, tasks: Mapping[str, Task], stage: int) -> tuple[int, ...] | None:
    names = [s.name for s in problem.spec.stages[stage:]]
    if not set(names) <= set(tasks):
        return None
    return tuple(problem.horizon.position(tasks[name].start) for name in names)


def _columns(problem: Problem, placed: Sequence[Placed]) -> np.ndarray:
    v = problem.variables
    columns = problem.lower[: problem.variables.size].copy()
    counts: Counter[tuple[str, int, int]] = Counter()
    for product, stage, starts in placed:
        counts.update((product, number, at) for number, at in enumerate(starts, stage))
    for (product, stage), own in v.starts.items():
        begun = np.array([counts[product, stage, int(at)] for at in own.at])
        columns[own.columns] = np.cumsum(begun)
    columns = problem.completed(columns)
    wishes = np.zeros(len(columns), dtype=bool)
    for own_columns in (*v.backlog.values(), v.nights, v.peak):
        wishes[own_columns] = True
    for rows in problem.rows:
        _pay(columns, rows, wishes)
    return columns


def _pay(columns: np.ndarray, rows: Rows, wishes: np.ndarray) -> None:
    """Raise the column of a wish (late, night, peak) until its rows hold."""
    short = rows.matrix @ columns - rows.upper
    for row in np.flatnonzero(short > _TOLERANCE).tolist():
        entries = slice(*rows.matrix.indptr[row : row + 2].tolist())
        for column, factor in zip(
            rows.matrix.indices[entries], rows.matrix.data[entries], strict=True
        ):
            if wishes[column] and factor < 0:
                found = rows.matrix.data[entries] @ columns[rows.matrix.indices[entries]]
                columns[column] += max(0.0, float(rows.upper[row] - found) / factor)
