"""MCP over HTTP by itself: the gate, the path, and nothing besides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from chocolib.app.settings import Settings
from chocolib.doors.answering import Answering
from chocolib.doors.api.entry import Entry
from chocolib.doors.api.gate import Gate
from chocolib.doors.api.server import serve
from chocolib.doors.mcp.path import PATH, mcp_path


def mcp_app(settings: Settings, entry: Entry) -> ASGIApp:
    """The ASGI application of MCP alone.

    Args:
        entry: who may come in.
    """
    answering = Answering(deadline_s=settings.api_deadline_s)
    path = mcp_path(answering, settings)

    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        async with path.living():
            yield
        answering.close()

    gate = Middleware(Gate, entry=entry)
    return Starlette(routes=[path.route], middleware=[gate], lifespan=living)


def serve_mcp(*, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve MCP at http://host:port/mcp; see `doors.api.server.serve`."""
    serve(mcp_app, host=host, port=port, name="MCP", say=say, path=PATH)
