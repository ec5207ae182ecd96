"""Commands on the factory file: what is wrong with it, what it says, whether it can work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import Json

if TYPE_CHECKING:
    from chocolib.app.factory import OrderWeek, Start
    from chocolib.core.factory import FactorySpec

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]",
        help="A factory TOML, or factory, heavy or small-10kw; default: the one in use.",
    ),
]

#: How a plan that was tried came out.
_WORDS = {True: "feasible", False: "not feasible", None: "undecided"}

factory = typer.Typer(help="The factory file: check it, show it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(factory, name="factory")


@factory.command("check")
def check(file: File = None, as_json: Json = False) -> None:
    """Say what is wrong at which line, and whether the demand fits; else end with 1.

    Example: chocolib factory check my-factory.toml
    """
    from chocolib.app.factory import faults, in_use, report
    from chocolib.core.factory import FactorySpec

    path = in_use(file)
    if as_json and (found := faults(path)):
        present.document({"file": str(path), "ok": False, "faults": found})
        raise typer.Exit(1)
    spec = FactorySpec.read(path)
    said = report(spec)
    tried = _tried(spec) if said["week"]["fits"] else []
    weeks = _ordered(spec)
    verdicts = [*(start.feasible for start in tried), *(one.feasible for one in weeks)]
    fits = bool(tried) and False not in verdicts
    if as_json:
        days = [{"weekday": s.weekday, "feasible": s.feasible, "why": s.why} for s in tried]
        head = {"file": str(path), "ok": fits, "faults": [], "name": spec.name}
        ordered = [one.to_dict() for one in weeks]
        present.document({**head, **said, "starts": days, "order_weeks": ordered})
    else:
        typer.echo(f"{path}: no fault")
        _print(said)
        _print_starts(tried)
        _print_order_weeks(weeks)
    if not fits:
        raise typer.Exit(1)


@factory.command("show")
def show(file: File = None, as_json: Json = False) -> None:
    """Show a factory: stages, contract, shifts, demand and costs.

    Example: chocolib factory show heavy
    """
    from chocolib.app.factory import in_use
    from chocolib.core.factory import FactorySpec

    spec = FactorySpec.read(in_use(file))
    if as_json:
        present.document(spec.model_dump(mode="json"))
        return
    typer.echo(f"{spec.name}: batches of {spec.batch_kg:g} kg, tariff {spec.tariff}\n")
    present.table([_stage(spec, number) for number in range(len(spec.stages))], empty="")
    for line in _facts(spec):
        typer.echo(line)


def _tried(spec: FactorySpec) -> list[Start]:
    """Plan a week from each weekday, and say how it goes on."""
    from chocolib.app.factory import starts

    with present.step("a week's plan from each weekday"):
        return list(starts(spec))


def _ordered(spec: FactorySpec) -> list[OrderWeek]:
    """Plan every week with dated orders, and say how it goes on."""
    from chocolib.app.factory import order_weeks

    if not spec.demand.orders:
        return []
    with present.step("a plan of each week with dated orders"):
        return list(order_weeks(spec))


def _print(said: dict[str, Any]) -> None:
    usual, busiest = said["week"], said.get("busiest_month")
    counts = ", ".join(f"{count} {product}" for product, count in usual["batches"].items())
    per_kg = f", {usual['kwh_kg']:.2f} kWh/kg" if usual["kwh_kg"] else ""
    typer.echo(f"\nA usual week: {counts}; {usual['kg']:g} kg, {usual['energy_kwh']:g} kWh{per_kg}")
    more = {} if busiest is None else {use["of"]: use for use in busiest["uses"]}
    rows = [_row(use, more.get(use["of"]), busiest) for use in usual["uses"]]
    present.table(rows, empty="")
    if usual["bottleneck"]:
        verdict = "the demand fits" if usual["fits"] else "the demand does not fit"
        typer.echo(f"Bottleneck: {usual['bottleneck']}; {verdict} into these hours")
    typer.echo("")
    present.table(said["products"], empty="no product goes through all stages")


def _row(
    use: dict[str, Any], busy: dict[str, Any] | None, month: dict[str, Any] | None
) -> dict[str, str]:
    there = {
        "of": use["of"],
        "machines": str(use["machines"] or ""),
        "needed": f"{use['needed']:g}",
        "available": f"{use['available']:.1f}",
        "unit": use["unit"],
        "load": _share(use),
    }
    return (
        there
        if busy is None or month is None
        else there | {f"month {month['month']}": _share(busy)}
    )


def _share(use: dict[str, Any]) -> str:
    return "none there" if use["load"] is None else f"{use['load']:.0%}"


def _print_starts(tried: list[Start]) -> None:
    rows = [
        {"empty factory from": s.weekday, "a week's plan": _WORDS[s.feasible], "": s.why}
        for s in tried
    ]
    typer.echo("")
    present.table(rows, empty="no plan was tried: the demand does not fit")


def _print_order_weeks(weeks: list[OrderWeek]) -> None:
    if not weeks:
        return
    rows = [
        {
            "dated orders, week of": f"{one.first_day:%Y-%m-%d}",
            "batches": f"{one.orders} of {sum(one.use['batches'].values())}",
            "busiest": _busiest(one.use),
            "plan": _WORDS[one.feasible],
            "": one.why,
        }
        for one in weeks
    ]
    typer.echo("")
    present.table(rows, empty="")


def _busiest(use: dict[str, Any]) -> str:
    return next((f"{u['of']} {_share(u)}" for u in use["uses"] if u["of"] == use["bottleneck"]), "")


def _stage(spec: FactorySpec, number: int) -> dict[str, str]:
    stage = spec.stages[number]
    hours = ", ".join(f"{product} {hours:g}" for product, hours in stage.hours.items())
    tank = "" if stage.tank_batches is None else f"{stage.tank_batches} batches"
    return {
        "stage": stage.name,
        "machines": str(stage.machines),
        "kW": f"{stage.power_kw:g}" + (" at most" if stage.phases else ""),
        "hours": hours,
        "attended": stage.attended,
        "then wait": f"{stage.hold_max_h:g} h",
        "in": tank,
        "set up, clean": f"{stage.setup_h:g} + {stage.cleaning_h:g} h",
    }


def _facts(spec: FactorySpec) -> list[str]:
    asked, costs, night = spec.demand, spec.costs_eur_kg, spec.night_shift
    shifts = "; ".join(f"{' '.join(s.days)} {s.start:02}-{s.end:02}" for s in spec.shifts)
    cost = f"{night.people} people at {night.eur_person_h:g} EUR an hour"
    return [
        "",
        f"Contract: {_pairs(spec.power_limit_kw)} kW; apart from it {_pairs(spec.auxiliary_kw)} kW",
        f"Shifts: {shifts}; night shift {'on' if night.enabled else 'off'} ({cost})",
        f"Demand: {_pairs(asked.kg)} kg; {_pairs(asked.mix)}; months {_pairs(asked.month_factor)}",
        f"Due on working day {asked.due_working_days} after, made {asked.made_ahead_days} days "
        "ahead at most",
        f"Besides energy, EUR/kg: materials {costs.materials:g}, packaging {costs.packaging:g}, "
        f"labour {costs.labour:g}, overhead {costs.overhead:g}",
        f"Services: {len(spec.maintenance)}; closed dates: {len(spec.calendar.closed)}",
    ]


def _pairs(values: dict[Any, Any]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items()) or "none"
