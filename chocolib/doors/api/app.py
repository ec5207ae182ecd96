"""The application: the paths of the catalogue behind the gate, and what is told of failures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from chocolib.app.logs import application
from chocolib.app.settings import Settings
from chocolib.core.errors import ChocolibError
from chocolib.doors.answering import Answering
from chocolib.doors.api.books import books
from chocolib.doors.api.chat import Opening, chat
from chocolib.doors.api.described import arguments, describe
from chocolib.doors.api.desk import Desk
from chocolib.doors.api.entry import Entry
from chocolib.doors.api.gate import Gate
from chocolib.doors.api.index import index
from chocolib.doors.api.life import life
from chocolib.doors.api.problems import FAILED, of_status, problem, refused, told
from chocolib.doors.api.reader import lang_of
from chocolib.doors.api.routes import routes
from chocolib.doors.api.sessions import Sessions
from chocolib.doors.mcp.path import mcp_path
from chocolib.tools.catalogue import TOOLS


def api(settings: Settings, entry: Entry, opening: Opening) -> FastAPI:
    """The ASGI application of the HTTP door.

    Args:
        entry: who may come in.
        opening: makes the assistants of the chat.
    """
    sessions = Sessions()
    answering = Answering(deadline_s=settings.api_deadline_s)
    mcp = mcp_path(answering, settings)

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        async with mcp.living():
            yield
        answering.close()
        sessions.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=living)
    app.router.redirect_slashes = False
    app.include_router(routes(TOOLS.values(), Desk(answering)))
    app.include_router(chat(sessions, opening))
    app.include_router(books(settings, answering))
    app.include_router(life())
    app.router.routes.append(mcp.route)
    _add_index(app, settings, token=entry.token is not None)
    add_failures(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Gate, entry=entry)
    return app


def _add_index(app: FastAPI, settings: Settings, *, token: bool) -> None:
    """The document and the page of all paths."""

    def document() -> dict[str, Any]:
        return describe(app, token=token)

    app.openapi = document  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    async def described() -> JSONResponse:
        return JSONResponse(document())

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(index(document(), lang_of(request) or settings.lang))


def add_failures(app: FastAPI) -> None:
    """Every failure as a problem document."""

    @app.exception_handler(ChocolibError)
    async def ours(_: Request, error: ChocolibError) -> Response:
        return told(error)

    @app.exception_handler(RequestValidationError)
    async def bad(request: Request, error: RequestValidationError) -> Response:
        return refused(error, known=arguments(app.openapi(), request.url.path))

    @app.exception_handler(HTTPException)
    async def refusal(request: Request, error: HTTPException) -> Response:
        return of_status(error.status_code, request.url.path, error.headers)

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        application.error("no answer at %s", request.url.path, exc_info=error)
        return problem(FAILED, "the fault is chocolib's; its log says which")
