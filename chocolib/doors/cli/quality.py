"""Commands that say how whole the data are, and make them whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json

if TYPE_CHECKING:
    from chocolib.app.backfill import Healed

OneOf = Annotated[
    str | None, typer.Option("--measurement", help="Only this one, for example energy_prices.")
]
Since = Annotated[
    str | None, typer.Option(help="First moment, Madrid time; default: each series' first row.")
]
Until = Annotated[str | None, typer.Option(help="Last moment, excluded; default: what is due.")]
Ids = Annotated[
    list[str], typer.Argument(metavar="ID...", help="Ids, or beginnings of them, from the list.")
]

quarantine = typer.Typer(help="Rows refused at the gate.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(gaps)
    app.command()(backfill)
    app.add_typer(quarantine, name="quarantine")


def gaps(
    measurement: OneOf = None, since: Since = None, as_of: AsOf = None, as_json: Json = False
) -> None:
    """List the steps that each series lacks, and say how fresh it is.

    What is not due yet is not a gap: tomorrow's prices are one from 21:30 on.

    Example: chocolib gaps --since 2025-01-01 --json
    """
    from chocolib.app.context import open_context, real_store
    from chocolib.app.gaps import find_gaps
    from chocolib.app.settings import read_settings
    from chocolib.core.time import span

    context = open_context(as_of=as_of, store=real_store(read_settings()))
    start, _ = span(since, None, now=context.as_of)
    found = [
        series.to_dict()
        for series in find_gaps(
            context.store, as_of=context.as_of, measurement=measurement, since=start
        )
    ]
    if as_json:
        present.document(found)
        return
    lines = [_gap_line(series, gap) for series in found for gap in series["gaps"]]
    present.table(lines, empty="no gaps" if found else "no data yet")
    for series in found:
        present.note(_summary(series))


def backfill(
    since: Since = None,
    until: Until = None,
    measurement: OneOf = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be asked.")] = False,
    as_json: Json = False,
) -> None:
    """Heal the gaps from the best source that has them, the newest first.

    Stop it at any time: what was healed stays, and the next run goes on. Hours that a
    source does not have are remembered and not asked for again for a while.

    Example: chocolib backfill --since 2025-01-01 --dry-run
    """
    from chocolib.app import backfill as healing
    from chocolib.app.context import clock, open_for_writing
    from chocolib.app.feeds import history_sources
    from chocolib.core.errors import SettingsError
    from chocolib.core.schema import MEASUREMENTS
    from chocolib.core.time import span

    settings, store = open_for_writing()
    now = clock()
    sources = history_sources(settings)
    if measurement in MEASUREMENTS and measurement not in sources:
        raise SettingsError(
            f"no source can be asked for {measurement}", hint="import files: chocolib import any"
        )
    start, end = span(since, until, now=now)
    asked = list(
        healing.questions(store, sources, now=now, measurement=measurement, since=start, until=end)
    )
    if dry_run:
        rows = [question.to_dict() for question in asked]
        if as_json:
            present.document(rows)
        else:
            lines = [row | {"sources": ", ".join(row["sources"])} for row in rows]
            present.table(lines, empty="nothing to do")
        return
    with present.parts("healing", total=len(asked)) as tell:
        done = list(
            healing.backfill(
                store,
                sources,
                clock=clock,
                tell=tell,
                measurement=measurement,
                since=start,
                until=end,
            )
        )
    _healed(done, bool(asked), as_json)


@quarantine.command("list")
def quarantine_list(
    everything: Annotated[
        bool, typer.Option("--all", help="Also rows that were released or dropped.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the refused rows, each with its reason.

    Example: chocolib quarantine list --json
    """
    from chocolib.app.context import real_store
    from chocolib.app.quarantine import quarantined
    from chocolib.app.settings import read_settings
    from chocolib.core.quarantine import HELD

    rows = quarantined(real_store(read_settings()), state=None if everything else HELD)
    if as_json:
        present.document(rows)
    else:
        short = ("id", "time", "measurement", "reason", "from", "state")
        lines = [{name: row[name] for name in short} for row in rows]
        present.table(lines, empty="nothing is in quarantine")


@quarantine.command("show")
def quarantine_show(ids: Ids, as_json: Json = False) -> None:
    """Show refused rows whole.

    Example: chocolib quarantine show 3f2a
    """
    from chocolib.app.context import real_store
    from chocolib.app.quarantine import show
    from chocolib.app.settings import read_settings

    rows = show(real_store(read_settings()), ids)
    if as_json:
        present.document(rows)
        return
    for row in rows:
        typer.echo("\n".join(f"{name:12} {value}" for name, value in row.items()) + "\n")


@quarantine.command("release")
def quarantine_release(ids: Ids, as_json: Json = False) -> None:
    """Let refused rows in all the same, flagged as released.

    Example: chocolib quarantine release 3f2a
    """
    from chocolib.app.context import clock, open_for_writing
    from chocolib.app.quarantine import release

    _, store = open_for_writing()
    present.written(release(store, ids, now=clock()), as_json)


@quarantine.command("drop")
def quarantine_drop(ids: Ids, as_json: Json = False) -> None:
    """Decide that refused rows stay out, also when they come again.

    Example: chocolib quarantine drop 3f2a
    """
    from chocolib.app.context import clock, open_for_writing
    from chocolib.app.quarantine import drop

    _, store = open_for_writing()
    dropped = drop(store, ids, now=clock())
    if as_json:
        present.document({"dropped": dropped})
    else:
        typer.echo(f"{dropped} dropped")


def _gap_line(series: dict[str, Any], gap: dict[str, Any]) -> dict[str, object]:
    return {
        "measurement": series["measurement"],
        "series": series["series"],
        "start (UTC)": gap["start"],
        "end": gap["end"],
        "missing": gap["missing"],
        "": f"{gap['not_available']} not available" if gap["not_available"] else "",
    }


def _summary(series: dict[str, Any]) -> str:
    behind = f", {series['behind_h']:g} h behind" if series["behind_h"] else ""
    until = f" (until {series['until']}{behind})" if series["until"] else ""
    nowhere = series["not_available"]
    known = f", {nowhere} of them not available" if nowhere else ""
    return (
        f"{series['measurement']} {series['series']}: {series['status']}{until}, "
        f"{series['missing']} missing{known}"
    )


def _healed(done: list[Healed], asked: bool, as_json: bool) -> None:
    """Print what became of the gaps; fail when a source failed and steps are still missing."""
    if as_json:
        present.document([item.to_dict() for item in done])
    elif not asked:
        typer.echo("nothing to do")
    for item in done:
        if as_json:
            continue
        for run in item.runs:
            if run.error:
                present.error(run.error)
        typer.echo(
            f"{item.measurement}: {item.healed} healed, {item.not_available} not available, "
            f"{item.still_missing} still missing"
        )
    if any(item.still_missing for item in done):
        raise typer.Exit(1)
