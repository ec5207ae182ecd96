"""The books of the chat, added up."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from chocolib.app.chat_stats import chat_stats
from chocolib.app.chat_turns import turns, write
from chocolib.app.context import Context, open_context
from chocolib.core.chat_turns import ChatTurn
from chocolib.core.time import DAY, Window
from tests.doors.command import document

NOW = pd.Timestamp("2026-11-21T12:00:00Z")
#: An answer of the model, whole.
ANSWERED = ChatTurn(
    time=NOW,
    place=7,
    session="s",
    user="ana",
    mode="claude",
    lang="es",
    outcome="answered",
    model="claude-haiku-5-5",
    category="savings",
    read_tokens=1200,
    written_tokens=40,
    cache_read_tokens=300,
    cost_eur=0.002,
    ended=NOW + pd.Timedelta(seconds=2),
    duration_s=2.0,
    first_text_s=0.5,
    unmatched=1,
)


@pytest.fixture
def context() -> Context:
    return replace(open_context(), now=NOW)


def keep(context: Context, *kept: ChatTurn) -> None:
    for turn in kept:
        write(context.store, turn, now=turn.ended or turn.time)


def test_a_turn_comes_back_as_it_was(context: Context) -> None:
    asked = replace(ANSWERED, place=8, outcome="asked", ended=None, duration_s=None)
    asked = replace(asked, first_text_s=None, unmatched=None)
    keep(context, ANSWERED, asked)
    assert turns(context.store, Window(NOW, NOW + DAY)) == [ANSWERED, asked]


def test_the_books_are_added_up(context: Context) -> None:
    builtin = replace(ANSWERED, place=1, mode="builtin", model="", category="", cost_eur=0.0)
    builtin = replace(builtin, read_tokens=0, written_tokens=0, cache_read_tokens=0, unmatched=0)
    slow = replace(ANSWERED, place=2, user="eva", duration_s=4.0, first_text_s=1.5)
    waiting = replace(ANSWERED, place=3, outcome="asked", ended=None, duration_s=None)
    waiting = replace(waiting, first_text_s=None, unmatched=None, cost_eur=0.01)
    old = replace(ANSWERED, time=NOW - 5 * DAY, ended=NOW - 5 * DAY)
    last_month = replace(ANSWERED, time=NOW - 25 * DAY, ended=NOW - 25 * DAY)
    keep(context, ANSWERED, builtin, slow, waiting, old, last_month)
    found = chat_stats(context, days=3)
    assert (found.questions, found.waiting) == (4, 1)
    assert (found.cost_eur, found.cost_today_eur, found.cost_month_eur) == (0.014, 0.014, 0.016)
    assert (found.read_tokens, found.written_tokens, found.cache_read_tokens) == (3600, 120, 900)
    claude, own = found.by_mode
    assert (claude.name, claude.questions, claude.unmatched) == ("claude", 3, 2)
    assert (claude.first_text_s, claude.seconds) == (1.0, 3.0)
    assert (own.name, own.questions, own.cost_eur) == ("builtin", 1, 0.0)
    assert [(one.name, one.questions) for one in found.by_category] == [("savings", 3), ("none", 1)]
    assert [(one.name, one.questions) for one in found.by_user] == [("ana", 3), ("eva", 1)]
    assert chat_stats(context, days=30).questions == 6


def test_nothing_asked_is_nothing_spent(context: Context) -> None:
    found = chat_stats(context, days=1)
    assert (found.questions, found.cost_month_eur, found.by_user) == (0, 0, ())


def test_the_command_tells_them_as_a_document() -> None:
    told = document("chat", "stats", "--days", "7", "--json")
    assert told["questions"] == 0
    assert told["daily_eur"] == 0.5
    assert json.dumps(told)
