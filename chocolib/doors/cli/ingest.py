"""Commands that fetch rows from sources: one, or the whole round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    from chocolib.app.collect import Outcome
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
    with present.parts("asking the sources", total=5) as tell:
        outcomes = ingest_all(store, settings, clock=clock, tell=tell)
    _told(outcomes, as_json)


@ingest.command()
def prices(since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Fetch PVPC prices from REE, or from ESIOS where REE does not deliver.

    Example: chocolib ingest prices --since 2025-01-01
    """
    from chocolib.app.collect import ingest_prices, missing_window
    from chocolib.app.context import clock, open_for_writing
    from chocolib.sources.ree import Ree

    settings, store = open_for_writing()
    window = missing_window(store, now=clock(), since=since, until=until)
    with present.parts("prices", total=len(list(window.split(Ree.question)))) as tell:
        outcomes = ingest_prices(store, settings, window, clock=clock, tell=tell)
    _told(outcomes, as_json)


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
    with present.parts("weather", total=4) as tell:
        outcomes = ingest_weather(store, settings, clock=clock, tell=tell)
        outcomes += ingest_forecasts(store, settings, clock=clock, tell=tell)
    _told(outcomes, as_json)


@ingest.command()
def ree(since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Fetch PVPC prices from REE apidatos alone, which needs no key.

    Example: chocolib ingest ree --since 2025-01-01
    """
    from chocolib.app.collect import missing_window
    from chocolib.app.context import clock, open_for_writing
    from chocolib.app.live import ingest_ree
    from chocolib.sources.ree import Ree

    settings, store = open_for_writing()
    window = missing_window(store, now=clock(), since=since, until=until)
    text = f"REE prices {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}"
    with (
        present.step(text),
        present.parts("REE", total=len(list(window.split(Ree.question)))) as tell,
    ):
        written = ingest_ree(store, settings, window, clock=clock, tell=tell)
    present.written(written, as_json)


@ingest.command("runs")
def ingest_runs(
    newest: Annotated[int, typer.Option(min=1, max=10_000, help="How many, latest first.")] = 20,
    as_json: Json = False,
) -> None:
    """Show the latest runs of the sources: what was asked, what came, what failed.

    Example: chocolib ingest runs --newest 5
    """
    from chocolib.app.context import real_store
    from chocolib.app.runs import kept_runs
    from chocolib.app.settings import read_settings

    rows = kept_runs(real_store(read_settings()), newest=newest)
    if as_json:
        present.document(rows)
    else:
        present.table(
            [{k: "" if v is None else v for k, v in row.items()} for row in rows],
            empty="no run yet",
        )


def _told(outcomes: Sequence[Outcome], as_json: bool) -> None:
    """Print every run; fail when a measurement is not as far as it should be by now."""
    runs = [run for outcome in outcomes for run in outcome.runs]
    lost = [outcome.measurement for outcome in outcomes if not outcome.delivered]
    if as_json:
        present.document({"runs": [run.to_dict() for run in runs], "not_delivered": lost})
    else:
        present.table([_line(run) for run in runs], empty="no source is configured")
    for run in runs:
        if run.error and not as_json:
            present.error(run.error)
    for name in lost:
        present.note(f"{name}: no source delivered all that is due; what is stored stays")
    if lost:
        raise typer.Exit(1)


def _line(run: Run) -> dict[str, object]:
    return {
        "measurement": run.measurement,
        "source": run.feed,
        **present.counts(run.written),
        "": "failed" if run.error else "",
    }
