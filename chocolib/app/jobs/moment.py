"""What the jobs stand at, for those who only look: health, alerts, lists."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.jobs.ledger import Ledger
from chocolib.app.jobs.place import Place
from chocolib.app.jobs.schedule import the_schedule
from chocolib.app.jobs.state import read_state
from chocolib.app.settings import Settings
from chocolib.core.errors import ScheduleFaults
from chocolib.core.jobs.decide import Moment
from chocolib.core.jobs.spec import Condition, Schedule
from chocolib.core.jobs.state import FailingJob, LateJob, failing, late
from chocolib.core.ports import Store
from chocolib.core.time import DAY, HOUR, end_of_tomorrow


def standing(
    settings: Settings, store: Store, *, now: pd.Timestamp, schedule: Schedule | None = None
) -> Moment:
    """The schedule, the history and the pauses as they are now.

    Raises:
        ScheduleFaults, DataError: the schedule or the store cannot be read.
    """
    chosen = schedule or the_schedule(settings)
    names = [job.name for job in chosen.jobs]
    keep = chosen.keep_days * DAY
    state = read_state(Place.of(settings))
    state.know(names, now)
    return Moment(
        schedule=chosen,
        history=Ledger(store, keep=keep).history(names, now=now),
        now=now,
        since={name: max(state.since[name], now - keep) for name in names},
        paused=state.paused.keys(),
        holds=lambda condition: holds(store, condition, now),
    )


@dataclass(frozen=True, slots=True)
class KnownJobs:
    """The jobs that deserve attention."""

    failing: tuple[FailingJob, ...]
    late: tuple[LateJob, ...]


def known_jobs(context: Context) -> KnownJobs | None:
    """Which jobs fail and which are late; None where nobody knows.

    Nobody knows in a replay (pauses and schedules are not kept as they were), before
    the first run, and while the schedule has faults, of which `chocolib health` tells.
    """
    if context.replay or context.store.latest("job_runs").empty:
        return None
    try:
        moment = standing(context.settings, context.store, now=context.now)
    except ScheduleFaults:
        return None
    return KnownJobs(tuple(failing(moment.schedule, moment.history)), tuple(late(moment)))


def holds(store: Store, condition: Condition, now: pd.Timestamp) -> bool:
    """Whether a condition of a watch holds."""
    match condition:
        case "prices_complete":
            newest = store.latest("energy_prices").index
            return len(newest) > 0 and newest[-1] + HOUR >= end_of_tomorrow(now)
