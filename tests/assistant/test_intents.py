"""Questions are read: languages, days, topics, what leans on the question before."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chocolib.assistant
from chocolib.assistant.days import when
from chocolib.assistant.intents import read
from chocolib.assistant.parts import Asked, Category
from chocolib.assistant.tokens import is_nearly, plain
from chocolib.assistant.topics import topics
from chocolib.tools.catalogue import TOOLS

AS_OF = pd.Timestamp("2025-11-20T20:00Z")  # a Thursday, 21:00 in Madrid
TODAY = date(2025, 11, 20)
FOLDER = Path(chocolib.assistant.__file__).parent


def asked(question: str, *earlier: str) -> Asked:
    return read(question, as_of=AS_OF, lang="es", earlier=earlier)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("cuando produzco hoy", "2025-11-20"),
        ("mañana", "2025-11-21"),
        ("mañana por la mañana", "2025-11-21"),
        ("esta mañana", "2025-11-20"),
        ("pasado mañana", "2025-11-22"),
        ("anteayer", "2025-11-18"),
        ("el lunes", "2025-11-24"),
        ("el lunes pasado", "2025-11-17"),
        ("el jueves", "2025-11-20"),
        ("el próximo jueves", "2025-11-27"),
        ("¿por qué fue tan caro el domingo?", "2025-11-16"),
        ("el 25 de diciembre", "2025-12-25"),
        ("el 24 de agosto", "2025-08-24"),
        ("29 de febrero de 2024", "2024-02-29"),
        ("el día 12", "2025-11-12"),
        ("3/12", "2025-12-03"),
        ("2025-11-02", "2025-11-02"),
        ("tomorrow", "2025-11-21"),
        ("the day after tomorrow", "2025-11-22"),
        ("next monday", "2025-11-24"),
        ("last Sunday", "2025-11-16"),
        ("December 25th", "2025-12-25"),
        ("on 1st of January", "2026-01-01"),
        ("mañna", "2025-11-21"),
    ],
)
def test_a_day_is_found_however_it_is_said(text: str, day: str) -> None:
    assert str(when(plain(text), TODAY).day) == day


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("las tres horas más baratas", {"hours": 3}),
        ("the best five hours", {"hours": 5}),
        ("conviene producir a las 18", {"at": 18}),
        ("a las 6 de la tarde", {"at": 18}),
        ("a las nueve de la noche", {"at": 21}),
        ("a las 7:30", {"at": 7}),
        ("at 6 pm", {"at": 18}),
        ("at seven", {"at": 7}),
        ("los próximos 4 días", {"days": 4}),
        ("en octubre", {"month": 10}),
        ("in october 2023", {"month": 10, "year": 2023}),
        ("lote 3", {"batch": 3}),
    ],
)
def test_a_number_is_known_by_what_it_counts(text: str, numbers: dict[str, int]) -> None:
    found = when(plain(text), TODAY).numbers
    assert {name: found.get(name) for name in numbers} == numbers


def test_the_thirtieth_of_february_is_no_day() -> None:
    found = when("el 30 de febrero", TODAY)
    assert found.day is None
    assert "no_such_day" in found.marks


def test_today_is_madrids_not_utcs() -> None:
    late = pd.Timestamp("2025-11-20T23:30Z")
    assert read("hoy", as_of=late, lang="es").day == date(2025, 11, 21)


@pytest.mark.parametrize("text", ["¿Cómo va la planta?", "la mesa", "media"])
def test_a_word_is_not_found_inside_another(text: str) -> None:
    """ "plan" is not in "planta", "mes" not in "mesa", "dia" not in "media"."""
    assert "plan" not in asked(text).topics
    assert asked(text).day is None


@pytest.mark.parametrize(
    ("word", "pattern", "near"),
    [
        ("alretas", "alert*", True),
        ("produzir", "produc*", True),
        ("devo", "debo", False),
        ("plna", "plan", True),
        ("mesa", "mes", False),
        ("letter", "better", False),
        ("precio", "precio*", True),
        ("preco", "precio", True),
    ],
)
def test_one_slip_of_the_pen_is_forgiven(word: str, pattern: str, near: bool) -> None:
    assert is_nearly(word, pattern) is near


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("luz", "es"),
        ("precio ahora", "es"),
        ("price now", "en"),
        ("and tomorrow?", "en"),
        ("que tal", "es"),
        ("show me the plan", "en"),
        ("12345", "es"),
    ],
)
def test_the_language_is_that_of_the_words_else_the_sessions(text: str, lang: str) -> None:
    assert asked(text).lang == lang


def test_a_question_that_leans_on_the_one_before_takes_its_matter() -> None:
    assert asked("¿y mañana?", "¿Cuándo debo producir hoy?").topics == ("windows",)
    assert asked("¿y anteayer?", "¿Cuánto costó la luz ayer?").topics == ("price_past",)
    chain = ("precio ahora", "¿y mañana?")
    assert asked("¿y el domingo?", *chain).day == date(2025, 11, 23)
    assert asked("¿y el domingo?", *chain).topics == ("price_ahead",)


def test_a_whole_question_does_not_lean_on_the_one_before() -> None:
    found = asked("¿Hay alertas?", "¿Cuándo debo producir mañana?")
    assert found.topics == ("alerts",)
    assert found.day is None


def test_a_question_of_two_matters_has_both() -> None:
    assert asked("precio ahora y alertas").topics == ("price_now", "alerts")


def test_every_topic_names_tools_meanings_and_categories_that_there_are() -> None:
    meanings = set(tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8")))
    marks = set("now today ahead past day week at hours days month".split())  # noqa: SIM905
    marks |= {"past_week", "past_month", "weekend", "morning"}
    for topic in topics().values():
        assert set(topic.tools) <= set(TOOLS), topic.name
        assert topic.category in get_args(Category)
        used = frozenset().union(*topic.clues) | topic.hints | topic.unless
        assert used <= meanings | marks, (topic.name, used - meanings - marks)


def test_every_tool_is_reached_by_words() -> None:
    assert {tool for topic in topics().values() for tool in topic.tools} == set(TOOLS)


@given(st.text(max_size=600))
def test_whatever_is_asked_is_read_or_refused(text: str) -> None:
    found = asked(text)
    assert len(found.text) <= 500
    assert found.text.isprintable() or "\n" in found.text or not found.text
    assert found.refusal is None or found.categories == ()


@given(st.text(alphabet="0123456789/-: delasytnov", max_size=60))
def test_whatever_looks_like_a_time_is_a_day_or_none(text: str) -> None:
    found = when(text, TODAY)
    assert found.day is None or isinstance(found.day, date)
    assert 0 <= found.numbers.get("at", 0) < 24
