"""Commands for the stores themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    import pandas as pd

    from chocolib.app.copying import Copied
    from chocolib.core.ports import Store
    from chocolib.core.time import Window

Address = Annotated[str, typer.Argument(help="sqlite:///PATH or influxdb://HOST:PORT/ORG/BUCKET.")]
Since = Annotated[
    str | None, typer.Option(metavar="TIME", help="Leave out rows of before, Madrid time.")
]

stores = typer.Typer(help="Where the rows live.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(stores, name="store")


@stores.callback()
def _root() -> None:
    """Where the rows live."""


@stores.command()
def copy(source: Address, target: Address, since: Since = None, as_json: Json = False) -> None:
    """Copy every version of every row into another store, and prove it.

    What is there already is passed over, so a copy that was stopped goes on when it is
    started again. The key of InfluxDB is INFLUXDB_TOKEN.

    Example: chocolib store copy chocolib.sqlite influxdb://127.0.0.1:8086
    """
    from chocolib.app.settings import read_settings
    from chocolib.app.stores import open_either, open_store
    from chocolib.core.time import parse_moment

    settings = read_settings()
    start = parse_moment(since) if since else None
    origin = open_either(source, settings, existing=True)
    done = _copied(origin, open_store(target, settings, synthetic=origin.synthetic), start)
    if as_json:
        present.document([part.to_dict() for part in done])
    else:
        present.table([_line(part) for part in done], empty="nothing to copy")
    faults = [fault for part in done for fault in part.faults]
    for fault in faults:
        present.note(f"Not the same: {fault}")
    if faults:
        raise typer.Exit(1)


def _copied(source: Store, target: Store, since: pd.Timestamp | None) -> list[Copied]:
    """All measurements, one after the other, with a bar on a terminal."""
    from rich.progress import Progress

    from chocolib.app import copying

    spans = copying.spans(source, since=since)
    with Progress(console=present.quiet_unless_terminal(), transient=True) as progress:
        task = progress.add_task("copying", total=sum(map(len, spans.values())))

        def tell(measurement: str, window: Window) -> None:
            what = f"copying {measurement} {window.start:%Y-%m-%d}"
            progress.update(task, advance=1, description=what)

        return [
            copying.copy(source, target, name, windows, tell=tell)
            for name, windows in spans.items()
        ]


def _line(part: Copied) -> dict[str, object]:
    return {
        "measurement": part.measurement,
        "rows": part.rows,
        "versions": part.versions,
        "copied": part.copied,
        "already there": part.already_there,
        "checksum": part.checksum[:16],
        "target": "DIFFERS" if part.faults else "same",
    }
