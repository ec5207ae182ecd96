"""What goes wrong on the way to the model: a sentence, the text so far, nothing charged twice."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chocolib.app.context import Context
from chocolib.assistant.claude.line import line
from chocolib.assistant.claude.stream import Patience
from chocolib.assistant.parts import Asked, Piece, Spoken
from chocolib.core.errors import SettingsError
from tests.assistant.claude.conftest import KEY, Ask, speaker_of
from tests.assistant.messages_server import (
    OVERLOADED,
    Refuses,
    Says,
    ended,
    messages_server,
    replies,
    started,
    text,
)

BUSY = Refuses(529, "overloaded_error")
LIMITED = "rate_limit_error"


@pytest.mark.parametrize(
    "first",
    [
        BUSY,
        Refuses(429, LIMITED),
        Refuses(429, LIMITED, [("retry-after", "1")]),
        Refuses(500, "api_error"),
        Says([OVERLOADED]),
    ],
    ids=["529", "429", "429 and wait", "500", "overloaded before anything was said"],
)
def test_a_busy_server_is_asked_again(ask: Ask, first: Any) -> None:
    with messages_server(first, replies()) as server:
        told = ask(server.url)
    assert told.text == "Hola mundo "
    assert told.spoken.complete
    assert told.spoken.tokens is not None
    assert told.spoken.tokens.read == 1200
    assert len(server.got) == 2


@pytest.mark.parametrize(
    ("always", "times", "said"),
    [
        (BUSY, 3, "saturado"),
        (Refuses(429, LIMITED, [("retry-after", "3600")]), 1, "60 min"),
        (Refuses(429, LIMITED, code="enforced_spend_limit_reached"), 1, "límite de gasto"),
        (Refuses(402, "billing_error"), 1, "límite de gasto"),
        (Refuses(401, "authentication_error"), 1, "ANTHROPIC_API_KEY"),
        (Refuses(403, "permission_error"), 1, "ANTHROPIC_API_KEY"),
        (Refuses(404, "not_found_error"), 1, "claude-haiku-5-5"),
        (Refuses(400, "invalid_request_error"), 1, "no acepta esta pregunta"),
        (Refuses(413, "request_too_large"), 1, "no acepta esta pregunta"),
        (Says(raw=b"<html>sign in</html>"), 1, "no es una respuesta"),
        (Says(raw=b"event: message_start\ndata: {torn\n\n"), 1, "no es una respuesta"),
        (Says([{"type": "message_start", "message": {}}]), 1, "no es una respuesta"),
        (Says(text("antes")), 1, "no es una respuesta"),
        (Says([started(), *text("x", 5)]), 1, "no es una respuesta"),
    ],
    ids=str,
)
def test_what_cannot_be_helped_is_a_sentence_at_once(
    ask: Ask, always: Any, times: int, said: str
) -> None:
    with messages_server(always) as server:
        told = ask(server.url)
    assert said in told.spoken.problem
    assert not told.spoken.complete
    assert not told.text
    assert len(server.got) == times
    assert KEY not in told.spoken.problem


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (Says([started(), *text("uno dos tres"), OVERLOADED]), "saturado"),
        (Says([started(), *text("uno dos tres"), *ended()], cut=5), "cortó"),
        (Says([started(), *text("uno dos tres")]), "cortó"),
        (Says([started(), *text("uno dos tres"), *ended()], stall=5), "demasiado"),
    ],
    ids=["an error in the middle", "cut", "ended early", "stalled, with pings"],
)
def test_a_broken_reply_keeps_its_beginning_and_is_charged_once(
    ask: Ask, broken: Says, said: str
) -> None:
    with messages_server(broken) as server:
        told = ask(server.url)
    assert told.text == "uno dos tres "
    assert said in told.spoken.problem
    assert not told.spoken.complete
    assert len(server.got) == 1
    tokens = told.spoken.tokens
    assert tokens is not None
    assert tokens.read == 1200
    assert tokens.written == 6  # 13 characters, of at most 2.5 to a token
    assert told.spoken.cost_eur == 0.000123


def test_an_overload_after_the_charge_began_is_not_asked_again(ask: Ask) -> None:
    with messages_server(Says([started(), OVERLOADED]), replies()) as server:
        told = ask(server.url)
    assert len(server.got) == 1
    assert "saturado" in told.spoken.problem
    assert told.spoken.tokens is not None
    assert told.spoken.tokens.read == 1200


def test_a_slow_first_byte_is_not_waited_for(ask: Ask) -> None:
    with messages_server(replies(first_s=5)) as server:
        told = ask(server.url, patience=Patience(first_s=0.3))
        assert server.left.wait(3)
    assert "demasiado" in told.spoken.problem
    assert told.spoken.tokens is None
    assert len(server.got) == 1


def test_the_whole_answer_has_its_time(ask: Ask) -> None:
    slow = replies("a b c d e f g h i j", gap_s=0.3)
    with messages_server(slow) as server:
        told = ask(server.url, chat_timeout_s=1.0)
        assert server.left.wait(3)
    assert "demasiado" in told.spoken.problem
    assert told.text
    assert told.text != "a b c d e f g h i j "


def test_no_network_is_a_sentence(ask: Ask) -> None:
    told = ask("http://127.0.0.1:9")
    assert told.spoken.problem == "No hay conexión con el servicio del modelo."
    assert "no connection" in ask("http://name.invalid", lang="en").spoken.problem


def test_a_refusal_and_a_reply_cut_at_its_length_say_so(ask: Ask) -> None:
    refusal = Says([started(), *ended("refusal")])
    long = Says([started(), *text("uno dos"), *ended("max_tokens", 500)])
    with messages_server(refusal, long) as server:
        refused, cut = ask(server.url), ask(server.url)
    assert refused.spoken.problem == "El modelo no quiere responder a esto."
    assert cut.text == "uno dos "
    assert "500" in cut.spoken.problem
    assert cut.spoken.tokens is not None
    assert cut.spoken.tokens.written == 500


@pytest.mark.parametrize("how", ["before the first byte", "in the middle"])
def test_stopping_closes_the_side_of_the_server(context: Context, how: str) -> None:
    slow = (
        replies("a b c d", first_s=5) if how.startswith("before") else replies("a " * 50, gap_s=0.1)
    )
    stop = threading.Event()
    with messages_server(slow) as server:
        speaker = speaker_of(context, server.url, patience=Patience())
        if how.startswith("before"):
            threading.Timer(0.5, stop.set).start()
        told = []
        for one in speaker.speak(Asked("hola", "es"), [], context=context, earlier=[], stop=stop):
            told.append(one)
            stop.set()
        assert server.left.wait(3)
    assert isinstance(told[-1], Spoken)
    assert not told[-1].complete
    assert told[-1].problem == ""
    assert [isinstance(one, Piece) for one in told[:-1]] == [True] * (len(told) - 1)


def test_leaving_off_closes_the_side_of_the_server(context: Context) -> None:
    with messages_server(replies("a " * 50, gap_s=0.1)) as server:
        speaker = speaker_of(context, server.url)
        stop = threading.Event()
        told = speaker.speak(Asked("hola", "es"), [], context=context, earlier=[], stop=stop)
        next(told)
        told.close()  # type: ignore[attr-defined]
        assert server.left.wait(3)


def test_many_ask_at_once_over_one_line(context: Context) -> None:
    said: list[str] = []

    def one() -> None:
        stop = threading.Event()
        speaker = speaker_of(context, server.url)
        told = speaker.speak(Asked("hola", "es"), [], context=context, earlier=[], stop=stop)
        said.append("".join(piece.text for piece in told if isinstance(piece, Piece)))

    with messages_server(replies(gap_s=0.02)) as server:
        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said == ["Hola mundo "] * 8


@pytest.mark.parametrize("key", ["", "  ", "sk\nant", "clé"])
def test_a_key_that_cannot_be_one_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, context: Context, key: str
) -> None:
    changed = context.settings.model_copy(update={"anthropic_api_key": key and _secret(key)})
    with pytest.raises(SettingsError) as refused:
        line(changed)
    assert not key.strip() or key not in str(refused.value)


def _secret(key: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(key)


@pytest.mark.parametrize("url", ["http://[broken", "file:///etc", "", "api.example.org"])
def test_an_address_that_cannot_be_one_is_refused_at_once(context: Context, url: str) -> None:
    with pytest.raises(SettingsError, match="CHOCOLIB_CHAT_URL"):
        speaker_of(context, url)


def test_the_key_is_shown_nowhere(
    ask: Ask, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with messages_server(Refuses(401, "authentication_error"), replies()) as server:
        ask(server.url)
        ask(server.url)
        opened = line(context.settings.model_copy(update={"chat_url": server.url}))
    assert KEY not in repr(opened)
    assert KEY not in repr(speaker_of(context, server.url))
    assert KEY not in caplog.text
    assert server.got[0].headers["authorization"].endswith(KEY)


def test_waiting_does_not_hold_up_a_stop(context: Context) -> None:
    stop = threading.Event()
    with messages_server(Refuses(429, LIMITED, [("retry-after", "4")])) as server:
        speaker = speaker_of(context, server.url, patience=Patience())
        threading.Timer(0.3, stop.set).start()
        (spoken,) = speaker.speak(Asked("hola", "es"), [], context=context, earlier=[], stop=stop)
    assert isinstance(spoken, Spoken)
    assert len(server.got) == 1
    assert not spoken.problem
