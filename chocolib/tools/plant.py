"""What the plant does now, by the plan it follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.outlook import room_now
from chocolib.app.plan_store import kept_plan
from chocolib.app.views.plan import draw
from chocolib.core.i18n import t
from chocolib.core.plans import Plan
from chocolib.core.schedule import Task
from chocolib.core.time import DAY, Window, local_date
from chocolib.plan.agreement import agrees
from chocolib.tools.answer import Answer, Moment, Part, rounded
from chocolib.tools.words import of_plan

#: Of what begins next, so many tasks are named.
_NEXT = 3
#: A shift begins or ends within so many days, or the plant is closed for long.
_LOOKED = 14 * DAY


class Work(Part):
    """A batch in one stage on one machine."""

    batch: str
    product: str
    stage: str
    machine: str
    start: Moment
    end: Moment = Field(description="excluded")
    energy_kwh: float = Field(description="energy of the whole task, kWh")


class Due(Part):
    """What is due next."""

    due: Moment
    kg: float = Field(description="kilograms that are due by then, of all products, kg")
    batches: int


class FactoryStatus(Answer):
    """What runs, what begins next, who is in, and what stands in the way."""

    running: tuple[Work, ...] = Field(description="by the kept plan; nobody measures it")
    next: tuple[Work, ...] = Field(description="what begins next, the soonest first")
    plan_made_at: Moment | None = Field(description="null: there is no plan to follow")
    plan_ends: Moment | None = Field(description="end of its last task")
    staffed: bool = Field(description="a shift is in")
    shift_changes: Moment | None = Field(description="when the shift ends, or the next begins")
    draw_kw: float | None = Field(description="highest draw planned for this hour, kW")
    limit_kw: float | None = Field(description="contracted power of this hour, kW")
    halted: tuple[str, ...] | None = Field(
        description="stages that the room's climate halts now; null: nobody can tell"
    )
    due: tuple[Due, ...] = Field(description="the next due times with their demand")


def get_factory_status(context: Context) -> FactoryStatus:
    """What the factory does now by its plan, what begins next, and what is due.

    Ask it for "how are we doing", "what is running", "what comes next".
    """
    plan = kept_plan(context)
    tasks = plan.best.tasks if plan else ()
    now = context.as_of
    ahead = sorted((one for one in tasks if one.start >= now), key=lambda one: one.start)
    room = room_now(context)
    drawn = _draw(context, plan) if plan else (None, None)
    return FactoryStatus.of(
        context,
        "production_plan",
        "weather_data",
        remarks=_remarks(context, plan),
        running=tuple(work(one) for one in tasks if one.start < now < one.end),
        next=tuple(work(one) for one in ahead[:_NEXT]),
        plan_made_at=plan.as_of if plan else None,
        plan_ends=max((one.end for one in tasks), default=None),
        staffed=bool(context.factory.staffed(pd.DatetimeIndex([now.floor("h")]))[0]),
        shift_changes=_change(context),
        draw_kw=rounded(drawn[0], 1),
        limit_kw=rounded(drawn[1], 1),
        halted=room.halted if room else None,
        due=tuple(_due(context)),
    )


def work(task: Task) -> Work:
    """A task as answers tell it."""
    return Work.model_validate(
        {
            "batch": task.batch,
            "product": task.product,
            "stage": task.stage,
            "machine": task.machine,
            "start": task.start,
            "end": task.end,
            "energy_kwh": rounded(task.energy_kwh, 1),
        }
    )


def _remarks(context: Context, plan: Plan | None) -> tuple[str, ...]:
    if plan is None:
        return (t("tool.plan.none", context.lang),)
    if all(task.end <= context.as_of for task in plan.best.tasks):
        return (t("tool.plan.over", context.lang), *of_plan(context, plan))
    return of_plan(context, plan)


def _change(context: Context) -> pd.Timestamp | None:
    """The next full hour at which a shift begins or ends."""
    begin = context.as_of.floor("h")
    hours = Window(begin, begin + _LOOKED).hours()
    on = context.factory.staffed(hours)
    changes = hours[on != on[0]]
    return changes[0] if len(changes) else None


def _draw(context: Context, plan: Plan) -> tuple[float | None, float | None]:
    """Planned draw and contracted power of this hour, kW; of another factory nobody knows."""
    hour = context.as_of.floor("h")
    if not plan.best.tasks or not all(agrees(task, context.factory) for task in plan.best.tasks):
        return None, None
    table = draw(plan, context.factory)
    now = table[table.index == hour]
    return (None, None) if now.empty else (float(now["kw"].iloc[0]), float(now["limit_kw"].iloc[0]))


def _due(context: Context) -> Iterator[Due]:
    """The next two due times; a day's demand is due some days after it."""
    today = local_date(context.as_of)
    asked: dict[pd.Timestamp, int] = {}
    for order in context.factory.orders(today - timedelta(days=7), 14):
        if order.due > context.as_of:
            asked[order.due] = asked.get(order.due, 0) + order.batches
    for due in sorted(asked)[:2]:
        kg = rounded(asked[due] * context.factory.batch_kg, 1)
        yield Due.model_validate({"due": due, "kg": kg, "batches": asked[due]})
