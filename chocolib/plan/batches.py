"""Batches by name, and the tasks of their routes through the factory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from chocolib.core.factory import FactorySpec, Order, Stage
from chocolib.core.results import Schedule, Task
from chocolib.plan.assign import assign
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
    """When a batch starts each stage, in steps of a horizon.

    Attributes:
        starts: of the stages after those underway, in order.
        underway: its tasks in the first stages, begun before the plan was made.
    """

    batch: Batch
    starts: tuple[int, ...]
    underway: tuple[Task, ...] = ()

    def start(self, stage: int) -> int:
        """The step at which it starts a stage that is not underway."""
        return self.starts[stage - len(self.underway)]


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

    Tasks that were underway keep their machines and times; their cost is that of the
    prices given, like everyone's.

    Args:
        prices: EUR/kWh on a UTC hourly index covering the routes.

    Returns:
        Tasks sorted by start, then batch.

    Raises:
        NotEnoughData: an hour of a task has no price; says which.
        NoMachine: see `assign`.
    """
    fixed = [task for route in routes for task in route.underway]
    tasks = [*fixed]
    for number in range(len(spec.stages)):
        tasks += _tasks(number, routes, spec, horizon)
    tasks.sort(key=lambda task: (task.start, task.batch))
    costs = cost(tasks, prices, spec)["cost_eur"].tolist()
    priced = tuple(replace(task, cost_eur=eur) for task, eur in zip(tasks, costs, strict=True))
    return Schedule(name, priced, len(routes) * spec.batch_kg, horizon.minutes)


def _tasks(number: int, routes: Sequence[Route], spec: FactorySpec, horizon: Horizon) -> list[Task]:
    """The tasks of one stage that are not underway, each on a machine of its own."""
    stage = spec.stages[number]
    new = sorted(
        ((route.start(number), route.batch) for route in routes if number >= len(route.underway)),
        key=lambda entry: (entry[0], entry[1].name),
    )
    spans = [(horizon.moment(at), _end(stage, batch.product, at, horizon)) for at, batch in new]
    setup, cleaning = (pd.Timedelta(hours=h) for h in (stage.setup_h, stage.cleaning_h))
    machines = assign(
        stage.name,
        [(start - setup, end + cleaning) for start, end in spans],
        stage.machines,
        _taken(stage, routes, spec, horizon),
    )
    return [
        Task(
            batch=batch.name,
            product=batch.product,
            stage=stage.name,
            machine=f"{stage.name}-{machine}",
            start=start,
            end=end,
            energy_kwh=stage.energy_kwh(batch.product),
            cost_eur=0.0,
        )
        for (_, batch), (start, end), machine in zip(new, spans, machines, strict=True)
    ]


def _end(stage: Stage, product: str, at: int, horizon: Horizon) -> pd.Timestamp:
    return horizon.moment(at + stage.steps(product, horizon.minutes))


def _taken(
    stage: Stage, routes: Sequence[Route], spec: FactorySpec, horizon: Horizon
) -> dict[int, list[tuple[pd.Timestamp, pd.Timestamp]]]:
    """When each machine of the stage is in service or does what was underway."""
    taken = defaultdict[int, list[tuple[pd.Timestamp, pd.Timestamp]]](list)
    for service in spec.services(horizon.window):
        if service.stage == stage.name:
            taken[service.machine].append((service.window.start, service.window.end))
    setup, cleaning = (pd.Timedelta(hours=h) for h in (stage.setup_h, stage.cleaning_h))
    for task in (task for route in routes for task in route.underway):
        if task.stage == stage.name:
            machine = int(task.machine.rpartition("-")[2])
            taken[machine].append((task.start - setup, task.end + cleaning))
    return taken
