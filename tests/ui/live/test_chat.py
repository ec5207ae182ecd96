"""The chat without a browser: what it listens to, and what it tells when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.assistant.parts import Asked, Event, Piece, Reply, Spoken
from chocolib.core.errors import NotEnoughData
from chocolib.ui.live.asks import usual, words
from chocolib.ui.live.chat import LONGEST, Chat, Ending, Source, Talks, Wording
from chocolib.ui.live.pieces import Pieces
from tests.chat_scripts import Scripted

SECONDS = 10.0
TOLD = Wording(
    source=lambda one: Source(one.tool.short, (), one.problem),
    ending=lambda reply: Ending(reply.text, reply.unmatched, reply.mode, "", "", ""),
)


class Heard(Chat):
    """A chat whose messages are kept instead of sent."""

    def __init__(self, talks: Talks, opened: Callable[[], Talks] | None = None) -> None:
        self.told: list[dict[str, Any]] = []
        super().__init__(opened or (lambda: talks), words("es"), usual("es"), TOLD)

    def send(self, content: dict[str, Any], buffers: object = None) -> None:
        assert not buffers
        self.told.append(content)

    def hear(self, *messages: object) -> Heard:
        for message in messages:
            self._handle_custom_msg(message, [])
        return self

    def kinds(self) -> list[str]:
        self.join(SECONDS)
        return [one["t"] for one in self.told]


class Held:
    """Says a word, and waits until it is let go or stopped."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def ask(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
        assert stop is not None
        yield Piece("Antes. ")
        self.begun.set()
        assert stop.wait(SECONDS)
        yield Reply(Asked(question, "es"), "Antes. ", "builtin", (), (), Spoken(complete=False))


def asking(question: str, name: str = "a1") -> dict[str, str]:
    return {"t": "ask", "id": name, "q": question}


def test_a_question_is_answered_in_pieces_and_ends_with_the_whole_text() -> None:
    chat = Heard(Scripted()).hear(asking("hola"))
    assert chat.kinds() == ["start", "delta", "end"]
    assert {one["id"] for one in chat.told} == {"a1"}
    assert chat.told[1]["x"] == chat.told[2]["full"] == "**Respuesta** a: hola"


def test_while_it_answers_another_question_is_refused_and_stop_is_heard() -> None:
    talks = Held()
    chat = Heard(talks).hear(asking("larga"))
    assert talks.begun.wait(SECONDS)
    chat.hear(asking("otra", "b2"), {"t": "stop"})
    assert chat.kinds() == ["start", "refused", "delta", "end"] or chat.kinds() == [
        "start",
        "delta",
        "refused",
        "end",
    ]
    (refused,) = (one for one in chat.told if one["t"] == "refused")
    assert refused == {"t": "refused", "id": "b2", "problem": words("es")["busy"]}


def test_what_was_cleared_is_not_known_to_the_next_question() -> None:
    made: list[Scripted] = []

    def opened() -> Scripted:
        made.append(Scripted())
        return made[-1]

    chat = Heard(Scripted(), opened).hear(asking("una"))
    chat.join(SECONDS)
    chat.hear(asking("dos"))
    chat.join(SECONDS)
    chat.hear({"t": "clear"}, asking("tres"))
    chat.join(SECONDS)
    assert [one.heard for one in made] == [["una", "dos"], ["tres"]]


def test_what_cannot_be_opened_is_said() -> None:
    def opened() -> Talks:
        raise NotEnoughData("no hay nada")

    chat = Heard(Scripted(), opened)
    assert chat.hear(asking("hola")).kinds() == ["start", "end"]
    assert (chat.told[-1]["full"], chat.told[-1]["problem"]) == ("", "no hay nada")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_answer_that_breaks_ends_all_the_same() -> None:
    class Broken:
        def ask(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
            assert stop is not None
            yield Piece("hasta aquí")
            raise ZeroDivisionError(question)

    chat = Heard(Broken()).hear(asking("hola"))
    assert chat.kinds()[-1] == "end"
    assert chat.told[-1]["problem"] == words("es")["failed"]
    assert chat.hear(asking("otra vez")).kinds().count("end") == 2


@pytest.mark.parametrize(
    "message",
    [
        None,
        "ask",
        [],
        {},
        {"t": "ask"},
        {"t": "ask", "id": "a", "q": 1},
        {"t": "ask", "id": "<b>", "q": "hola"},
        {"t": "ask", "id": "a" * 17, "q": "hola"},
        {"t": "run", "code": "1"},
        {"t": ["stop"]},
    ],
)
def test_nothing_else_is_listened_to(message: object) -> None:
    assert Heard(Scripted()).hear(message).kinds() == []


def test_half_a_sign_does_not_break_the_answer() -> None:
    chat = Heard(Scripted()).hear(asking("medio \ud83d signo"))
    assert chat.kinds() == ["start", "delta", "end"]
    assert chat.told[0]["q"] == "medio ? signo"
    assert str(chat.told).encode("utf-8")


def test_a_question_without_end_is_refused() -> None:
    chat = Heard(Scripted()).hear(asking("x" * (LONGEST + 1)))
    assert [(one["t"], one["problem"]) for one in chat.told] == [("refused", words("es")["wrong"])]


def test_a_browser_sets_nothing() -> None:
    chat = Heard(Scripted())
    before = (chat.words, chat.suggested, chat.key, chat.session)
    chat.set_state({"words": {}, "suggested": [], "key": "x", "session": "x", "_esm": "alert(1)"})
    assert (chat.words, chat.suggested, chat.key, chat.session) == before
    assert "alert" not in str(chat._esm)


@given(st.lists(st.text(max_size=5), max_size=30))
def test_pieces_are_handed_on_whole_and_in_order(texts: list[str]) -> None:
    told: list[str] = []
    with Pieces(told.append) as pieces:
        for text in texts:
            pieces.add(text)
    assert "".join(told) == "".join(texts)
    assert "" not in told
