"""Commands of the reports: run, list, open, prune, backfill."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.lean import ADDRESSES, without
from chocolib.doors.cli.present import AsOf, Json, Lang

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from chocolib.app.context import Context
    from chocolib.app.report_backfill import Backfilled, Replayed
    from chocolib.app.report_files import Report

Name = Annotated[
    str, typer.Argument(help="daily, weekly, data_quality, climate_history, train_price and so on.")
]
Given = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the notebook; repeatable."),
]
Day = Annotated[str | None, typer.Option(metavar="DATE", help="A day: 2025-11-20.")]

report = typer.Typer(help="Reports: executed notebooks and standalone HTML.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(report, name="report")


@report.command()
def run(name: Name = "daily", given: Given = None, as_of: AsOf = None, lang: Lang = None) -> None:
    """Execute a report notebook and write it as notebook and HTML.

    Example: chocolib report run daily --as-of 2025-11-20T21:00
    """
    without(ADDRESSES)
    from chocolib.app.context import open_context
    from chocolib.app.logs import application, keep_logs
    from chocolib.app.report_inputs import read_parameters
    from chocolib.app.reports import run_report
    from chocolib.ui.theme import page

    context = open_context(as_of=as_of, lang=lang)
    keep_logs(context.settings)
    with present.step(f"report {name}"):
        values = read_parameters(given or [])
        written = run_report(context, name, as_page=page, given=values)
    application.info("report written", extra={"report": name, "file": str(written)})
    typer.echo(str(written))


@report.command("list")
def list_reports(
    name: Annotated[str | None, typer.Argument(help="Only reports of this name.")] = None,
    since: Day = None,
    until: Day = None,
    status: Annotated[str | None, typer.Option(metavar="done|failed", help="Only these.")] = None,
    as_json: Json = False,
) -> None:
    """List the reports that were made, the newest first, and the attempts that failed.

    Example: chocolib report list daily --since 2025-11-01
    """
    from chocolib.app.report_files import listed
    from chocolib.app.settings import read_settings
    from chocolib.core.errors import SettingsError

    if status not in (None, "done", "failed"):
        raise SettingsError(f"no report is {status!r}", hint="use --status done or failed")
    found = listed(read_settings().reports, name=name, since=_day(since), until=_day(until))
    rows = [row for row in (one.to_dict() for one in found) if status in (None, row["status"])]
    if as_json:
        present.document(rows)
        return
    shown: list[dict[str, Any]] = [
        {
            "day": row["day"],
            "report": row["report"],
            "status": row["status"],
            "kB": f"{row['bytes'] / 1000:.0f}",
            "written": row["written_at"],
            "file": row["html"],
        }
        for row in rows
    ]
    present.table(shown, empty="no reports; make one: chocolib report run daily")


@report.command("open")
def open_report(
    name: Annotated[str | None, typer.Argument(help="A report; without one, the index.")] = None,
    day: Annotated[
        str | None, typer.Argument(metavar="[DATE]", help="Its day; without one, the newest.")
    ] = None,
    lang: Lang = None,
    show: Annotated[bool, typer.Option("--print", help="Only print which file it is.")] = False,
) -> None:
    """Open a report, or the index of all of them, in the browser, and print its file.

    Example: chocolib report open daily 2025-11-20
    """
    from chocolib.app.report_files import newest
    from chocolib.app.settings import read_settings

    folder = read_settings().reports
    path = newest(folder, name, _day(day)).html if name else _write_index(lang)
    if not show and sys.stdout.isatty():
        typer.launch(path.as_uri())
    typer.echo(str(path))


@report.command()
def prune(
    keep_days: Annotated[int, typer.Option(min=1, help="Days whose reports stay.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Delete the reports of days longer ago than that.

    Example: chocolib report prune --keep-days 400 --dry-run
    """
    from chocolib.app.context import clock
    from chocolib.app.report_files import drop, older_than
    from chocolib.app.settings import read_settings
    from chocolib.core.time import local_date

    old = older_than(read_settings().reports, keep_days, today=local_date(clock()))
    if not dry_run:
        for one in old:
            drop(one)
    if as_json:
        present.document({"dry_run": dry_run, "reports": [one.to_dict() for one in old]})
        return
    _print_pruned(old, dry_run)


