"""The plans of the last weeks beside what came, what binds them, and what would change them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.replays import Week
from chocolib.app.savings import Tell, savings
from chocolib.core.errors import NotEnoughData, PlanInfeasible, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.plans import Plan
from chocolib.core.time import known_until, local_date
from chocolib.models.registry import DEFAULT_MODEL
from chocolib.plan.planning import plan
from chocolib.plan.why import why

WEEK = 7
#: What the demand and the conches are changed by.
_MORE = 0.2


@dataclass(frozen=True, slots=True)
class PlanReview:
    """What a review of the plans found.

    Attributes:
        savings: the document of `app.savings.savings`, whole weeks.
        week: the newest of them.
        best: the plan of that week with perfect foresight.
        binding: by rule, how many batches of `best` would be cheaper at other hours but
            for it.
        what_if: by change, `kg`, `cost_eur`, `eur_kg`, `late` of the week with perfect
            foresight; NaN where it cannot be made.
    """

    savings: dict[str, Any]
    week: Week
    best: Plan
    binding: dict[str, int]
    what_if: pd.DataFrame


def review_plans(
    context: Context,
    *,
    days: int = 4 * WEEK,
    model: str = DEFAULT_MODEL,
    jobs: int | None = None,
    tell: Tell = lambda *_: None,
) -> PlanReview:
    """The last whole weeks (Monday to Sunday) that were over some days ago.

    Raises:
        SettingsError: fewer days than a week. NotEnoughData: prices of these weeks lack.
    """
    if days < WEEK:
        raise SettingsError(f"a review of plans takes whole weeks, not {days} days")
    week = newest_week(context.as_of)
    sunday = week.last_day
    since = sunday - timedelta(days=days // WEEK * WEEK - 1)
    found = savings(context, since=since, until=sunday, model=model, jobs=jobs, tell=tell)
    if not found["days"]:
        raise NotEnoughData(
            f"none of the weeks from {since} to {sunday} can be told: "
            f"{found['left_out'][0]['why'] if found['left_out'] else 'no demand'}"
        )
    known = prices(context, week.needed())["price_eur_kwh"]
    known = known[known.index < known_until(context.as_of)]
    best = _foreseen(context.factory, week, known)
    bound = binding(best, context.factory, known)
    return PlanReview(found, week, best, bound, what_if(context.factory, week, known))


def newest_week(as_of: pd.Timestamp) -> Week:
    """The newest whole week (Monday to Sunday) whose last due times were past at `as_of`."""
    over = local_date(as_of) - timedelta(days=3)
    sunday = over - timedelta(days=(over.weekday() + 1) % WEEK)
    return Week(sunday - timedelta(days=WEEK - 1))


def binding(made: Plan, spec: FactorySpec, known: pd.Series) -> dict[str, int]:
    """By rule, the batches that it keeps from cheaper hours (see `plan.why`)."""
    found: Counter[str] = Counter()
    for batch in sorted({task.batch for task in made.best.tasks}):
        reason = why(made, batch, spec, known, known=pd.DatetimeIndex(known.index))
        cheaper = {a.rule for a in reason.alternatives if a.rule and a.delta_eur < 0}
        found.update(cheaper)
    return dict(found.most_common())


def what_if(spec: FactorySpec, week: Week, known: pd.Series) -> pd.DataFrame:
    """A week with perfect foresight, had the factory been another; see `PlanReview`."""
    return pd.DataFrame({name: _told(change(spec), week, known) for name, change in CHANGES}).T


def _foreseen(spec: FactorySpec, week: Week, known: pd.Series) -> Plan:
    return plan(
        spec.model_copy(update={"stock": {}}),
        known,
        as_of=week.evenings[0],
        first_day=week.first_day,
        days=week.days,
    )


def _told(spec: FactorySpec, week: Week, known: pd.Series) -> dict[str, float]:
    try:
        made = _foreseen(spec, week, known)
    except (PlanInfeasible, NotEnoughData):
        return dict.fromkeys(("kg", "cost_eur", "eur_kg", "late"), float("nan"))
    kg, eur = made.best.kg, made.best.cost_eur
    late = float(len(made.late_batches))
    return {"kg": kg, "cost_eur": eur, "eur_kg": eur / kg if kg else float("nan"), "late": late}


def _machines(stage: str, more: int) -> Callable[[FactorySpec], FactorySpec]:
    def change(spec: FactorySpec) -> FactorySpec:
        stages = tuple(
            s.model_copy(update={"machines": max(s.machines + more, 1)}) if s.name == stage else s
            for s in spec.stages
        )
        services = tuple(m for m in spec.maintenance if m.stage != stage or more >= 0)
        return spec.model_copy(update={"stages": stages, "maintenance": services})

    return change


def _demand(factor: float) -> Callable[[FactorySpec], FactorySpec]:
    def change(spec: FactorySpec) -> FactorySpec:
        kg = {day: asked * factor for day, asked in spec.demand.kg.items()}
        return spec.model_copy(update={"demand": spec.demand.model_copy(update={"kg": kg})})

    return change


def _same(spec: FactorySpec) -> FactorySpec:
    return spec


#: What is changed, by the name of its text in the catalogue.
CHANGES: tuple[tuple[str, Callable[[FactorySpec], FactorySpec]], ...] = (
    ("as_is", _same),
    ("demand_less", _demand(1 - _MORE)),
    ("demand_more", _demand(1 + _MORE)),
    ("conche_less", _machines("conche", -1)),
    ("conche_more", _machines("conche", 1)),
)
