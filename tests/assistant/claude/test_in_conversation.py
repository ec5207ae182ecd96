"""Claude among the speakers: who answers when it cannot, what is said, what is in the books."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chocolib.app.context import Context, open_context
from chocolib.assistant.opening import open_assistant
from chocolib.assistant.parts import Piece, Reply
from tests.assistant.claude.conftest import KEY
from tests.assistant.messages_server import (
    Refuses,
    Says,
    Script,
    asks,
    ended,
    messages_server,
    replies,
    started,
    text,
)
from tests.doors.command import ROOT, chocolib

PRICE = "¿Cuánto cuesta la electricidad ahora?"


@pytest.fixture
def here(context: Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The key is set; tests set the address."""
    return monkeypatch


def asked(server: Script, here: pytest.MonkeyPatch, question: str = PRICE, **env: str) -> Reply:
    return list(told(server, here, question, **env))[-1]


def told(server: Script, here: pytest.MonkeyPatch, question: str = PRICE, **env: str) -> list[Any]:
    here.setenv("CHOCOLIB_CHAT_URL", server.url)
    for name, value in env.items():
        here.setenv(name, value)
    opened = open_context(as_of="2025-11-20T21:00")
    return list(open_assistant(lambda: opened, user="ana").ask(question))


def books() -> dict[str, Any]:
    (row,) = open_context().store.read("chat_turns").to_dict("records")
    return row


def test_claude_answers_where_a_key_is_set_and_the_books_say_what_it_took(here: Any) -> None:
    with messages_server(replies("Ahora es caro.")) as server:
        reply = asked(server, here)
    assert (reply.mode, reply.text) == ("claude", "Ahora es caro. ")
    assert reply.cost_eur == 0.00014
    assert reply.unmatched == ()
    row = books()
    assert (row["mode"], row["outcome"], row["user"]) == ("claude", "answered", "ana")
    assert (row["cost_eur"], row["read_tokens"], row["written_tokens"]) == (0.00014, 1200, 40)
    assert row["first_text_s"] <= row["duration_s"]
    assert row["question"] == ""


def test_what_the_words_led_to_is_sent_with_the_question(here: Any) -> None:
    with messages_server(replies()) as server:
        reply = asked(server, here)
    data, question = server.bodies[0]["messages"][-1]["content"]
    assert data["text"].startswith("<data>")
    assert all(one.tool.short in data["text"] for one in reply.consulted)
    assert "current_price" in {one.tool.short for one in reply.consulted}
    assert question["text"].endswith(PRICE)


def test_a_number_that_nobody_told_is_flagged_and_counted(here: Any) -> None:
    with messages_server(replies("Cuesta 7,77 EUR/kWh.")) as server:
        reply = asked(server, here)
    assert len(reply.unmatched) == 1
    assert "7,77" in reply.unmatched[0]
    assert books()["unmatched"] == 1


def test_a_tool_that_claude_asks_is_a_source_of_numbers(here: Any) -> None:
    with messages_server(asks("get_current_price", {}), replies("Es caro.")) as server:
        reply = asked(server, here, "Resume la situación de la fábrica, por favor")
    assert "current_price" in [one.tool.short for one in reply.consulted]


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (Refuses(401, "authentication_error"), "ANTHROPIC_API_KEY"),
        (Refuses(429, "rate_limit_error", [("retry-after", "3600")]), "60 min"),
    ],
    ids=["an invalid key", "too busy"],
)
def test_without_a_word_of_claude_the_house_answers_and_says_why(
    here: Any, does: Refuses, why: str
) -> None:
    with messages_server(does) as server:
        reply = asked(server, here)
    assert reply.mode == "builtin"
    assert why in reply.text
    assert "€/kWh" in reply.text
    assert reply.cost_eur is None
    row = books()
    assert (row["mode"], row["cost_eur"]) == ("builtin", 0)


def test_a_cut_reply_keeps_its_beginning_and_is_not_answered_twice(here: Any) -> None:
    with messages_server(Says([started(), *text("Ahora es caro"), *ended()], cut=5)) as server:
        reply = asked(server, here)
    assert reply.text.startswith("Ahora es caro")
    assert "cortó" in reply.text
    assert (reply.mode, reply.spoken.complete) == ("claude", False)
    assert len(server.got) == 1
    row = books()
    assert (row["outcome"], row["read_tokens"]) == ("partial", 1200)
    assert row["cost_eur"] == reply.cost_eur


def test_a_spent_budget_leaves_the_answer_to_the_house(here: Any) -> None:
    with messages_server(replies()) as server:
        reply = asked(server, here, CHOCOLIB_CHAT_DAILY_EUR="0")
    assert server.got == []
    assert reply.mode == "builtin"
    assert reply.text.startswith("El presupuesto de hoy para el modelo está gastado")


def test_who_asks_too_much_waits(here: Any) -> None:
    here.setenv("CHOCOLIB_CHAT_PER_MINUTE", "1")
    with messages_server(replies()) as server:
        asked(server, here)
        reply = asked(server, here)
    assert len(server.got) == 1
    assert "esperar" in reply.text
    assert not reply.spoken.complete


def test_a_refused_question_never_leaves_the_house(here: Any) -> None:
    with messages_server(replies()) as server:
        reply = asked(server, here, "")
    assert server.got == []
    assert reply.asked.refusal == "empty"


def test_a_stopped_reply_is_in_the_books_with_what_came(here: Any) -> None:
    stop = threading.Event()
    with messages_server(replies("uno " * 40, gap_s=0.05)) as server:
        here.setenv("CHOCOLIB_CHAT_URL", server.url)
        opened = open_context(as_of="2025-11-20T21:00")
        for event in open_assistant(lambda: opened).ask(PRICE, stop=stop):
            if isinstance(event, Piece):
                stop.set()
            last = event
        assert server.left.wait(3)
    assert isinstance(last, Reply)
    row = books()
    assert (row["outcome"], row["read_tokens"]) == ("partial", 1200)
    assert 0 < row["cost_eur"] < 0.001


def test_a_reader_who_walks_away_leaves_the_most_in_the_books(here: Any) -> None:
    with messages_server(replies("uno " * 40, gap_s=0.05)) as server:
        here.setenv("CHOCOLIB_CHAT_URL", server.url)
        opened = open_context(as_of="2025-11-20T21:00")
        events = open_assistant(lambda: opened).ask(PRICE)
        while not isinstance(next(events), Piece):
            pass
        events.close()  # type: ignore[attr-defined]
        assert server.left.wait(3)
    row = books()
    assert (row["outcome"], row["cost_eur"]) == ("partial", pytest.approx(0.01, abs=0.009))


def test_the_command_asks_claude_and_shows_no_key(here: Any) -> None:
    with messages_server(replies("Ahora es caro.")) as server:
        done = chocolib("ask", PRICE, "--as-of", "2025-11-20T21:00", CHOCOLIB_CHAT_URL=server.url)
    assert "Ahora es caro." in done.stdout
    assert done.stderr.replace("[current_price]", "").strip() == ""
    home = Path(os.environ["CHOCOLIB_HOME"])
    files = [path for path in home.rglob("*") if path.is_file()]
    assert KEY not in done.stdout + done.stderr
    assert not [path for path in files if KEY.encode() in path.read_bytes()]


def test_without_a_key_the_client_is_not_even_imported() -> None:
    code = (
        "import sys\n"
        "from chocolib.app.context import open_context\n"
        "from chocolib.assistant.opening import open_assistant\n"
        "context = open_context()\n"
        "list(open_assistant(lambda: context).ask('hola'))\n"
        "print(sorted({'anthropic', 'httpx2'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"
