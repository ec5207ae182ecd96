"""Commands that bring data in and say what there is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chocolib.core.errors import ChocolibError
from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    from chocolib.app.ingest import Imported

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files, plain or .gz.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders.")]
imports = typer.Typer(help="Store the rows of files.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(imports, name="import")
    app.command()(coverage)
    app.command()(demo)


@imports.command()
def pvpc(files: Files, as_json: Json = False) -> None:
    """Store hourly PVPC prices: CSV, ESIOS indicator 1001 or ESIOS archive 70.

    A CSV needs the columns timestamp (with a zone) and price_eur_kwh. Importing
    a file again changes nothing; a later value of an hour updates it.

    Example: chocolib import pvpc prices.csv.gz
    """
    _import("pvpc", files, as_json)


@imports.command()
def siar(paths: Paths, as_json: Json = False) -> None:
    """Store daily SIAR weather from files or folders of files.

    Example: chocolib import siar downloads/siar
    """
    from chocolib.sources.siar import siar_files

    _import("siar", siar_files(paths), as_json, by_series=True)


@imports.command()
def weather(files: Files, as_json: Json = False) -> None:
    """Store saved answers of AEMET, OpenWeatherMap or Open-Meteo.

    Example: chocolib import weather observation.json
    """
    _import("weather", files, as_json)


@imports.command("any")
def any_file(paths: Paths, as_json: Json = False) -> None:
    """Store files of any kind that is known: prices, SIAR, saved answers of a source.

    Each file is recognised by what it holds; of folders the *.csv,
    *.csv.gz and *.json in them, not in folders below.

    Example: chocolib import any downloads
    """
    from chocolib.sources.files import files_at

    _import("any", files_at(paths, (".csv", ".csv.gz", ".json"), "data files"), as_json)


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

    present.written(fill_demo(demo_store(read_settings()), now=clock()), as_json)


def _import(kind: str, files: list[Path], as_json: bool, *, by_series: bool = False) -> None:
    """Import files one by one; print what became of each, fail if one did."""
    from rich.progress import track

    from chocolib.app.context import clock, open_for_writing
    from chocolib.app.ingest import READERS, import_files
    from chocolib.core.results import Written

    _, store = open_for_writing()
    imported = import_files(store, files, READERS[kind], received_at=clock())
    console = present.quiet_unless_terminal()
    done = list(track(imported, "importing", total=len(files), console=console))
    for item in done:
        if item.error:
            present.error(item.error)
        elif len(files) > 1 and not as_json and not by_series:
            typer.echo(f"{item.path.name}: {item.measurement}: {item.written}")
    if by_series and not as_json:
        _print_series(done)
    total = sum((item.written for item in done), Written())
    present.written(total, as_json, files=[_file(item) for item in done])
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


def _file(item: Imported) -> dict[str, object]:
    series = [{"series": s, "year": y, "rows": n} for (s, y), n in item.series.items()]
    error: ChocolibError | None = item.error
    return {
        "file": str(item.path),
        "measurement": item.measurement or None,
        **present.counts(item.written),
        "series": series,
        "error": str(error) if error else None,
    }
