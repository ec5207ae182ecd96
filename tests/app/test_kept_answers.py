"""Answers that are kept: found again only while what they rest on is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.kept_answers import Document, Span, kept_answer, true_between
from chocolib.app.settings import read_settings
from tests.conftest import NOW, made_up_prices, price_frame

MORNING, NOON, EVENING = (pd.Timestamp(f"2025-03-02T{h}:00Z") for h in ("08", "12", "20"))


@pytest.fixture
def context() -> Context:
    rows = price_frame(made_up_prices("2025-03-01", 48))
    real_store(read_settings()).write("energy_prices", rows, received_at=NOW)
    return replace(open_context(), as_of=NOON)


class Asker:
    """Counts how often the answer had to be made."""

    def __init__(self, span: Span) -> None:
        self.span, self.made = span, 0

    def __call__(self) -> tuple[Document, Span]:
        self.made += 1
        return {"n": self.made}, self.span


def ask(context: Context, make: Callable[[], tuple[Document, Span]], depends: str = "") -> Document:
    return kept_answer(context, "test", reads=["energy_prices"], make=make, depends=depends)


def test_an_answer_is_made_once(context: Context) -> None:
    asker = Asker((MORNING, None))
    assert [ask(context, asker)["n"] for _ in range(3)] == [1, 1, 1]


def test_it_is_made_again_when_the_store_or_the_question_changes(context: Context) -> None:
    asker = Asker((MORNING, None))
    ask(context, asker)
    assert ask(context, asker, depends="other limits")["n"] == 2
    rows = price_frame(made_up_prices("2025-03-03", 24))
    context.store.write("energy_prices", rows, received_at=NOW)
    assert ask(context, asker)["n"] == 3


def test_a_replay_gets_only_an_answer_that_was_true_then(context: Context) -> None:
    asker = Asker((MORNING, EVENING))
    assert ask(context, asker)["n"] == 1
    assert ask(replace(context, as_of=MORNING), asker)["n"] == 1
    before = replace(context, as_of=MORNING - pd.Timedelta(seconds=1))
    assert ask(before, Asker((MORNING - pd.Timedelta(days=1), MORNING)))["n"] == 1
    assert ask(replace(context, as_of=EVENING), asker)["n"] == 2


def test_a_store_made_anew_does_not_get_the_answers_of_the_old_one(context: Context) -> None:
    asker = Asker((MORNING, None))
    ask(context, asker)
    context.store.close()
    for path in context.settings.home.glob("chocolib.sqlite*"):
        path.unlink()
    rows = price_frame(made_up_prices("2025-02-01", 48))
    store = real_store(read_settings())
    store.write("energy_prices", rows, received_at=NOW)
    assert store.revision("energy_prices") == 1
    assert ask(replace(context, store=store), asker)["n"] == 2


def test_a_torn_file_is_made_anew_and_a_locked_home_only_costs_time(
    context: Context, tmp_path: Path
) -> None:
    asker = Asker((MORNING, None))
    ask(context, asker)
    (kept,) = (context.settings.home / "answers").iterdir()
    kept.write_text('{"n": ')
    assert ask(context, asker)["n"] == 2
    assert ask(context, asker)["n"] == 2
    nowhere = tmp_path / "a file"
    nowhere.touch()
    elsewhere = context.settings.model_copy(update={"home": nowhere})
    assert ask(replace(context, settings=elsewhere), asker)["n"] == 3
    assert ask(replace(context, settings=elsewhere), asker)["n"] == 4


def test_only_the_newest_answers_are_kept(context: Context) -> None:
    asker = Asker((MORNING, None))
    for n in range(60):
        ask(context, asker, depends=str(n))
    assert len(list((context.settings.home / "answers").iterdir())) == 48


def test_what_is_known_is_the_same_between_two_changes() -> None:
    changes = pd.DatetimeIndex([EVENING, MORNING])
    assert true_between(changes, NOON) == (MORNING, EVENING)
    assert true_between(changes, MORNING) == (MORNING, EVENING)
    assert true_between(changes, EVENING) == (EVENING, None)
    assert true_between(changes[:0], NOON) == (pd.Timestamp(0, tz="UTC"), None)
