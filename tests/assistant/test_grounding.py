"""A figure of a reply is one of the answers' or it is named."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chocolib.assistant.figures import figures
from chocolib.assistant.grounding import unmatched
from chocolib.assistant.parts import Consulted
from chocolib.core.i18n import Lang, money, number
from chocolib.core.time import MADRID
from chocolib.tools.answer import Figure
from chocolib.tools.catalogue import TOOLS
from chocolib.tools.predictions import OptimalWindow, OptimalWindows, Span
from chocolib.tools.realtime import CurrentPrice

AS_OF = pd.Timestamp("2025-11-20T20:00Z")
NOW = datetime(2025, 11, 20, 21, tzinfo=MADRID)


def price(value: float) -> Consulted:
    told = Figure(value=value, unit="EUR/kWh", time=NOW, source="ree")
    answer = CurrentPrice(
        as_of=NOW,
        synthetic=False,
        price=told,
        tariff_period="P1",
        rank_pct=92.6,
        level="dear",
        next_price=None,
        published_until=datetime(2025, 11, 22, tzinfo=MADRID),
    )
    return Consulted(TOOLS["current_price"], {}, answer)


def window(saving: float, below: float) -> Consulted:
    span = Span(
        start=datetime(2025, 11, 21, 14, tzinfo=MADRID),
        end=datetime(2025, 11, 21, 17, tzinfo=MADRID),
    )
    one = OptimalWindow(
        day=date(2025, 11, 21),
        spans=(span,),
        mean_eur_kwh=0.0859,
        day_mean_eur_kwh=0.14716,
        saving_eur=saving,
        below_mean=below,
        published=3,
    )
    answer = OptimalWindows(
        as_of=NOW,
        synthetic=False,
        hours=3,
        load_kw=12.0,
        model="champion",
        forecast_made_at=NOW,
        windows=(one,),
    )
    return Consulted(TOOLS["optimal_windows"], {"hours": 3}, answer)


def lacking(text: str, *consulted: Consulted, question: str = "") -> tuple[str, ...]:
    return unmatched(text, consulted, question, AS_OF)


@given(st.floats(0.003, 0.7).map(lambda value: round(value, 5)), st.sampled_from(["es", "en"]))
@example(0.10005, "es")
def test_a_price_is_matched_in_every_usual_form(value: float, lang: Lang) -> None:
    forms = [
        f"{number(value, lang, 5)} EUR/kWh",
        f"{number(value, lang, 4)} €/kWh",
        f"{number(value, lang, 3)} €",
        f"{number(100 * value, lang, 2)} c€/kWh",
        f"{number(100 * value, lang, 1)} céntimos",
        f"{number(100 * value, lang, 3)} cents per kWh",
        f"{number(1000 * value, lang, 2)} €/MWh",
        f"{number(1000 * value, lang, 1)} EUR/MWh",
        f"{number(value, lang, 5)} euros por kWh",
        f"{number(value, lang, 5)}",
    ]
    for form in forms:
        assert lacking(f"Cuesta {form} a las 21:00.", price(value)) in ((), _money(form)), form


def _money(form: str) -> tuple[str, ...]:
    """A bare sum of euros is not a price by the kilowatt-hour."""
    return (form,) if form.endswith(" €") else ()


@given(
    st.floats(0.003, 0.7).map(lambda value: round(value, 5)),
    st.floats(0.003, 0.7).map(lambda value: round(value, 5)),
)
def test_another_price_is_not(true: float, told: float) -> None:
    assume(abs(true - told) > 2e-5)
    text = f"{number(told, 'es', 5)} €/kWh"
    assert lacking(f"Cuesta {text}.", price(true)) == (text,)


@given(st.floats(0.01, 5000).map(lambda value: round(value, 2)), st.sampled_from(["es", "en"]))
def test_money_is_matched_with_its_thousands(value: float, lang: Lang) -> None:
    assert lacking(f"Ahorra {money(value, lang)}.", window(value, 0.5)) == ()


@given(st.integers(0, 1000).map(lambda n: n / 1000))
def test_a_share_is_matched_as_percent(share: float) -> None:
    assert lacking(f"{number(100 * share, 'es', 1)} %", window(1.0, share)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "De 14:00 a 17:00 del 21 nov",
        "on Nov 21, 2025 from 14:00",
        "el viernes 21 de noviembre",
        "2025-11-21T14:00",
        "a las 14 h",
        "las 3 horas con 12 kW",
        "1. Produzca\n2. Espere",
        "hay 2 opciones en P1 (PVPC 2.0TD), 24 h al día",
        "mar 21 nov",
    ],
)
def test_times_days_and_lists_are_not_flagged(text: str) -> None:
    assert lacking(text, window(2.21, 1.0)) == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("De 15:00 a 17:00", ("15:00",)),
        ("el 22 de noviembre", ("22 de noviembre",)),
        ("ahorra 4,42 €", ("4,42 €",)),
        ("con 13 kW", ("13 kW",)),
        ("el 37 %", ("37 %",)),
        ("0,06126 €/kWh más barato", ("0,06126 €/kWh",)),
    ],
)
def test_what_nobody_told_is_named_as_written(text: str, wrong: tuple[str, ...]) -> None:
    """The last one is a difference: it is true, but no tool said it."""
    assert lacking(text, window(2.21, 1.0)) == wrong


def test_a_number_of_the_question_may_be_repeated() -> None:
    assert lacking("Para 7 horas no hay", question="¿y 7 horas?") == ()
    assert lacking("Para 7 horas no hay", question="¿y 8 horas?") == ("7 horas",)


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through(text: str) -> None:
    for found in figures(text):
        assert found.text in text
