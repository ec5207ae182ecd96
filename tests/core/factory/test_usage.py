from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chocolib.core.factory import Demand, FactorySpec
from chocolib.core.factory.usage import Use, week
from tests.plan.factories import factory, with_stage

SPEC = FactorySpec.default()


def uses(spec: FactorySpec) -> dict[str, Use]:
    return {use.of: use for use in week(spec).uses}


def test_a_usual_week_of_linares() -> None:
    made = week(SPEC)
    assert made.batches == {"standard": 18, "premium": 5}
    assert (made.kg, made.energy_kwh) == (1150, 18 * 124 + 5 * 196)
    found = uses(SPEC)
    assert found["refine"].needed == 23 * 2
    assert found["conche"].needed == 18 * 6 + 5 * 12
    assert made.bottleneck.of == "refine"
    assert all(use.load < 1 for use in made.uses)


def test_december_asks_for_more() -> None:
    assert week(SPEC, factor=1.3).batches == {"standard": 24, "premium": 5}


def test_staffed_hours_count_only_where_the_whole_stage_fits() -> None:
    stages: list[dict[str, Any]] = [{"name": "roast", "hours": {"milk": 3}}]
    assert uses(factory(stages))["roast"].available == 5 * 8
    started = uses(factory([stages[0] | {"attended": "start"}]))["roast"]
    assert started.available == 5 * (8 + 2)  # started in the last hour it runs two more
    alone = uses(factory([stages[0] | {"attended": "no"}]))["roast"]
    assert alone.available == 168
    long: list[dict[str, Any]] = [{"name": "roast", "hours": {"milk": 9}}]
    assert uses(factory(long))["roast"].load == float("inf")


def test_a_stage_is_usable_only_where_the_next_one_can_follow() -> None:
    stages: list[dict[str, Any]] = [
        {"name": "roast", "hours": {"milk": 2}, "attended": "no"},
        {"name": "mould", "hours": {"milk": 1}},
    ]
    assert uses(factory(stages))["roast"].available == 5 * (8 + 1)
    stages[0]["hold_max_h"] = 2
    assert uses(factory(stages))["roast"].available == 5 * (8 + 1 + 2)


def test_services_and_setting_up_take_their_hours() -> None:
    stages: list[dict[str, Any]] = [{"name": "roast", "hours": {"milk": 1}, "setup_h": 0.5}]
    daily = {"stage": "roast", "every": "day", "start": 5.5, "hours": 1}
    monthly = {"stage": "roast", "every": "month", "weekday": "mon", "start": 12, "hours": 1}
    found = uses(factory(stages, maintenance=[daily, monthly]))["roast"]
    assert found.needed == 2 * 1.5
    assert found.available == pytest.approx(5 * (8 - 0.5) - 12 / (365.25 / 7))


def test_without_a_machine_or_a_demand_nothing_is_divided_by_nothing() -> None:
    assert uses(with_stage(SPEC, "conche", machines=0))["conche"].load == float("inf")
    idle = SPEC.model_copy(
        update={"demand": Demand(kg={}, mix={"standard": 1.0}, made_ahead_days=0)}
    )
    assert [use.load for use in week(idle).uses] == [0.0] * 6


@pytest.mark.parametrize(
    ("name", "kwh_kg"), [("factory", 2.793), ("heavy", 5.1), ("small-10kw", 5.664)]
)
def test_the_shipped_factories_have_the_energy_their_comments_say(name: str, kwh_kg: float) -> None:
    made = week(FactorySpec.read(Path(name)))
    assert made.energy_kwh / made.kg == pytest.approx(kwh_kg, abs=1e-3)
    assert made.bottleneck.load < 0.75
