"""The command that rates hours: score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json

if TYPE_CHECKING:
    import pandas as pd

    from chocolib.core.scores import HourScores


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(score)


def score(
    hours: Annotated[int, typer.Option(min=1, max=168, help="Hours ahead.")] = 72,
    as_of: AsOf = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep them in the store, as predictions.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Rate the hours to come, 0-100: price, room temperature and humidity, and the class.

    Published hours have their price, others the forecast's; which stages a climate limit
    halts is said. Without weather there is no score.

    Example: chocolib score --hours 72 --as-of 2025-09-10T21:00
    """
    from chocolib.app.context import open_context
    from chocolib.app.production import keep_scores, score_hours

    context = open_context(as_of=as_of)
    made = score_hours(context, hours=hours)
    if keep:
        keep_scores(context, made)
    if as_json:
        present.document(made.to_dict())
    else:
        _print(made)


def _print(made: HourScores) -> None:
    if made.synthetic:
        present.note("demonstration data: these scores are of synthetic prices and weather")
    rows = [
        _row(time, row)
        for time, row in zip(made.frame.index, made.frame.to_dict("records"), strict=True)
    ]
    present.table(rows, empty="no hours")
    unrated = int(made.frame["score"].isna().sum())
    typer.echo(f"points of 100, {made.model}, origin {made.origin:%Y-%m-%d %H:%M} UTC")
    if unrated:
        present.note(
            f"{unrated} hours have no score: their weather or the prices before them are not "
            "known; chocolib ingest weather or chocolib import siar PATH brings weather"
        )


def _row(time: pd.Timestamp, row: dict[Any, Any]) -> dict[str, str]:
    from chocolib.core.time import local

    return {
        "Madrid": f"{local(time):%a %d %b %H:%M}",
        "score": _points(row["score"]),
        "price": _points(row["price_points"]),
        "temp.": _points(row["temperature_points"]),
        "hum.": _points(row["humidity_points"]),
        "class": _text(row["class"]) or "no data",
        "EUR/kWh": f"{row['price_eur_kwh']:.4f}",
        "is": "published" if row["known"] else "forecast",
        "weather": row["weather"],
        "halts": _text(row["halted"]),
    }


def _points(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.0f}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
