"""How the house fares: up-time by its probes, speed and errors by the requests that came."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated

import pandas as pd
from pydantic import Field

from chocolib.app.context import Context
from chocolib.app.usage import asking
from chocolib.core import usage as facts
from chocolib.core.i18n import moment, t
from chocolib.tools.answer import Answer, Moment, Part, rounded
from chocolib.tools.words import of_few

#: Probes come once a minute; without one for so long nothing is known of now.
_OLD = pd.Timedelta(minutes=5)
#: What binary numbers lose: 0.9999 * 10,000 is not quite 9,999.
_CRUMB = 1e-6
#: So many paths stand in the short list of the slowest.
_SLOWEST = 5


class PartUptime(Part):
    """A part of the house by its probes, one a minute."""

    part: str = Field(description="dashboards, api, store, worker or sources")
    ok: bool | None = Field(description="of the newest probe; null: never probed")
    since: Moment | None = Field(description="since when it is as it is")
    why: str = Field(description="what is wrong; empty when all is well")
    uptime_7d_pct: float | None = Field(description="of the probes of 7 days that were well, %")
    uptime_30d_pct: float | None = Field(description="of those of 30 days, %")
    probes_7d: int
    p50_ms: float | None = Field(description="median of 7 days, ms; null: it has no time")
    p95_ms: float | None = Field(description="95th percentile of 7 days, ms")


class PathTime(Part):
    """How fast a path answered."""

    path: str
    requests: int
    errors: int = Field(description="answers that were a fault of ours (5xx)")
    p50_ms: float = Field(description="median, ms")
    p95_ms: float = Field(description="95th percentile, ms")


class SourceAge(Part):
    """What is newest of a source."""

    source: str
    age_h: float | None = Field(description="its age, h; null: there is nothing")


class SystemPerformance(Answer):
    """Up-time, response times, errors, and how fresh the data are."""

    days: int = Field(description="of `paths`, `requests`, `errors` and `refused`")
    parts: tuple[PartUptime, ...]
    paths: tuple[PathTime, ...] = Field(
        description="the slowest first, by the 95th percentile; for viewers those of pages that "
        "three people or more opened"
    )
    paths_hidden: bool = Field(description="a viewer asks: of other paths nothing is told")
    slow: tuple[str, ...] = Field(description="paths over `slow_over_ms`")
    slow_over_ms: float = Field(description="a 95th percentile over it is called slow, ms")
    requests: int | None = Field(
        description="for viewers of days with three people or more; null: there was none"
    )
    errors: int | None = Field(
        description="answers that were a fault of ours (5xx); null as `requests`"
    )
    errors_pct: float | None = Field(description="of the requests, %; null: there were none")
    refused: int | None = Field(description="requests that were turned away; null as `requests`")
    newest: tuple[SourceAge, ...]
    probed_at: Moment | None = Field(description="the newest probe; null: never")
    uptime_last_7d: float | None = Field(
        description="of all probes of 7 days that were well, %; null: there were none"
    )
    avg_api_response_ms: float | None = Field(description="mean of all answers, ms")
    slowest_endpoints: tuple[dict[str, str], ...] = Field(
        description='the five slowest paths with their 95th percentile: {"/plan": "892ms"}'
    )


def get_system_performance(
    context: Context,
    days: Annotated[int, Field(ge=1, le=30, description="of speed and errors, days")] = 7,
) -> SystemPerformance:
    """How chocolib fares over days: up-time, response times, slowest paths, errors, freshness.

    Ask it for "is anything slow", "was the dashboard down", and the up-time of 7 or 30 days.
    """
    told = asking.performance(context, days)
    return SystemPerformance.of(
        context,
        remarks=(*_remarks(context, told.probed_at), *of_few(context)),
        days=told.days,
        parts=tuple(map(_part, told.uptimes)),
        paths=tuple(map(_path, told.paths)),
        paths_hidden=context.role == "viewer",
        slow=tuple(one.path for one in told.paths if one.p95_ms > facts.SLOW_MS),
        slow_over_ms=facts.SLOW_MS,
        requests=told.requests,
        errors=told.errors,
        errors_pct=_errors_pct(told),
        refused=told.refused,
        newest=tuple(SourceAge(source=name, age_h=rounded(age, 1)) for name, age in told.newest),
        probed_at=told.probed_at,
        uptime_last_7d=_pct(told.share_7d),
        avg_api_response_ms=rounded(told.mean_ms, 0),
        slowest_endpoints=tuple({one.path: f"{one.p95_ms:.0f}ms"} for one in told.paths[:_SLOWEST]),
    )


def _errors_pct(told: facts.Performance) -> float | None:
    if not told.requests or told.errors is None:
        return None
    return rounded(100 * told.errors / told.requests, 2)


def _part(one: facts.Uptime) -> PartUptime:
    return PartUptime.model_validate(
        {
            "part": one.part,
            "ok": one.ok,
            "since": one.since,
            "why": one.why,
            "uptime_7d_pct": _pct(one.share_7d),
            "uptime_30d_pct": _pct(one.share_30d),
            "probes_7d": one.probes_7d,
            "p50_ms": rounded(one.p50_ms, 0),
            "p95_ms": rounded(one.p95_ms, 0),
        }
    )


def _path(one: facts.PathSpeed) -> PathTime:
    return PathTime.model_validate(
        {
            "path": one.path,
            "requests": one.requests,
            "errors": one.errors,
            "p50_ms": rounded(one.p50_ms, 0),
            "p95_ms": rounded(one.p95_ms, 0),
        }
    )


def _pct(share: float | None) -> float | None:
    """A share as percent; rounded down, so that not quite all is never 100 %."""
    if share is None:
        return None
    return math.floor(share * 10_000 + _CRUMB) / 100


def _remarks(context: Context, probed_at: pd.Timestamp | None) -> Iterator[str]:
    """That nobody looked, or not lately."""
    if probed_at is None:
        yield t("tool.performance.unprobed", context.lang)
    elif context.as_of - probed_at > _OLD:
        yield t("tool.performance.old_probe", context.lang, when=moment(probed_at, context.lang))
