"""A person ends a run that goes on: asked by a file that the run itself looks for.

No process is ended by its number from here. The run obeys, whoever began it; who began it ends
it when it does not, and keeps what became of it; and where that one is gone, it is kept here.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd

from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.place import Place, write_json
from chocolib.app.jobs.records import settle_left
from chocolib.app.jobs.running import Processes
from chocolib.app.jobs.schedule import job_called, the_schedule
from chocolib.app.settings import Settings
from chocolib.core.errors import DataError, SettingsError
from chocolib.core.jobs.runs import JobRun
from chocolib.core.jobs.spec import Job
from chocolib.core.ports import Store
from chocolib.core.time import DAY, iso

#: A run that does not obey is ended by the worker, which looks once a minute, twice.
PATIENCE_S = 180
_A_LOOK_S = 0.25


def stop_run(
    settings: Settings, store: Store, name: str, *, clock: Callable[[], pd.Timestamp]
) -> JobRun:
    """End the run of a job that goes on, and wait until its end is on record.

    Args:
        clock: the edge's clock, UTC.

    Returns:
        The run as it ended: stopped, or done where it was quicker.

    Raises:
        SettingsError: no such job, or no run of it goes on.
        DataError: it cannot be asked, or it goes on in spite of it.
    """
    place, ledger = Place.of(settings), Ledger(store, keep=DAY)
    processes = Processes(place, secrets=settings.secrets())
    run = ledger.history([name], now=clock()).running(name)
    if run is None:
        job_called(the_schedule(settings), name)
        raise SettingsError(f"{name} is not running", hint="chocolib jobs list shows the last runs")
    write_json(place.stop(run), {"at": iso(clock())})
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        _settle_for_those_gone(run, processes, ledger, clock())
        now = _as_it_is(run, ledger, clock())
        if now.outcome != "running":
            return now
        time.sleep(_A_LOOK_S)
    raise DataError(
        f"{name} was asked to stop and goes on after {PATIENCE_S} s",
        hint="its worker ends it at its next look; chocolib health shows whether there is one",
    )


def _as_it_is(run: JobRun, ledger: Ledger, now: pd.Timestamp) -> JobRun:
    """The run as it is on record now."""
    found = ledger.all(job=run.job, since=run.scheduled, now=now)
    return next((one for one in found if one.key == run.key), run)


def _settle_for_those_gone(
    run: JobRun, processes: Processes, ledger: Ledger, now: pd.Timestamp
) -> None:
    """Keep what became of a run whose processes are gone, with whoever began them."""
    claim = processes.claim(Job(name=run.job, what=""))
    if claim is None:
        return
    try:
        if _as_it_is(run, ledger, now).outcome == "running":
            settle_left(run, runner=processes, ledger=ledger, now=now)
    finally:
        claim.release()
