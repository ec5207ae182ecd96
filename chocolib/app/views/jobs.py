"""What pages and notebooks show of the jobs: only now, for pauses are not kept as they were."""

from __future__ import annotations

from chocolib.app.context import Context
from chocolib.app.jobs.listing import Listed, listed
from chocolib.app.jobs.moment import standing
from chocolib.core.errors import ChocolibError
from chocolib.core.i18n import t
from chocolib.core.views import JobLine


def job_lines(context: Context) -> tuple[JobLine, ...]:
    """Every job of the schedule beside its last run; none in a replay.

    Raises:
        ScheduleFaults, DataError: the schedule or the store cannot be read.
    """
    if context.replay:
        return ()
    moment = standing(context.settings, context.store, now=context.now)
    return tuple(map(_line, listed(moment)))


def jobs_or_why(context: Context) -> tuple[tuple[JobLine, ...], str]:
    """The lines, or none and a sentence that says why they cannot be told."""
    try:
        return job_lines(context), ""
    except ChocolibError:
        return (), t("jobs.broken", context.lang)


def _line(one: Listed) -> JobLine:
    if one.last is None:
        return JobLine(one.job.name, one.paused, one.next)
    last = one.last
    return JobLine(
        one.job.name, one.paused, one.next, last.outcome, last.started, last.duration_s, last.error
    )
