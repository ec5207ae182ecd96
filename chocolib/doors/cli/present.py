"""What commands print: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from chocolib.core.errors import ChocolibError

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
