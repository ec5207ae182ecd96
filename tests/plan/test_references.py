"""Reference plans keep every rule, make the same batches, and do what their names say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from chocolib.core.errors import PlanInfeasible
from chocolib.core.factory import FactorySpec
from chocolib.core.time import at
from chocolib.plan.as_usual import NoPlace
from chocolib.plan.assign import NoMachine
from chocolib.plan.evaluate import check, costs
from chocolib.plan.planning import plan
from chocolib.plan.references import Work, cheapest_windows, valley_first
from tests.plan.factories import factory, hourly
from tests.plan.random_cases import case

MONDAY = date(2025, 3, 3)


def test_references_of_a_week_make_the_same_batches_and_keep_the_rules(
    real_prices: pd.Series,
) -> None:
    spec = FactorySpec.default()
    best = plan(spec, real_prices, as_of=at(MONDAY, 0), first_day=MONDAY, days=7)
    work = Work(spec, MONDAY, 7)
    for made in (
        valley_first(work, real_prices),
        cheapest_windows(work, real_prices, lambda _: real_prices),
    ):
        assert check(made, spec, first_day=MONDAY, days=7, on_time=False) == []
        assert made.kg == best.best.kg
        assert made.energy_kwh == pytest.approx(best.best.energy_kwh)
        assert {t.batch for t in made.tasks} == {t.batch for t in best.best.tasks}
        assert best.best.cost_eur < made.cost_eur < best.as_usual.cost_eur


def test_valley_first_draws_more_in_p3_than_as_usual(real_prices: pd.Series) -> None:
    spec = FactorySpec.default()
    usual = plan(spec, real_prices, as_of=at(MONDAY, 0), first_day=MONDAY, days=5).as_usual
    flat = pd.Series(1.0, real_prices.index)
    by_clock = costs(valley_first(Work(spec, MONDAY, 5), flat), flat, spec).energy
    as_usual = costs(usual, flat, spec).energy
    assert by_clock["P3"] > as_usual["P3"]
    assert by_clock["P1"] < as_usual["P1"]


@pytest.mark.parametrize("seed", range(25))
def test_references_of_any_small_factory_keep_its_rules(seed: int) -> None:
    asked = case(seed)
    work = Work(asked.spec, asked.first_day, asked.days, asked.step, asked.halts)
    for place in (valley_first, lambda w, p: cheapest_windows(w, p, lambda _: asked.prices)):
        try:
            made = place(work, asked.prices)
        except (NoPlace, NoMachine, PlanInfeasible):
            continue
        broken = check(
            made,
            asked.spec,
            first_day=asked.first_day,
            days=asked.days,
            on_time=False,
            halts=asked.halts,
        )
        assert broken == []


def one_machine() -> FactorySpec:
    return factory(
        [{"name": "mix", "hours": {"milk": 2}}],
        demand={"kg": {"mon": 10}, "mix": {"milk": 1.0}, "month_factor": {}, "made_ahead_days": 0},
    )


def test_the_cheapest_window_of_one_batch_is_found_by_hand() -> None:
    spec = one_machine()
    prices = hourly("2025-03-02T23:00Z", [0.5] * 24 * 40)
    prices.loc["2025-03-03T09:00Z":"2025-03-03T10:00Z"] = 0.1
    made = cheapest_windows(Work(spec, MONDAY, 1), prices, lambda _: prices)
    assert [task.start for task in made.tasks] == [at(MONDAY, 10)]
    assert made.cost_eur == pytest.approx(0.2)


def test_windows_are_chosen_by_what_was_expected_and_paid_at_what_came() -> None:
    spec = one_machine()
    came = hourly("2025-03-02T23:00Z", [0.5] * 24 * 40)
    thought = came.copy()
    thought.loc["2025-03-03T07:00Z":"2025-03-03T08:00Z"] = 0.1
    made = cheapest_windows(Work(spec, MONDAY, 1), came, lambda _: thought)
    assert [task.start for task in made.tasks] == [at(MONDAY, 8)]
    assert made.cost_eur == pytest.approx(1.0)


def test_expected_prices_that_end_early_count_as_their_mean() -> None:
    spec = one_machine()
    came = hourly("2025-03-02T23:00Z", [0.5] * 24 * 40)
    short = hourly("2025-03-02T23:00Z", list(np.linspace(0.4, 0.6, 8)))
    made = cheapest_windows(Work(spec, MONDAY, 1), came, lambda _: short)
    assert len(made.tasks) == 1
