"""Questions are entered and settled in the store, by many at once, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.chat_turns import forget, turns
from chocolib.app.context import Context, demo_store, open_context
from chocolib.assistant.books import Books
from chocolib.assistant.limits import day_of
from chocolib.assistant.parts import Asked, Reply, Spoken, Tokens
from chocolib.core.chat_turns import ChatTurn
from chocolib.core.time import DAY, Window
from chocolib.store.sqlite import SqliteStore
from tests.conftest import ROOT

NOW = pd.Timestamp("2026-11-21T12:00:00Z")
QUESTION = Asked("¿Cuánto cuesta ahora?", "es", ("current_status",))
SPOKEN = Spoken(tokens=Tokens(1200, 40, 300, 5), model="claude-haiku-5-5", cost_eur=0.000275)

#: Enters as many questions as there are, each for 0.01 EUR, and says how many a model may answer.
CROWD = """
import sys
from chocolib.app.context import open_context
from chocolib.assistant.books import Books
from chocolib.assistant.parts import Asked
context = open_context()
books = Books(user=sys.argv[1], session="s", most_eur=0.01)
entries = [books.enter(Asked("hola", "es"), context=context) for _ in range(10)]
print(sum(one.turn is not None and not one.why_not for one in entries))
"""


@pytest.fixture
def context() -> Iterator[Context]:
    opened = open_context()
    yield opened
    opened.store.close()


def books(most_eur: float | None = 0.01, *, user: str = "ana", at: pd.Timestamp = NOW) -> Books:
    return Books(user=user, session="s1", most_eur=most_eur, now=lambda: at)


def kept(context: Context) -> list[ChatTurn]:
    return turns(context.store, Window(NOW - 500 * DAY, NOW + 500 * DAY))


def reply(entry_text: str = "Cuesta 0,12", **parts: object) -> Reply:
    made = Reply(QUESTION, entry_text, "claude", (), (), SPOKEN, cost_eur=0.000275, seconds=1.2345)
    return replace(made, **parts)  # type: ignore[arg-type]


def test_a_question_counts_with_the_most_it_may_cost_until_it_is_settled(context: Context) -> None:
    ours = books()
    entry = ours.enter(QUESTION, context=context)
    (asked,) = kept(context)
    assert (asked.outcome, asked.cost_eur, asked.mode) == ("asked", 0.01, "claude")
    assert asked.ended is None
    ours.settle(entry, reply(unmatched=("7",)), context=context, first_text_s=0.4)
    (done,) = kept(context)
    assert done == replace(
        asked,
        outcome="answered",
        cost_eur=0.000275,
        model="claude-haiku-5-5",
        read_tokens=1200,
        written_tokens=40,
        cache_read_tokens=300,
        cache_written_tokens=5,
        ended=NOW,
        duration_s=1.234,
        first_text_s=0.4,
        unmatched=1,
    )
    assert (done.category, done.lang, done.user) == ("current_status", "es", "ana")


@pytest.mark.parametrize(("keep", "question"), [("off", ""), ("on", QUESTION.text)])
def test_what_was_said_is_kept_only_where_a_setting_says_so(
    monkeypatch: pytest.MonkeyPatch, context: Context, keep: str, question: str
) -> None:
    monkeypatch.setenv("CHOCOLIB_CHAT_KEEP_TEXT", keep)
    here = replace(context, settings=open_context().settings)
    ours = books()
    ours.settle(ours.enter(QUESTION, context=here), reply(), context=here, first_text_s=None)
    (done,) = kept(here)
    assert (done.question, bool(done.reply)) == (question, keep == "on")


@pytest.mark.parametrize(
    ("given", "outcome", "cost"),
    [
        (reply(), "answered", 0.000275),
        (reply(spoken=replace(SPOKEN, complete=False)), "partial", 0.000275),
        (reply("", spoken=Spoken(complete=False, problem="x"), cost_eur=None), "failed", 0.0),
        (reply(asked=replace(QUESTION, refusal="outside"), cost_eur=None), "refused", 0.0),
        (reply("Cuesta", spoken=Spoken(complete=False), cost_eur=None), "partial", 0.01),
    ],
    ids=["answered", "partial", "failed", "refused", "left off in mid-sentence"],
)
def test_each_end_is_told(context: Context, given: Reply, outcome: str, cost: float) -> None:
    ours = books()
    ours.settle(ours.enter(QUESTION, context=context), given, context=context, first_text_s=None)
    (done,) = kept(context)
    assert (done.outcome, done.cost_eur) == (outcome, cost)


def test_twenty_in_a_minute_and_then_a_sentence(context: Context) -> None:
    ours = books(None)
    entries = [ours.enter(QUESTION, context=context) for _ in range(21)]
    assert [one.wait_s for one in entries] == [0] * 20 + [60]
    assert "60 s" in entries[-1].said("es", now=NOW)
    assert entries[-1].turn is None
    assert len(kept(context)) == 20
    assert books(None, user="eva").enter(QUESTION, context=context).wait_s == 0
    later = books(None, at=NOW + pd.Timedelta(seconds=60))
    assert later.enter(QUESTION, context=context).wait_s == 0


def test_a_spent_budget_is_said_with_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch, context: Context
) -> None:
    ours = books(0.3)
    assert ours.enter(QUESTION, context=context).why_not == ""
    second = ours.enter(QUESTION, context=context)
    assert second.why_not == "budget"
    assert "22 nov" in second.said("es", now=NOW)
    assert second.turn is not None
    assert second.turn.cost_eur == 0
    tomorrow = books(0.3, at=day_of(NOW).end)
    assert tomorrow.enter(QUESTION, context=context).why_not == ""


def test_without_a_model_nothing_is_reserved(context: Context) -> None:
    entry = books(None).enter(QUESTION, context=context)
    assert (entry.why_not, entry.said("es", now=NOW)) == ("builtin", "")
    assert [turn.cost_eur for turn in kept(context)] == [0]


def test_a_refused_question_costs_nothing(context: Context) -> None:
    entry = books().enter(replace(QUESTION, refusal="outside"), context=context)
    assert entry.why_not == "builtin"


def test_books_that_cannot_be_written_let_no_model_be_asked(
    context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    (context.settings.home / "chat").write_text("in the way")
    entry = books().enter(QUESTION, context=context)
    assert (entry.turn, entry.why_not) == (None, "books")
    assert "no se pregunta al modelo" in entry.said("es", now=NOW)
    books().settle(entry, reply(), context=context, first_text_s=None)
    assert "cannot be written" in caplog.text


def test_answers_from_demonstration_data_are_in_the_books_of_the_real_store() -> None:
    settings = open_context().settings
    shown = open_context(store=demo_store(settings))
    books().enter(QUESTION, context=shown)
    assert shown.store.read("chat_turns").empty
    with_books = SqliteStore(settings.home / "chocolib.sqlite")
    assert len(with_books.read("chat_turns")) == 1


def test_processes_at_once_never_pass_the_budget(context: Context, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CROWD]
    crowd = [
        subprocess.Popen([*command, f"user{n}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for n in range(3)
    ]
    asked = sum(int(one.communicate(timeout=120)[0]) for one in crowd)
    assert asked == 30  # 0.30 of 0.50 EUR
    more = Books(user="ana", session="s", most_eur=0.01)
    entries = [more.enter(QUESTION, context=context) for _ in range(20)]
    assert sum(not one.why_not for one in entries) == 20
    assert (
        Books(user="eva", session="s", most_eur=0.01).enter(QUESTION, context=context).why_not
        == "budget"
    )
    rows = context.store.read("chat_turns")
    assert rows["cost_eur"].sum() == pytest.approx(0.5)


def test_old_turns_are_let_go_of(context: Context) -> None:
    for days in (0, 10, 40):
        books(at=NOW - days * DAY).enter(QUESTION, context=context)
    assert forget(context.store, keep_days=30, now=NOW) == 1
    assert len(kept(context)) == 2
