"""`chocolib mcp`: the answers for programs that speak the Model Context Protocol."""

from __future__ import annotations

from typing import Annotated

import typer

from chocolib.doors.cli import present


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(mcp)


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve over HTTP, not over standard input and output.")
    ] = False,
    host: Annotated[str, typer.Option(help="With --http: address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="With --http: port; 0 is any that is free.")
    ] = 8869,
) -> None:
    """Offer every answer to an MCP client, read-only (docs/mcp.md).

    Without --http the client starts this command and speaks to it; a person has no use for it.
    An address that other machines reach needs CHOCOLIB_API_TOKEN.

    Example: chocolib mcp --http --port 8869
    """
    if http:
        from chocolib.doors.mcp.http import serve_mcp

        serve_mcp(host=host, port=port, say=present.note)
        return
    from chocolib.doors.mcp.stdio import serve_stdio

    serve_stdio()
