"""What the alerts and recommendations judge: one moment, as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from chocolib.core.gaps import Freshness
from chocolib.core.jobs.state import FailingJob, LateJob
from chocolib.core.results import Task
from chocolib.core.time import Window


@dataclass(frozen=True, slots=True)
class Errors:
    """Mean absolute errors of two models over the same published hours, EUR/kWh.

    Attributes:
        days: how many days of origins they are of.
        hours: how many hours were compared.
    """

    model: str
    model_mae: float
    naive_mae: float
    days: int
    hours: int


@dataclass(frozen=True, slots=True)
class PlanState:
    """What of a plan can go wrong after it was made.

    Attributes:
        made_at: what it knew, UTC.
        tasks: all of its tasks.
        late: hours past its due time, by batch.
        news: when the newest price inside the plan's remaining hours became known.
    """

    made_at: pd.Timestamp
    tasks: tuple[Task, ...]
    late: Mapping[str, float] = field(default_factory=dict)
    news: pd.Timestamp | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of steps that a series lacks, with rows on both sides of it."""

    measurement: str
    window: Window
    hours: int


@dataclass(frozen=True, slots=True)
class Situation:
    """One moment. A part that is None is not known, and no rule judges it.

    Attributes:
        as_of: the moment, UTC.
        prices: published EUR/kWh by UTC hour, the trailing windows and all hours ahead.
        prices_fresh, weather_fresh: how far those series lie behind.
        room: the room's climate by UTC hour, from as_of on: `temperature_c`, `humidity_pct`.
        gaps: holes of the hourly series.
        expected: the last forecast made before the newest day was published: UTC hours
            x `q10`, `q50`, `q90`, `known`.
        errors: what the model monitor measured.
        plan: the newest plan.
        jobs: the jobs whose last run failed.
        late: the jobs that are behind their schedule.
        untrained: names of models that should have been trained and are not.
    """

    as_of: pd.Timestamp
    prices: pd.Series | None = None
    prices_fresh: Freshness | None = None
    weather_fresh: Freshness | None = None
    room: pd.DataFrame | None = None
    gaps: tuple[Gap, ...] | None = None
    expected: pd.DataFrame | None = None
    errors: Errors | None = None
    plan: PlanState | None = None
    jobs: tuple[FailingJob, ...] | None = None
    late: tuple[LateJob, ...] | None = None
    untrained: tuple[str, ...] | None = None


#: The parts that a rule may lack, as catalogue keys.
PARTS = {
    "prices": "alert.needs.prices",
    "prices_fresh": "alert.needs.prices_fresh",
    "weather_fresh": "alert.needs.weather_fresh",
    "room": "alert.needs.room",
    "gaps": "alert.needs.gaps",
    "expected": "alert.needs.expected",
    "errors": "alert.needs.errors",
    "plan": "alert.needs.plan",
    "jobs": "alert.needs.jobs",
    "late": "alert.needs.jobs",
    "untrained": "alert.needs.untrained",
}
