"""What a little more or less of a factory is worth: the same weeks planned with it changed.

Shadow prices of the linear relaxation would say what a fraction of a machine is worth;
machines and batches come whole, so each change is planned anew and the costs compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from chocolib.core.errors import PlanInfeasible
from chocolib.core.factory import ExtraOrder, FactorySpec
from chocolib.core.plan_parts import Costs
from chocolib.core.time import midnight
from chocolib.plan.planning import plan

WEEK_DAYS = 7
#: Contracted power that is tried, kW more in one tariff period.
MORE_KW = 20.0
#: Differences of weeks are small: each week is planned to this gap.
GAP = 1e-4


@dataclass(frozen=True, slots=True)
class Variant:
    """The factory with one thing changed; `key` names it in documents."""

    key: str
    what: str
    spec: FactorySpec


@dataclass(frozen=True, slots=True)
class Week:
    """One week planned with perfect foresight of its prices.

    Attributes:
        eur: energy, night shifts and peak; None where the demand cannot be made.
        late_h: batch-hours late.
        gap_eur: how much too dear the plan can be at most.
        bottleneck: what stands in the way of a week that cannot be made or is late.
    """

    eur: float | None
    late_h: float = 0.0
    gap_eur: float = 0.0
    bottleneck: str = ""


def variants(spec: FactorySpec) -> Iterator[Variant]:
    """As it is; one machine more and less of each stage; more power in each period."""
    yield Variant("as-is", "as it is", spec)
    for number, stage in enumerate(spec.stages):
        for change in (1, -1):
            if stage.machines + change > 0:
                count = stage.machines + change
                other = stage.model_copy(update={"machines": count})
                stages = (*spec.stages[:number], other, *spec.stages[number + 1 :])
                sign = "+1" if change > 0 else "-1"
                what = f"{count} x {stage.name} instead of {stage.machines}"
                yield Variant(f"{stage.name}{sign}", what, _with(spec, stages=stages))
    for period, kw in spec.power_limit_kw.items():
        limit = spec.power_limit_kw | {period: kw + MORE_KW}
        what = f"{kw + MORE_KW:g} kW contracted in {period} instead of {kw:g}"
        yield Variant(f"{period}+{MORE_KW:g}kW", what, _with(spec, power_limit_kw=limit))


def next_batches(spec: FactorySpec, monday: date) -> Iterator[Variant]:
    """One batch more of each product, asked for on the week's Wednesday."""
    day = monday + timedelta(days=2)
    for product in spec.demand.mix:
        extra = ExtraOrder(day=day, product=product, batches=1)
        demand = spec.demand.model_copy(update={"orders": (*spec.demand.orders, extra)})
        yield Variant(f"{product}+1", f"one more batch of {product}", _with(spec, demand=demand))


def week(spec: FactorySpec, prices: pd.Series, monday: date) -> Week:
    """The cost of seven days' demand, the factory empty on Monday; see `Week`.

    Args:
        prices: EUR/kWh by UTC hour, two weeks from Monday on (as usual may end later).
    """
    begin = midnight(monday)
    try:
        made = plan(spec, prices, as_of=begin, first_day=monday, days=WEEK_DAYS, gap=GAP)
    except PlanInfeasible as refusal:
        return Week(None, bottleneck=refusal.bottleneck)
    costs = made.costs or Costs({})
    eur = costs.total - costs.lateness - costs.climate
    late_h = sum(batch.hours for batch in made.late_batches)
    unproven = costs.total if made.bound_eur is None else costs.total - made.bound_eur
    return Week(eur, late_h, max(0.0, unproven), made.bottleneck)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a variant saves against the factory as it is, over the weeks both can make in time.

    Attributes:
        weeks: how many weeks are compared; the others, of which `impossible` cannot be made
            at all and `late` only late, are not.
        eur_week: mean saving of a week.
        error_eur_week: the mean of what the gaps leave open, either way.
        half_width_eur_week: of the 95 % interval of the mean over weeks (normal).
    """

    key: str
    what: str
    weeks: int
    impossible: int
    late: int
    eur_week: float
    error_eur_week: float
    half_width_eur_week: float


def worth(variant: Variant, own: list[Week], base: list[Week]) -> Worth:
    """The variant's weeks beside those of the factory as it is, in the same order."""
    pairs = [(a, b) for a, b in zip(own, base, strict=True) if _made(a) and _made(b)]
    saved = np.array([(b.eur or 0.0) - (a.eur or 0.0) for a, b in pairs])
    open_ = np.array([a.gap_eur + b.gap_eur for a, b in pairs])
    spread = float(saved.std(ddof=1) / np.sqrt(len(saved))) if len(saved) > 1 else float("nan")
    return Worth(
        variant.key,
        variant.what,
        len(pairs),
        sum(a.eur is None for a in own),
        sum(a.eur is not None and a.late_h > 0 for a in own),
        float(saved.mean()) if len(saved) else float("nan"),
        float(open_.mean()) if len(open_) else float("nan"),
        1.96 * spread,
    )


def _made(week: Week) -> bool:
    return week.eur is not None and not week.late_h


def _with(spec: FactorySpec, **changes: object) -> FactorySpec:
    return spec.model_copy(update=changes)
