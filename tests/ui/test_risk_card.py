"""The card on the risk of a plan: sentences first, the numbers of both sides behind a fold."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.remarks import Remark
from chocolib.core.results import Plan
from chocolib.core.risk import Regret, Risk, Spread
from chocolib.ui.cards.risk import risk_card, sentences
from tests.ui.test_pages import balanced, words

RISK = Risk(
    weight=0.0,
    tail=0.1,
    paths=30,
    plan=Spread(101.5, 130.25, 90.0, 121.75),
    as_usual=Spread(120.5, 155.25, 108.0, 145.75),
    cheaper=1.0,
    regret=Regret(2.5, 7.75),
)


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_says_the_spread_the_tail_and_the_regret(plan: Plan, lang: Lang) -> None:
    html = risk_card(replace(plan, risk=RISK), lang=lang)
    assert balanced(html)
    said = words(unescape(html))
    plain = [sentence.replace("\xa0", " ") for sentence in sentences(RISK, lang)]
    assert [sentence for sentence in plain if sentence not in said] == []
    assert html.count("<tr>") == 3
    comma = {"es": ",", "en": "."}[lang]
    for eur in (101.5, 130.25, 90.0, 121.75, 120.5, 155.25, 108.0, 145.75, 2.5, 7.75):
        assert f"{eur:.2f}".replace(".", comma) in said


def test_spanish_and_english_say_how_the_plan_was_made() -> None:
    weighed = replace(RISK, weight=0.5, regret=None)
    assert "precio esperado" in sentences(RISK, "es")[-1]
    assert "50" in sentences(weighed, "es")[-1]
    assert "counted 50" in sentences(weighed, "en")[-1]
    assert "no time" in sentences(weighed, "en")[-2]


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_says_what_stood_in_for_past_weeks(plan: Plan, lang: Lang) -> None:
    few = Remark("risk.few_weeks", {"weeks": 12})
    html = risk_card(replace(plan, risk=replace(RISK, remarks=(few,))), lang=lang)
    assert few.text(lang) in unescape(html)


@pytest.mark.parametrize("lang", LANGS)
def test_without_a_risk_a_card_says_how_to_get_it(plan: Plan, lang: Lang) -> None:
    assert "chocolib daily --risk 0" in risk_card(plan, lang=lang)
    assert "chocolib daily" in risk_card(None, lang=lang)
