"""`chocolib usage`: who uses the dashboards, what is kept of it, and how it is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chocolib.doors.cli import present, usage_tailnet
from chocolib.doors.cli.present import AsOf, Json, Lang

if TYPE_CHECKING:
    from chocolib.app.context import Context

#: Other modules add their commands to it.
usage = typer.Typer(name="usage", help="Who uses the dashboards, and when.", no_args_is_help=True)
usage_tailnet.add(usage)

As = Annotated[
    str,
    typer.Option(
        "--as", metavar="ROLE", help="What this role would see: admin, viewer.", show_default=True
    ),
]


def register(app: typer.Typer) -> None:
    """Add this group to the application."""
    app.add_typer(usage)


@usage.command()
def stats(
    days: Annotated[int, typer.Option(min=1, max=90, help="Madrid days, today one.")] = 7,
    role: As = "admin",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """People, sessions, pages and cards of the last days.

    Example: chocolib usage stats --days 7
    """
    from chocolib.app.usage.asking import usage as asked
    from chocolib.doors.cli import usage_shown as shown

    found = asked(_context(role, as_of), days)
    if as_json:
        present.document(shown.as_json(found))
        return
    missing = shown.why_not(found, role)
    typer.echo("\n".join(shown.usage_lines(found, missing)))
    for rows in (
        shown.day_rows(found, missing),
        shown.seen_rows(found.pages, missing),
        shown.seen_rows(found.cards, missing),
        shown.visitor_rows(found),
    ):
        if rows:
            typer.echo()
            present.table(rows, empty="")


@usage.command()
def active(
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="What counts as now.")] = 5,
    role: As = "admin",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Who is there now: everybody of the last minutes.

    Example: chocolib usage active --minutes 15
    """
    from chocolib.app.usage.asking import active_users
    from chocolib.doors.cli import usage_shown as shown

    found = active_users(_context(role, as_of), minutes)
    if as_json:
        present.document(shown.as_json(found))
        return
    people = shown.told(found.people, shown.why_not(found, role))
    typer.echo(f"People: {people}, {shown.read_until(found.read_until)}")
    if found.present:
        present.table(shown.present_rows(found), empty="")


@usage.command()
def read(as_json: Json = False) -> None:
    """Read what is new in the access logs now, as the job does every five minutes.

    Example: chocolib usage read
    """
    from chocolib.app.context import clock
    from chocolib.app.settings import read_settings
    from chocolib.app.usage.rounds import round_of
    from chocolib.app.usage.troubles import said
    from chocolib.core.time import iso

    with present.bar() as tell:
        done = round_of(read_settings(), now=clock(), tell=tell)
    for trouble in done.told:
        present.note(said(trouble, "en"))
    lines, until = dict(sorted(done.read.lines.items())), done.read.until
    if as_json:
        present.document({"lines": lines, "until": iso(until) if until else None})
        return
    rows = [{"lines": what, "": f"{count:,}"} for what, count in lines.items()]
    present.table(rows, empty="nothing new")


@usage.command()
def forget(
    user: Annotated[str, typer.Argument(help="A login, an address, or a pseudonym.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete every view of somebody, and their name, for good.

    Example: chocolib usage forget ana@example.org --yes
    """
    from chocolib.app.settings import read_settings
    from chocolib.app.usage.forgetting import forget as delete
    from chocolib.app.usage.forgetting import left_elsewhere

    settings = read_settings()
    if not yes:
        typer.confirm(f"Delete everything that is kept of {user}?", abort=True, err=True)
    done, left = delete(settings, user), left_elsewhere(settings)
    if as_json:
        present.document(done.to_dict() | {"left": left})
        return
    if not (done.views or done.entries):
        present.note(f"nothing is kept of {user}: chocolib usage stats shows who is known")
    typer.echo(f"{done.views} views and {done.entries} entries of the register deleted")
    for sentence in left:
        present.note(sentence)


@usage.command()
def privacy(lang: Lang = None) -> None:
    """Print what is kept of people, why, and for how long.

    Example: chocolib usage privacy --lang en
    """
    from chocolib.app.settings import read_settings
    from chocolib.app.usage.privacy import privacy_text
    from chocolib.core.i18n import as_lang

    for title, text in privacy_text(as_lang(lang) if lang else read_settings().lang):
        typer.echo(f"{title}\n  {text}\n" if title else f"{text}\n")


@usage.command()
def status(as_json: Json = False) -> None:
    """Print what is kept: files, views, age of the key, when the log was read, what is wrong.

    Example: chocolib usage status
    """
    from chocolib.app.settings import read_settings
    from chocolib.app.usage.state import state
    from chocolib.app.usage.troubles import said
    from chocolib.doors.cli import usage_shown as shown

    found = state(read_settings())
    if as_json:
        present.document(found.to_dict())
        return
    present.table(shown.state_rows(found), empty="")
    for trouble in found.troubles:
        present.note(f"Since {shown.moment(trouble.since)}: {said(trouble, 'en')}")


def _context(role: str, as_of: str | None) -> Context:
    from typing import get_args

    from chocolib.app.context import open_context
    from chocolib.core.errors import SettingsError
    from chocolib.core.roles import Role

    for known in get_args(Role):
        if role == known:
            return open_context(as_of=as_of, role=known)
    raise SettingsError(f"there is no role {role!r}", hint="use one of: admin, viewer")