@report.command()
def backfill(
    name: Name,
    since: Annotated[str, typer.Option(metavar="DATE", help="First day: 2025-11-01.")],
    until: Annotated[str, typer.Option(metavar="DATE", help="Last day, included.")],
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many at once.")] = 2,
    again: Annotated[bool, typer.Option("--again", help="Also those that are there.")] = False,
    given: Given = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Make the reports of past days, each as of its usual moment; what is there is skipped.

    The daily report stands at 06:00 in Madrid, the weekly one at 06:30 on Mondays. Stop it
    with Ctrl-C and run it again: it goes on.

    Example: chocolib report backfill daily --since 2025-11-01 --until 2025-11-10 --jobs 2
    """
    from chocolib.app.context import open_context
    from chocolib.app.logs import keep_logs
    from chocolib.app.report_backfill import backfill_reports
    from chocolib.app.report_inputs import read_parameters, report_notebook, values
    from chocolib.app.report_kinds import past_days
    from chocolib.core.time import local_date, parse_moment

    context = open_context(lang=lang)
    keep_logs(context.settings)
    source = report_notebook(name, context.settings.home)
    values(source, read_parameters(given or []))
    first, last = (local_date(parse_moment(text)) for text in (since, until))
    days = past_days(name, first, last, now=context.now)
    more = list(given or [])
    if name == "daily":
        _plan_first(context, days, again)
        more.append("anew=0")
    context.store.close()
    with _progress(name, len(days)) as tell:
        done = backfill_reports(
            context.settings.reports,
            name,
            days,
            command=_command(name, more, context.lang),
            jobs=jobs,
            again=again,
            tell=tell,
        )
    if as_json:
        present.document(done.to_dict())
    else:
        typer.echo(_summary(done))
    if done.failed:
        raise typer.Exit(1)


def _plan_first(context: Context, days: list[date], again: bool) -> None:
    """Every day's plan, each going on from the one before; the reports show them."""
    from chocolib.app.report_backfill import Replayed, plans_in_order
    from chocolib.app.report_kinds import report_kind

    moments = [report_kind("daily").moment(day) for day in days]
    with _progress("plan", len(days)) as tell:
        for day, _ in zip(days, plans_in_order(context, moments, again=again), strict=True):
            tell(Replayed(day))


def _command(name: str, given: list[str], lang: str) -> Callable[[date], list[str]]:
    """`chocolib report run` as a process of its own."""
    from chocolib.app.report_backfill import moment_text

    begin = [sys.executable, "-m", "chocolib", "report", "run", name, "--lang", lang]
    more = [word for text in given for word in ("--set", text)]
    return lambda day: [*begin, *more, "--as-of", moment_text(name, day)]


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[Replayed], None]]:
    """A bar on a terminal, and a line for each day that was made or failed."""
    from rich.progress import Progress

    with Progress(console=present.quiet_unless_terminal(), transient=True) as progress:
        task = progress.add_task(what, total=total)

        def tell(one: Replayed) -> None:
            progress.advance(task)
            present.note(f"  {what} {one.day}: {one.error or 'made'}")

        yield tell


def _summary(done: Backfilled) -> str:
    return (
        f"{done.name}: {len(done.made)} made, {len(done.skipped)} were there already, "
        f"{len(done.failed)} failed"
    )


def _print_pruned(old: list[Report], dry_run: bool) -> None:
    for one in old:
        typer.echo(str(one.html))
    size = sum(one.size for one in old) / 1e6
    would = "would be deleted" if dry_run else "deleted"
    typer.echo(f"{len(old)} reports {would}, {size:.1f} MB")


def _write_index(lang: str | None) -> Path:
    """The index as a file beside the reports, made anew."""
    from chocolib.app.context import open_context
    from chocolib.app.report_files import put
    from chocolib.app.views.reports import reports_view
    from chocolib.ui.pages.reports import reports_page

    context = open_context(lang=lang)
    page = reports_page(reports_view(context, base=""))
    return put(context.settings.reports / "index.html", page.encode("utf-8"))


def _day(text: str | None) -> date | None:
    from chocolib.core.time import local_date, parse_moment

    return local_date(parse_moment(text)) if text else None
