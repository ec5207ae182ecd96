"""What may be changed of a factory to see what its plan would be, and the factory so changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chocolib.core.factory import ExtraOrder, FactorySpec
from chocolib.core.plans import Plan
from chocolib.plan.batches import batches
from chocolib.plan.stock import net_of

#: The stage whose machines may be changed, and the periods whose contracted power may.
STAGE = "conche"
PERIODS = ("P1", "P2")


@dataclass(frozen=True, slots=True)
class Change:
    """What is other than in the factory file; `Change()` is the factory as it is.

    Attributes:
        demand: share of the weekdays' kilograms that is asked for; dated orders stay.
        conches: how many machines the stage `conche` has.
        power_kw: kW contracted in P1 and P2 besides those of the file; may be negative.
        mix: share by product of all but the first; a product left out keeps its own.
        days: local days that are planned.
    """

    demand: float = 1.0
    conches: int | None = None
    power_kw: float = 0.0
    mix: Mapping[str, float] | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a factory is asked for in some days, stock taken off.

    Attributes:
        energy_kwh: of all stages, setting up and cleaning included.
    """

    batches: int
    kg: float
    energy_kwh: float


def products(spec: FactorySpec) -> tuple[str, ...]:
    """What the factory can make: the products of its mix first, then others every stage knows."""
    known = [p for p in spec.stages[0].hours if all(p in s.hours for s in spec.stages)]
    return (*spec.demand.mix, *(product for product in known if product not in spec.demand.mix))


def shares(spec: FactorySpec, change: Change) -> dict[str, float]:
    """The mix that a change leads to; the first product has what the others leave."""
    first, *others = products(spec)
    given = change.mix or {}
    found = {p: given.get(p, spec.demand.mix.get(p, 0.0)) for p in others}
    kept = {p: share for p, share in found.items() if share or p in spec.demand.mix}
    return {first: 1.0 - sum(kept.values()), **kept}


def changed(spec: FactorySpec, change: Change, base: Plan) -> FactorySpec:
    """The factory with the change, as far as what `base` had begun allows it.

    What has begun is finished: the orders of days of which a batch has begun are not
    made smaller.
    """
    kg = {day: asked * change.demand for day, asked in spec.demand.kg.items()}
    update = {"kg": kg, "mix": shares(spec, change) if change.mix else spec.demand.mix}
    limit = {p: kw + change.power_kw * (p in PERIODS) for p, kw in spec.power_limit_kw.items()}
    stages = tuple(
        stage.model_copy(update={"machines": change.conches})
        if stage.name == STAGE and change.conches is not None
        else stage
        for stage in spec.stages
    )
    other = spec.model_copy(
        update={
            "demand": spec.demand.model_copy(update=update),
            "stages": stages,
            "power_limit_kw": limit,
        }
    )
    orders = (*other.demand.orders, *_begun(spec, other, base))
    return other.model_copy(update={"demand": other.demand.model_copy(update={"orders": orders})})


def asked(spec: FactorySpec, base: Plan, days: int, first_free: date) -> Asked:
    """What `days` from `first_free` on ask for, with the unfinished days of `base` before them.

    Args:
        spec: the factory, changed or not.
        first_free: first local day that the plan was asked for.
    """
    first = base.first_day or first_free
    last = max(first_free + timedelta(days=days - 1), first)
    orders, _ = net_of(spec.orders(first, (last - first).days + 1), base.stock)
    count = sum(order.batches for order in orders)
    energy = sum(order.batches * spec.energy_kwh(order.product) for order in orders)
    return Asked(count, count * spec.batch_kg, energy)


def _begun(spec: FactorySpec, other: FactorySpec, base: Plan) -> Iterator[ExtraOrder]:
    """What `other` asks for too little on days of which `base` had begun a batch."""
    if base.first_day is None or not base.frozen:
        return
    orders, _ = net_of(spec.orders(base.first_day, base.made_days), base.stock)
    days = [b.order.day for b in batches(orders, spec.demand.mix) if b.name in base.frozen]
    last = max(days, default=base.first_day)
    for number in range((last - base.first_day).days + 1):
        day = base.first_day + timedelta(days=number)
        now = other.batches_of(day)
        for product, wanted in spec.batches_of(day).items():
            if wanted > now[product]:
                yield ExtraOrder(day=day, product=product, batches=wanted - now[product])
