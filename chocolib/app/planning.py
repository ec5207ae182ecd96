"""The plan as of a moment: prices known and expected, what is underway, the room's climate."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import pandas as pd

from chocolib.app.climate_limits import climate_limits
from chocolib.app.context import Context
from chocolib.app.plan_store import kept_plan
from chocolib.core import time
from chocolib.core.errors import OtherFactory
from chocolib.core.factory import FactorySpec
from chocolib.core.facts import Fact
from chocolib.core.plans import Plan
from chocolib.core.remarks import Remark
from chocolib.core.results import Forecast
from chocolib.core.time import DAY, HOUR, Window, first_plan_day, origin_of
from chocolib.plan.hedge import Hedge
from chocolib.plan.planning import plan as plan_batches
from chocolib.plan.scenarios import REACH, scenarios
from chocolib.plan.underway import Underway, taken_over

_Before: TypeAlias = tuple[Underway | None, Plan | None, tuple[Remark, ...]]
_NOTHING: _Before = (None, None, ())


def planned(
    context: Context,
    expected: Forecast,
    *,
    days: int,
    step_minutes: int = 60,
    gap: float = 1e-3,
    time_limit_s: float = 60.0,
    empty: bool = False,
    risk: float | None = None,
    factory: FactorySpec | None = None,
) -> Plan:
    """The cheapest plan for the `days` local days that follow `as_of`.

    Where a plan kept before is not finished, what it has begun stays as it is, its other
    batches are planned anew from the hour of `as_of` on, with those of the days asked for.

    Args:
        expected: prices ahead; its published hours are certain, its median stands for
            the others.
        empty: plan from an empty factory, from the next midnight on, whatever was kept.
        risk: how much the dearest tenth of the price paths counts beside the mean, 0 to 1;
            None: no paths are made and no risk is told.
        factory: plan for it what is not begun; what is underway is of the context's.

    Raises:
        PlanInfeasible, NotEnoughData, SettingsError: see `plan.planning.plan`.
    """
    first = first_plan_day(context.as_of)
    underway, before, notes = _NOTHING if empty else _taken_over(context)
    begins = first if underway is None or underway.first_day is None else underway.first_day
    tasks = () if underway is None else underway.tasks
    worked = min([time.midnight(begins), *(task.start.floor(HOUR) for task in tasks)])
    earlier = min(worked, expected.origin) - DAY  # a machine may have been set up before
    prices = joined_prices(context, expected, Window(earlier, expected.origin))
    if underway is not None and prices.index[0] > worked:
        underway, before = None, None
        notes = (
            *notes,
            Remark("plan.note.empty", {"why": Remark("plan.before.prices")}),
        )
    halts, weather = climate_limits(context, Window(expected.origin, _end(expected)))
    return plan_batches(
        factory or context.factory,
        prices,
        as_of=context.as_of,
        first_day=first,
        days=days,
        synthetic=context.store.synthetic,
        gap=gap,
        time_limit_s=time_limit_s,
        step=pd.Timedelta(minutes=step_minutes),
        underway=underway,
        before=() if before is None else before.best.tasks,
        halts=halts,
        notes=(*notes, *expected.remarks, *weather),
        hedge=None if risk is None else _hedge(context, expected, prices, risk),
    )


def _hedge(context: Context, expected: Forecast, prices: pd.Series, weight: float) -> Hedge:
    """Price paths from the forecast and the weeks known at `as_of`; earlier hours are certain."""
    end = max(expected.origin, time.known_until(context.as_of))
    window = Window(expected.origin - REACH, end)
    known = context.store.read("energy_prices", window, as_of=context.as_of)["price_eur_kwh"]
    made = scenarios(expected, known)
    return Hedge(made.since(prices), weight, remarks=made.remarks)


def _end(expected: Forecast) -> pd.Timestamp:
    return pd.DatetimeIndex(expected.frame.index)[-1] + HOUR


def _taken_over(context: Context) -> _Before:
    """What the newest plan made before `as_of` has begun, that plan, and what to say of it."""
    earlier = replace(context, as_of=context.as_of - pd.Timedelta(seconds=1))
    before = kept_plan(earlier)
    if before is None:
        return _NOTHING
    try:
        underway = taken_over(before, context.factory, context.as_of)
    except OtherFactory as error:
        return None, None, (Remark("plan.note.empty", {"why": error.said}),)
    if underway is None:
        return _NOTHING
    facts = {"made": Fact(before.as_of, "time"), "batches": Fact(len(underway.batches))}
    return underway, before, (Remark("plan.note.goes_on", facts),)


def joined_prices(context: Context, expected: Forecast, past: Window) -> pd.Series:
    """EUR/kWh ahead, and of the past as far back as it is known without a hole."""
    ahead = expected.frame["q50"]
    if past.end == past.start:
        return ahead
    known = context.store.read("energy_prices", past, as_of=context.as_of)["price_eur_kwh"]
    hours = past.hours()
    holes = hours[~hours.isin(known.dropna().index)]
    since = holes[-1] + HOUR if len(holes) else hours[0]
    joined: pd.Series = pd.concat([known[known.index >= since], ahead])
    return joined


def hours_ahead(spec: FactorySpec, as_of: pd.Timestamp, days: int, slack: pd.Timedelta) -> int:
    """Hours a forecast must reach for a plan of `days`, its dues and its as-usual twin.

    Raises:
        PlanInfeasible: nobody ever works, so nothing is due.
    """
    from chocolib.plan.model import ordered, window_of

    first = first_plan_day(as_of)
    window = window_of(spec, ordered(spec, first, days), first, days)
    return int((window.end + slack - origin_of(as_of)) / HOUR)
