"""What the newest plan would be in a changed factory: planned again, never kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from chocolib.app.context import Context
from chocolib.app.daily import MOST_DAYS, forecast, kept_forecast, plan_horizon
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Costs
from chocolib.core.plans import Plan
from chocolib.core.remarks import Remark
from chocolib.core.results import Forecast
from chocolib.core.time import DAY, HOUR, Window, first_plan_day, local_date, midnight
from chocolib.models.registry import DEFAULT_MODEL
from chocolib.plan.what_if import STAGE, Asked, Change, asked, changed, products, shares

#: Seconds for the search of a plan that somebody waits for, and its relative gap.
SECONDS, GAP = 5.0, 1e-3
#: Shares of a mix closer to 0 or 1 than this are them.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Bound:
    """The least and the most that may be asked for."""

    least: float
    most: float

    def holds(self, value: float) -> bool:
        """Whether a value lies within, both ends included; a NaN never does."""
        return self.least <= value <= self.most


DEMAND = Bound(0.5, 1.5)
CONCHES = Bound(1, 6)
POWER_KW = Bound(-20.0, 40.0)
DAYS = Bound(1, MOST_DAYS)
SHARE = Bound(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Difference:
    """A plan of a changed factory beside the plan as it is, at the same prices.

    Attributes:
        base: the plan as it is; `base_costs` is what it costs at the prices of `made`.
        made: the plan of the changed factory.
    """

    change: Change
    base: Plan
    made: Plan
    base_costs: Costs

    @property
    def bottleneck(self) -> str:
        """What makes batches late, as the factory file names it; "" where none is."""
        return self.made.bottleneck if self.made.late_batches else ""

    @property
    def base_eur(self) -> float:
        """What is paid for the plan as it is: energy, night shifts and peak."""
        return _paid(self.base_costs)

    @property
    def made_eur(self) -> float:
        """What is paid for the changed plan: energy, night shifts and peak."""
        return _paid(self.made.costs) if self.made.costs else self.made.best.cost_eur

    @property
    def eur(self) -> float:
        """How much more the changed plan costs, EUR; negative: less."""
        return self.made_eur - self.base_eur

    @property
    def same_work(self) -> bool:
        """Whether both make the same kilograms with the same energy, so that EUR compare."""
        mine, theirs = self.made.best, self.base.best
        return abs(mine.kg - theirs.kg) < 1e-6 and abs(mine.energy_kwh - theirs.energy_kwh) < 1e-2

    @property
    def open_eur(self) -> float:
        """How much cheaper the changed plan might still be; NaN: nothing is proven."""
        if self.made.costs is None or self.made.bound_eur is None:
            return float("nan")
        return max(0.0, self.made.costs.total - self.made.bound_eur)


class Ground:
    """What every question about a plan stands on: the moment it was made, prices, work begun.

    A question is asked of the moment the plan was made, not of now, so that the two differ
    in nothing but the change.
    """

    def __init__(self, context: Context, base: Plan) -> None:
        self.context = replace(context, as_of=base.as_of)
        self.base = base
        self.first_free = first_plan_day(base.as_of)

    def answer(self, change: Change, *, time_limit_s: float = SECONDS) -> Difference:
        """The plan of the changed factory; see `what_if`."""
        check(change, self.context.factory)
        try:
            return self._answer(change, self._near, time_limit_s)
        except NotEnoughData:
            if self._near is self._far:
                raise
        return self._answer(change, self._far, time_limit_s)

    def asked(self, change: Change) -> Asked:
        """Batches, kg and kWh that a change asks for: known before anything is planned.

        Raises:
            SettingsError: see `check`.
        """
        check(change, self.context.factory)
        other = changed(self.context.factory, change, self.base)
        return asked(other, self.base, change.days or self.base.days, self.first_free)

    def _answer(self, change: Change, expected: Forecast, time_limit_s: float) -> Difference:
        from chocolib.app.planning import planned

        made = planned(
            self.context,
            expected,
            days=change.days or self.base.days,
            step_minutes=self.base.step_minutes,
            gap=GAP,
            time_limit_s=time_limit_s,
            empty=self.base.window.start >= midnight(self.first_free),
            factory=changed(self.context.factory, change, self.base),
        )
        return Difference(change, self.base, made, self._costs(expected))

    def _costs(self, expected: Forecast) -> Costs:
        """The plan as it is, at these prices."""
        from chocolib.app.planning import joined_prices
        from chocolib.plan.evaluate import costs

        base = self.base
        begins = min([base.window.start, *(task.start for task in base.best.tasks)])
        past = Window(midnight(local_date(begins)) - DAY, expected.origin)
        prices = joined_prices(self.context, expected, past)
        spec: FactorySpec = self.context.factory
        return costs(base.best, prices, spec, late=base.late_batches, halts=base.halts)

    @cached_property
    def _kept(self) -> Forecast | None:
        """The forecast the plan was made with, as it was kept: its first days."""
        kept = kept_forecast(self.context)
        return kept if kept is not None and kept.as_of == self.base.as_of else None

    @cached_property
    def _near(self) -> Forecast:
        """The kept forecast where it reaches past the plan, which spares a new one."""
        ends = [self.base.window.end, *(task.end for task in self.base.as_usual.tasks)]
        kept = self._kept
        reaches = kept is not None and kept.frame.index[-1] + HOUR >= max(ends) + DAY
        return kept if kept is not None and reaches else self._far

    @cached_property
    def _far(self) -> Forecast:
        """A forecast as far as any number of days needs, of the same model if it is known."""
        model = self._kept.model if self._kept else DEFAULT_MODEL
        reach = plan_horizon(self.context, MOST_DAYS)
        known = model
        return forecast(self.context, horizon=reach, model=known)


def what_if(context: Context, base: Plan, change: Change) -> Difference:
    """What `base` would be in a changed factory, planned for the same moment and prices.

    What had begun when `base` was made stays as it is. Nothing is kept.

    Raises:
        SettingsError: the change is out of bounds, or not of this factory.
        PlanInfeasible: it cannot be made, not even late; names the bottleneck.
        NotEnoughData: prices or a forecast of that moment are missing.
    """
    return Ground(context, base).answer(change)


def check(change: Change, spec: FactorySpec) -> None:
    """Refuse a change that is out of bounds.

    Raises:
        SettingsError: with the first fault found, in English.
    """
    if found := fault(change, spec):
        raise SettingsError(found.text("en"))


def fault(change: Change, spec: FactorySpec) -> Remark | None:
    """What is wrong with a change, in words of the catalogue; None: it may be asked."""
    if not DEMAND.holds(change.demand):
        return _outside("what_if.fault.demand", DEMAND, 100)
    if change.days is not None and not DAYS.holds(change.days):
        return _outside("what_if.fault.days", DAYS)
    return _machines(change, spec) or _power(change, spec) or _mix(change, spec)


def _machines(change: Change, spec: FactorySpec) -> Remark | None:
    if change.conches is None:
        return None
    if STAGE not in [stage.name for stage in spec.stages]:
        return Remark("what_if.fault.no_conche")
    return None if CONCHES.holds(change.conches) else _outside("what_if.fault.conches", CONCHES)


def _power(change: Change, spec: FactorySpec) -> Remark | None:
    if not POWER_KW.holds(change.power_kw):
        return _outside("what_if.fault.power", POWER_KW)
    left = min(kw + change.power_kw for kw in spec.power_limit_kw.values())
    return None if left > 0 else Remark("what_if.fault.no_power")


def _mix(change: Change, spec: FactorySpec) -> Remark | None:
    mix, (first, *others) = change.mix or {}, products(spec)
    if not set(mix) <= set(others):
        return Remark("what_if.fault.product", {"products": ", ".join(others)})
    if not all(SHARE.holds(share) for share in mix.values()):
        return _outside("what_if.fault.share", SHARE, 100)
    if shares(spec, change)[first] < -_ROUNDING:
        return Remark("what_if.fault.mix")
    return None


def _outside(key: str, bound: Bound, factor: float = 1) -> Remark:
    return Remark(key, {"least": f"{bound.least * factor:g}", "most": f"{bound.most * factor:g}"})


def _paid(costs: Costs) -> float:
    return costs.total - costs.lateness - costs.climate
