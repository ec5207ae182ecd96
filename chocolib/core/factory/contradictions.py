"""Values that do not fit each other, one function each; all of them are found at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chocolib.core.tariff import PERIODS
from chocolib.core.toml.faults import Contradiction, nearest

if TYPE_CHECKING:
    from chocolib.core.factory.spec import FactorySpec
    from chocolib.core.toml.lines import KeyPath

Found = Iterator[Contradiction]


def unsound(spec: FactorySpec) -> Found:
    """Names and numbers without which nothing of the factory can be computed."""
    for rule in SOUND:
        yield from rule(spec)


def stage_names(spec: FactorySpec) -> Found:
    """There are stages, each with a name of its own."""
    if not spec.stages:
        yield Contradiction(("stages",), "no stage", "at least one stage")
    names = [stage.name for stage in spec.stages]
    for number, name in enumerate(names):
        if name in names[:number]:
            first = names.index(name)
            yield Contradiction(
                ("stages", number, "name"),
                f"{name!r}, which is the same name as that of stages[{first}]",
                "a name of its own",
                beside=(("stages", first, "name"),),
            )


def periods(spec: FactorySpec) -> Found:
    """The contract has a power for each tariff period and for nothing else."""
    path, wanted = ("power_limit_kw",), f"exactly {', '.join(PERIODS)}, the periods of 2.0TD"
    for period in set(PERIODS) - set(spec.power_limit_kw):
        yield Contradiction((*path, period), "it is missing", wanted)
    for period in set(spec.power_limit_kw) - set(PERIODS):
        yield Contradiction((*path, period), "no such period", wanted)


def shares(spec: FactorySpec) -> Found:
    """The mix adds up to one."""
    total = sum(spec.demand.mix.values())
    if not math.isclose(total, 1.0, abs_tol=1e-6):
        path = ("demand", "mix")
        yield Contradiction(path, f"adds up to {total:g}", "shares that add up to 1")


def hours_of_products(spec: FactorySpec) -> Found:
    """Every stage has hours for every product of the mix."""
    known = sorted({product for stage in spec.stages for product in stage.hours})
    for product in spec.demand.mix:
        without = [n for n, stage in enumerate(spec.stages) if product not in stage.hours]
        if len(without) == len(spec.stages):
            hint, wanted = nearest(product, known), "a product of the stages"
            yield Contradiction(
                ("demand", "mix", product), "no stage has hours for it", wanted, hint
            )
            continue
        for number in without:
            path = ("stages", number, "hours", product)
            beside = (("demand", "mix", product),)
            wanted = "hours, for it is in the mix"
            yield Contradiction(path, "it is missing", wanted, beside=beside)


def products(spec: FactorySpec) -> Found:
    """Extra orders, stock and recipes are of products of the mix or of the stages."""
    mix = list(spec.demand.mix)
    named: list[tuple[KeyPath, str]] = [
        (("demand", "orders", n, "product"), order.product)
        for n, order in enumerate(spec.demand.orders)
    ]
    named += [(("stock", product), product) for product in spec.stock]
    for path, product in named:
        if product not in mix:
            hint = nearest(product, mix)
            wanted = f"one of the mix: {', '.join(mix)}"
            yield Contradiction(path, repr(product), wanted, hint, (("demand", "mix"),))
    known = {product for stage in spec.stages for product in stage.hours}
    for product in set(spec.costs_eur_kg.materials_of) - known:
        path = ("costs_eur_kg", "materials_of", product)
        yield Contradiction(path, "no stage has hours for it", "a product of the stages")


def phases(spec: FactorySpec) -> Found:
    """The phases of a stage fill its hours, and its power is not below them."""
    for number, stage in enumerate(spec.stages):
        path = ("stages", number, "phases")
        if not stage.phases:
            continue
        highest = max(phase.kw for phase in stage.phases)
        if stage.power_kw < highest:
            yield Contradiction(
                ("stages", number, "power_kw"),
                f"{stage.power_kw:g} kW, below its highest phase",
                f"{highest:g} kW, or left out",
                beside=(path,),
            )
        if sum(phase.hours is None for phase in stage.phases) > 1:
            yield Contradiction(path, "two phases without hours", "one rest at most")
            continue
        yield from _phase_hours(spec, number)


def _phase_hours(spec: FactorySpec, number: int) -> Found:
    stage = spec.stages[number]
    taken = sum(phase.hours or 0 for phase in stage.phases)
    has_rest = any(phase.hours is None for phase in stage.phases)
    for product, hours in stage.hours.items():
        if taken > hours or (taken < hours and not has_rest):
            path = ("stages", number, "phases")
            beside = (("stages", number, "hours", product),)
            wanted = f"{hours:g} h, as {product} takes"
            hint = "" if has_rest else "a phase without hours is the rest"
            yield Contradiction(path, f"phases of {taken:g} h", wanted, hint, beside)


def maintained(spec: FactorySpec) -> Found:
    """Services are of machines that there are, and leave them some time.

    A stage without any machine is for the planner to name, whatever its services.
    """
    machines = {stage.name: stage.machines for stage in spec.stages}
    places = {stage.name: number for number, stage in enumerate(spec.stages)}
    for number, service in enumerate(spec.maintenance):
        path: KeyPath = ("maintenance", number)
        if service.stage not in machines:
            hint = nearest(service.stage, list(machines))
            wanted = f"a stage: {', '.join(machines)}"
            found = repr(service.stage)
            yield Contradiction((*path, "stage"), found, wanted, hint, _names(spec))
            continue
        if service.machines and max(service.machines) > machines[service.stage] > 0:
            count = ("stages", places[service.stage], "machines")
            wanted = f"1 to {machines[service.stage]}, the machines of {service.stage}"
            named = ", ".join(map(str, service.machines))
            beside = (count, (*path, "stage"), *_names(spec))
            yield Contradiction((*path, "machines"), named, wanted, beside=beside)
        longest = {"day": 24, "week": 168, "month": 672}[service.every]
        if service.hours >= longest:
            wanted = f"less than the {longest} h until the next one"
            every = ((*path, "every"),)
            yield Contradiction((*path, "hours"), f"{service.hours:g} h", wanted, beside=every)


def climate(spec: FactorySpec) -> Found:
    """Climate limits that the file itself gives are of its stages."""
    limits = spec.thresholds.climate
    names = [stage.name for stage in spec.stages]
    for number, room in enumerate(limits.stages if "stages" in limits.model_fields_set else ()):
        if room.stage not in names:
            path = ("thresholds", "climate", "stages", number, "stage")
            hint = nearest(room.stage, names)
            wanted = f"a stage: {', '.join(names)}"
            yield Contradiction(path, repr(room.stage), wanted, hint, _names(spec))


def _names(spec: FactorySpec) -> tuple[KeyPath, ...]:
    return tuple(("stages", number, "name") for number in range(len(spec.stages)))


Rule = Callable[["FactorySpec"], Found]
#: What every factory must keep, however it was made.
SOUND: tuple[Rule, ...] = (
    stage_names,
    periods,
    shares,
    hours_of_products,
    products,
    phases,
    maintained,
    climate,
)
