from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.factory import FactorySpec
from chocolib.core.results import Plan
from chocolib.plan.evaluate import check
from chocolib.plan.planning import plan
from tests.plan.document_checks import faults

DAYS = [
    pytest.param(date(2025, 11, 20), 2, id="two ordinary days"),
    pytest.param(date(2025, 11, 18), 1, id="one day"),
    pytest.param(date(2025, 10, 24), 3, id="Friday to a Sunday of 25 hours"),
    pytest.param(date(2025, 10, 25), 2, id="a weekend with 25 hours"),
    pytest.param(date(2025, 3, 28), 3, id="Friday to a Sunday of 23 hours"),
    pytest.param(date(2025, 3, 29), 2, id="a weekend with 23 hours"),
    pytest.param(date(2025, 12, 3), 3, id="December, 30 % more"),
    pytest.param(date(2025, 8, 14), 3, id="August, 20 % less, over a holiday"),
    pytest.param(date(2024, 9, 6), 3, id="Friday, Saturday, Sunday"),
    pytest.param(date(2022, 8, 24), 2, id="the dear summer of 2022"),
    pytest.param(date(2025, 1, 1), 2, id="a day with an absurd spike"),
    pytest.param(date(2025, 1, 20), 7, id="a week"),
    pytest.param(date(2025, 11, 20), 7, id="a week from a Thursday"),
]


@pytest.fixture(scope="module")
def spec() -> FactorySpec:
    return FactorySpec.default()


def made(spec: FactorySpec, prices: pd.Series, first_day: date, days: int) -> Plan:
    as_of = time.midnight(first_day)
    return plan(spec, prices, as_of=as_of, first_day=first_day, days=days)


@pytest.fixture(scope="module")
def by_hour(real_prices: pd.Series) -> dict[str, float]:
    return {time.iso(hour): price for hour, price in real_prices.items()}


@pytest.mark.parametrize(("first_day", "days"), DAYS)
def test_a_plan_keeps_every_rule_and_costs_no_more_than_as_usual(
    spec: FactorySpec,
    real_prices: pd.Series,
    by_hour: dict[str, float],
    first_day: date,
    days: int,
) -> None:
    result = made(spec, real_prices, first_day, days)
    document = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    usual = document["as_usual"]
    asked = {"first_day": first_day, "days": days}

    assert faults(document, spec.model_dump(), by_hour, **asked) == []
    assert faults(usual, spec.model_dump(), by_hour, **asked, late=True) == []
    assert check(result.best, spec, **asked) == []
    assert check(result.as_usual, spec, **asked, on_time=False) == []

    assert result.status == "optimal"
    assert 0 <= result.gap <= 1e-3
    assert (document["kg"], document["energy_kwh"]) == (usual["kg"], usual["energy_kwh"])
    assert document["cost_eur"] <= usual["cost_eur"] + 1e-6
    assert document["saving_eur"] == pytest.approx(usual["cost_eur"] - document["cost_eur"])
    assert document["saving_eur"] > 0.04 * usual["cost_eur"]


def test_a_two_day_plan_is_proven_optimal_in_a_second(
    spec: FactorySpec, real_prices: pd.Series
) -> None:
    result = made(spec, real_prices, date(2025, 12, 15), 2)
    assert result.status == "optimal"
    assert result.seconds < 1


def test_the_same_input_gives_the_same_plan(spec: FactorySpec, real_prices: pd.Series) -> None:
    once, again = (made(spec, real_prices, date(2025, 11, 20), 2) for _ in range(2))
    assert once.best == again.best
    assert once.as_usual == again.as_usual


def test_a_plan_survives_its_json(spec: FactorySpec, real_prices: pd.Series) -> None:
    result = made(spec, real_prices, date(2025, 10, 25), 2)
    document = result.to_dict()
    assert Plan.from_json(json.dumps(document)).to_dict() == document


def test_tasks_come_by_start_and_batches_are_named_by_day_and_product(
    spec: FactorySpec, real_prices: pd.Series
) -> None:
    result = made(spec, real_prices, date(2025, 11, 20), 2)
    order = [(task.start, task.batch) for task in result.best.tasks]
    assert order == sorted(order)
    thursday = {"1120-S1", "1120-S2", "1120-S3", "1120-P1"}
    friday = {"1121-S1", "1121-S2", "1121-S3", "1121-S4", "1121-P1"}
    for schedule in (result.best, result.as_usual):
        assert {task.batch for task in schedule.tasks} == thursday | friday
        assert {t.machine for t in schedule.tasks if t.stage == "mix"} == {"mix-1"}
    assert result.as_usual.tasks[0].start == time.at(date(2025, 11, 20), 8)
    assert result.window.start == time.midnight(date(2025, 11, 20))
    assert result.window.end == time.at(date(2025, 11, 22), 14)


def test_a_sunday_without_demand_is_an_empty_optimal_plan(
    spec: FactorySpec, real_prices: pd.Series
) -> None:
    result = made(spec, real_prices, date(2025, 11, 23), 1)
    document = result.to_dict()
    assert document["status"] == "optimal"
    assert document["batches"] == document["as_usual"]["batches"] == []
    assert document["cost_eur"] == document["kg"] == document["gap"] == 0
    assert result.saving_share == 0
    assert check(result.best, spec, first_day=date(2025, 11, 23), days=1) == []


def test_a_plan_carries_what_it_was_told(spec: FactorySpec, real_prices: pd.Series) -> None:
    as_of = pd.Timestamp("2025-11-17T19:30Z")
    result = plan(
        spec, real_prices, as_of=as_of, first_day=date(2025, 11, 18), days=1, synthetic=True
    )
    assert (result.as_of, result.days, result.synthetic) == (as_of, 1, True)
