"""The first run: data, forecast, plan, report and a live dashboard, in one go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chocolib.app.context import Context, open_context
from chocolib.app.daily import update
from chocolib.app.logs import keep_logs
from chocolib.app.reports import run_report
from chocolib.app.settings import read_settings
from chocolib.app.supply import supply
from chocolib.core.errors import PlanInfeasible
from chocolib.doors.cli import present
from chocolib.doors.dashboards import serve_dashboards
from chocolib.ui.theme import page


def _planned(context: Context) -> str:
    """Forecast and plan, in a line; a demand that cannot be made is no reason to stop."""
    try:
        made = update(context)
    except PlanInfeasible as error:
        return f"no plan: {error.message}"
    return (
        f"{made.best.kg:g} kg for {made.best.cost_eur:.2f} EUR, "
        f"as usual {made.as_usual.cost_eur:.2f} EUR ({made.status})"
    )


def first_light(files: Sequence[Path], *, host: str, port: int, check: bool) -> None:
    """Do every step, saying what it does, and serve (or only check) the dashboards.

    Raises:
        ChocolibError: a step failed; says which and what to do.
    """
    settings = read_settings()
    keep_logs(settings)
    present.note(f"chocolib at {settings.home}")
    with present.step("1/4 prices"):
        found = supply(settings, files, say=present.note)
    context = open_context(as_of=found.as_of, store=found.store)
    with present.step("2/4 forecast and plan"):
        present.note(f"  {_planned(context)}")
    with present.step("3/4 daily report"):
        written = run_report(context, "daily", as_page=page)
    present.note(f"  {written}")
    present.note("4/4 dashboards")
    serve_dashboards(as_of=found.as_of, host=host, port=port, check=check, say=present.note)
