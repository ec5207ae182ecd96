"""What a changed factory would cost: planned again beside the kept plan, on real prices."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import kept_plan, update
from chocolib.app.settings import read_settings
from chocolib.app.what_if import Change, Ground, fault, what_if
from chocolib.core.errors import PlanInfeasible, SettingsError
from chocolib.core.factory import FactorySpec
from chocolib.core.plans import Plan
from chocolib.plan.evaluate import check
from chocolib.plan.what_if import changed
from tests.conftest import NOW, price_frame

BEFORE, EVENING = "2025-11-18T21:00", "2025-11-19T21:00"


@pytest.fixture(scope="module")
def evenings(real_prices: pd.Series, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two evenings planned, the second going on from the first; only read."""
    home = tmp_path_factory.mktemp("evenings")
    frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHOCOLIB_HOME", str(home))
        real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
        for evening in (BEFORE, EVENING):
            update(open_context(as_of=evening), model="naive")
    return home


@pytest.fixture
def context(evenings: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setenv("CHOCOLIB_HOME", str(evenings))
    return open_context(as_of="2025-11-20T09:00")


@pytest.fixture
def base(context: Context) -> Plan:
    found = kept_plan(context)
    assert found is not None
    assert found.frozen
    return found


@pytest.fixture
def ground(context: Context, base: Plan) -> Ground:
    return Ground(context, base)


def test_without_a_change_the_plan_costs_what_it_costs(ground: Ground, base: Plan) -> None:
    same = ground.answer(Change())
    assert same.same_work
    assert same.base_eur == pytest.approx(base.best.cost_eur, abs=1e-4)
    assert abs(same.eur) <= same.open_eur + 1e-4 + base.gap * base.best.cost_eur
    assert set(same.made.frozen) == set(base.frozen)


def test_a_smaller_contract_costs_more_for_the_same_work(ground: Ground) -> None:
    smaller = ground.answer(Change(power_kw=-15))
    assert smaller.same_work
    assert smaller.eur > smaller.open_eur


def test_a_conche_less_is_not_used_by_what_had_not_begun(ground: Ground) -> None:
    made = ground.answer(Change(conches=2)).made
    machines = {task.machine for task in made.best.tasks if task.batch not in made.frozen}
    assert "conche-2" in machines
    assert "conche-3" not in machines


def test_what_had_begun_is_finished_whatever_is_changed(ground: Ground, base: Plan) -> None:
    begun = {(t.batch, t.stage, t.start) for t in base.best.tasks if t.start < base.as_of}
    for change in (Change(demand=0.5), Change(mix={"premium": 0.6}), Change(conches=1)):
        made = ground.answer(change).made
        assert begun <= {(t.batch, t.stage, t.start) for t in made.best.tasks}, change


@pytest.mark.parametrize(
    "change",
    [
        Change(demand=1.1),
        Change(power_kw=-15),
        Change(power_kw=40),
        Change(mix={"premium": 0.2, "ultra": 0.2}),
        Change(days=4),
    ],
    ids=lambda change: repr(change)[7:50],
)
def test_a_changed_plan_keeps_every_rule_of_the_changed_factory(
    ground: Ground, base: Plan, change: Change
) -> None:
    found = ground.answer(change)
    made, spec = found.made, changed(ground.context.factory, change, base)
    assert made.first_day is not None
    assert not found.bottleneck
    asked = ground.asked(change)
    assert (made.best.batches, made.best.kg) == (asked.batches, asked.kg)
    assert made.best.energy_kwh == pytest.approx(asked.energy_kwh)
    broken = check(
        made.best,
        spec,
        first_day=made.first_day,
        days=made.made_days,
        stock=made.stock,
        halts=made.halts,
        since=base.as_of,
        on_time=not made.late_batches,
    )
    assert broken == []


def test_less_demand_is_less_money_and_not_the_same_work(ground: Ground) -> None:
    less = ground.answer(Change(demand=0.5))
    assert less.eur < 0
    assert not less.same_work
    assert less.made.best.kg < less.base.best.kg


def test_a_plan_that_must_be_late_names_what_makes_it_so(ground: Ground) -> None:
    late = ground.answer(Change(conches=1))
    assert late.made.late_batches
    assert late.bottleneck == "conche"


def test_what_cannot_be_made_at_all_names_its_bottleneck(ground: Ground) -> None:
    with pytest.raises(PlanInfeasible) as refusal:
        ground.answer(Change(demand=1.5, conches=1, days=7))
    assert refusal.value.bottleneck == "conche"
    assert refusal.value.facts["asked_kg"] > refusal.value.facts["possible_kg"] > 0


def test_no_question_changes_the_kept_plan(context: Context, base: Plan) -> None:
    before = context.store.revision("production_plan"), context.store.revision("price_forecast")
    what_if(context, base, Change(demand=1.2))
    after = context.store.revision("production_plan"), context.store.revision("price_forecast")
    assert after == before


def test_a_plan_from_an_empty_factory_is_asked_about_as_one(context: Context) -> None:
    base = kept_plan(open_context(as_of="2025-11-19T09:00"))
    assert base is not None
    assert not base.frozen
    found = what_if(context, base, Change(conches=2))
    assert found.made.frozen == ()
    assert found.made.window == base.window
    assert found.same_work


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(demand=1.6), "50 to 150 %"),
        (Change(demand=float("nan")), "50 to 150 %"),
        (Change(days=8), "1 to 7 days"),
        (Change(conches=0), "1 to 6 conches"),
        (Change(power_kw=41), "-20 to 40 kW"),
        (Change(mix={"milk": 0.1}), "premium, ultra"),
        (Change(mix={"premium": -0.1}), "0 to 100 %"),
        (Change(mix={"premium": 0.7, "ultra": 0.4}), "more than 100 %"),
    ],
)
def test_a_change_out_of_bounds_is_refused_in_words(change: Change, said: str) -> None:
    spec = FactorySpec.default()
    found = fault(change, spec)
    assert found is not None
    assert said in found.text("en")
    assert found.text("es") != found.text("en")


def test_a_refused_change_plans_nothing(ground: Ground) -> None:
    with pytest.raises(SettingsError, match="50 to 150 %"):
        ground.answer(Change(demand=2.0))


def test_a_factory_without_conches_or_with_little_power_says_so() -> None:
    spec = FactorySpec.default()
    bare = spec.model_copy(update={"stages": spec.stages[:2]})
    small = spec.model_copy(update={"power_limit_kw": dict.fromkeys(("P1", "P2", "P3"), 15.0)})
    none, little = fault(Change(conches=2), bare), fault(Change(power_kw=-15), small)
    assert none is not None
    assert none.key == "what_if.fault.no_conche"
    assert little is not None
    assert little.key == "what_if.fault.no_power"
