"""The plan of a day, and why a batch is when it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.day_plan import DayPlan, day_plan
from chocolib.app.plan_store import kept_plan
from chocolib.app.views.plan import next_batch
from chocolib.app.why import reason_of
from chocolib.core.errors import NotEnoughData
from chocolib.core.i18n import t
from chocolib.core.plan_parts import halted_hours
from chocolib.core.schedule import Task
from chocolib.plan.why import Reason
from chocolib.plan.why_words import rule_text, sentences
from chocolib.tools.answer import Answer, Day, Moment, Part, price, rounded
from chocolib.tools.plant import Work, work
from chocolib.tools.words import of_plan


class PlannedBatch(Part):
    """A whole batch, from its first stage to its last."""

    batch: str
    product: str
    start: Moment
    end: Moment = Field(description="excluded")
    kg: float = Field(description="kg")
    energy_kwh: float = Field(description="kWh")
    cost_eur: float = Field(description="its energy as its plan priced it, EUR")
    as_usual_eur: float | None = Field(description="the same kWh worked as usual, EUR")
    saving_eur: float | None = Field(description="as usual less planned, EUR")


class DailyOptimization(Answer):
    """The work of one day, and what the plan it is of costs and saves."""

    day: date
    planned_at: Moment = Field(description="when the plan was made")
    kept: bool = Field(description="it is the plan that is followed; else planned for this answer")
    status: str = Field(description="optimal (gap proven) or feasible")
    tasks: tuple[Work, ...] = Field(description="what begins on this day, by start")
    batches: tuple[PlannedBatch, ...] = Field(description="each batch that has work on this day")
    plan_kg: float = Field(description="kilograms of the whole plan, the same as usual, kg")
    plan_kwh: float = Field(description="energy of the whole plan, the same as usual, kWh")
    plan_eur: float = Field(description="energy cost of the whole plan, EUR")
    plan_as_usual_eur: float = Field(description="the same kg and kWh worked as usual, EUR")
    plan_saving_eur: float = Field(description="as usual less planned, EUR")
    plan_saving_pct: float = Field(description="that as a share of as usual, %")


def get_daily_optimization(
    context: Context,
    day: Annotated[
        Day | None, Field(description="Madrid day; default that of the next planned work")
    ] = None,
) -> DailyOptimization:
    """The production plan of a day: what to start when, its cost, and what it saves.

    Costs are those of the plan: at published prices, and at expected ones where hours were not
    published when it was made. A plan made for this answer alone takes seconds.

    Raises:
        NotEnoughData: no plan is kept of a past day, prices lack, or the day is too far ahead.
        PlanInfeasible: the demand cannot be made; names the bottleneck.
    """
    found = day_plan(context, day)
    plan = found.plan
    return DailyOptimization.of(
        context,
        "production_plan",
        "energy_prices",
        remarks=_remarks(context, found),
        day=found.day,
        planned_at=plan.as_of,
        kept=not found.anew,
        status=plan.status,
        tasks=tuple(map(work, found.tasks)),
        batches=tuple(_batches(context, found)),
        plan_kg=rounded(plan.best.kg, 1),
        plan_kwh=rounded(plan.best.energy_kwh, 1),
        plan_eur=rounded(plan.best.cost_eur, 2),
        plan_as_usual_eur=rounded(plan.as_usual.cost_eur, 2),
        plan_saving_eur=rounded(plan.saving_eur, 2),
        plan_saving_pct=rounded(100 * plan.saving_share, 1),
    )


def _batches(context: Context, found: DayPlan) -> Iterator[PlannedBatch]:
    for name, tasks in sorted(found.batches.items(), key=lambda item: item[1][0].start):
        ours, theirs = _cost(tasks), found.as_usual.get(name)
        usual = None if theirs is None else _cost(theirs)
        yield PlannedBatch.model_validate(
            {
                "batch": name,
                "product": tasks[0].product,
                "start": min(task.start for task in tasks),
                "end": max(task.end for task in tasks),
                "kg": rounded(context.factory.batch_kg, 1),
                "energy_kwh": rounded(sum(task.energy_kwh for task in tasks), 1),
                "cost_eur": rounded(ours, 2),
                "as_usual_eur": rounded(usual, 2),
                "saving_eur": None if usual is None else rounded(usual - ours, 2),
            }
        )


def _cost(tasks: Sequence[Task]) -> float:
    return sum(task.cost_eur for task in tasks)


def _remarks(context: Context, found: DayPlan) -> Iterator[str]:
    plan, lang = found.plan, context.lang
    if found.anew:
        yield t("tool.plan.anew", lang)
    else:
        yield from of_plan(context, plan)
    if not found.tasks:
        yield t("tool.plan.no_work", lang)
    yield from (note.text(lang) for note in plan.notes)
    yield from (late.said.text(lang) for late in plan.late_batches)
    yield from (halt.text(lang) for halt in halted_hours(plan.halts))


class OtherStart(Part):
    """The same batch at other hours, all others where they are."""

    start: Moment
    shift_h: float = Field(description="hours later than planned, negative: earlier, h")
    delta_eur: float = Field(description="what it would cost more, EUR")
    forbidden: str = Field(description="the rule that stands in the way; empty: none")
    as_usual: bool = Field(description="these are the hours at which it would be made as usual")


class BatchExplanation(Answer):
    """Why a batch is planned when it is."""

    batch: str
    product: str
    start: Moment
    end: Moment = Field(description="excluded")
    energy_kwh: float = Field(description="kWh")
    cost_eur: float = Field(description="its energy, EUR")
    paid_eur_kwh: float = Field(description="mean price of its energy, EUR/kWh")
    day_mean_eur_kwh: float = Field(description="mean price of the day it begins on, EUR/kWh")
    published_hours: int = Field(description="how many of its hours had a published price")
    hours: int = Field(description="hours in which it draws")
    begun: bool = Field(description="it had begun when the plan was made")
    why: tuple[str, ...] = Field(description="sentences in the reader's language")
    other_starts: tuple[OtherStart, ...] = Field(description="what it would cost then")
    batches: tuple[str, ...] = Field(description="the batches of the plan that can be asked for")


def get_batch_explanation(
    context: Context,
    batch: Annotated[
        str | None,
        Field(max_length=40, description="name of a batch; default the next one to begin"),
    ] = None,
) -> BatchExplanation:
    """Why a batch of the plan is made when it is, and what other hours would cost.

    Raises:
        NotEnoughData: no plan is kept. SettingsError: it has no such batch; lists them.
        DataError: the kept plan is of another factory.
    """
    plan = kept_plan(context)
    if plan is None or not plan.best.tasks:
        raise NotEnoughData("no plan is kept", hint="chocolib daily makes and keeps one")
    names = tuple(sorted({task.batch for task in plan.best.tasks}))
    reason = reason_of(context, plan, batch or next_batch(plan, context.as_of) or names[-1])
    return BatchExplanation.of(
        context,
        "production_plan",
        "energy_prices",
        remarks=of_plan(context, plan),
        batch=reason.batch,
        product=reason.product,
        start=reason.start,
        end=reason.end,
        energy_kwh=rounded(reason.kwh, 1),
        cost_eur=rounded(reason.cost_eur, 2),
        paid_eur_kwh=price(reason.paid),
        day_mean_eur_kwh=price(reason.day_mean),
        published_hours=int(reason.hours["known"].sum()),
        hours=len(reason.hours),
        begun=reason.frozen,
        why=tuple(sentences(reason, context.lang)),
        other_starts=tuple(_others(context, reason)),
        batches=names,
    )


def _others(context: Context, reason: Reason) -> Iterator[OtherStart]:
    for one in reason.alternatives:
        yield OtherStart.model_validate(
            {
                "start": one.start,
                "shift_h": rounded(one.shift_h, 2),
                "delta_eur": rounded(one.delta_eur, 2),
                "forbidden": rule_text(one, context.lang),
                "as_usual": one.as_usual,
            }
        )
