"""Commands that bring data in and say what there is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chocolib.core.errors import ChocolibError
from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    from rich.console import Console

    from chocolib.app.ingest import Imported
    from chocolib.core.results import Written

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files, plain or .gz.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders.")]
Since = Annotated[
    str | None, typer.Option(help="First moment, Madrid time; default: where the store ends.")
]
Until = Annotated[str | None, typer.Option(help="Last moment, excluded; default: tomorrow's end.")]

imports = typer.Typer(help="Store the rows of files.", no_args_is_help=True)
ingest = typer.Typer(help="Fetch rows from a source.", no_args_is_help=True)
quarantine = typer.Typer(help="Rows refused at the gate.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(imports, name="import")
    app.add_typer(ingest, name="ingest")
    app.add_typer(quarantine, name="quarantine")
    app.command()(coverage)
    app.command()(demo)


@imports.command()
def pvpc(files: Files, as_json: Json = False) -> None:
    """Store hourly PVPC prices: CSV, ESIOS indicator 1001 or ESIOS archive 70.

    A CSV needs the columns timestamp (with a zone) and price_eur_kwh. Importing
    a file again changes nothing; a later value of an hour updates it.

    Example: chocolib import pvpc prices.csv.gz
    """
    from chocolib.app.context import clock, real_store
    from chocolib.app.ingest import import_pvpc
    from chocolib.app.settings import read_settings

    store = real_store(read_settings())
    _report(import_pvpc(store, files, received_at=clock()), as_json, len(files))


@imports.command()
def siar(paths: Paths, as_json: Json = False) -> None:
    """Store daily SIAR weather from files or folders of files.

    Example: chocolib import siar downloads/siar
    """
    from chocolib.app.context import clock, real_store
    from chocolib.app.ingest import import_siar
    from chocolib.app.settings import read_settings
    from chocolib.sources.siar import siar_files

    files = siar_files(paths)
    store = real_store(read_settings())
    _report(import_siar(store, files, received_at=clock()), as_json, len(files), by_series=True)


@ingest.command()
def ree(since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Fetch PVPC prices from REE apidatos, which needs no key.

    Example: chocolib ingest ree --since 2025-01-01
    """
    from chocolib.app.context import clock, real_store
    from chocolib.app.live import ingest_ree, missing_window
    from chocolib.app.settings import read_settings

    settings, now = read_settings(), clock()
    store = real_store(settings)
    window = missing_window(store, now=now, since=since, until=until)
    with present.step(f"REE prices {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}"):
        written = ingest_ree(store, settings, window, now=now, say=present.note)
    _finish(written, as_json)


@quarantine.command("list")
def quarantine_list(as_json: Json = False) -> None:
    """Show the refused rows, each with its reason.

    Example: chocolib quarantine list --json
    """
    from chocolib.app.context import reading_store
    from chocolib.app.ingest import quarantined
    from chocolib.app.settings import read_settings

    rows = quarantined(reading_store(read_settings()))
    if as_json:
        present.document(rows)
    else:
        present.table(rows, empty="nothing is in quarantine")


def coverage(as_json: Json = False) -> None:
    """Say how whole each series is: rows, first, last, missing steps, outliers.

    Example: chocolib coverage --json
    """
    from chocolib.app.context import reading_store
    from chocolib.app.coverage import coverage as of_store
    from chocolib.app.settings import read_settings

    rows = of_store(reading_store(read_settings()))
    if as_json:
        present.document(rows)
        return
    for row in rows:
        row["series"] = row.pop("region", None) or row.pop("station", "")
    empty = "no data yet: run chocolib ingest ree, chocolib import pvpc FILE or chocolib demo"
    present.table(rows, empty=empty)


def demo(as_json: Json = False) -> None:
    """Make demonstration prices and weather in a store of their own.

    Synthetic, seeded, and marked as such wherever they show; they step back as
    soon as real prices are stored.

    Example: chocolib demo
    """
    from chocolib.app.context import clock, demo_store
    from chocolib.app.live import fill_demo
    from chocolib.app.settings import read_settings

    _finish(fill_demo(demo_store(read_settings()), now=clock()), as_json)


def _report(
    imported: Iterable[Imported], as_json: bool, files: int, *, by_series: bool = False
) -> None:
    """Print what became of every file, the totals last; fail if a file did."""
    from rich.progress import track

    from chocolib.core.results import Written

    shown = track(imported, "importing", total=files, console=_quiet_unless_terminal())
    done = list(shown)
    for item in done:
        if item.error:
            present.error(item.error)
        elif files > 1 and not as_json and not by_series:
            typer.echo(f"{item.path.name}: {item.written}")
    if by_series and not as_json:
        _print_series(done)
    _finish(sum((item.written for item in done), Written()), as_json, done)
    if any(item.error for item in done):
        raise typer.Exit(1)


def _print_series(done: list[Imported]) -> None:
    counts: dict[tuple[str, int], int] = {}
    for item in done:
        if not item.error:
            for series, rows in item.series.items():
                counts[series] = counts.get(series, 0) + rows
    lines = [{"station": s, "year": y, "rows": n} for (s, y), n in sorted(counts.items())]
    present.table(lines, empty="no rows")


def _finish(written: Written, as_json: bool, done: list[Imported] | None = None) -> None:
    if as_json:
        present.document(_counts(written) | {"files": [_file(item) for item in done or []]})
        return
    if written.outliers:
        present.note(f"{written.outliers} flagged as outliers and kept: chocolib coverage")
    if written.quarantined:
        present.note(f"{written.quarantined} refused: chocolib quarantine list")
    typer.echo(str(written))


def _counts(written: Written) -> dict[str, int]:
    names = ("read", "new", "updated", "unchanged", "quarantined", "outliers")
    return {name: getattr(written, name) for name in names}


def _file(item: Imported) -> dict[str, object]:
    series = [{"series": s, "year": y, "rows": n} for (s, y), n in item.series.items()]
    error: ChocolibError | None = item.error
    return {
        "file": str(item.path),
        **_counts(item.written),
        "series": series,
        "error": str(error) if error else None,
    }


def _quiet_unless_terminal() -> Console:
    import sys

    from rich.console import Console

    return Console(stderr=True, quiet=not sys.stderr.isatty())
