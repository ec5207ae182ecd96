"""What is told of an answer beside its words: sources, cost, who spoke, tables and charts."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.settings import read_settings
from chocolib.assistant.parts import Asked, Consulted, Reply, Spoken
from chocolib.core.i18n import LANGS, Lang, money, number
from chocolib.tools.catalogue import TOOLS
from chocolib.tools.predictions import OptimalWindows
from chocolib.ui.cards.answers import MOST, drawn
from chocolib.ui.live.asks import tool_title, usual, words
from chocolib.ui.live.chat import Chat
from chocolib.ui.live.talk import chat_of, ending_of, source_of
from tests.conftest import NOW, price_frame
from tests.ui.live.opened import listening

AT = "2025-11-20T21:00"


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
    return open_context(as_of=AT, lang="es")


def consulted(context: Context, name: str, **given: object) -> Consulted:
    return Consulted(TOOLS[name], given, TOOLS[name].ask(context, given))


def reply(*of: Consulted, text: str = "Así es.", **facts: object) -> Reply:
    told = {"spoken": Spoken(), "mode": "claude", "unmatched": (), "seconds": 1.26} | facts
    return Reply(asked=Asked("¿?", "es"), text=text, consulted=of, **told)  # type: ignore[arg-type]


def test_a_source_says_how_far_it_reaches_and_since_when_it_is_known(context: Context) -> None:
    told = source_of(consulted(context, "current_price"), lang="es")
    assert told.title == "Precio ahora"
    assert told.about == (
        "Como se sabía el jue 20 nov, 21:00",
        "Precios (csv), hasta vie 21 nov, 23:00; se sabe desde hace 30\u00a0min",
    )


def test_what_could_not_be_consulted_says_why() -> None:
    told = source_of(Consulted(TOOLS["savings_tracking"], {}, None, "No hay lotes."), lang="es")
    assert (told.title, told.about, told.problem) == ("Ahorro", (), "No hay lotes.")


@pytest.mark.parametrize("lang", LANGS)
def test_every_answer_of_the_catalogue_has_a_title(lang: Lang) -> None:
    titles = [tool_title(name, lang) for name in TOOLS]
    assert not set(titles) & set(TOOLS)
    assert len(set(titles)) == len(TOOLS)
    assert len(set(usual(lang))) == 5
    assert words(lang)["lang"] == lang


def test_seconds_and_cost_are_for_analysts(context: Context) -> None:
    made = reply(cost_eur=0.00031)
    assert ending_of(made, context=context, analyst=True).spent == "1,3 s · 0,0003\u00a0€"
    assert ending_of(made, context=context, analyst=False).spent == ""
    assert ending_of(reply(), context=context, analyst=True).spent == "1,3 s"


def test_what_went_wrong_is_said_once(context: Context) -> None:
    cut = Spoken(complete=False, problem="Se ha cortado.")

    def problem(made: Reply) -> str:
        return ending_of(made, context=context, analyst=True).problem

    assert problem(reply(spoken=cut)) == "Se ha cortado."
    assert problem(reply(text="Así es. Se ha cortado.", spoken=cut)) == ""
    assert problem(reply(spoken=Spoken(complete=False))) == words("es")["stopped"]
    assert problem(reply()) == ""


def test_the_cheapest_hours_stand_in_a_table_as_the_answer_has_them(context: Context) -> None:
    one = consulted(context, "optimal_windows", hours=4)
    assert isinstance(one.answer, OptimalWindows)
    cards = ending_of(reply(one), context=context, analyst=False).cards
    for window in one.answer.windows:
        assert number(window.mean_eur_kwh, "es", 3) in cards
        assert money(window.saving_eur, "es") in cards


def test_a_week_told_by_days_is_drawn_by_hours_of_the_same_moment(context: Context) -> None:
    one = consulted(context, "weekly_forecast", days=3)
    cards = ending_of(reply(one), context=context, analyst=False).cards
    assert "<svg" in cards
    assert "<table" not in cards


def test_the_built_in_mode_does_not_list_alerts_twice(context: Context) -> None:
    one = consulted(context, "predictive_alerts")
    assert ending_of(reply(one), context=context, analyst=False).cards
    assert ending_of(reply(one, mode="builtin"), context=context, analyst=False).cards == ""


@pytest.mark.parametrize("lang", LANGS)
def test_every_answer_is_drawn_in_both_languages_or_left_to_words(
    context: Context, lang: Lang
) -> None:
    answered = []
    for name in ("optimal_windows", "production_recommendation", "price_explanation"):
        answer = TOOLS[name].ask(context)
        answered.append(answer)
        markup = drawn([answer], lang=lang)
        assert markup.count("<div") == markup.count("</div>")
        assert not re.search(r"\b(None|nan|NaN)\b", markup)
    assert drawn(answered, lang=lang).count("<table") == MOST
    assert drawn([TOOLS["data_gaps"].ask(context)], lang=lang) == ""


def test_a_chat_opens_with_its_words_and_without_code_from_a_reader(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = listening(monkeypatch)
    page = chat_of(context, user="reader-1", role="viewer")
    lab = chat_of(context)
    assert isinstance(page, Chat)
    assert page.key == f"page es {AT}"
    assert lab.key == lab.session != page.session
    assert [state["suggested"] for state in told] == [usual("es")] * 2
