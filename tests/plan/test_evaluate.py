from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.errors import DataError, NotEnoughData
from chocolib.core.factory import FactorySpec
from chocolib.core.results import Schedule, Task
from chocolib.core.time import HOUR
from chocolib.plan.evaluate import check, cost
from chocolib.plan.planning import plan
from tests.plan.factories import factory, hourly

FIRST = date(2025, 11, 20)
SPEC = FactorySpec.default()


@pytest.fixture(scope="module")
def good(real_prices: pd.Series) -> Schedule:
    as_of = time.midnight(FIRST)
    return plan(SPEC, real_prices, as_of=as_of, first_day=FIRST, days=2).best


def rules_broken(schedule: Schedule, spec: FactorySpec = SPEC) -> set[str]:
    return {violation.rule for violation in check(schedule, spec, first_day=FIRST, days=2)}


def changed(schedule: Schedule, number: int, **changes: object) -> Schedule:
    tasks = list(schedule.tasks)
    tasks[number] = replace(tasks[number], **changes)
    return replace(schedule, tasks=tuple(tasks))


def first_of(schedule: Schedule, stage: str) -> tuple[int, Task]:
    return next((n, task) for n, task in enumerate(schedule.tasks) if task.stage == stage)


def moved(schedule: Schedule, batch: str, by: pd.Timedelta) -> Schedule:
    tasks = (
        replace(t, start=t.start + by, end=t.end + by) if t.batch == batch else t
        for t in schedule.tasks
    )
    return replace(schedule, tasks=tuple(tasks))


def test_a_good_plan_breaks_nothing(good: Schedule) -> None:
    assert rules_broken(good) == set()


def test_a_missing_task_is_found(good: Schedule) -> None:
    assert "complete" in rules_broken(replace(good, tasks=good.tasks[1:]))


def test_a_task_done_twice_is_found(good: Schedule) -> None:
    assert "complete" in rules_broken(replace(good, tasks=(*good.tasks, good.tasks[0])))


def test_an_unknown_stage_is_found(good: Schedule) -> None:
    assert "complete" in rules_broken(changed(good, 0, stage="polish"))


def test_a_missing_batch_is_found(good: Schedule) -> None:
    others = tuple(task for task in good.tasks if task.batch != "1120-P1")
    assert rules_broken(replace(good, tasks=others)) >= {"demand"}


def test_a_batch_that_changes_product_is_found(good: Schedule) -> None:
    assert "complete" in rules_broken(changed(good, 0, product="ultra"))


def test_a_task_cut_short_is_found(good: Schedule) -> None:
    number, task = first_of(good, "conche")
    assert rules_broken(changed(good, number, end=task.end - HOUR)) == {"stages"}


def test_a_stage_before_the_one_it_follows_is_found(good: Schedule) -> None:
    number, task = first_of(good, "refine")
    early = changed(good, number, start=task.start - 9 * HOUR, end=task.end - 9 * HOUR)
    assert {"stages", "staff"} <= rules_broken(early)


def test_a_machine_the_stage_does_not_have_is_found(good: Schedule) -> None:
    number, _ = first_of(good, "conche")
    for name in ("conche-4", "mix-1"):
        assert "machines" in rules_broken(changed(good, number, machine=name))


def test_two_batches_on_a_machine_are_found(good: Schedule) -> None:
    every_conche = (replace(t, machine="conche-1") for t in good.tasks if t.stage == "conche")
    rest = (task for task in good.tasks if task.stage != "conche")
    assert rules_broken(replace(good, tasks=(*rest, *every_conche))) == {"machines"}


def test_a_wait_where_there_may_be_none_is_found(good: Schedule) -> None:
    number, task = first_of(good, "mould")
    late = changed(good, number, start=task.start + HOUR, end=task.end + HOUR)
    assert "holds" in rules_broken(late)


def test_too_many_waiting_batches_are_found(good: Schedule) -> None:
    stages = [s.model_copy(update={"tank_batches": None}) for s in SPEC.stages]
    waits = [t for t in good.tasks if t.stage == "conche"]
    assert waits
    none_fit = [s.model_copy(update={"tank_batches": 0}) for s in stages]
    assert rules_broken(good, SPEC.model_copy(update={"stages": tuple(none_fit)})) == {"tanks"}
    assert rules_broken(good, SPEC.model_copy(update={"stages": tuple(stages)})) == set()


def test_too_much_power_is_found(good: Schedule) -> None:
    low = SPEC.model_copy(update={"power_limit_kw": {"P1": 30.0, "P2": 60.0, "P3": 75.0}})
    found = check(good, low, first_day=FIRST, days=2)
    assert {violation.rule for violation in found} == {"power"}
    assert "of 30 kW" in found[0].message


