"""The command that holds the plans against what other plans would have cost: savings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.predict import DEFAULT_MODEL, Factory, Model
from chocolib.doors.cli.present import AsOf, Json

if TYPE_CHECKING:
    from chocolib.app.savings import Tell

_NAMES = {
    "as_usual": "as usual",
    "valley_first": "valley first",
    "cheapest_windows": "windows",
    "plan": "plan",
    "perfect": "perfect",
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(savings)


def savings(
    since: Annotated[str, typer.Option(metavar="DATE", help="First day: 2025-01-01.")],
    until: Annotated[str, typer.Option(metavar="DATE", help="Last day, included.")],
    model: Model = DEFAULT_MODEL,
    factory: Factory = None,
    climate: Annotated[
        bool, typer.Option("--climate", help="Replays keep the room's climate limits too.")
    ] = False,
    jobs: Annotated[int, typer.Option(help="Processes; -1: as many as cores.")] = -1,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """What the plans saved at the prices that came, against every reference.

    The same kilograms and energy in every row. Weeks without kept plans are replayed from
    an empty factory, and marked; the weeks done are kept, so a stopped run goes on.

    Example: chocolib savings --since 2025-01-01 --until 2025-12-31
    """
    from chocolib.app.context import open_context
    from chocolib.app.logs import keep_logs
    from chocolib.app.savings import savings as of_context
    from chocolib.core.time import local_date, parse_moment

    first, last = (local_date(parse_moment(text)) for text in (since, until))
    context = open_context(as_of=as_of, factory=factory)
    keep_logs(context.settings)
    with _progress() as tell:
        found = of_context(
            context, since=first, until=last, model=model, climate=climate, jobs=jobs, tell=tell
        )
    if as_json:
        present.document(found)
    else:
        _print(found)


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on a terminal, else nothing."""
    from rich.progress import Progress

    with Progress(console=present.quiet_unless_terminal(), transient=True) as progress:
        task = progress.add_task("weeks")

        def tell(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        yield tell


def _print(found: dict[str, Any]) -> None:
    if found["synthetic"]:
        present.note("demonstration data: these prices are synthetic")
    total = {"month": "all", **found["total"]}
    rows = [_row(month) for month in (*found["months"], total) if month["batches"]]
    present.table(rows, empty="nothing was asked for in these days")
    for missing in found["left_out"]:
        span = f"{missing['days']} days from {missing['first_day']}"
        present.note(f"left out: {span}: {missing['why']}")
    late = ", ".join(f"{_NAMES[n]} {count}" for n, count in found["late_batches"].items() if count)
    typer.echo(
        f"EUR of energy for the same kg and kWh; {found['replayed_days']} of "
        f"{len(found['days'])} days replayed with {found['model']}; "
        f"late batches: {late or 'none'}"
    )
    annual = found["annual"]
    if annual["saving_eur"] is not None:
        typer.echo(f"A year: {annual['saving_eur']:.0f} EUR saved ({annual['rule']})")


def _row(sums: dict[str, Any]) -> dict[str, str]:
    share, possible = sums["saving_share"], sums["share_of_possible"]
    return {
        "": sums["month"],
        "kg": f"{sums['kg']:.0f}",
        "kWh": f"{sums['energy_kwh']:.0f}",
        **{name: f"{sums[key]:.2f}" for key, name in _NAMES.items()},
        "saved": "-" if share is None else f"{share:.1%}",
        "of possible": "-" if possible is None else f"{possible:.1%}",
    }
