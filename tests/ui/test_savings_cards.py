"""Cards on savings: the steps add up, lateness is said, nothing is missing in a language."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from chocolib.app.plan_review import CHANGES
from chocolib.app.savings import document
from chocolib.core.i18n import LANGS, Lang
from chocolib.ui.cards.savings import binding_card, saved_by_day, savings_card, what_if_card
from chocolib.ui.charts.waterfall import Step, waterfall
from tests.ui.test_charts import svgs
from tests.ui.test_pages import balanced, words

COSTS = {
    "as_usual": 100.0,
    "valley_first": 104.0,
    "cheapest_windows": 90.0,
    "plan": 88.0,
    "perfect": 87.0,
}


def found(late: int = 0) -> dict[str, Any]:
    row = {"day": "2025-11-10", "replayed": True, "batches": 4, "kg": 200.0, "energy_kwh": 568.0}
    answer = {
        "days": [row | COSTS | {"saving_eur": 12.0}],
        "late_batches": {"valley_first": late},
        "gap": 0.0,
        "calendar_days": 7,
        "left_out": None,
    }
    return document([answer], date(2025, 11, 10), date(2025, 11, 16), "champion")


@pytest.mark.parametrize("lang", LANGS)
def test_the_steps_lead_from_as_usual_to_the_plan(lang: Lang) -> None:
    html = savings_card(found(), lang=lang)
    assert balanced(html)
    assert [drawing.get("class") for drawing in svgs(html)] == ["cc-narrow", "cc-wide"]
    said = words(html)
    assert "12,0" in said or "12.0" in said
    assert "92,3" in said or "92.3" in said


def test_a_step_that_costs_more_has_its_sign_and_late_batches_are_said() -> None:
    said = words(savings_card(found(late=3), lang="en"))
    assert "+€4" in said
    assert "past their due time: by the clock 3" in said
    assert "past their due time" not in words(savings_card(found(), lang="en"))


@pytest.mark.parametrize("lang", LANGS)
def test_the_other_cards_say_all_they_are_given(lang: Lang) -> None:
    days = words(saved_by_day(found(), lang=lang))
    assert "10 nov" in days.lower()
    assert balanced(binding_card({"machines": 20, "no such rule": 1}, lang=lang))
    assert "20" in words(binding_card({"machines": 20}, lang=lang))
    assert balanced(binding_card({}, lang=lang))
    columns = ["kg", "cost_eur", "eur_kg", "late"]
    table = pd.DataFrame(
        [[1150.0, 400.0, 0.348, 0.0]] * (len(CHANGES) - 1) + [[np.nan] * 4],
        index=[name for name, _ in CHANGES],
        columns=columns,
    )
    html = what_if_card(table, lang=lang)
    assert balanced(html)
    assert "nan" not in words(html)


def test_a_waterfall_hangs_each_bar_where_the_one_before_ended() -> None:
    steps = [Step("all", 0, 100, "100"), Step("less", 100, 60, "-40"), Step("rest", 0, 60, "60")]
    wide = svgs(waterfall(steps, heading="EUR", name="w", lang="en"))[1]
    bars = [
        (float(b.get("x")), float(b.get("width"))) for b in wide.iter() if b.tag.endswith("rect")
    ]
    (first, whole), (second, less), (third, rest) = bars
    assert first == third
    assert second == pytest.approx(third + rest, abs=0.2)
    assert second + less == pytest.approx(first + whole, abs=0.2)
