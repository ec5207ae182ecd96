"""MCP over HTTP by itself: the gate, the path, and nothing besides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from chocolib.app.logs import keep_logs
from chocolib.app.settings import Settings, read_settings
from chocolib.doors.answering import Answering
from chocolib.doors.api.entry import Entry
from chocolib.doors.api.gate import Gate
from chocolib.doors.api.server import Announcing, configuration
from chocolib.doors.listening import address, listen
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
    """Serve MCP at http://host:port/mcp until SIGINT or SIGTERM.

    Args:
        port: 0 is any that is free.
        say: told where it listens, once it answers.

    Raises:
        SettingsError: the port is taken, or other machines would reach it without a token.
    """
    settings = read_settings()
    entry = Entry.of(settings, host)
    with listen(host, port) as listening:
        keep_logs(settings)
        url = address(host, int(listening.getsockname()[1])) + PATH
        who = "with the token" if entry.token else "from this machine"
        said = f"MCP is at {url} ({who}; stop with Ctrl-C)"
        Announcing(configuration(mcp_app(settings, entry)), lambda: say(said)).run(
            sockets=[listening]
        )
