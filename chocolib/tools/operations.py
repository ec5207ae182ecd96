"""Whether the house itself is well: worker, disk, jobs, how fresh the data are."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.jobs.health import Sign, look
from chocolib.app.upkeep import series_of, traces
from chocolib.app.views.jobs import jobs_or_why
from chocolib.core.gaps import Status
from chocolib.core.i18n import t
from chocolib.core.schema import ENERGY_PRICES
from chocolib.core.time import HOUR
from chocolib.core.views import JobLine, Series
from chocolib.tools.answer import Answer, Moment, Part, rounded


class HealthSign(Part):
    """One thing that was looked at."""

    what: str
    ok: bool
    detail: str
    to_do: str = Field(description="what would mend it; empty when all is well")


class SeriesHealth(Part):
    """How fresh and whole an observed series of the site is."""

    measurement: str = Field(description="as docs/nomenclature.md names it")
    status: Status
    until: Moment | None = Field(description="end of the newest step; null: no data")
    behind_h: float = Field(description="how much of what is published lacks at its end, h")
    missing: int = Field(description="steps that lack in the last 30 days")
    rows: int


class SystemHealth(Answer):
    """Worker, disk, jobs and data."""

    ok: bool = Field(description="every sign is well, there are prices, and no series is stale")
    signs: tuple[HealthSign, ...] = Field(description="empty in a replay: they are only of now")
    series: tuple[SeriesHealth, ...]
    forecast_made_at: Moment | None = Field(description="of the newest kept forecast")
    plan_made_at: Moment | None = Field(description="of the newest kept plan")


def get_system_health(context: Context) -> SystemHealth:
    """Whether chocolib itself is well: worker, disk, jobs, how fresh the data are.

    Nobody outside is asked.
    """
    signs = () if context.replay else tuple(map(_sign, _signs(context)))
    series = tuple(map(_series, series_of(context)))
    made = traces(context)
    return SystemHealth.of(
        context,
        "energy_prices",
        "weather_data",
        remarks=_only_now(context),
        ok=all(one.ok for one in signs) and all(map(_well, series)),
        signs=signs,
        series=series,
        forecast_made_at=made["forecast"],
        plan_made_at=made["plan"],
    )


def _well(one: SeriesHealth) -> bool:
    """Without prices nothing can be said; other series may be absent."""
    lacks = one.status == "no data" and one.measurement == ENERGY_PRICES.name
    return one.status != "stale" and not lacks


def _signs(context: Context) -> list[Sign]:
    return look(context.settings, now=context.now, store=context.store)


def _sign(one: Sign) -> HealthSign:
    return HealthSign(what=one.what, ok=one.ok, detail=one.detail, to_do=one.do)


def _series(one: Series) -> SeriesHealth:
    return SeriesHealth.model_validate(
        {
            "measurement": one.measurement,
            "status": one.status,
            "until": one.until,
            "behind_h": rounded(one.lag / HOUR, 1),
            "missing": one.missing,
            "rows": one.rows,
        }
    )


def _only_now(context: Context) -> tuple[str, ...]:
    return (t("tool.only_now", context.lang),) if context.replay else ()


class JobState(Part):
    """A scheduled job beside its last run."""

    job: str
    paused: bool
    next_run: Moment | None = Field(description="null: it follows another job, or is paused")
    last_outcome: Literal["done", "failed", "interrupted", "running"] | None = Field(
        description="null: it never ran"
    )
    last_began: Moment | None
    last_seconds: float | None = Field(description="how long it took, s")
    error: str = Field(description="why it did not go well, without keys or folders")


class JobStatus(Answer):
    """Every job of the schedule."""

    jobs: tuple[JobState, ...] = Field(description="empty in a replay: jobs are only of now")


def get_job_status(context: Context) -> JobStatus:
    """The scheduled jobs: when each ran last, how that went, when it runs next."""
    lines, wrong = jobs_or_why(context)
    broken = (wrong,) if wrong else ()
    return JobStatus.of(
        context,
        "job_runs",
        remarks=(*_only_now(context), *broken),
        jobs=tuple(map(_job, lines)),
    )


def _job(one: JobLine) -> JobState:
    return JobState.model_validate(
        {
            "job": one.name,
            "paused": one.paused,
            "next_run": one.next,
            "last_outcome": one.outcome,
            "last_began": one.began,
            "last_seconds": rounded(one.duration_s, 1),
            "error": one.error,
        }
    )
