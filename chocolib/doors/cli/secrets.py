"""Commands on the keys: chocolib secrets unlock."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

secrets = typer.Typer(help="Keys for programs that read them from files.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(secrets, name="secrets")


@secrets.callback()
def _group() -> None:
    """Keep the name of the only command a part of the command line."""


@secrets.command()
def unlock(
    folder: Annotated[Path, typer.Argument(help="Folder in memory: /run/..., /dev/shm/...")],
    names: Annotated[list[str], typer.Argument(help="Names, or NAME=PATH inside the folder.")],
) -> None:
    """Write keys of the SOPS file into files in memory, for Tailscale or InfluxDB; shows none.

    Example: chocolib secrets unlock /run/chocolib TS_AUTHKEY=tailscale/authkey
    """
    from chocolib.app.secrets.unlocking import unlock as into
    from chocolib.app.settings import read_settings

    for path in into(read_settings(), folder, names):
        typer.echo(path)
