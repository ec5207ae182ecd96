"""Explanations: their numbers add up, their alternatives are judged by the rules."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from chocolib.core.errors import DataError, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.i18n import LANGS
from chocolib.core.plans import Plan
from chocolib.core.time import at
from chocolib.plan.planning import plan
from chocolib.plan.why import PAST, why
from chocolib.plan.why_words import rule_text, sentences
from tests.plan.factories import factory, hourly, with_stage

DAY = date(2025, 11, 20)


@pytest.fixture(scope="module")
def made(real_prices: pd.Series) -> Plan:
    return plan(FactorySpec.default(), real_prices, as_of=at(DAY, 0), first_day=DAY, days=2)


def test_the_numbers_of_an_explanation_add_up(made: Plan, real_prices: pd.Series) -> None:
    spec = FactorySpec.default()
    reason = why(made, "1120-S1", spec, real_prices, known=real_prices.index)
    own = [task for task in made.best.tasks if task.batch == "1120-S1"]
    document = reason.to_dict()
    assert document["cost_eur"] == pytest.approx(sum(task.cost_eur for task in own), abs=1e-5)
    assert document["energy_kwh"] == sum(task.energy_kwh for task in own)
    assert sum(hour["cost_eur"] for hour in document["hours"]) == pytest.approx(
        document["cost_eur"], abs=1e-4
    )
    for hour in document["hours"]:
        assert hour["price_eur_kwh"] == real_prices[pd.Timestamp(hour["time"])]


def test_no_alternative_that_is_possible_is_cheaper_than_the_optimum(
    made: Plan, real_prices: pd.Series
) -> None:
    spec = FactorySpec.default()
    for batch in sorted({task.batch for task in made.best.tasks}):
        reason = why(made, batch, spec, real_prices, known=real_prices.index)
        able = [a.delta_eur for a in reason.alternatives if not a.rule]
        assert all(delta > -made.gap * made.best.cost_eur - 1e-6 for delta in able)
        assert [a.as_usual for a in reason.alternatives].count(True) <= 1
        for lang in LANGS:
            assert batch in sentences(reason, lang)[0]


def alone() -> tuple[FactorySpec, pd.Series, Plan]:
    spec = factory(
        [{"name": "mix", "hours": {"milk": 2}, "power_kw": 1.0}],
        demand={"kg": {"mon": 10}, "mix": {"milk": 1.0}, "month_factor": {}, "made_ahead_days": 0},
    )
    prices = hourly("2025-03-01T23:00Z", [0.5] * 24 * 40)
    prices.loc["2025-03-03T08:00Z":"2025-03-03T09:00Z"] = 0.1
    prices.loc["2025-03-03T02:00Z":"2025-03-03T03:00Z"] = 0.05
    day = date(2025, 3, 3)
    return spec, prices, plan(spec, prices, as_of=at(day, 0), first_day=day, days=1)


def test_a_lone_batch_says_what_moving_it_costs_and_which_rule_forbids_cheaper_hours() -> None:
    spec, prices, made = alone()
    reason = why(made, "0303-M1", spec, prices, known=prices.index)
    by_shift = {a.shift_h: a for a in reason.alternatives if not a.as_usual}
    assert reason.paid == pytest.approx(0.1)
    assert by_shift[1].delta_eur == pytest.approx(0.4)
    assert by_shift[1].rule == ""
    assert by_shift[-6].delta_eur == pytest.approx(-0.1)
    assert by_shift[-6].rule == "staff"
    english, spanish = (
        " ".join(sentences(reason, lang)).replace("\xa0", " ") for lang in ("en", "es")
    )
    assert "€0.10 less), but no shift is there to attend it" in english
    assert "0,10 € menos), pero no hay turno para atenderlo" in spanish


def test_a_start_before_the_plan_is_past() -> None:
    spec, prices, made = alone()
    prices.loc["2025-03-03T08:00Z":"2025-03-03T09:00Z"] = 0.5
    day = date(2025, 3, 3)
    spec = spec.model_copy(update={"shifts": (spec.shifts[0].model_copy(update={"start": 0}),)})
    made = plan(spec, prices, as_of=at(day, 0), first_day=day, days=1)
    reason = why(made, "0303-M1", spec, prices, known=prices.index)
    first = reason.alternatives[0]
    assert (first.shift_h, first.rule) == (-6, PAST)
    assert "past" in rule_text(first, "en")


def test_a_machine_in_the_way_is_named_with_its_batch(made: Plan, real_prices: pd.Series) -> None:
    spec = FactorySpec.default()
    reason = why(made, "1120-S2", spec, real_prices, known=real_prices.index)
    busy = [a for a in reason.alternatives if a.rule == "machines"]
    assert busy
    batches = {task.batch for task in made.best.tasks}
    assert all(a.holder in batches and a.holder != "1120-S2" for a in busy)
    assert busy[0].holder in rule_text(busy[0], "en")


def test_an_unknown_batch_is_refused_with_the_names_there_are(
    made: Plan, real_prices: pd.Series
) -> None:
    with pytest.raises(SettingsError, match="no batch") as refusal:
        why(made, "nope", FactorySpec.default(), real_prices, known=real_prices.index)
    assert "1120-S1" in refusal.value.hint


@pytest.mark.parametrize(
    "change", [{"power_kw": 9.0}, {"hours": {"bar": 2}}, {"hours": {"milk": 4}}, {"machines": 0}]
)
def test_a_plan_of_another_factory_is_refused(change: dict[str, object]) -> None:
    spec, prices, made = alone()
    other = with_stage(spec, "mix", **change)
    with pytest.raises(DataError, match="of another factory"):
        why(made, "0303-M1", other, prices, known=prices.index)
