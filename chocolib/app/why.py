"""Why a batch of the newest plan is where it is, with the prices that plan was made with."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import forecast, kept_forecast, kept_plan, plan, plan_horizon, prices
from chocolib.core.errors import NotEnoughData
from chocolib.core.plans import Plan
from chocolib.core.results import Forecast
from chocolib.core.time import DAY, HOUR, Window, midnight
from chocolib.core.time import local_date as date_of
from chocolib.plan.why import Reason, why

#: Alternatives may lie this far after the plan.
_AFTER = DAY


def explained(context: Context, batch: str) -> Reason:
    """Why a batch is planned when it is; of the newest kept plan, or of one made now.

    Raises:
        DataError: the kept plan is of another factory than the one in use.
        SettingsError: the plan has no such batch; lists those it has.
        NotEnoughData: no prices are known, or none of an hour that is needed.
        PlanInfeasible: no plan was kept, and none can be made.
    """
    made = kept_plan(context) or plan(context)
    return reason_of(context, made, batch)


def reason_of(context: Context, made: Plan, batch: str) -> Reason:
    """The same of a given plan, with what was known when it was made."""
    then = replace(context, as_of=made.as_of)
    expected = _expected(then, made)
    begins = min([made.window.start, *(task.start for task in made.best.tasks)])
    past = Window(midnight(date_of(begins)) - DAY, expected.origin)
    known = _known(then, past)
    ahead = expected.frame
    joined = pd.concat([known, ahead["q50"]])
    published = known.index.append(ahead.index[ahead["known"]])
    return why(made, batch, context.factory, joined, known=pd.DatetimeIndex(published))


def _expected(then: Context, made: Plan) -> Forecast:
    """The forecast of that moment as it was kept, if it reaches far enough, else made again."""
    until = max([made.window.end, *(task.end for task in made.as_usual.tasks)]) + _AFTER
    kept = kept_forecast(then)
    if kept is not None and kept.as_of == made.as_of and kept.frame.index[-1] + HOUR >= until:
        return kept
    return forecast(then, horizon=plan_horizon(then, made.days))


def _known(then: Context, past: Window) -> pd.Series:
    try:
        return prices(then, past)["price_eur_kwh"].dropna()
    except NotEnoughData:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([], tz="UTC"))
