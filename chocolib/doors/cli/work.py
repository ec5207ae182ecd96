"""Commands that do the jobs: run one, pause one, be the worker, and say whether all is well."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.jobs import Name, ending, jobs
from chocolib.doors.cli.lean import ADDRESSES, STRINGS, without
from chocolib.doors.cli.present import AsOf, Json


def register(app: typer.Typer) -> None:
    """Add these commands to the application; those of the group come with it."""
    app.command()(health)


@jobs.command()
def run(
    name: Name,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of its notebook."),
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Run a job now and follow it; it is on record like any other run.

    Example: chocolib jobs run daily_report --as-of 2025-11-20T21:00
    """
    from chocolib.app.context import clock, open_for_writing
    from chocolib.app.jobs.by_hand import run_by_hand
    from chocolib.app.report_inputs import read_parameters
    from chocolib.core.time import parse_as_of

    settings, store = open_for_writing()
    parse_as_of(as_of, now=clock())  # a bad one is refused before anything is on record
    done = run_by_hand(
        settings,
        store,
        name,
        clock=clock,
        tell=lambda text: typer.echo(text, err=True, nl=False),
        as_of=as_of,
        parameters=read_parameters(given or []),
    )
    if as_json:
        present.document(done.to_dict())
    else:
        typer.echo(ending(done))
    if done.outcome != "done":
        raise typer.Exit(1)


@jobs.command()
def stop(name: Name, as_json: Json = False) -> None:
    """End the run of a job that goes on, whoever began it; it is not tried again.

    Example: chocolib jobs stop train_price
    """
    from chocolib.app.context import clock, open_for_writing
    from chocolib.app.jobs.stopping import stop_run

    settings, store = open_for_writing()
    with present.step(f"stopping {name}"):
        ended = stop_run(settings, store, name, clock=clock)
    if as_json:
        present.document(ended.to_dict())
    else:
        typer.echo(ending(ended))


@jobs.command()
def pause(name: Name) -> None:
    """Let a job begin nothing until it is resumed; a run that goes on is left to end.

    Example: chocolib jobs pause train_price
    """
    _decide(name, pause=True)


@jobs.command()
def resume(name: Name) -> None:
    """Let a job begin again; what fired meanwhile is passed over.

    Example: chocolib jobs resume train_price
    """
    _decide(name, pause=False)


@jobs.command()
def start(
    patience: Annotated[
        float, typer.Option(min=0, max=3600, help="Seconds that runs may go on after a signal.")
    ] = 15,
) -> None:
    """Be the worker: run the jobs as they fall due, until a signal ends it.

    Example: chocolib jobs start
    """
    without(STRINGS)
    from chocolib.app.settings import read_settings
    from chocolib.app.worker import start_worker

    present.note("The worker begins; end it with Ctrl-C or SIGTERM.")
    start_worker(read_settings(), patience_s=patience)


@jobs.command("exec", hidden=True)
def exec_() -> None:
    """Run what the worker hands over on standard input.

    Example: chocolib jobs exec
    """
    facts = json.loads(sys.stdin.readline())
    without(ADDRESSES)
    from chocolib.app.jobs.executing import execute, follow_parent
    from chocolib.app.jobs.functions import EVERY
    from chocolib.ui.theme import page

    follow_parent(sys.stdin)
    done = execute(facts, EVERY, as_page=page)
    if done.outcome != "done":
        present.note(f"Error: {done.error}")
        raise typer.Exit(1)


def health(
    only: Annotated[str | None, typer.Option(help="Only this sign, for example: worker.")] = None,
    as_json: Json = False,
) -> None:
    """Say whether all is well: the worker, jobs, data, disk, restore drills; fails when not.

    Example: chocolib health
    """
    from chocolib.app.context import clock
    from chocolib.app.jobs.health import look, only_sign
    from chocolib.app.settings import read_settings

    settings, now = read_settings(), clock()
    signs = [only_sign(only, settings, now=now)] if only else look(settings, now=now)
    ok = all(sign.ok for sign in signs)
    if as_json:
        present.document({"ok": ok, "signs": [sign.to_dict() for sign in signs]})
    else:
        rows = [{"": "ok" if s.ok else "BAD", "what": s.what, "detail": s.detail} for s in signs]
        present.table(rows, empty="")
        for sign in signs:
            if sign.do and not sign.ok:
                present.note(f"{sign.what} -> {sign.do}")
    if not ok:
        raise typer.Exit(1)


def _decide(name: str, *, pause: bool) -> None:
    from chocolib.app.context import clock
    from chocolib.app.jobs.place import Place
    from chocolib.app.jobs.schedule import job_called, the_schedule
    from chocolib.app.jobs.state import changing
    from chocolib.app.settings import read_settings

    settings = read_settings()
    job_called(the_schedule(settings), name)
    with changing(Place.of(settings)) as state:
        is_new = state.pause(name, clock()) if pause else state.resume(name, clock())
    word = "paused" if pause else "not paused"
    typer.echo(f"{name} is {word}" + ("" if is_new else " already"))
