"""Commands that look at the jobs: what there is, what was run, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json

if TYPE_CHECKING:
    import pandas as pd

    from chocolib.app.settings import Settings
    from chocolib.core.jobs.decide import Moment
    from chocolib.core.jobs.runs import JobRun

Name = Annotated[str, typer.Argument(help="Name of a job, as in the list.")]
OneOf = Annotated[str | None, typer.Argument(help="Only this job.")]

jobs = typer.Typer(help="What runs unattended: the jobs and their worker.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(jobs, name="jobs")


@jobs.command("list")
def list_(as_json: Json = False) -> None:
    """List the jobs: when they fire, when next, and how the last run ended.

    Example: chocolib jobs list
    """
    from chocolib.app.jobs.listing import listed

    rows = list(listed(_moment()))
    if as_json:
        present.document([row.to_dict() for row in rows])
        return
    present.table(
        [
            {
                "job": row.job.name,
                "when": row.job.when,
                "next": "paused" if row.paused else _local(row.next),
                "last": _local(row.last.started) if row.last else "",
                "": row.last.outcome if row.last else "never run",
                "s": f"{row.last.duration_s:.1f}" if row.last and row.last.duration_s else "",
            }
            for row in rows
        ],
        empty="no jobs",
    )


@jobs.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show all that the schedule says of a job, and its last run.

    Example: chocolib jobs show prices
    """
    from chocolib.app.jobs.listing import listed
    from chocolib.app.jobs.schedule import job_called

    moment = _moment()
    job = job_called(moment.schedule, name)
    (row,) = (one for one in listed(moment) if one.job == job)
    found = job.model_dump(mode="json", exclude_none=True) | row.to_dict()
    if as_json:
        present.document(found)
        return
    for key, value in found.items():
        if value not in (None, "", [], {}):
            typer.echo(f"{key:16} {value}")


@jobs.command()
def history(
    name: OneOf = None,
    days: Annotated[float, typer.Option(min=0.01, max=3650, help="How far back.")] = 1,
    outcome: Annotated[
        str | None,
        typer.Option(help="Only these: done, failed, interrupted, stopped, skipped, running."),
    ] = None,
    newest: Annotated[int, typer.Option(min=1, max=100_000, help="How many, latest first.")] = 50,
    as_json: Json = False,
) -> None:
    """Show the runs of the jobs, latest first: when, why, how they ended.

    Example: chocolib jobs history --days 7 --outcome failed
    """
    found = [run for run in _runs(name, days) if outcome in (None, run.outcome)]
    latest = found[::-1][:newest]
    if as_json:
        present.document([run.to_dict() for run in latest])
    else:
        present.table([_line(run) for run in latest], empty="no run in these days")


@jobs.command()
def logs(
    name: Name,
    days: Annotated[float, typer.Option(min=0.01, max=3650, help="How far back to look.")] = 31,
) -> None:
    """Print what the last run of a job said.

    Example: chocolib jobs logs prices
    """
    from chocolib.app.jobs.listing import log_of
    from chocolib.app.settings import read_settings
    from chocolib.core.errors import NotEnoughData

    runs = [run for run in _runs(name, days) if run.outcome != "skipped"]
    if not runs:
        raise NotEnoughData(f"{name} has not run in these days", hint=f"chocolib jobs run {name}")
    last = max(runs, key=lambda run: run.started)
    typer.echo(log_of(read_settings(), last), nl=False)
    present.note(ending(last))


@jobs.command("next")
def next_(
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 31, help="How far ahead.")] = 24,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Print the firings to come, without running anything.

    Example: chocolib jobs next --hours 24
    """
    import pandas as pd

    from chocolib.app.context import clock
    from chocolib.app.jobs.listing import coming
    from chocolib.app.jobs.schedule import the_schedule
    from chocolib.app.settings import read_settings
    from chocolib.core.time import Window, parse_as_of

    start = parse_as_of(as_of, now=clock())
    schedule = the_schedule(read_settings())
    found = coming(schedule, Window(start, start + pd.Timedelta(hours=hours)))
    if as_json:
        present.document(found)
        return
    present.table([_firing(one) for one in found], empty="nothing fires in these hours")
    for job in schedule.jobs:
        if job.after:
            present.note(f"{job.name} also follows news of {', '.join(job.after)}")


@jobs.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A schedule TOML; default: the one in use.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong with a schedule, every fault with its line.

    Example: chocolib jobs check jobs/schedule.toml
    """
    from chocolib.app.jobs.schedule import schedule_path, the_schedule
    from chocolib.app.settings import read_settings
    from chocolib.core.errors import ScheduleFaults

    settings = read_settings()
    path = file or schedule_path(settings)
    try:
        found = the_schedule(settings.model_copy(update={"schedule": path}))
    except ScheduleFaults as wrong:
        if not as_json:
            raise
        faults = [fault.to_dict() for fault in wrong.faults]
        present.document({"ok": False, "file": str(path), "faults": faults})
        raise typer.Exit(1) from None
    if as_json:
        names = [job.name for job in found.jobs]
        present.document({"ok": True, "file": str(path), "jobs": names})
    else:
        typer.echo(f"{path}: {len(found.jobs)} jobs, no fault")


def _moment() -> Moment:
    from chocolib.app.context import clock, real_store
    from chocolib.app.jobs.moment import standing

    settings = _settings()
    return standing(settings, real_store(settings), now=clock())


def _settings() -> Settings:
    from chocolib.app.settings import read_settings

    return read_settings()


def _runs(name: str | None, days: float) -> Sequence[JobRun]:
    import pandas as pd

    from chocolib.app.context import clock, real_store
    from chocolib.app.jobs.ledger import Ledger

    now, span = clock(), pd.Timedelta(days=days)
    return Ledger(real_store(_settings()), keep=span).all(job=name, since=now - span, now=now)


def _line(run: JobRun) -> dict[str, Any]:
    return {
        "due": _local(run.scheduled),
        "job": run.job,
        "try": run.attempt or "",
        "cause": run.cause,
        "outcome": run.outcome,
        "s": "" if run.duration_s is None else f"{run.duration_s:.1f}",
        "MB": "" if run.memory_mb is None else f"{run.memory_mb:.0f}",
        "rows": "" if run.rows is None else run.rows,
        "": run.error or ", ".join(run.artefacts),
    }


def _firing(one: dict[str, Any]) -> dict[str, str]:
    import pandas as pd

    until = f"until {one['until']}" if one["until"] else ""
    return {
        "Madrid": _local(pd.Timestamp(one["time"])),
        "job": one["job"],
        "runs": one["runs"],
        "": until,
    }


def ending(run: JobRun) -> str:
    """How a run ended, in a line."""
    made = f": {', '.join(run.artefacts)}" if run.artefacts else ""
    why = f": {run.error}" if run.error else ""
    seconds = "" if run.duration_s is None else f" after {run.duration_s:.1f} s"
    return f"{run.job} {run.outcome}{seconds}{why}{made}"


def _local(moment: pd.Timestamp | None) -> str:
    from chocolib.core.time import local

    return "" if moment is None else f"{local(moment):%a %d %b %H:%M:%S}".removesuffix(":00")
