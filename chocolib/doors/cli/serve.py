"""Commands that open something for people: dashboards, JupyterLab, the first run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.lean import ADDRESSES, without
from chocolib.doors.cli.present import AsOf, Json

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on (not with --check).")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Check = Annotated[
    bool, typer.Option("--check", help="End after checking that the dashboard answers.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(run)
    app.command()(dash)
    app.command()(lab)
    app.command()(doctor)


def run(
    pvpc_file: Annotated[
        list[Path] | None, typer.Option(help="Prices to import where REE cannot be reached.")
    ] = None,
    host: Host = "127.0.0.1",
    port: Port = 8866,
    check: Check = False,
) -> None:
    """From nothing to a live dashboard: data, forecast, plan, report, server.

    Example: chocolib run --pvpc-file prices.csv.gz
    """
    without(ADDRESSES)
    from chocolib.doors.first_light import first_light

    first_light(pvpc_file or [], host=host, port=port, check=check)


def dash(
    as_of: AsOf = None, host: Host = "127.0.0.1", port: Port = 8866, check: Check = False
) -> None:
    """Serve the dashboards until stopped.

    Example: chocolib dash --port 8866
    """
    without(ADDRESSES)
    from chocolib.doors.dashboards import serve_dashboards

    serve_dashboards(as_of=as_of, host=host, port=port, check=check, say=present.note)


def lab(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open JupyterLab on the starter notebook.

    Example: chocolib lab
    """
    from chocolib.doors.lab import open_lab

    open_lab(host=host, port=port, browser=browser)


def doctor(as_json: Json = False) -> None:
    """Say what is configured, reachable, stale or missing, and what to do.

    Example: chocolib doctor --json
    """
    from chocolib.app.doctor import diagnose

    findings = diagnose()
    if as_json:
        present.document([finding.to_dict() for finding in findings])
    else:
        present.table([finding.to_dict() for finding in findings], empty="nothing to say")
    if any(finding.status == "error" for finding in findings):
        raise typer.Exit(1)
