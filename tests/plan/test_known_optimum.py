"""Factories so small that every plan can be tried."""

from __future__ import annotations

import itertools
from datetime import date
from random import Random

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.factory import FactorySpec
from chocolib.plan.batches import schedule
from chocolib.plan.evaluate import check
from chocolib.plan.model import build
from chocolib.plan.planning import plan
from chocolib.plan.solve import solve
from tests.plan.factories import factory, hourly

MONDAY = date(2025, 6, 16)
FIRST = "2025-06-15T22:00"  # Madrid midnight, in summer
#: Hours since that midnight in which the shift of Monday or Tuesday is in.
STAFFED = [*range(6, 14), *range(30, 38)]


def random_prices(seed: int) -> list[float]:
    random = Random(seed)
    return [round(random.uniform(0.02, 0.3), 5) for _ in range(24 * 6)]


def optimum(spec: FactorySpec, values: list[float]) -> float:
    prices = hourly(FIRST, values)
    result = plan(spec, prices, as_of=time.midnight(MONDAY), first_day=MONDAY, days=1, gap=1e-7)
    assert check(result.best, spec, first_day=MONDAY, days=1) == []
    assert result.status == "optimal"
    return result.best.cost_eur


@pytest.mark.parametrize("seed", range(3))
def test_one_machine_takes_the_cheapest_disjoint_hours(seed: int) -> None:
    values = random_prices(seed)
    spec = factory([{"name": "roast", "hours": {"milk": 3}, "power_kw": 5.0}])
    starts = [t for t in STAFFED if {t, t + 1, t + 2} <= set(STAFFED)]
    pairs = [(a, b) for a, b in itertools.combinations(starts, 2) if b - a >= 3]
    best = min(sum(5 * sum(values[t : t + 3]) for t in pair) for pair in pairs)
    assert optimum(spec, values) == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("hold", "limit", "tank"), [(0, 9, None), (2, 9, None), (20, 7, 1)])
def test_two_stages_match_every_plan_tried(
    seed: int, hold: int, limit: float, tank: int | None
) -> None:
    values = random_prices(seed)
    spec = factory(
        [
            {"name": "mix", "hours": {"milk": 2}, "power_kw": 3.0, "hold_max_h": hold}
            | ({"tank_batches": tank} if tank else {}),
            {"name": "bake", "hours": {"milk": 4}, "power_kw": 4.0, "attended": "start"},
        ],
        power_limit_kw={"P1": limit, "P2": limit, "P3": limit},
    )
    assert optimum(spec, values) == pytest.approx(best_of_all(values, hold, limit, tank), abs=1e-5)


def best_of_all(values: list[float], hold: int, limit: float, tank: int | None) -> float:
    """Two batches through mix (2 h, attended) and bake (4 h, staff to start), one machine each."""
    routes = [
        (mix, bake)
        for mix in STAFFED
        for bake in STAFFED
        if mix + 1 in STAFFED and mix + 2 <= bake <= mix + 2 + hold and bake + 4 <= 38
    ]
    cost = {(m, b): 3 * sum(values[m : m + 2]) + 4 * sum(values[b : b + 4]) for m, b in routes}
    best = float("inf")
    for one, other in itertools.combinations_with_replacement(routes, 2):
        (m1, b1), (m2, b2) = one, other
        if abs(m1 - m2) >= 2 and abs(b1 - b2) >= 4 and cost[one] + cost[other] < best:
            drawn = [
                sum(3 * (m <= t < m + 2) for m in (m1, m2))
                + sum(4 * (b <= t < b + 4) for b in (b1, b2))
                for t in range(38)
            ]
            waits = [(m1 + 2 <= t < b1) + (m2 + 2 <= t < b2) for t in range(38)]
            if max(drawn) <= limit and max(waits) <= (tank or 9):
                best = cost[one] + cost[other]
    return best


def test_quarter_hours_cost_no_more_than_hours() -> None:
    prices = hourly(FIRST, random_prices(7))
    spec = factory(
        [
            {"name": "mix", "hours": {"milk": 1}, "hold_max_h": 3},
            {"name": "bake", "hours": {"milk": 3}, "power_kw": 4.0, "attended": "start"},
        ]
    )
    costs = {}
    for minutes in (60, 15):
        step = pd.Timedelta(minutes=minutes)
        problem = build(spec, prices, first_day=MONDAY, days=1, step=step)
        solution = solve(problem, gap=1e-7)
        made = schedule("optimal", solution.routes, spec, problem.horizon, prices)
        assert check(made, spec, first_day=MONDAY, days=1) == []
        assert made.cost_eur == pytest.approx(solution.cost_eur, abs=1e-5)
        costs[minutes] = made.cost_eur
    assert costs[15] <= costs[60] + 1e-9


def test_negative_prices_are_earned() -> None:
    values = [0.1] * 144
    values[8:11] = [-0.05] * 3
    spec = factory(
        [{"name": "roast", "hours": {"milk": 3}, "power_kw": 5.0}],
        demand={"kg": {"mon": 10}, "mix": {"milk": 1}, "month_factor": {}, "made_ahead_days": 0},
    )
    assert optimum(spec, values) == pytest.approx(-0.75)


def test_free_energy_costs_nothing_and_leaves_no_gap() -> None:
    spec = factory([{"name": "roast", "hours": {"milk": 3}}])
    assert optimum(spec, [0.0] * 144) == 0


def test_goods_are_not_made_staler_than_allowed() -> None:
    wednesday_only = {"kg": {"wed": 10}, "mix": {"milk": 1.0}, "month_factor": {}}
    values = [0.01] * 24 + [0.05] * 24 + [0.2] * 24 * 4
    expected = {0: 0.2, 1: 0.05, 2: 0.01}
    for ahead, price in expected.items():
        spec = factory(
            [{"name": "roast", "hours": {"milk": 3}}],
            demand=wednesday_only | {"made_ahead_days": ahead},
        )
        prices = hourly(FIRST, values)
        result = plan(spec, prices, as_of=time.midnight(MONDAY), first_day=MONDAY, days=3)
        assert result.best.cost_eur == pytest.approx(3 * price)
        assert check(result.best, spec, first_day=MONDAY, days=3) == []
