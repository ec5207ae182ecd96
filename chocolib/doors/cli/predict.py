"""Commands that look ahead: forecast, plan, the daily round and its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json

if TYPE_CHECKING:
    from chocolib.core.results import Forecast, Plan, Remark

#: As `models.registry` has it, which is too heavy for a --help; a test compares the two.
DEFAULT_MODEL = "champion"
Model = Annotated[
    str, typer.Option(help="Price model: champion, prophet, weeks-3 or weekly-naive.")
]
Days = Annotated[int, typer.Option(min=1, max=7, help="Local days to plan, after --as-of.")]
Factory = Annotated[
    Path | None,
    typer.Option(help="Factory TOML, heavy or small-10kw; default CHOCOLIB_FACTORY, else Linares."),
]
Demand = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1_000_000,
        help="Ask this many kg, in whole batches, of every day with a demand.",
    ),
]

Step = Annotated[
    int, typer.Option(min=15, max=60, help="Minutes of the grid of starts: 15, 30 or 60.")
]
Gap = Annotated[
    float, typer.Option(min=0, max=1, help="Relative optimality gap that counts as optimal.")
]
TimeLimit = Annotated[
    float,
    typer.Option(min=0, max=3600, help="Seconds for the solver; then the best plan so far."),
]
Empty = Annotated[
    bool, typer.Option("--empty", help="Plan from an empty factory, whatever was kept.")
]
Risk = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=1,
        help="Tell the risk; above 0, the dearest tenth of the price paths counts as much.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(forecast)
    app.command()(plan)
    app.command()(daily)


def forecast(
    as_of: AsOf = None,
    horizon: Annotated[int, typer.Option(min=1, max=400, help="Hours ahead.")] = 168,
    model: Model = DEFAULT_MODEL,
    as_json: Json = False,
) -> None:
    """Forecast hourly prices, published ones used as they are.

    Example: chocolib forecast --as-of 2025-11-20T21:00 --json
    """
    from chocolib.app.context import open_context
    from chocolib.app.daily import forecast as of_context

    made = of_context(open_context(as_of=as_of), horizon=horizon, model=model)
    for remark in made.remarks:
        present.note(remark.text("en"))
    if as_json:
        present.document(made.to_dict())
    else:
        _print_forecast(made)


def plan(
    as_of: AsOf = None,
    days: Days = 2,
    model: Model = DEFAULT_MODEL,
    factory: Factory = None,
    demand_kg: Demand = None,
    step: Step = 60,
    gap: Gap = 0.001,
    time_limit: TimeLimit = 60,
    empty: Empty = False,
    risk: Risk = None,
    as_json: Json = False,
) -> None:
    """Plan the batches of the days after --as-of at the least cost.

    What the newest kept plan has begun by then stays as it is, the rest is planned anew.

    Example: chocolib plan --as-of 2025-11-19T21:00 --days 2
    """
    from dataclasses import replace

    from chocolib.app.context import open_context
    from chocolib.app.daily import plan as of_context

    context = open_context(as_of=as_of, factory=factory)
    if demand_kg is not None:
        context = replace(context, factory=context.factory.with_daily_demand(demand_kg))
    made = of_context(
        context,
        days=days,
        model=model,
        step_minutes=int(step),
        gap=gap,
        time_limit_s=time_limit,
        empty=empty,
        risk=risk,
    )
    if as_json:
        present.document(made.to_dict())
    else:
        _print_plan(made)


def daily(
    as_of: AsOf = None, days: Days = 2, model: Model = DEFAULT_MODEL, risk: Risk = None
) -> None:
    """Forecast, plan, and keep both for the dashboards.

    Example: chocolib daily
    """
    from chocolib.app.context import open_context
    from chocolib.app.daily import update
    from chocolib.app.logs import keep_logs

    context = open_context(as_of=as_of)
    keep_logs(context.settings)
    with present.step("forecast and plan"):
        made = update(context, days=days, model=model, risk=risk)
    typer.echo(_summary(made))


def _print_forecast(made: Forecast) -> None:
    from chocolib.core.time import local

    if made.synthetic:
        present.note("demonstration data: these prices are synthetic")
    rows: list[dict[str, Any]] = [
        {
            "Madrid": f"{local(time):%a %d %b %H:%M}",
            "q10": f"{row['q10']:.4f}",
            "q50": f"{row['q50']:.4f}",
            "q90": f"{row['q90']:.4f}",
            "": "published" if row["known"] else "",
        }
        for time, row in zip(made.frame.index, made.frame.to_dict("records"), strict=True)
    ]
    present.table(rows, empty="no hours")
    version = f" version {made.version}" if made.version else ""
    typer.echo(f"EUR/kWh, model {made.model}{version}, origin {made.origin:%Y-%m-%d %H:%M} UTC")


def _print_plan(made: Plan) -> None:
    from chocolib.core.time import local

    if made.synthetic:
        present.note("demonstration data: these prices are synthetic")
    rows: list[dict[str, Any]] = [
        {
            "start (Madrid)": f"{local(task.start):%a %d %b %H:%M}",
            "end": f"{local(task.end):%a %H:%M}",
            "machine": task.machine,
            "batch": task.batch,
            "product": task.product,
            "kWh": f"{task.energy_kwh:.0f}",
            "EUR": f"{task.cost_eur:.2f}",
        }
        for task in made.best.tasks
    ]
    present.table(rows, empty="nothing to make in these days")
    for remark in (*made.notes, *_late_and_halts(made)):
        present.note(remark.text("en"))
    typer.echo(_summary(made))
    for told in _risk(made):
        typer.echo(told)


def _risk(made: Plan) -> list[str]:
    if made.risk is None:
        return []
    from chocolib.ui.cards.risk import sentences

    return [*sentences(made.risk, "en"), *(remark.text("en") for remark in made.risk.remarks)]


def _late_and_halts(made: Plan) -> list[Remark]:
    """Its late batches, and the hours in which stages may not run."""
    from chocolib.core.plan_parts import halted_hours

    return [*(late.said for late in made.late_batches), *halted_hours(made.halts)]


def _summary(made: Plan) -> str:
    late = f"; as usual, {made.late} batches would be late" if made.late else ""
    return (
        f"{made.status}: {made.best.kg:g} kg in {made.best.batches} batches, "
        f"{made.best.energy_kwh:g} kWh for {made.best.cost_eur:.2f} EUR "
        f"(gap {made.gap:.2%}); "
        f"the same as usual {made.as_usual.cost_eur:.2f} EUR, "
        f"saving {made.saving_eur:.2f} EUR ({made.saving_share:.1%}){late}"
    )
