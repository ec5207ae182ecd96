"""The command that says what more capacity would be worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(capacity)


def capacity(
    year: Annotated[int, typer.Option(min=2000, max=2100, help="Whose prices.")] = 2025,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="Weeks of it to plan.")] = 13,
    as_of: AsOf = None,
    factory: Annotated[
        Path | None, typer.Option(help="Factory TOML; default CHOCOLIB_FACTORY, else Linares.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Processes; -1: as many as cores.")] = -1,
    as_json: Json = False,
) -> None:
    """Say what one more machine, 20 kW more power or one more batch is worth, in EUR.

    Weeks of a year's real prices are planned again with each change; a run that was
    stopped goes on where it was.

    Example: chocolib capacity --year 2025 --weeks 13 --json
    """
    from rich.progress import Progress

    from chocolib.app.capacity import capacity as of_context
    from chocolib.app.context import open_context

    context = open_context(as_of=as_of, factory=factory)
    with Progress(console=present.quiet_unless_terminal(), transient=True) as progress:
        task = progress.add_task("plans")
        found = of_context(
            context,
            year=year,
            weeks=weeks,
            jobs=jobs,
            tell=lambda done, of: progress.update(task, completed=done, total=of),
        )
    if as_json:
        present.document(found)
        return
    rows = [
        {
            "change": row["what"],
            "weeks": row["weeks"],
            "late": row["late"],
            "impossible": row["impossible"],
            "EUR a week": _eur(row["eur_week"]),
            "+-": _eur(row["half_width_eur_week"]),
            "EUR a year": _eur(row["eur_year"]),
        }
        for row in found["changes"]
    ]
    present.table(rows, empty="nothing to change")
    typer.echo(f"Savings; negative: it costs more. {found['how']}.")


def _eur(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
