"""Commands for trained models: their versions, which one is in use, and how they fare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chocolib.doors.cli import present
from chocolib.doors.cli.present import AsOf, Json

if TYPE_CHECKING:
    from chocolib.app.context import Context

Name = Annotated[str, typer.Argument(help="Model: champion, prophet, ..., or production.")]
Version = Annotated[str, typer.Argument(help="Name of a version, as in the list.")]

models = typer.Typer(help="Trained models and their versions.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.add_typer(models, name="models")


@models.command()
def train(name: Name = "champion", as_of: AsOf = None, as_json: Json = False) -> None:
    """Train a version, try it beside the one in use, and use it if it misses less.

    Example: chocolib models train champion
    """
    from chocolib.app.production_versions import train_production_version
    from chocolib.app.training import train as make
    from chocolib.app.versions import PRODUCTION

    context = _context(as_of)
    with present.step(f"training {name}"):
        done = train_production_version(context) if name == PRODUCTION else make(context, name)
    if as_json:
        present.document(done.decision)
        return
    said = "is in use now" if done.decision["promoted"] else "is kept, not used"
    typer.echo(f"{done.version} {said}: {done.decision['why']}")


@models.command("list")
def list_(
    model: Annotated[str | None, typer.Option(help="Only this model's versions.")] = None,
    as_json: Json = False,
) -> None:
    """List the versions there are, the newest first, and which one is in use.

    Example: chocolib models list
    """
    from chocolib.app.training import listed

    rows = listed(_context(), model)
    if as_json:
        present.document(rows)
    else:
        present.table([_line(row) for row in rows], empty="no version yet: chocolib models train")


@models.command()
def show(
    name: Name,
    version: Annotated[str | None, typer.Argument(help="Default: the one in use.")] = None,
    as_json: Json = False,
) -> None:
    """Show all that is written of a version: data, trial, libraries, decisions.

    Example: chocolib models show champion
    """
    from chocolib.app.training import shown

    found = shown(_context(), name, version)
    if as_json:
        present.document(found)
        return
    decisions = found.pop("decisions")
    for key, value in _flat(found):
        typer.echo(f"{key:32} {value}")
    for decision in decisions:
        verb = "in use" if decision["promoted"] else "not used"
        typer.echo(f"{decision['at']}  {decision['version']}  {verb}: {decision['why']}")


@models.command()
def promote(name: Name, version: Version) -> None:
    """Put a version in use, whatever its trial said.

    Example: chocolib models promote champion 20260121T013000Z-5f0c2a91
    """
    from chocolib.app.training import promote as use

    use(_context(), name, version)
    typer.echo(f"{version} is in use")


@models.command()
def rollback(name: Name) -> None:
    """Put the version back in use that was before the present one.

    Example: chocolib models rollback champion
    """
    from chocolib.app.training import rollback as back

    typer.echo(f"{back(_context(), name)} is in use")


@models.command()
def prune(
    name: Name, keep: Annotated[int, typer.Option(min=1, help="Versions to keep.")] = 10
) -> None:
    """Delete the oldest versions, never the one in use or the one before it.

    Example: chocolib models prune champion --keep 10
    """
    from chocolib.app.training import prune as tidy
    from chocolib.app.versions import kind_of, shelf

    gone = tidy(shelf(_context()), kind_of(name), keep)
    typer.echo(f"{len(gone)} deleted" + "".join(f"\n{version}" for version in gone))


@models.command()
def monitor(
    days: Annotated[
        int | None, typer.Option(min=1, max=365, help="Days that count as now; default 14.")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Compare the forecasts that were issued with the prices that came.

    Example: chocolib models monitor --days 14
    """
    from chocolib.app.monitor import monitor as judge

    found = judge(_context(as_of), days=days)
    if as_json:
        present.document(found.to_dict())
        return
    present.table([_fared(one) for one in found.models], empty="no published hour to judge yet")
    if found.alert:
        present.note("Alert: the model in use misses more than repeating last week does.")


def _context(as_of: str | None = None) -> Context:
    from chocolib.app.context import open_context
    from chocolib.app.logs import keep_logs

    context = open_context(as_of=as_of)
    keep_logs(context.settings)
    return context


def _line(row: dict[str, Any]) -> dict[str, str]:
    figures = row.get("figures", {})
    return {
        "model": row["model"],
        "version": row["version"],
        "": "in use" if row["in_use"] else "",
        "trained": row.get("as_of", ""),
        "learnt until": row.get("learnt_until", ""),
        "MAE": f"{figures['mae']:.4f}" if "mae" in figures else "",
        "of naive": f"{figures['rmae']:.3f}" if "rmae" in figures else "",
        "state": row["fault"] or "good",
    }


def _fared(one: dict[str, Any]) -> dict[str, str]:
    drift, loses = one["drift"], one["loses_to_naive"]
    return {
        "model": one["model"],
        "days": str(one["days"]),
        "MAE": f"{one['mae']:.4f}",
        "of naive": f"{one['rmae']:.3f}",
        "bias": f"{one['bias_eur_kwh']:+.4f}",
        "80 % holds": f"{one['coverage_80']:.1%}" if "coverage_80" in one else "-",
        "90 % holds": f"{one['coverage_90']:.1%}" if "coverage_90" in one else "-",
        "drift": f"{drift:.2f} x" if drift is not None else "-",
        "": "too few days" if loses is None else "loses to last week" if loses else "",
    }


def _flat(found: dict[str, Any], above: str = "") -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = []
    for key, value in found.items():
        if isinstance(value, dict):
            lines += _flat(value, f"{above}{key}.")
        else:
            lines.append((above + key, value))
    return lines
