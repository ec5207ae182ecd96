"""Commands for the backups: make, list, verify, put back, tidy up, try."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    from chocolib.app.backup.place import Archive
    from chocolib.app.backup.restoring import Restored

Asked = Annotated[
    str | None, typer.Argument(metavar="BACKUP", help="Name or path; default: the newest one.")
]

backup = typer.Typer(help="Copies that outlive the disk.", no_args_is_help=True)

_MARKS = {True: "ok", False: "BAD", None: "-"}


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(backup, name="backup")


@backup.callback()
def _root() -> None:
    """Copies that outlive the disk."""


@backup.command()
def create(as_json: Json = False) -> None:
    """Back up the store, models, reports and settings, and look the backup through.

    Others may write meanwhile. It is encrypted where CHOCOLIB_BACKUP_RECIPIENTS is set.

    Example: chocolib backup create
    """
    from chocolib.app.backup.creating import create as make
    from chocolib.app.context import clock, open_for_writing

    settings, store = open_for_writing()
    with present.bar() as tell:
        made = make(settings, store, now=clock(), tell=tell)
    for lost in made.lost:
        present.note(f"Fewer than in the backup before: {lost}")
    if as_json:
        present.document(made.to_dict())
    else:
        size, state = made.archive.size / 1e6, made.archive.state
        typer.echo(f"{made.archive.path}: {size:.1f} MB, {len(made.manifest.files)} files, {state}")


@backup.command("list")
def list_(as_json: Json = False) -> None:
    """What there is: size, age, and whether it was good when it was last looked at.

    Example: chocolib backup list
    """
    from chocolib.app.backup import place
    from chocolib.app.context import clock
    from chocolib.app.settings import read_settings

    there, now = place.archives(place.folder(read_settings())), clock()
    if as_json:
        present.document([archive.to_dict() for archive in there])
        return
    rows = [_line(one, (now - one.made_at).total_seconds() / 86_400) for one in there]
    present.table(rows, empty="no backup yet: chocolib backup create")


@backup.command()
def verify(
    archive: Asked = None,
    every: Annotated[bool, typer.Option("--all", help="All there are.")] = False,
    as_json: Json = False,
) -> None:
    """Read a backup to its end and compare each file and each row; fails when one is not right.

    Example: chocolib backup verify
    """
    from chocolib.app.backup import place
    from chocolib.app.backup.verifying import verify as look_through
    from chocolib.app.context import clock
    from chocolib.app.settings import read_settings

    settings = read_settings()
    all_ = [one.path for one in place.archives(place.folder(settings))] if every else []
    with present.bar() as tell:
        found = [
            look_through(settings, path, now=clock(), tell=tell)
            for path in all_ or [place.chosen(settings, archive)]
        ]
    if as_json:
        present.document([one.to_dict() for one in found])
    else:
        rows = [{"backup": one.archive.name, "state": one.state} for one in found]
        present.table(rows, empty="")
        for fault in (fault for one in found for fault in one.faults):
            present.note(f"Not right: {fault}")
    if any(one.faults for one in found):
        raise typer.Exit(1)


@backup.command()
def restore(
    archive: Asked = None,
    into: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A home other than CHOCOLIB_HOME.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let a home that has something be put aside.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Put a backup back, in one step, once all of it has proven right.

    End the worker and the dashboards first.

    Example: chocolib backup restore --into /srv/chocolib
    """
    from chocolib.app.backup import place
    from chocolib.app.backup.restoring import restore as put_back
    from chocolib.app.context import clock
    from chocolib.app.settings import read_settings

    settings = read_settings()
    path = place.chosen(settings, archive)
    with present.bar() as tell:
        done = put_back(settings, path, into=into, replace=replace, now=clock(), tell=tell)
    if as_json:
        present.document(done.to_dict())
    else:
        _say_restored(path, done)


@backup.command()
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False,
    as_json: Json = False,
) -> None:
    """Delete backups that newer ones make superfluous; never the newest good one.

    CHOCOLIB_BACKUP_DAILY, _WEEKLY and _MONTHLY say how many days, weeks and months keep one.

    Example: chocolib backup prune --dry-run
    """
    from chocolib.app.backup.pruning import prune as tidy
    from chocolib.app.backup.pruning import superfluous
    from chocolib.app.settings import read_settings

    settings = read_settings()
    gone = superfluous(settings) if dry_run else tidy(settings)
    if as_json:
        present.document([one.to_dict() for one in gone])
        return
    for one in gone:
        typer.echo(one.path.name)
    present.note(f"{len(gone)} {'would be deleted' if dry_run else 'deleted'}")


@backup.command()
def drill(archive: Asked = None, as_json: Json = False) -> None:
    """Restore a backup for a moment, compare it, forecast with it, and put that on record.

    Health wants a good one every 35 days.

    Example: chocolib backup drill
    """
    from chocolib.app.backup import place
    from chocolib.app.backup.trying import drill as try_it
    from chocolib.app.context import clock
    from chocolib.app.settings import read_settings

    settings = read_settings()
    path = place.chosen(settings, archive)
    with present.bar() as tell:
        done = try_it(settings, path, now=clock(), tell=tell)
    if as_json:
        present.document(done.to_dict())
    else:
        rows: list[dict[str, Any]] = [
            {"": _MARKS[one.ok], "what": one.what, "found": one.detail} for one in done.checks
        ]
        present.table(rows, empty="")
        end = "all as it should be" if done.ok else "NOT as it should be"
        typer.echo(f"{done.archive} in {done.seconds:.1f} s: {end}")
    if not done.ok:
        raise typer.Exit(1)


def _line(one: Archive, days: float) -> dict[str, object]:
    return {
        "backup": one.path.name,
        "MB": f"{one.size / 1e6:.1f}",
        "days old": f"{days:.1f}",
        "encrypted": "yes" if one.encrypted else "no",
        "state": one.state,
        "looked at": one.facts.get("checked_at", "never"),
    }


def _say_restored(path: Path, done: Restored) -> None:
    typer.echo(f"{done.home} is as of {done.manifest.made_at}, from {path.name}")
    if done.aside:
        present.note(f"What was there is in {done.aside}; delete it when you no longer need it.")
    for name, file in done.settings.items():
        present.note(f"{name} named a file; as it was then it is {file}")
