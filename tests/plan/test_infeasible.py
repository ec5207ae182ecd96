from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.bottlenecks import bottleneck_said
from chocolib.core.errors import ChocolibError, PlanInfeasible, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.plan.model import Problem, build
from chocolib.plan.planning import plan
from chocolib.plan.search import Found, search
from chocolib.plan.solve import solve
from tests.plan.factories import punctual, with_stage

MONDAY = date(2025, 11, 17)
SPEC = punctual(FactorySpec.default())


def refusal(
    spec: FactorySpec, prices: pd.Series, days: int = 5, first_day: date = MONDAY
) -> PlanInfeasible:
    with pytest.raises(PlanInfeasible) as caught:
        plan(spec, prices, as_of=time.midnight(first_day), first_day=first_day, days=days)
    error = caught.value
    said = bottleneck_said(error.bottleneck)
    assert error.message.startswith(f"{said.text('en')}: ")
    assert error.said.text("es").startswith(f"{said.text('es')}: ")
    assert error.hint
    return error


def with_power(kw: float) -> FactorySpec:
    return SPEC.model_copy(update={"power_limit_kw": dict.fromkeys(("P1", "P2", "P3"), kw)})


def test_two_conches_and_a_short_hold_lack_a_conche(real_prices: pd.Series) -> None:
    spec = with_stage(with_stage(SPEC, "conche", machines=2), "conche", hold_max_h=8)
    error = refusal(spec, real_prices, days=2, first_day=date(2025, 11, 21))
    assert error.bottleneck == "conche"
    for change in ("one more machine for conching", "holds twice as long", "staff round the clock"):
        assert change in error.message
    assert error.facts["asked_kg"] == 350
    assert error.facts["possible_kg"] == 300
    assert refusal(spec, real_prices, days=5).bottleneck == "conche"


