"""What the "history" page shows: known at `as_of`, beside what is known now."""

from __future__ import annotations

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import kept_forecast, kept_plan
from chocolib.app.hindsight import later, missed, plan_came, prices_at
from chocolib.core.results import Forecast, Plan
from chocolib.core.time import DAY, HOUR, Window, end_of_tomorrow, local_date, midnight
from chocolib.core.views import HistoryView
from chocolib.models.baselines import WeeklyNaive

#: Work as usual may end so long after a plan's last due time.
_TAIL = 5 * DAY


def history_view(context: Context) -> HistoryView:
    """The moment as it was, and what came of it."""
    as_of, hindsight = context.as_of, later(context)
    begins = midnight(local_date(as_of))
    made, plan = kept_forecast(context), kept_plan(context)
    ends = max([end_of_tomorrow(as_of), *([made.frame.index[-1] + HOUR] if made else [])])
    known = prices_at(context, Window(begins - WeeklyNaive.learns_from, ends))
    came = prices_at(hindsight, _reach(begins, ends, plan))
    return HistoryView(
        as_of=as_of,
        lang=context.lang,
        now=hindsight.as_of,
        hours=_hours(Window(begins, ends), known, made, came),
        first=_first(context),
        forecast=made,
        plan=plan,
        missed=missed(made, known, came) if made else (),
        cost=plan_came(plan, came, context.factory) if plan else None,
        synthetic=context.store.synthetic,
        replay=context.replay,
    )


def _reach(begins: pd.Timestamp, ends: pd.Timestamp, plan: Plan | None) -> Window:
    """The hours whose prices are needed: those shown, and those of the plan's work."""
    if plan is None:
        return Window(begins, ends)
    tasks = [*plan.best.tasks, *plan.as_usual.tasks]
    starts, stops = [task.start for task in tasks], [task.end for task in tasks]
    return Window(min([begins, *starts]) - DAY, max([ends, *stops]) + _TAIL)


def _hours(
    window: Window, known: pd.Series, made: Forecast | None, came: pd.Series
) -> pd.DataFrame:
    hours = window.hours()
    public = known.reindex(hours)
    frame = pd.DataFrame({"known": public.notna().to_numpy()}, index=hours)
    expected = made.frame.reindex(hours) if made else pd.DataFrame(index=hours)
    for name in ("q10", "q50", "q90"):
        told = expected[name] if name in expected else pd.Series(index=hours, dtype=float)
        frame[name] = public.combine_first(told.astype(float))
    return frame.assign(actual=came.reindex(hours))


def _first(context: Context) -> pd.Timestamp | None:
    """The first hour there is a price of, whenever it became known."""
    told = context.store.coverage("energy_prices")
    return pd.Timestamp(told["first"].min()) if len(told) else None
