"""Batches by name, and the tasks of their routes through the factory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from chocolib.core.factory import FactorySpec, Order
from chocolib.core.results import Schedule, Task
from chocolib.core.time import HOUR
from chocolib.plan.evaluate import cost
from chocolib.plan.horizon import Horizon


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of an order, under a name that is unique in its plan."""

    name: str
    order: Order

    @property
    def product(self) -> str:
        """The product it is of."""
        return self.order.product


@dataclass(frozen=True, slots=True)
class Route:
    """When a batch starts each stage, in steps of a horizon."""

    batch: Batch
    starts: tuple[int, ...]


def batches(orders: Iterable[Order], products: Iterable[str]) -> Iterator[Batch]:
    """The batches of `orders` in their order, named like `1120-S1`.

    The name is the demand's month and day, the product's code and a running
    number within that day and product.
    """
    codes = product_codes(products)
    for order in orders:
        for number in range(1, order.batches + 1):
            yield Batch(f"{order.day:%m%d}-{codes[order.product]}{number}", order)


def product_codes(products: Iterable[str]) -> dict[str, str]:
    """The fewest first letters that tell each product from the others, upper case.

    A code that ends in a digit gets a hyphen, so that a number can follow.
    """
    names = list(products)
    upper = [name.upper() for name in names]
    if len(set(upper)) < len(upper):
        upper = names
    return {name: _code(shown, upper) for name, shown in zip(names, upper, strict=True)}


def _code(name: str, names: list[str]) -> str:
    rivals = [other for other in names if other != name]
    prefixes = (name[:length] for length in range(1, len(name)))
    code = next((p for p in prefixes if not any(r.startswith(p) for r in rivals)), name)
    return f"{code}-" if code[-1:].isdigit() else code


def schedule(
    name: str, routes: Sequence[Route], spec: FactorySpec, horizon: Horizon, prices: pd.Series
) -> Schedule:
    """The routes as a schedule: machines assigned, energy and cost by task.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the routes.

    Returns:
        Tasks sorted by start, then batch.

    Raises:
        NotEnoughData: an hour of a task has no price; says which.
    """
    tasks = [
        task for stage in range(len(spec.stages)) for task in _tasks(stage, routes, spec, horizon)
    ]
    tasks.sort(key=lambda task: (task.start, task.batch))
    costs = cost(tasks, prices)["cost_eur"].tolist()
    priced = tuple(replace(task, cost_eur=eur) for task, eur in zip(tasks, costs, strict=True))
    return Schedule(name, priced, kg=len(routes) * spec.batch_kg)


def _tasks(
    position: int, routes: Sequence[Route], spec: FactorySpec, horizon: Horizon
) -> Iterator[Task]:
    """The tasks of one stage, each on the lowest-numbered machine free at its start."""
    stage = spec.stages[position]
    free, running = list(range(1, stage.machines + 1)), list[tuple[pd.Timestamp, int]]()
    for route in sorted(routes, key=lambda route: (route.starts[position], route.batch.name)):
        product, start = route.batch.product, horizon.moment(route.starts[position])
        while running and running[0][0] <= start:
            heapq.heappush(free, heapq.heappop(running)[1])
        machine, end = heapq.heappop(free), start + stage.hours[product] * HOUR
        heapq.heappush(running, (end, machine))
        yield Task(
            batch=route.batch.name,
            product=product,
            stage=stage.name,
            machine=f"{stage.name}-{machine}",
            start=start,
            end=end,
            energy_kwh=stage.power_kw * stage.hours[product],
            cost_eur=0.0,
        )
