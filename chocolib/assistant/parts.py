"""What passes between asking and answering: the question as read, what was consulted, the reply."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from chocolib.app.context import Context
from chocolib.core.i18n import Lang
from chocolib.tools.answer import Answer
from chocolib.tools.tool import Tool

#: What questions are about (`docs/chat.md`); the predecessor's, and what the house has since.
Category = Literal[
    "optimal_windows",
    "price_forecast",
    "alerts",
    "savings",
    "production_plan",
    "analysis",
    "current_status",
    "recommendations",
    "operations",
    "usage",
]
#: Why a question is not answered.
Refusal = Literal["empty", "long", "unreadable", "outside", "instruction", "unmeasured"]
Mode = Literal["builtin", "claude"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was read, before anything is looked up.

    Attributes:
        text: as it came, cut to the longest that is taken, without control characters.
        lang: the asker's language, by the words of the question; else the session's.
        categories: what it is about, the surest first; empty: the words do not tell.
        topics: the same in finer parts, names of `assistant/intents.toml`.
        day: the Madrid day it is about, where it names one.
        numbers: numbers it names by what they are: {"hours": 4, "days": 7, "at": 18}.
        marks: kinds of time it names: now, today, ahead, past, week, month, morning, ...
        refusal: why it is not answered, or None.
    """

    text: str
    lang: Lang
    categories: tuple[Category, ...] = ()
    topics: tuple[str, ...] = ()
    day: date | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Consulted:
    """A tool that was asked, and what came: `answer`, or `problem`, a sentence."""

    tool: Tool
    arguments: Mapping[str, Any]
    answer: Answer | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more text of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a model read and wrote, in tokens."""

    read: int = 0
    written: int = 0
    cache_read: int = 0
    cache_written: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.read + other.read,
            self.written + other.written,
            self.cache_read + other.cache_read,
            self.cache_written + other.cache_written,
        )


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a speaker ended.

    Attributes:
        complete: it said all it wanted; else it was stopped or cut off, and the text stays.
        problem: what went wrong, a sentence in the asker's language; empty: nothing.
        tokens: of all rounds together; `None`: no model spoke.
        model: which one spoke; empty: none.
        cost_eur: by the price table, request by request; `None`: nothing was charged.
    """

    complete: bool = True
    problem: str = ""
    tokens: Tokens | None = None
    model: str = ""
    cost_eur: float | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The whole answer to a question: the last event of each.

    Attributes:
        text: all pieces, and after them what is said of numbers without a source.
        consulted: every tool asked, by the context and by the model.
        unmatched: numbers of the text that no consulted answer has, as written.
        cost_eur: by the price table of the settings; `None`: nothing was charged.
    """

    asked: Asked
    text: str
    mode: Mode
    consulted: tuple[Consulted, ...]
    unmatched: tuple[str, ...]
    spoken: Spoken
    cost_eur: float | None = None
    seconds: float = 0.0

    @property
    def personal(self) -> bool:
        """Whether an answer may name people: then no book keeps the text and no model reads it."""
        return any(one.tool.personal for one in self.consulted)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same session and its reply; `personal`: see `Reply`."""

    question: str
    reply: str
    personal: bool = False


#: What happens while a question is answered, in order; a `Reply` is the last.
Event = Consulted | Piece | Reply


class Speaker(Protocol):
    """Makes text of a question and what was consulted for it."""

    mode: Mode

    def speak(
        self,
        asked: Asked,
        consulted: Sequence[Consulted],
        *,
        context: Context,
        earlier: Sequence[Turn],
        stop: threading.Event,
    ) -> Iterator[Consulted | Piece | Spoken]:
        """The reply in pieces; tools that it asks itself; a `Spoken` last.

        Never raises for what a model, the network or a reader does: that is in `Spoken.problem`.

        Args:
            consulted: what the words of the question led to, already looked up.
            earlier: the session's turns, the oldest first.
            stop: set when the reader wants no more.
        """
        ...
