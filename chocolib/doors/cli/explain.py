"""The command that says why a batch is planned when it is: explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json, Lang

if TYPE_CHECKING:
    from chocolib.core import i18n
    from chocolib.plan.why import Reason


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(explain)


def explain(
    batch: Annotated[str, typer.Argument(help="A batch of the plan, such as 1120-S1.")],
    as_of: AsOf = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Say why a batch is planned when it is: other hours' costs, and what forbids them.

    Of the newest kept plan; where there is none, of one made now.

    Example: chocolib explain 1120-S1 --as-of 2025-11-19T21:00 --lang en
    """
    from chocolib.app.context import open_context
    from chocolib.app.why import explained
    from chocolib.plan.why_words import sentences

    context = open_context(as_of=as_of, lang=lang)
    reason = explained(context, batch)
    said = sentences(reason, context.lang)
    if as_json:
        synthetic = context.store.synthetic
        present.document(reason.to_dict() | {"sentences": said, "synthetic": synthetic})
        return
    for sentence in said:
        typer.echo(sentence)
    _tables(reason, context.lang)


def _tables(reason: Reason, lang: i18n.Lang) -> None:
    from chocolib.core.time import local
    from chocolib.plan.why_words import difference, rule_text

    typer.echo("")
    present.table(
        [
            {
                "h": f"{other.shift_h:+g}" + (" *" if other.as_usual else ""),
                "Madrid": f"{local(other.start):%d/%m %H:%M}",
                "EUR": difference(other.delta_eur, lang),
                "": rule_text(other, lang),
            }
            for other in reason.alternatives
        ],
        empty="-",
    )
    typer.echo("")
    present.table(
        [
            {
                "Madrid": f"{local(time):%d/%m %H:%M}",
                "EUR/kWh": f"{row['price_eur_kwh']:.4f}" + ("" if row["known"] else " ~"),
                "kWh": f"{row['kwh']:.0f}",
                "EUR": f"{row['cost_eur']:.2f}",
            }
            for time, row in zip(reason.hours.index, reason.hours.to_dict("records"), strict=True)
        ],
        empty="-",
    )
