"""The page of the plan: every state of a batch, its costs, its draw, and what it lacks."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.results import Plan
from chocolib.core.time import HOUR
from chocolib.core.views import PlanView
from chocolib.ui.cards.batches import STATE_KEYS, states
from chocolib.ui.charts import gantt
from chocolib.ui.pages.plan import plan_fragment
from tests.ui.plans_to_draw import START, a_plan, halted_plan, late_plan, prices
from tests.ui.samples_to_draw import NOW
from tests.ui.test_risk_card import RISK

DRAW = pd.DataFrame({"kw": [12.0, 44.0, 0.0], "limit_kw": 60.0}, index=prices().index[:3])


def view(plan: Plan | None, lang: Lang = "es", **facts: object) -> PlanView:
    return PlanView(NOW, lang, plan=plan, prices=prices(), draw=DRAW, **facts)  # type: ignore[arg-type]


def words(markup: str) -> str:
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", markup, flags=re.DOTALL)
    return " ".join(text.split())


def cards(markup: str) -> list[str]:
    return re.findall(r'data-card="([\w-]+)"', markup)


def test_a_whole_page_has_its_cards_in_order() -> None:
    why = ("El lote 1120-S2 empieza el jue 20 nov, 21:00.",)
    page = plan_fragment(view(a_plan(), next_batch="1120-S2", why=why))
    assert cards(page) == [
        *("next-up", "saving", "costs", "plan", "what-if", "batches", "why", "draw", "freshness")
    ]
    assert '<div data-widget="what_if">' in page
    assert "Por qué 1120-S2 empieza entonces" in words(page)


def test_a_plan_that_knows_its_risk_tells_it() -> None:
    assert "risk" in cards(plan_fragment(view(replace(a_plan(), risk=RISK))))
    assert "risk" not in cards(plan_fragment(view(a_plan())))


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_without_a_plan_says_so_and_offers_no_controls(lang: Lang) -> None:
    page = plan_fragment(view(None, lang))
    assert cards(page) == ["plan", "freshness"]
    assert "chocolib daily" in page
    assert "data-widget" not in page


def test_batches_are_done_running_waiting_next_and_planned() -> None:
    plan = a_plan()
    assert states(plan, START - HOUR) == {"1120-S1": "next", "1120-S2": "planned"}
    assert states(plan, NOW) == {"1120-S1": "running", "1120-S2": "next"}
    assert states(plan, START + 15 * HOUR) == {"1120-S1": "done", "1120-S2": "running"}
    assert set(states(plan, START + 30 * HOUR).values()) == {"done"}
    first, second = plan.best.tasks[0], plan.best.tasks[4]
    apart = a_plan(best=type(plan.best)("optimal", (first, second), 50.0))
    assert states(apart, START + 3 * HOUR) == {"1120-S1": "waiting"}
    assert set(STATE_KEYS) >= {"waiting", "late"}


@pytest.mark.parametrize(("lang", "late"), [("es", "Tarde"), ("en", "Late")])
def test_a_late_batch_is_late_in_the_table_and_in_the_notes(lang: Lang, late: str) -> None:
    page = plan_fragment(view(late_plan(), lang))
    assert 'data-state="late"' in page
    assert late in words(page)
    assert "plan-notes" in cards(page)


@pytest.mark.parametrize(
    ("lang", "said"), [("es", "La sala no lo permite"), ("en", "The room does not allow it")]
)
def test_halts_are_drawn_on_the_rows_of_their_stage(lang: Lang, said: str) -> None:
    chart = gantt(halted_plan(), lang=lang, now=NOW)
    assert chart.count('class="cc-shut"') == 1 + 1  # desktop, and the phone's second day
    assert said in words(chart)
    assert "cc-shut" not in gantt(a_plan(), lang=lang)


def test_what_is_only_priced_is_told_apart_from_what_is_paid() -> None:
    page = words(plan_fragment(view(late_plan())))
    assert "74,00 €" in page
    assert "Retrasos (valorados, no se pagan) 50,00 €" in page
    assert "Turno de noche" not in page


def test_a_plan_of_an_earlier_version_has_no_split_costs() -> None:
    assert "versión anterior" in words(plan_fragment(view(a_plan(costs=None))))


def test_the_draw_says_how_near_it_comes_to_the_contract() -> None:
    page = words(plan_fragment(view(a_plan())))
    assert "Lo más que se pide a la vez son 44 kW; la hora más justa deja 16 kW libres." in page


def test_names_are_escaped() -> None:
    plan = a_plan()
    tasks = tuple(
        type(task)(**{**{n: getattr(task, n) for n in task.__slots__}, "batch": "<b>1"})
        for task in plan.best.tasks
    )
    page = plan_fragment(view(a_plan(best=type(plan.best)("optimal", tasks, 50.0))))
    assert "<b>1" not in page.replace("<b>&lt;b&gt;1</b>", "")
