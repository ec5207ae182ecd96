"""MCP over the standard streams of a process that a client has started."""

from __future__ import annotations

import sys
from typing import TextIO

import anyio
from mcp.server.stdio import stdio_server

from chocolib.app.logs import keep_logs
from chocolib.app.settings import read_settings
from chocolib.doors.answering import Answering
from chocolib.doors.mcp.server import McpServer, open_server
from chocolib.doors.mcp.tap import tapped


def serve_stdio() -> None:
    """Answer until the client closes the stream, or a signal ends it.

    Standard output carries the protocol and nothing else: what anything else prints there
    comes out at standard error.

    Raises:
        SettingsError: a setting that cannot be used.
    """
    settings = read_settings()
    keep_logs(settings)
    answering = Answering(deadline_s=settings.api_deadline_s)
    server = open_server(answering, settings, role_of=lambda _request: "admin")
    try:
        if sys.platform == "win32":
            anyio.run(_serve, server, None)
        else:
            with tapped() as coming:
                anyio.run(_serve, server, coming)
    finally:
        answering.close()


async def _serve(server: McpServer, coming: TextIO | None) -> None:
    stdin = None if coming is None else anyio.wrap_file(coming)
    async with stdio_server(stdin) as (read, write):
        await server.run(read, write, server.create_initialization_options())
