"""`/chat/stats` and `/chat/health`: what the chat was asked and cost, and who would answer now."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from chocolib.app.chat_stats import chat_stats
from chocolib.app.context import open_context
from chocolib.app.settings import Settings
from chocolib.assistant.parts import Mode
from chocolib.doors.answering import Answering
from chocolib.doors.api.life import FRESH
from chocolib.doors.api.problems import BAD_QUESTION, NO_STORE, NO_TOKEN, NOT_FOR_YOU, problem
from chocolib.doors.api.reader import reader_of
from chocolib.doors.api.routes import problems


class ChatHealth(BaseModel):
    """Who would answer a question now, and within which limits."""

    mode: Mode = Field(description="claude: a key is set; builtin: none is")
    model: str = Field(description="the model that is asked; empty: none")
    max_tokens: int = Field(description="the longest reply of the model, tokens")
    per_minute: int = Field(description="questions that one user may ask in 60 seconds")
    daily_eur: float = Field(description="what the model may cost in a Madrid day, EUR")


def books(settings: Settings, answering: Answering) -> APIRouter:
    """The paths about the chat."""
    router = APIRouter(prefix="/chat", tags=["chat"])

    @router.get(
        "/stats",
        operation_id="chat_stats",
        summary="What the chat was asked, and what it cost",
        response_model=dict[str, Any],
        responses=problems(NO_TOKEN, NOT_FOR_YOU, BAD_QUESTION, NO_STORE),
    )
    async def stats(
        request: Request,
        days: Annotated[int, Query(ge=1, le=3660, description="Madrid days, today one")] = 30,
    ) -> Response:
        """As `chocolib chat stats --json`. It names users, so it is for administrators."""
        if reader_of(request).role != "admin":
            return problem(NOT_FOR_YOU, "the books of the chat are for administrators")
        found = await answering.read(partial(_stats, days), "chat stats")
        return JSONResponse(found, headers=FRESH)

    @router.get(
        "/health",
        operation_id="chat_health",
        summary="Who would answer a question now",
        response_model=ChatHealth,
    )
    async def health() -> Response:
        """By the settings; nobody is asked for it."""
        return JSONResponse(_health(settings).model_dump(), headers=FRESH)

    return router


def _stats(days: int) -> dict[str, Any]:
    context = open_context()
    try:
        return chat_stats(context, days=days).to_dict()
    finally:
        context.store.close()


def _health(settings: Settings) -> ChatHealth:
    from chocolib.assistant.opening import has_key

    asked = has_key(settings)
    return ChatHealth(
        mode="claude" if asked else "builtin",
        model=settings.chat_model if asked else "",
        max_tokens=settings.chat_max_tokens,
        per_minute=settings.chat_per_minute,
        daily_eur=settings.chat_daily_eur,
    )
