"""Questions in words over HTTP: whole, as a stream, stopped, gone on with, refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from chocolib.app.settings import read_settings
from chocolib.assistant.parts import Asked, Consulted, Event, Piece, Reply, Spoken, Tokens
from chocolib.core.errors import DataError
from chocolib.core.i18n import Lang
from chocolib.doors.api.app import api
from chocolib.doors.api.entry import Entry
from chocolib.doors.api.reader import Reader
from chocolib.tools.catalogue import tool_called
from tests.doors.api.in_thread import served
from tests.doors.api.server_process import AS_OF, Door, running


@dataclass
class Scripted:
    """An assistant that says what the question tells it to."""

    lang: Lang
    heard: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def ask(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
        self.heard.append(question)
        if question == "broken":
            raise DataError("cannot be read (malformed)", path="/secret/store.sqlite")
        yield Consulted(tool_called("current_price"), {}, None, "no price")
        yield Piece("Once ")
        if question == "forever":
            assert stop is not None
            if stop.wait(20):
                self.stopped.set()
                return
        yield Piece("euros.")
        asked = Asked(question, self.lang, ("current_status",))
        tokens = Tokens(800, 150) if question == "model" else None
        spoken = Spoken(tokens=tokens)
        yield Reply(asked, " / ".join(self.heard), "builtin", (), (), spoken, None, 0.1)


@dataclass
class Chat:
    client: httpx.Client
    opened: list[tuple[str, str | None, str | None]]
    assistants: list[Scripted]


@pytest.fixture(scope="module")
def chat() -> Iterator[Chat]:
    opened: list[tuple[str, str | None, str | None]] = []
    assistants: list[Scripted] = []

    def opening(reader: Reader, lang: Lang | None, as_of: str | None, _: str) -> Scripted:
        opened.append((reader.role, lang, as_of))
        assistants.append(Scripted(lang or "es"))
        return assistants[-1]

    settings = read_settings()
    app = api(settings, Entry.of(settings, "127.0.0.1"), opening)
    with served(app) as url, httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        yield Chat(client, opened, assistants)


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_a_question_has_one_reply(chat: Chat) -> None:
    told = chat.client.post("/chat/ask", json={"question": "model", "lang": "en"}).json()
    assert told["answer"] == "model"
    assert told["lang"] == "en"
    assert told["tokens"] == {"read": 800, "written": 150, "cache_read": 0, "cache_written": 0}
    assert chat.opened[-1] == ("admin", "en", None)


def test_a_stream_has_sources_pieces_and_the_reply_last(chat: Chat) -> None:
    asked = {"question": "¿cuándo?"}
    answer = chat.client.post("/chat/ask", json=asked, headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    names, data = zip(*events(answer.text), strict=True)
    assert names == ("consulted", "piece", "piece", "reply")
    assert data[0]["path"] == "/ree/prices/latest"
    assert data[0]["problem"] == "no price"
    assert data[1]["text"] == "Once "
    assert data[3]["answer"] == "¿cuándo?"


def test_a_session_is_gone_on_with_by_who_began_it(chat: Chat) -> None:
    first = chat.client.post("/chat/ask", json={"question": "one"}).json()
    again = {"question": "two", "session": first["session"]}
    second = chat.client.post("/chat/ask", json=again).json()
    assert (second["session"], second["answer"]) == (first["session"], "one / two")
    unknown = chat.client.post("/chat/ask", json={"question": "three", "session": "not-mine"})
    assert unknown.json()["answer"] == "three"


def test_a_replayed_question_stands_at_its_moment(chat: Chat) -> None:
    chat.client.post("/chat/ask", json={"question": "then", "as_of": AS_OF})
    assert chat.opened[-1][2] == "2025-11-20T20:00:00Z"


def test_who_leaves_stops_the_answer(chat: Chat) -> None:
    asked = {"question": "forever", "session": "leaver"}
    stream = {"Accept": "text/event-stream"}
    with chat.client.stream("POST", "/chat/ask", json=asked, headers=stream) as answer:
        assert "consulted" in next(answer.iter_text())
    assert chat.assistants[-1].stopped.wait(20)


def test_a_fault_in_the_stream_is_told_in_it(chat: Chat) -> None:
    asked = {"question": "broken"}
    stream = {"Accept": "text/event-stream"}
    whole = chat.client.post("/chat/ask", json=asked)
    assert whole.status_code == 503
    ((name, told),) = events(chat.client.post("/chat/ask", json=asked, headers=stream).text)
    assert (name, told["status"]) == ("problem", 503)
    assert "/secret" not in whole.text + str(told)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[1, 2]",
        b'{"question": 3}',
        b'{"question": "a", "session": "../../etc"}',
        b'{"question": "a", "more": 1}',
        b'{"question": "a", "lang": "xx"}',
        b'{"question": "a", "as_of": "1890-01-01"}',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_question_is_refused(body: bytes, chat: Chat) -> None:
    answer = chat.client.post(
        "/chat/ask", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_of_another_page_asks_nothing(chat: Chat) -> None:
    plain = {"Content-Type": "text/plain"}
    body = b'{"question": "cost me money"}'
    assert chat.client.post("/chat/ask", content=body, headers=plain).status_code == 422
    assert not any("cost me money" in one.heard for one in chat.assistants)


def test_an_enormous_question_is_too_big(chat: Chat) -> None:
    answer = chat.client.post("/chat/ask", json={"question": "x" * 1_000_000})
    assert answer.status_code == 413
    pieces = (b"x" * 10_000 for _ in range(100))
    chunked = chat.client.post(
        "/chat/ask", content=pieces, headers={"Content-Type": "application/json"}
    )
    assert chunked.status_code == 413


def test_the_real_assistant_answers_without_a_key(door: Door) -> None:
    with door.client() as client:
        asked = {"question": "¿Cuánto cuesta la luz ahora?", "as_of": AS_OF}
        told = client.post("/chat/ask", json=asked).json()
    assert told["mode"] == "builtin"
    assert "0,23537" in told["answer"]
    assert "/ree/prices/latest" in [one["path"] for one in told["sources"]]


def test_the_books_count_what_was_asked_and_the_health_says_who_answers(door: Door) -> None:
    with door.client() as client:
        before = client.get("/chat/stats").json()["questions"]
        client.post("/chat/ask", json={"question": "¿Hay alertas?", "as_of": AS_OF})
        after = client.get("/chat/stats", params={"days": 1}).json()
        health = client.get("/chat/health").json()
    assert after["questions"] == before + 1
    assert after["cost_eur"] == 0
    assert (health["mode"], health["model"], health["per_minute"]) == ("builtin", "", 20)


def test_one_caller_may_not_ask_without_end(home: Path) -> None:
    with running(home, CHOCOLIB_CHAT_PER_MINUTE="2") as door, door.client() as client:
        asked = {"question": "hola", "as_of": AS_OF}
        told = [client.post("/chat/ask", json=asked).json() for _ in range(4)]
    assert told[-1]["complete"] is False
    assert told[-1]["problem"]
