"""From the columns of a solution to each batch's way through the factory, first in first out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from chocolib.core.schedule import Task
from chocolib.plan.batches import Batch, Route, batches
from chocolib.plan.model import Problem


@dataclass(slots=True)
class _Way:
    """A batch on its way: what is underway, what was planned, when it is ready for more."""

    batch: Batch
    underway: list[Task]
    ready: int
    starts: list[int] = field(default_factory=list)


def routes(problem: Problem, columns: np.ndarray) -> list[Route]:
    """Each batch's starts, one route per batch, in order of demand.

    The batches that wait longest start next; those underway keep what they have begun.
    """
    ways = _ways(problem)
    for product in problem.variables.orders:
        own = [way for way in ways if way.batch.product == product]
        for stage in range(len(problem.spec.stages)):
            waiting = [way for way in own if len(way.underway) <= stage]
            waiting.sort(key=lambda way: way.ready)
            length = problem.variables.duration(product, stage)
            for way, at in zip(waiting, _started(problem, columns, product, stage), strict=True):
                way.starts.append(at)
                way.ready = at + length
    return [Route(way.batch, tuple(way.starts), tuple(way.underway)) for way in ways]


def _ways(problem: Problem) -> list[_Way]:
    begun, horizon = problem.underway.batches, problem.horizon
    ways = []
    for batch in batches(problem.orders, problem.spec.demand.mix):
        tasks = begun.get(batch.name, [])
        ready = horizon.ceiling(tasks[-1].end) if tasks else -len(horizon)
        ways.append(_Way(batch, tasks, ready))
    return ways


def _started(problem: Problem, columns: np.ndarray, product: str, stage: int) -> list[int]:
    """Steps at which the product starts the stage, one entry per batch, ascending."""
    starts = problem.variables.starts[product, stage]
    counts = np.rint(np.diff(columns[starts.columns], prepend=0.0)).astype(int)
    found: list[int] = np.repeat(starts.at, counts).tolist()
    return found
