"""Why a demand cannot be made: the bottleneck, what would help, and how much fits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from chocolib.core.bottlenecks import bottleneck_said
from chocolib.core.errors import DataError, PlanInfeasible
from chocolib.core.factory import WEEKDAYS, Calendar, FactorySpec, Order, Shift
from chocolib.core.facts import Fact
from chocolib.core.remarks import Remark, Value
from chocolib.core.time import Window, local_date
from chocolib.plan.bottleneck import Load, loads
from chocolib.plan.horizon import Horizon
from chocolib.plan.model import Problem, formulate
from chocolib.plan.search import search
from chocolib.plan.serial import placed_on_time

#: Seconds for the largest demand that fits, and for each change that is tried.
_LARGEST_S, _CHANGE_S = 2.0, 1.0
_FREE = Load("", Remark("remark.plain", {"text": ""}), needed=0.0, available=1.0, facts={})


@dataclass(frozen=True, slots=True)
class Change:
    """One family of constraints relaxed, the others as they are."""

    bottleneck: str
    what: Remark
    problem: Problem


def proven(problem: Problem, shortage: Load) -> PlanInfeasible:
    """The error for a shortage that arithmetic has proven."""
    return _error(problem, shortage.bottleneck, shortage.said, shortage.facts)


def explain(problem: Problem) -> PlanInfeasible:
    """The error for a problem whose search proved it infeasible.

    The constraint families are relaxed one at a time; the first that makes the
    demand possible is the bottleneck (machines first, the busiest stage ahead),
    and what is said names the others that would. Takes some seconds at most.
    """
    helping = [change for change in changes(problem) if _possible(change.problem)]
    if not helping:
        tightest = max(loads(problem), key=lambda load: load.ratio)
        said = Remark("plan.short.no_way", {"why": tightest.said})
        return _error(problem, tightest.bottleneck, said, tightest.facts)
    bottleneck = helping[0].bottleneck
    ways = tuple(change.what for change in helping)
    said = Remark("plan.short.ways", {"ways": ways})
    return _error(problem, bottleneck, said, _tightest(problem).get(bottleneck, _FREE).facts)


def _tightest(problem: Problem) -> dict[str, Load]:
    """The load nearest to what is available, by bottleneck."""
    return {load.bottleneck: load for load in sorted(loads(problem), key=lambda load: load.ratio)}


def changes(problem: Problem) -> Iterator[Change]:
    """The problem relaxed in one family at a time, most telling first."""
    spec, window = problem.spec, problem.horizon.window
    relaxed = [*_more_machines(problem), *_looser(spec)]
    for bottleneck, what, changed in relaxed:
        if changed != spec:
            horizon = _horizon(problem, changed, window)
            yield Change(bottleneck, what, _again(problem, changed, problem.orders, horizon))
    if any(not allowed.all() for allowed in problem.horizon.allowed.values()):
        horizon = Horizon.of(spec, window, problem.horizon.step)
        fit = _again(problem, spec, problem.orders, horizon)
        yield Change("climate", Remark("plan.way.climate"), fit)
    with suppress(DataError):  # nobody works in the month after: nothing can be due later
        later = tuple(replace(o, due=spec.due(local_date(o.due))) for o in problem.orders)
        longer = Window(window.start, max(window.end, *(order.due for order in later)))
        horizon = _horizon(problem, spec, longer)
        yield Change("due", Remark("plan.way.due"), _again(problem, spec, later, horizon))


def _more_machines(problem: Problem) -> Iterator[tuple[str, Remark, FactorySpec]]:
    """One machine more in each stage, the busiest stage first."""
    spec, tightest = problem.spec, _tightest(problem)
    for stage in sorted(spec.stages, key=lambda s: -tightest.get(s.name, _FREE).ratio):
        more = stage.model_copy(update={"machines": stage.machines + 1})
        stages = tuple(more if s.name == stage.name else s for s in spec.stages)
        what = Remark("plan.way.machine", {"stage": Fact(stage.name, "name")})
        yield stage.name, what, spec.model_copy(update={"stages": stages})


def _looser(spec: FactorySpec) -> Iterator[tuple[str, Remark, FactorySpec]]:
    """The factory without its power limit, its shifts, its holds, its tanks, one at a time."""
    draws = (max(s.power_kw, s.setup_kw, s.cleaning_kw) * s.machines for s in spec.stages)
    most = sum(draws)
    unlimited = dict.fromkeys(spec.power_limit_kw, most)
    always = (Shift(days=WEEKDAYS, start=0, end=24),)
    yield "power", Remark("plan.way.power"), spec.model_copy(update={"power_limit_kw": unlimited})
    round_the_clock = {"shifts": always, "calendar": Calendar()}
    yield "shifts", Remark("plan.way.shifts"), spec.model_copy(update=round_the_clock)
    doubled = [s.model_copy(update={"hold_max_h": 2 * s.hold_max_h}) for s in spec.stages]
    yield "holds", Remark("plan.way.holds"), spec.model_copy(update={"stages": tuple(doubled)})
    endless = [stage.model_copy(update={"tank_batches": None}) for stage in spec.stages]
    yield "tanks", Remark("plan.way.tanks"), spec.model_copy(update={"stages": tuple(endless)})


def _horizon(problem: Problem, spec: FactorySpec, window: Window) -> Horizon:
    """The horizon of a changed factory or window, its room as fit as it was."""
    horizon = Horizon.of(spec, window, problem.horizon.step)
    for name, allowed in problem.horizon.allowed.items():
        horizon.allowed[name][: len(allowed)] = allowed
    return horizon


def _again(
    problem: Problem, spec: FactorySpec, orders: tuple[Order, ...], horizon: Horizon
) -> Problem:
    return formulate(spec, orders, horizon, problem.underway)


def _possible(problem: Problem) -> bool:
    """Whether a solution turns up soon; there is no cost, so the first one will do."""
    return search(problem, gap=0.0, time_limit_s=_CHANGE_S).columns is not None


def possible_kg(problem: Problem) -> float:
    """Kilograms of the demand that can be made in time: at least this much fits.

    Placing knows an empty factory only, so with batches underway only the search counts.
    """
    lower, cost = problem.lower.copy(), np.zeros(len(problem.cost))
    for made in problem.variables.made.values():
        lower[made], cost[made] = 0, -1
    most = replace(problem, lower=lower, cost=cost)
    searched = -search(most, gap=0.01, time_limit_s=_LARGEST_S).value
    placed = 0
    if not problem.underway.tasks:
        placed = placed_on_time(problem.spec, problem.orders, problem.horizon)
    return max(float(placed), searched) * problem.spec.batch_kg


def _error(
    problem: Problem, bottleneck: str, said: Remark, facts: dict[str, float]
) -> PlanInfeasible:
    kg, possible = problem.kg, possible_kg(problem)
    more = _HINTS.get(bottleneck, f"add a {bottleneck} machine or staff it longer")
    numbers = {**facts, "asked_kg": kg}
    if possible >= kg:  # all of it fits only by what the search tolerates: nothing to state
        whole = Remark("plan.short.all", {"what": bottleneck_said(bottleneck), "why": said})
        return PlanInfeasible(whole, bottleneck=bottleneck, facts=numbers, hint=more)
    share = possible / kg
    less = f", or lower the demand: {possible:.10g} kg fit" if possible else ""
    values: dict[str, Value] = {
        "what": bottleneck_said(bottleneck),
        "why": said,
        "asked": Fact(kg, "kg"),
        "possible": Fact(possible, "kg"),
        "share": Fact(100 * share, "%"),
    }
    return PlanInfeasible(
        Remark("plan.short.part", values),
        bottleneck=bottleneck,
        facts=numbers | {"possible_kg": possible, "possible_share": share},
        hint=f"{more}{less}",
    )


_HINTS = {
    "power": "contract more power",
    "shifts": "add a shift in the factory file",
    "holds": "allow longer holds, or add a shift",
    "tanks": "add tanks",
    "climate": "cool the room, or plan other days",
    "due": "allow later due times, or make the process shorter",
}
