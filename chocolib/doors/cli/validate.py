"""Commands that a pipeline asks before it releases: validate models."""

from __future__ import annotations

from typing import Annotated

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json

validate = typer.Typer(help="Whether what there is may be released.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(validate, name="validate")


@validate.callback()
def _group() -> None:
    """Keep the name of the only command a part of the command line."""


@validate.command()
def models(
    max_mae: Annotated[float, typer.Option(help="EUR/kWh that the median may miss by.")] = 0.035,
    max_ratio: Annotated[float, typer.Option(help="Of the weekly naive's error.")] = 0.95,
    min_coverage_80: Annotated[float, typer.Option(help="Share the 80 % band must hold.")] = 0.65,
    min_coverage_90: Annotated[float, typer.Option(help="Share the 90 % band must hold.")] = 0.77,
    max_bias: Annotated[float, typer.Option(help="EUR/kWh, either way.")] = 0.015,
    model: Annotated[str, typer.Option(help="Model: champion, prophet, ...")] = "champion",
    weeks: Annotated[int, typer.Option(min=1, max=104, help="Last weeks that are replayed.")] = 8,
    every_days: Annotated[int, typer.Option(min=1, max=28, help="Days between origins.")] = 2,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Replay the last weeks and hold the model against bounds; fails when one is not kept.

    Example: chocolib validate models --max-mae 0.03 --min-coverage-80 0.7 --as-of 2025-11-20T21:00
    """
    from chocolib.app.context import open_context
    from chocolib.app.validation import Bounds, validate_model

    bounds = Bounds(max_mae, max_ratio, min_coverage_80, min_coverage_90, max_bias)
    context = open_context(as_of=as_of)
    with present.step(f"replaying {weeks} weeks"):
        found = validate_model(context, bounds, name=model, weeks=weeks, every_days=every_days)
    if as_json:
        present.document(found.to_dict())
    else:
        rows = [{"": "ok" if v.ok else "BAD"} | v.to_dict() for v in found.verdicts]
        present.table([{k: v for k, v in row.items() if k != "ok"} for row in rows], empty="")
        typer.echo(f"{found.model}: {found.origins} origins, {found.hours} hours")
    if not found.ok:
        raise typer.Exit(1)
