"""Where the schedule is, and what its jobs can run."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from chocolib.app.jobs.names import FUNCTIONS
from chocolib.app.notebooks import folder
from chocolib.app.settings import Settings
from chocolib.core.errors import SettingsError
from chocolib.core.jobs.reading import Reports, read_schedule
from chocolib.core.jobs.spec import Job, Schedule

_PARAMETER = re.compile(r"^(\w+)\s*(?::[^=]*)?=", re.MULTILINE)


def schedule_path(settings: Settings) -> Path:
    """The schedule that is set, else the one that came with the package.

    Raises:
        SettingsError: it is in neither place; the installation is incomplete.
    """
    if settings.schedule:
        return settings.schedule
    checkout = Path(__file__).parents[3] / "jobs" / "schedule.toml"
    installed = Path(sys.prefix) / "share" / "chocolib" / "jobs" / "schedule.toml"
    for place in (checkout, installed):
        if place.exists():
            return place
    raise SettingsError(
        f"the schedule is neither at {checkout} nor at {installed}",
        hint="install chocolib again: pip install .",
    )


def the_schedule(settings: Settings) -> Schedule:
    """The schedule in use.

    Raises:
        ScheduleFaults: it has faults; has all of them.
        DataError, SettingsError: it cannot be read, or is not there.
    """
    return read_schedule(schedule_path(settings), functions=FUNCTIONS, reports=reports())


def job_called(schedule: Schedule, name: str) -> Job:
    """A job by its name.

    Raises:
        SettingsError: there is none; names those there are.
    """
    job = schedule.job(name)
    if job is None:
        names = ", ".join(one.name for one in schedule.jobs)
        raise SettingsError(f"no job is called {name!r}", hint=f"use one of: {names}")
    return job


def reports() -> Reports:
    """What each notebook can be given as a report, or why it is none; read without papermill."""
    return {path.stem: _parameters(path) for path in sorted(folder("notebooks").glob("*.ipynb"))}


def _parameters(path: Path) -> tuple[str, ...] | str:
    try:
        notebook: Any = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", ())]
        named = notebook["metadata"].get("kernelspec", {}).get("name")
    except (OSError, ValueError, KeyError, TypeError):
        return "it cannot be read as a notebook"
    if not tagged:
        return 'it has no cell tagged "parameters"'
    if not named:
        return "it names no kernel"
    names = tuple(_PARAMETER.findall("".join(tagged[0]["source"])))
    lacking = [name for name in ("as_of", "lang") if name not in names]
    return f"it takes no {' and no '.join(lacking)}" if lacking else names
