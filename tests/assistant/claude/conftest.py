"""A context with a day of prices, and a speaker that is patient for moments only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chocolib.app.context import Context, open_context
from chocolib.assistant.claude import line as lines
from chocolib.assistant.claude.speaker import ClaudeSpeaker
from chocolib.assistant.claude.stream import Patience
from chocolib.assistant.parts import Asked, Consulted, Piece, Spoken, Turn
from tests.conftest import NOW, made_up_prices, price_frame

KEY = "sk-ant-never-to-be-seen"
#: Moments, where the house waits for seconds.
BRIEF = Patience(first_s=2.0, gap_s=0.6, retry_s=1.5, pause_s=0.05)


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """Two days of made-up prices, seen from the evening of the first."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    opened = open_context(as_of="2025-11-20T21:00")
    prices = price_frame(made_up_prices("2025-11-19T23:00", 48))
    opened.store.write("energy_prices", prices, received_at=NOW)
    yield opened
    opened.store.close()


@pytest.fixture(autouse=True)
def _lines_are_closed() -> Iterator[None]:
    yield
    while lines._lines:
        lines._lines.popitem()[1].close()


@dataclass(frozen=True)
class Told:
    """What a speaker told, taken apart."""

    pieces: tuple[str, ...]
    consulted: tuple[Consulted, ...]
    spoken: Spoken

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def speaker_of(context: Context, url: str, **settings: Any) -> ClaudeSpeaker:
    patience = settings.pop("patience", BRIEF)
    role = settings.pop("role", "viewer")
    changed = context.settings.model_copy(update={"chat_url": url, **settings})
    return ClaudeSpeaker(changed, role=role, patience=patience)


Ask = Callable[..., Told]


@pytest.fixture
def ask(context: Context) -> Ask:
    """Ask a question of a server at an address."""

    def asked(
        url: str,
        question: str = "¿Cuánto cuesta ahora?",
        *,
        lang: Any = "es",
        consulted: Sequence[Consulted] = (),
        earlier: Sequence[Turn] = (),
        stop: threading.Event | None = None,
        **settings: Any,
    ) -> Told:
        speaker = speaker_of(context, url, **settings)
        *events, last = speaker.speak(
            Asked(question, lang),
            consulted,
            context=replace(context, lang=lang),
            earlier=earlier,
            stop=stop or threading.Event(),
        )
        assert isinstance(last, Spoken)
        return Told(
            tuple(one.text for one in events if isinstance(one, Piece)),
            tuple(one for one in events if isinstance(one, Consulted)),
            last,
        )

    return asked
