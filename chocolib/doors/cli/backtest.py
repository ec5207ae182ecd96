"""The command that measures models on the past: backtest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    from chocolib.app.backtest import Tell

_SHARES = ("r2", "rmae", "coverage_80", "coverage_90", "capture_6", "capture_8")


class _Known(StrEnum):
    plain = "plain"
    day_ahead = "day-ahead"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(backtest)


def backtest(
    start: Annotated[str, typer.Option(metavar="DATE", help="First origin: 2025-01-01.")],
    end: Annotated[str, typer.Option(metavar="DATE", help="Last origin, included.")],
    every_days: Annotated[int, typer.Option(min=1, help="Days between origins.")] = 7,
    models: Annotated[
        str, typer.Option(help="Names with commas: naive, weeks-3, prophet, champion.")
    ] = "naive,weeks-3,prophet,champion",
    known: Annotated[
        _Known, typer.Option(help="Nothing after the origin, or the origin's own day.")
    ] = _Known.plain,
    jobs: Annotated[int, typer.Option(help="Processes; -1: as many as cores.")] = -1,
    as_json: Json = False,
) -> None:
    """Replay models at past midnights and score them against what came.

    Kept as Parquet in backtests/ of the home, and resumed from there when stopped.

    Example: chocolib backtest --start 2025-01-01 --end 2025-03-01 --models naive,champion
    """
    from chocolib.app.backtest import Asked, run_backtest
    from chocolib.app.context import open_context
    from chocolib.app.logs import keep_logs
    from chocolib.core.errors import SettingsError
    from chocolib.core.time import local_date, parse_moment

    days = [local_date(parse_moment(text)) for text in (start, end)]
    asked = Asked.of(days[0], days[1], every_days, models.split(","), known.value)
    if jobs == 0:
        raise SettingsError("no process at all cannot forecast", hint="--jobs -1: all cores")
    context = open_context()
    keep_logs(context.settings)
    with _progress() as tell:
        result = run_backtest(context, asked, jobs=jobs, tell=tell)
    document = result.to_dict()
    if as_json:
        present.document(document)
    else:
        _print(document)


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on a terminal, else nothing."""
    from rich.progress import Progress

    with Progress(console=present.quiet_unless_terminal(), transient=True) as progress:
        task = progress.add_task("origins")

        def tell(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        yield tell


def _print(document: dict[str, Any]) -> None:
    present.table([_shown(row) for row in document["scores"]], empty="no hours to score")
    typer.echo("\nMAE by horizon day")
    lines: dict[str, dict[str, Any]] = {}
    for row in document["by_day"]:
        line = lines.setdefault(row["model"], {"model": row["model"]})
        line[f"d{row['day']:.0f}"] = f"{row['mae']:.4f}"
    present.table(list(lines.values()), empty="")
    for test in document["diebold_mariano"]:
        p = "too few origins" if test["p"] is None else f"p {test['p']:.3f}"
        typer.echo(f"{test['first']} - {test['second']}: {test['difference']:+.4f} EUR/kWh, {p}")
    typer.echo(f"Kept in {document['folder']}")


def _shown(row: dict[str, Any]) -> dict[str, str]:
    return {name: _cell(name, value) for name, value in row.items()}


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name in {"model", "origins", "hours"}:
        return str(value) if isinstance(value, str) else f"{value:.0f}"
    if name in _SHARES:
        return f"{value:.3f}"
    return f"{value:.4f}"
