"""What the assistant says, as JSON: a whole reply, or its events as they come."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chocolib.assistant.parts import Category, Consulted, Event, Mode, Piece, Refusal, Reply
from chocolib.core.i18n import Lang


class Asking(BaseModel):
    """A question in words."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(
        description="in Spanish or English, at most 500 characters",
        examples=["¿Cuándo debo producir hoy?"],
    )
    lang: Lang | None = Field(None, description="where the question does not tell its language")
    session: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="of an earlier reply, to ask on; it is the asker's own",
    )
    as_of: str | None = Field(
        None, min_length=1, max_length=40, description="replay this moment, as in the other paths"
    )


class Source(BaseModel):
    """A tool that was asked for the reply."""

    tool: str = Field(description="as the catalogue names it: get_optimal_windows")
    path: str = Field(description="where this door has the same answer")
    arguments: dict[str, Any]
    answer: dict[str, Any] | None = Field(description="what it answered; null: see problem")
    problem: str = Field(description="why there is no answer; empty: there is one")


class Counted(BaseModel):
    """What a model read and wrote, in tokens."""

    read: int
    written: int
    cache_read: int
    cache_written: int


class Said(BaseModel):
    """The reply to a question."""

    session: str = Field(description="send it with the next question to ask on")
    answer: str
    lang: Lang
    mode: Mode = Field(description="claude: a language model spoke; builtin: none did")
    model: str = Field(description="which one; empty: none")
    categories: tuple[Category, ...] = Field(description="what the question is about")
    refusal: Refusal | None = Field(description="why it is not answered; null: it is")
    sources: tuple[Source, ...]
    unmatched: tuple[str, ...] = Field(description="numbers of the answer that no source has")
    complete: bool = Field(description="false: it was cut off")
    problem: str = Field(description="what went wrong, in the asker's language; empty: nothing")
    tokens: Counted | None = Field(description="null: no model spoke")
    cost_eur: float | None = Field(description="what it cost, EUR; null: nothing was charged")
    seconds: float = Field(description="from question to end, s")


def said(reply: Reply, session: str) -> Said:
    """A whole reply."""
    tokens = reply.spoken.tokens
    return Said(
        session=session,
        answer=reply.text,
        lang=reply.asked.lang,
        mode=reply.mode,
        model=reply.spoken.model,
        categories=reply.asked.categories,
        refusal=reply.asked.refusal,
        sources=tuple(source(one) for one in reply.consulted),
        unmatched=reply.unmatched,
        complete=reply.spoken.complete,
        problem=reply.spoken.problem,
        tokens=None
        if tokens is None
        else Counted(
            read=tokens.read,
            written=tokens.written,
            cache_read=tokens.cache_read,
            cache_written=tokens.cache_written,
        ),
        cost_eur=reply.cost_eur,
        seconds=reply.seconds,
    )


def source(one: Consulted) -> Source:
    """A tool that was asked."""
    return Source(
        tool=one.tool.name,
        path=one.tool.path,
        arguments=json.loads(json.dumps(dict(one.arguments), default=str)),
        answer=one.answer.model_dump(mode="json") if one.answer else None,
        problem=one.problem,
    )


def event(one: Event, session: str) -> str:
    """An event as a stream of them carries it (text/event-stream)."""
    if isinstance(one, Piece):
        return framed("piece", json.dumps({"text": one.text}, ensure_ascii=False))
    if isinstance(one, Consulted):
        return framed("consulted", source(one).model_dump_json())
    return framed("reply", said(one, session).model_dump_json())


def framed(name: str, data: str) -> str:
    """One event; its JSON has no line of its own."""
    return f"event: {name}\ndata: {data}\n\n"
