"""Commands that fetch rows from sources: one, or the whole round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    import pandas as pd

    from chocolib.app.runs import Run

Since = Annotated[
    str | None, typer.Option(help="First moment, Madrid time; default: where the store ends.")
]
Until = Annotated[str | None, typer.Option(help="Last moment, excluded; default: tomorrow's end.")]

ingest = typer.Typer(help="Fetch rows from the sources.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(ingest, name="ingest")


@ingest.command("all")
def everything(as_json: Json = False) -> None:
    """Fetch prices, observed weather and weather forecasts, each source covering for another.

    Fails when a measurement was delivered by no source; what the others brought is kept.

    Example: chocolib ingest all
    """
    from chocolib.app.collect import ingest_all
    from chocolib.app.context import clock, open_for_writing

    settings, store = open_for_writing()
    now = clock()
    with present.parts("asking the sources", total=5) as tell:
        runs = ingest_all(store, settings, now=now, tell=tell)
    _told(runs, now, as_json)


@ingest.command()
def prices(since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Fetch PVPC prices from REE, or from ESIOS where REE does not deliver.

    Example: chocolib ingest prices --since 2025-01-01
    """
    from chocolib.app.collect import CHUNK, ingest_prices, missing_window
    from chocolib.app.context import clock, open_for_writing

    settings, store = open_for_writing()
    now = clock()
    window = missing_window(store, now=now, since=since, until=until)
    with present.parts("prices", total=len(list(window.split(CHUNK)))) as tell:
        runs = ingest_prices(store, settings, window, now=now, tell=tell)
    _told(runs, now, as_json)


@ingest.command()
def weather(as_json: Json = False) -> None:
    """Fetch the last day's weather and the days ahead.

    AEMET from 00 to 07 UTC and OpenWeatherMap from 08 to 23, each where its key is set,
    and Open-Meteo, which needs none.

    Example: chocolib ingest weather
    """
    from chocolib.app.collect import ingest_forecasts, ingest_weather
    from chocolib.app.context import clock, open_for_writing

    settings, store = open_for_writing()
    now = clock()
    with present.parts("weather", total=4) as tell:
        runs = ingest_weather(store, settings, now=now, tell=tell)
        runs += ingest_forecasts(store, settings, now=now, tell=tell)
    _told(runs, now, as_json)


@ingest.command()
def ree(since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Fetch PVPC prices from REE apidatos alone, which needs no key.

    Example: chocolib ingest ree --since 2025-01-01
    """
    from chocolib.app.collect import CHUNK, missing_window
    from chocolib.app.context import clock, open_for_writing
    from chocolib.app.live import ingest_ree

    settings, store = open_for_writing()
    now = clock()
    window = missing_window(store, now=now, since=since, until=until)
    text = f"REE prices {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}"
    with (
        present.step(text),
        present.parts("REE", total=len(list(window.split(CHUNK)))) as tell,
    ):
        written = ingest_ree(store, settings, window, now=now, tell=tell)
    present.written(written, as_json)


@ingest.command("runs")
def ingest_runs(
    newest: Annotated[int, typer.Option(min=1, max=10_000, help="How many, latest first.")] = 20,
    as_json: Json = False,
) -> None:
    """Show the latest runs of the sources: what was asked, what came, what failed.

    Example: chocolib ingest runs --newest 5
    """
    from chocolib.app.context import reading_store
    from chocolib.app.runs import kept_runs
    from chocolib.app.settings import read_settings

    rows = kept_runs(reading_store(read_settings()), newest=newest)
    if as_json:
        present.document(rows)
    else:
        present.table([row | {"error": row["error"] or ""} for row in rows], empty="no run yet")


def _told(runs: Sequence[Run], now: pd.Timestamp, as_json: bool) -> None:
    """Print every run; fail when a measurement was delivered by nobody."""
    from chocolib.app.collect import not_delivered

    lost = not_delivered(runs, now=now)
    if as_json:
        present.document({"runs": [run.to_dict() for run in runs], "not_delivered": lost})
    else:
        present.table([_line(run) for run in runs], empty="no source is configured")
    for run in runs:
        if run.error and not as_json:
            present.error(run.error)
    for name in lost:
        present.note(f"{name}: no source delivered; what is stored stays as it was")
    if lost:
        raise typer.Exit(1)


def _line(run: Run) -> dict[str, object]:
    return {
        "measurement": run.measurement,
        "source": run.feed,
        **present.counts(run.written),
        "": "failed" if run.error else "",
    }
