"""From dials to a change, and from its plan to what a reader sees; on real prices."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import kept_plan, update
from chocolib.app.settings import read_settings
from chocolib.core.factory import FactorySpec
from chocolib.core.plans import Plan
from chocolib.plan.what_if import Change
from chocolib.ui.live.questions import dials, to_change, what_if_controls
from tests.conftest import NOW, price_frame

EVENING = "2025-11-19T21:00"


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
    made = open_context(as_of=EVENING, lang="es")
    update(made, model="naive")
    return made


@pytest.fixture
def base(context: Context) -> Plan:
    found = kept_plan(context)
    assert found is not None
    return found


def words(markup: str) -> str:
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", markup, flags=re.DOTALL).split())


def test_a_reader_sees_what_is_asked_what_it_costs_and_the_plan(context: Context) -> None:
    widget = what_if_controls(context)
    assert [dial["name"] for dial in widget.dials] == [
        *("demand", "conches", "power", "share:premium", "share:ultra", "days")
    ]
    widget.set_state({"asked": {"power": -15}})
    assert "Se piden 9 lotes: 450 kg y 1.260 kWh." in words(widget.first)
    assert "lo más ocupado sería el refinado" in words(widget.first)
    assert re.search(r"\+\d+,\d\d € Cuesta", words(widget.answer))
    assert "Mismos kilos y misma energía." in words(widget.answer)
    assert "<svg" in widget.answer
    widget.set_state({"asked": {"demand": 120}})
    assert "Por kilo:" in words(widget.answer)
    assert re.search(r"Se hacen \d+ kg en lugar de 450 kg", words(widget.answer))
    widget.set_state({"asked": {}})
    assert "Cuesta lo mismo que el plan" in words(widget.answer)


def test_what_is_late_or_impossible_is_said_with_what_stands_in_the_way(context: Context) -> None:
    widget = what_if_controls(context)
    widget.set_state({"asked": {"conches": 1, "demand": 150}})
    assert "lotes llegan tarde" in words(widget.answer)
    assert "El límite: el conchado." in words(widget.answer)
    assert "Eso no cabe en una semana normal: el conchado" in words(widget.first)
    widget.set_state({"asked": {"conches": 1, "demand": 150, "days": 7}})
    assert "No hay plan posible para estos días: lo impide el conchado." in words(widget.answer)
    assert widget.error == ""


def test_products_that_add_up_to_too_much_are_an_error_in_the_language(context: Context) -> None:
    widget = what_if_controls(context)
    widget.set_state({"asked": {"share:premium": 80, "share:ultra": 40}})
    assert widget.error == "Los productos suman más del 100 %."


def test_without_a_plan_the_controls_say_so() -> None:
    widget = what_if_controls(open_context(as_of=EVENING, lang="en"))
    assert widget.dials == []
    assert widget.error == "There is no plan yet."
    widget.set_state({"asked": {"demand": 120}})
    assert widget.error == widget.words["wrong"]


def test_dials_that_stand_as_they_are_change_nothing(base: Plan) -> None:
    spec = FactorySpec.default()
    thirds = spec.demand.model_copy(update={"mix": {"standard": 2 / 3, "premium": 1 / 3}})
    for factory in (spec, spec.model_copy(update={"demand": thirds})):
        asked = {dial.name: dial.value for dial in dials(factory, base, "es")}
        assert to_change(asked, factory, base) == Change()


def test_a_factory_without_conches_has_no_dial_for_them(base: Plan) -> None:
    spec = FactorySpec.default()
    bare = spec.model_copy(update={"stages": spec.stages[:2]})
    names = [dial.name for dial in dials(bare, base, "en")]
    assert "conches" not in names
    asked = {dial.name: dial.value for dial in dials(bare, base, "en")}
    assert to_change(asked | {"demand": 50}, bare, base) == Change(demand=0.5)
