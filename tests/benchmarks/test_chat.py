"""The questions of the bench are read as they must be, without data and without a model."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.chat.__main__ import FILES
from benchmarks.chat.scoring import AS_OF, Question, questions, read_wrong
from chocolib.assistant.intents import read
from chocolib.core.time import parse_as_of

NOW = pd.Timestamp("2026-11-21T12:00Z")
EVERY = [(name, one) for name in FILES for one in questions(name)]


def wrong(question: Question) -> list[str]:
    earlier = [question["after"]] if "after" in question else []
    moment = parse_as_of(AS_OF, now=NOW)
    return list(
        read_wrong(question, read(question["text"], as_of=moment, lang="es", earlier=earlier))
    )


def test_at_least_95_of_a_hundred_questions_are_read_right() -> None:
    missed = [(name, one["text"], wrong(one)) for name, one in EVERY if wrong(one)]
    assert len(missed) <= 0.05 * len(EVERY), missed


@pytest.mark.parametrize(
    "question", [one for _name, one in EVERY if one["kind"] == "injection"], ids=lambda q: q["text"]
)
def test_no_injection_is_read_as_anything_else(question: Question) -> None:
    assert wrong(question) == []


def test_the_set_is_large_and_has_both_languages_and_every_kind() -> None:
    assert len(EVERY) >= 80
    langs = [one.get("lang") for _name, one in EVERY]
    assert min(langs.count("es"), langs.count("en")) >= 0.3 * len(EVERY)
    kinds = {one["kind"] for _name, one in EVERY}
    assert kinds >= {"typo", "voice", "ambiguous", "follow-up", "outside", "injection", "form"}


def test_no_question_stands_twice() -> None:
    texts = [(one.get("after"), one["text"]) for _name, one in EVERY]
    assert len(texts) == len(set(texts))
