"""MCP over HTTP: a path of any ASGI application that has the gate of `doors.api` before it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from starlette.routing import Route

from chocolib.app.settings import Settings
from chocolib.core.roles import Role
from chocolib.doors.answering import Answering
from chocolib.doors.api.reader import KEY, Reader
from chocolib.doors.mcp.server import open_server

PATH = "/mcp"


@dataclass(frozen=True)
class McpPath:
    """A route, and what has to be open while it is served.

    Attributes:
        living: the context around all requests; it can be entered once.
    """

    route: Route
    living: Callable[[], AbstractAsyncContextManager[None]]


def mcp_path(answering: Answering, settings: Settings) -> McpPath:
    """MCP at `/mcp`. Who may call it, by which name and how much, is the gate's to say.

    No session is kept: each message stands for itself, so that a server that was started
    again goes on with the clients of the one before.
    """
    server = open_server(answering, settings, role_of=_role_of)
    sessions = StreamableHTTPSessionManager(server, stateless=True)
    return McpPath(Route(PATH, StreamableHTTPASGIApp(sessions)), sessions.run)


def _role_of(request: Any) -> Role:
    """What the gate found out of whoever asks; without a gate everybody is a viewer."""
    reader: Reader | None = request.scope.get(KEY) if request is not None else None
    return reader.role if reader else "viewer"