def test_a_refusal_never_says_that_everything_can_be_made(
    real_prices: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chocolib.plan.explain.possible_kg", lambda problem: problem.kg)
    error = refusal(with_stage(SPEC, "conche", machines=0), real_prices, days=2)
    assert "can be made in time" not in error.message
    assert "fit" not in error.hint
    assert "possible_kg" not in error.facts


def test_two_conches_are_enough_with_a_long_hold(real_prices: pd.Series) -> None:
    spec = with_stage(SPEC, "conche", machines=2)
    assert plan(spec, real_prices, as_of=None, first_day=MONDAY, days=2).status == "optimal"


def test_double_demand_needs_more_hours_than_a_machine_has(real_prices: pd.Series) -> None:
    error = refusal(SPEC.with_daily_demand(400), real_prices)
    assert error.bottleneck == "refine"
    assert "80 h of machine time needed by Sat 22 Nov, 14:00, 70 h available" in error.message
    assert (error.facts["needed_h"], error.facts["available_h"]) == (80, 70)
    assert 0.7 < error.facts["possible_share"] < 0.9
    assert "refine machine" in error.hint


@pytest.mark.parametrize("days", [1, 7])
def test_absurd_demand_is_refused_by_arithmetic(real_prices: pd.Series, days: int) -> None:
    error = refusal(SPEC.with_daily_demand(1e6), real_prices, days)
    assert error.bottleneck in {"mix", "refine", "conche", "temper", "mould"}
    assert error.facts["needed_h"] > 1000 * error.facts["available_h"]
    assert 0 < error.facts["possible_kg"] < 3000


@pytest.mark.parametrize("stage", [stage.name for stage in SPEC.stages])
def test_a_stage_without_machines_is_the_bottleneck(real_prices: pd.Series, stage: str) -> None:
    error = refusal(with_stage(SPEC, stage, machines=0), real_prices, days=2)
    assert error.bottleneck == stage
    assert "no machine" in error.message
    assert error.facts["possible_kg"] == error.facts["available_h"] == 0


def test_a_contract_below_one_machine_lacks_power(real_prices: pd.Series) -> None:
    error = refusal(with_power(10), real_prices, days=2)
    assert error.bottleneck == "power"
    assert "refining draws 14 kW" in error.message
    assert "10 kW are contracted" in error.message


def test_a_contract_for_one_machine_at_a_time_lacks_power(real_prices: pd.Series) -> None:
    error = refusal(with_power(25), real_prices, days=2, first_day=date(2025, 11, 21))
    assert error.bottleneck == "power"
    assert "no power limit" in error.message


def test_no_energy_for_so_many_machines_is_a_lack_of_power(real_prices: pd.Series) -> None:
    many = [stage.model_copy(update={"machines": 100}) for stage in SPEC.stages]
    spec = SPEC.model_copy(update={"stages": tuple(many)}).with_daily_demand(5000)
    error = refusal(spec, real_prices, days=2)
    assert error.bottleneck == "power"
    assert error.facts["needed_kwh"] > error.facts["limit_kwh"]


def test_no_shifts_are_the_bottleneck(real_prices: pd.Series) -> None:
    error = refusal(SPEC.model_copy(update={"shifts": ()}), real_prices)
    assert error.bottleneck == "shifts"


def test_shifts_too_short_for_a_task_are_the_bottleneck(real_prices: pd.Series) -> None:
    short = [shift.model_copy(update={"end": shift.start + 1}) for shift in SPEC.shifts[::2]]
    error = refusal(SPEC.model_copy(update={"shifts": tuple(short)}), real_prices, days=2)
    assert error.bottleneck == "shifts"
    assert "refining needs staff for its 2 h" in error.message


def test_a_hold_no_shift_can_meet_is_the_bottleneck(real_prices: pd.Series) -> None:
    long = with_stage(SPEC, "conche", hours={"standard": 16, "premium": 16}, hold_max_h=0)
    mornings = long.model_copy(update={"shifts": (SPEC.shifts[0],)})
    error = refusal(mornings, real_prices, days=1)
    assert error.bottleneck == "holds"
    assert "wait longer than its holds allow" in error.message


def test_a_process_longer_than_its_due_time_is_said(real_prices: pd.Series) -> None:
    slow = with_stage(SPEC, "conche", hours={"standard": 60, "premium": 60})
    error = refusal(slow, real_prices)
    assert error.bottleneck == "due"
    assert "Tue 18 Nov, 22:00" in error.message


def test_no_time_at_all_gives_the_plan_the_search_begins_with(real_prices: pd.Series) -> None:
    solution = solve(build(SPEC, real_prices, first_day=MONDAY, days=7), time_limit_s=0)
    assert (solution.status, solution.gap) == ("feasible", 1)
    assert len(solution.routes) == sum(order.batches for order in SPEC.orders(MONDAY, 7))


def test_no_time_and_no_plan_to_begin_with_is_not_called_infeasible(
    real_prices: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chocolib.plan.solve.first_columns", lambda *_: None)
    problem = build(SPEC, real_prices, first_day=MONDAY, days=7)
    with pytest.raises(ChocolibError, match="no plan was found in 0 s") as caught:
        solve(problem, time_limit_s=0)
    assert not isinstance(caught.value, PlanInfeasible)


def test_a_search_cut_short_gives_a_feasible_plan(
    real_prices: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(
        problem: Problem, *, gap: float, time_limit_s: float, start: np.ndarray | None
    ) -> Found:
        found = search(problem, gap=gap, time_limit_s=time_limit_s, start=start)
        return replace(found, bound=0.9 * found.value)

    monkeypatch.setattr("chocolib.plan.solve.search", stopped)
    solution = solve(build(SPEC, real_prices, first_day=MONDAY, days=1))
    assert solution.status == "feasible"
    assert solution.gap == pytest.approx(0.1)


def test_without_any_bound_the_gap_is_everything() -> None:
    assert Found(None, value=5.0, bound=-float("inf")).gap == 1


@pytest.mark.parametrize("days", [0, -1])
def test_a_plan_needs_a_day(real_prices: pd.Series, days: int) -> None:
    with pytest.raises(SettingsError, match="at least one day"):
        build(SPEC, real_prices, first_day=MONDAY, days=days)


def test_a_step_divides_the_hour(real_prices: pd.Series) -> None:
    for minutes in (0, 25, 90):
        with pytest.raises(SettingsError, match="does not divide the hour"):
            build(
                SPEC,
                real_prices,
                first_day=MONDAY,
                days=1,
                step=pd.Timedelta(minutes=minutes),
            )
