"""Plans made evening after evening, each going on from the one before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from chocolib.core.factory import FactorySpec
from chocolib.core.plan_parts import Halt
from chocolib.core.plans import Plan
from chocolib.core.time import first_plan_day
from chocolib.plan.planning import plan
from chocolib.plan.underway import taken_over


@dataclass(frozen=True, slots=True)
class Evening:
    """What is known when a plan is made.

    Attributes:
        as_of: the moment, UTC.
        prices: EUR/kWh on a UTC hourly index: those that came, those published, and
            those expected after.
        halts: hours in which the room's climate is expected to stop a stage.
    """

    as_of: pd.Timestamp
    prices: pd.Series
    halts: tuple[Halt, ...] = ()


def rolled(
    spec: FactorySpec,
    evenings: Iterable[Evening],
    *,
    first_day: date,
    days: int,
    gap: float = 1e-3,
    time_limit_s: float = 60.0,
) -> tuple[Plan, ...]:
    """The demand of some days planned anew each evening, from an empty factory on.

    Every plan looks as far as the last of the days; what the one before has begun stays.
    It ends when nothing is left to do, or the evenings do.

    Args:
        first_day: first civil day (Madrid) whose demand is made, planned on the first
            of the evenings; days: how many.
        gap, time_limit_s: see `planning.plan`.

    Raises:
        PlanInfeasible, NotEnoughData: see `planning.plan`.
    """
    made: list[Plan] = []
    last = first_day + timedelta(days=days - 1)
    for evening in evenings:
        underway = taken_over(made[-1], spec, evening.as_of) if made else None
        if made and underway is None:
            break
        first = min(max(first_plan_day(evening.as_of), first_day), last)
        made.append(
            plan(
                spec,
                evening.prices,
                as_of=evening.as_of,
                first_day=first,
                days=(last - first).days + 1,
                gap=gap,
                time_limit_s=time_limit_s,
                underway=underway,
                before=made[-1].best.tasks if made else (),
                halts=evening.halts,
            )
        )
    return tuple(made)
