"""What the page of the plan gathers: the kept plan, its prices, its draw, its age."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import kept_plan, update
from chocolib.app.settings import read_settings
from chocolib.app.views.plan import draw, next_batch, plan_view
from chocolib.core.time import HOUR
from tests.conftest import NOW, price_frame

EVENING = "2025-11-19T21:00"


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
    made = open_context(as_of=EVENING, lang="es")
    update(made, model="naive")
    return made


def test_a_plan_comes_with_prices_of_every_hour_its_draw_and_its_next_batch(
    context: Context,
) -> None:
    view = plan_view(context)
    assert view.plan is not None
    assert view.problems == ()
    hours = view.draw.index
    assert hours[0] == min(task.start for task in view.plan.best.tasks)
    assert hours[-1] + HOUR == max(task.end for task in view.plan.best.tasks)
    assert view.prices.reindex(hours).notna().all()
    assert view.next_batch == view.plan.best.tasks[0].batch
    assert view.next_batch in view.why[0]


def test_the_draw_is_the_power_of_the_tasks_of_each_hour_below_the_contract(
    context: Context,
) -> None:
    plan = kept_plan(context)
    assert plan is not None
    found = draw(plan, context.factory)
    power = {stage.name: stage.power_kw for stage in context.factory.stages}
    for hour, kw in found["kw"].items():
        running = [t for t in plan.best.tasks if t.start <= hour < t.end]
        assert kw == pytest.approx(sum(power[task.stage] for task in running))
    assert (found["kw"] <= found["limit_kw"]).all()
    assert set(found["limit_kw"]) == {60.0, 75.0}


def test_what_has_begun_is_not_next_and_a_plan_that_is_over_is_not_shown(
    context: Context,
) -> None:
    plan = kept_plan(context)
    assert plan is not None
    begins = sorted(
        min(task.start for task in plan.best.tasks if task.batch == batch)
        for batch in {task.batch for task in plan.best.tasks}
    )
    assert next_batch(plan, begins[0]) != next_batch(plan, begins[0] + HOUR)
    assert next_batch(plan, begins[-1] + HOUR) == ""
    late = replace(context, as_of=max(task.end for task in plan.best.tasks))
    over = plan_view(late)
    assert over.plan is None
    assert over.problems == ("El último plan, del mié 19 nov, 21:00, ya ha terminado.",)


def test_an_old_plan_says_how_old_and_no_plan_says_nothing(context: Context) -> None:
    old = plan_view(replace(context, as_of=context.as_of + 30 * HOUR))
    assert old.plan is not None
    assert old.problems == ("El plan es antiguo: se hizo el mié 19 nov, 21:00.",)
    empty = plan_view(replace(context, as_of=context.as_of - HOUR))
    assert (empty.plan, empty.problems, empty.why) == (None, (), ())


def test_a_plan_of_another_factory_is_shown_without_an_explanation(context: Context) -> None:
    spec = context.factory
    stages = (spec.stages[0].model_copy(update={"power_kw": 7.0}), *spec.stages[1:])
    view = plan_view(replace(context, factory=spec.model_copy(update={"stages": stages})))
    assert view.plan is not None
    assert view.why == ()
