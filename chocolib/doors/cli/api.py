"""The command that serves the answers to programs."""

from __future__ import annotations

from typing import Annotated

import typer

from chocolib.doors.cli import present


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(api)


def api(
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine a token is needed.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 is any free one.")] = 8868,
) -> None:
    """Serve every answer as JSON, with an OpenAPI document, until stopped.

    CHOCOLIB_API_TOKEN is the token, CHOCOLIB_API_HOSTS the names it may be called by.

    Example: chocolib api --port 8868
    """
    from chocolib.doors.api.server import serve_api

    serve_api(host=host, port=port, say=present.note)
