"""`/chat/*`: a question in words, its answer whole or as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from chocolib.assistant.parts import Reply
from chocolib.core.errors import ChocolibError
from chocolib.core.i18n import Lang
from chocolib.core.time import iso
from chocolib.doors.api.problems import BAD_QUESTION, NO_STORE, NO_TOKEN, TOO_BIG, told
from chocolib.doors.api.reader import Reader, lang_of, reader_of
from chocolib.doors.api.routes import problems
from chocolib.doors.api.sessions import Answerer, Session, Sessions
from chocolib.doors.api.spoken import Asking, Said, event, framed, said
from chocolib.doors.moments import past_moment

#: Makes an assistant: for a reader, a language, a moment (UTC, None: now) and a session's name.
Opening = Callable[[Reader, Lang | None, str | None, str], Answerer]

STREAM = "text/event-stream"
#: A stream is nobody's to keep, and no proxy's to gather.
FLOWING = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def chat(sessions: Sessions, opening: Opening) -> APIRouter:
    """The paths of the chat."""
    router = APIRouter(prefix="/chat", tags=["chat"])

    @router.post(
        "/ask",
        response_model=Said,
        operation_id="ask",
        summary="Ask in words",
        responses={
            200: {"content": {STREAM: {"schema": {"type": "string"}}}},
            **problems(BAD_QUESTION, TOO_BIG, NO_TOKEN, NO_STORE),
        },
    )
    async def ask(request: Request, asking: Asking) -> Response:
        """The reply as JSON; with Accept: text/event-stream its events as they come.

        The events are "consulted" (a source), "piece" (some more text), and last "reply" (the
        whole) or "problem".
        """
        session = await _session(sessions, opening, reader_of(request), asking, lang_of(request))
        if STREAM in request.headers.get("Accept", ""):
            flow = _flow(sessions, session, asking.question)
            return StreamingResponse(flow, media_type=STREAM, headers=FLOWING)
        async for one in sessions.asked(session, asking.question):
            if isinstance(one, Reply):
                whole = said(one, session.name).model_dump(mode="json")
        return JSONResponse(whole, headers={"Cache-Control": "no-store"})

    return router


async def _session(
    sessions: Sessions, opening: Opening, reader: Reader, asking: Asking, liked: Lang | None
) -> Session:
    moment = iso(past_moment(asking.as_of)) if asking.as_of else None
    lang = asking.lang or liked
    owner = (reader.name, reader.role, moment or "", lang or "")
    make = partial(opening, reader, lang, moment)
    return await sessions.session(asking.session, owner, make)


async def _flow(sessions: Sessions, session: Session, question: str) -> AsyncIterator[str]:
    try:
        async for one in sessions.asked(session, question):
            yield event(one, session.name)
    except ChocolibError as error:
        yield framed("problem", bytes(told(error).body).decode())
