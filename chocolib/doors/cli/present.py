"""What commands print: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.core.errors import ChocolibError

if TYPE_CHECKING:
    from rich.console import Console

    from chocolib.app.asking import Tell
    from chocolib.core.results import Written

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="Replay this moment, Madrid time unless it has a zone: 2025-11-20T21:00.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="es|en", help="Language; default CHOCOLIB_LANG.")
]


def document(value: object) -> None:
    """Print a JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def table(rows: Sequence[dict[str, Any]], *, empty: str) -> None:
    """Print rows as a plain aligned table, or `empty` when there are none."""
    if not rows:
        typer.echo(empty)
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())


def note(text: str) -> None:
    """Say something that is not the result."""
    typer.echo(text, err=True)


def error(problem: ChocolibError) -> None:
    """Say what went wrong and what to do."""
    typer.echo(f"Error: {problem}", err=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Show that something is being done, and how long it took."""
    from rich.console import Console

    began = time.perf_counter()
    console = Console(file=sys.stderr, highlight=False)
    if console.is_terminal:
        with console.status(f"{text} ..."):
            yield
    else:
        console.print(f"{text} ...", markup=False)
        yield
    console.print(f"{text}: done in {time.perf_counter() - began:.1f} s", markup=False)


@contextmanager
def parts(text: str, total: int) -> Iterator[Tell]:
    """Show a bar on a terminal, else a line for each part that was asked.

    Args:
        total: how many parts are expected, for the bar.
    """
    from rich.progress import Progress

    from chocolib.app.runs import Run
    from chocolib.core.time import Window

    console = quiet_unless_terminal()
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(text, total=total)

        def tell(run: Run, part: Window, done: Written) -> None:
            line = f"  {run.feed} {part.start:%Y-%m-%d} to {part.end:%Y-%m-%d}: {done}"
            progress.advance(task)
            progress.console.print(line, markup=False, highlight=False)
            if console.quiet:
                note(line)

        yield tell


@contextmanager
def bar() -> Iterator[Callable[[str, float], None]]:
    """Show a bar on a terminal; what it yields hears what is done, and which part of it, 0..1."""
    from rich.progress import Progress

    with Progress(console=quiet_unless_terminal(), transient=True) as progress:
        task = progress.add_task("", total=1.0)

        def tell(what: str, part: float) -> None:
            progress.update(task, description=what, completed=part)

        yield tell


def quiet_unless_terminal() -> Console:
    """Where progress is drawn: standard error, or nowhere when nobody looks."""
    from rich.console import Console

    return Console(stderr=True, quiet=not sys.stderr.isatty())


def written(done: Written, as_json: bool, **more: object) -> None:
    """Say what was written, the outliers and the refused rows."""
    if as_json:
        document(counts(done) | {"files": [], **more})
        return
    if done.outliers:
        note(f"{done.outliers} flagged as outliers and kept: chocolib coverage")
    if done.quarantined:
        note(f"{done.quarantined} refused: chocolib quarantine list")
    typer.echo(str(done))


def counts(done: Written) -> dict[str, int]:
    """Rows by what became of them."""
    names = ("read", "new", "updated", "unchanged", "quarantined", "outliers")
    return {name: getattr(done, name) for name in names}