def test_work_without_staff_is_found(good: Schedule) -> None:
    mornings = SPEC.model_copy(update={"shifts": (SPEC.shifts[0], SPEC.shifts[2])})
    assert "staff" in rules_broken(good, mornings)


def test_late_goods_are_found_unless_asked_not_to(good: Schedule) -> None:
    late = moved(good, "1120-P1", 48 * HOUR)
    assert "due" in rules_broken(late)
    lenient = check(late, SPEC, first_day=FIRST, days=2, on_time=False)
    assert "due" not in {violation.rule for violation in lenient}


def test_stale_goods_are_found(good: Schedule) -> None:
    assert "earliest" in rules_broken(moved(good, "1120-S1", -120 * HOUR))


def test_wrong_totals_are_found(good: Schedule) -> None:
    assert rules_broken(replace(good, kg=good.kg + 50)) == {"totals"}
    assert rules_broken(changed(good, 0, energy_kwh=1.0)) == {"totals"}
    assert rules_broken(changed(good, 0, energy_kwh=float("nan"))) == {"totals"}


def test_a_task_costs_its_energy_at_the_prices_of_its_hours() -> None:
    spec = factory([{"name": "s", "hours": {"milk": 2}, "power_kw": 5.0}])
    start = pd.Timestamp("2025-11-20T10:00Z")
    task = Task("b", "milk", "s", "s-1", start, start + 2 * HOUR, 10.0, 0.0)
    half = replace(task, start=start + HOUR / 2, end=start + 2.5 * HOUR)
    priced = cost([task, half], hourly("2025-11-20T08:00", [9, 9, 0.1, 0.3, 0.5]), spec)
    assert priced["price_eur_kwh"].tolist() == pytest.approx([0.2, 0.3])
    assert priced["cost_eur"].tolist() == pytest.approx([2.0, 3.0])
    assert priced["batch"].tolist() == ["b", "b"]


def test_phases_setting_up_and_cleaning_cost_what_they_draw_when_they_draw_it() -> None:
    stage = {
        "name": "s",
        "hours": {"milk": 2},
        "phases": [{"kw": 8.0, "hours": 0.5}, {"kw": 2.0}],
        "power_kw": 8.0,
        "setup_h": 1,
        "setup_kw": 1.0,
        "cleaning_h": 0.5,
        "cleaning_kw": 4.0,
    }
    spec = factory([stage])
    start = pd.Timestamp("2025-11-20T10:00Z")
    task = Task("b", "milk", "s", "s-1", start, start + 2 * HOUR, 10.0, 0.0)
    priced = cost([task], hourly("2025-11-20T09:00", [1.0, 0.1, 0.2, 0.4]), spec)
    expected = 1.0 * 1.0 + (8 * 0.5 + 2 * 0.5) * 0.1 + 2 * 0.2 + 4 * 0.5 * 0.4
    assert priced["cost_eur"].tolist() == pytest.approx([expected])
    assert spec.energy_kwh("milk") == pytest.approx(1 + 4 + 3 + 2)


def test_nothing_costs_nothing() -> None:
    assert cost([], hourly("2025-11-20", [0.1]), SPEC).empty


def test_missing_prices_are_named(real_prices: pd.Series) -> None:
    holes = real_prices.drop(pd.Timestamp("2025-11-21T09:00Z"))
    holes.loc["2025-11-20T12:00Z":"2025-11-20T14:00Z"] = float("nan")
    with pytest.raises(NotEnoughData) as caught:
        plan(SPEC, holes, as_of=time.midnight(FIRST), first_day=FIRST, days=1)
    assert "4 of the 46 hours" in caught.value.message
    assert "2025-11-20T12:00:00Z/2025-11-20T15:00:00Z" in caught.value.message
    assert "2025-11-21T09:00:00Z/2025-11-21T10:00:00Z" in caught.value.message


def test_prices_that_end_too_soon_are_named(real_prices: pd.Series) -> None:
    short = real_prices.loc[: pd.Timestamp("2025-11-20T22:00Z")]
    with pytest.raises(NotEnoughData, match="2025-11-20T23:00:00Z/2025-11-21T21:00:00Z"):
        plan(SPEC, short, as_of=time.midnight(FIRST), first_day=FIRST, days=1)


def test_prices_without_a_zone_or_with_an_hour_twice_are_refused(real_prices: pd.Series) -> None:
    for wrong in (real_prices.tz_localize(None), pd.concat([real_prices, real_prices.iloc[-1:]])):
        with pytest.raises(DataError):
            plan(SPEC, wrong, as_of=time.midnight(FIRST), first_day=FIRST, days=1)
