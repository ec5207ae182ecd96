"""What the "plan" page shows, gathered from the store as known at `as_of`."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import kept_forecast
from chocolib.app.plan_store import kept_plan
from chocolib.app.why import reason_of
from chocolib.core.errors import DataError, NotEnoughData
from chocolib.core.factory import FactorySpec
from chocolib.core.i18n import moment, t
from chocolib.core.results import Plan
from chocolib.core.schema import PRODUCTION_PLAN
from chocolib.core.time import HOUR, Window
from chocolib.core.views import PlanView
from chocolib.plan.facts import Facts
from chocolib.plan.why_words import sentences


def plan_view(context: Context) -> PlanView:
    """The kept plan with its prices, its draw, and why its next batch begins when it does."""
    kept, expected = kept_plan(context), kept_forecast(context)
    plan = kept if kept and kept.best.tasks and _span(kept).end > context.as_of else None
    newest = context.store.latest("energy_prices", as_of=context.as_of)
    found = PlanView(
        as_of=context.as_of,
        lang=context.lang,
        plan=plan,
        newest_price=pd.Timestamp(newest.index[-1]) if len(newest) else None,
        forecast=expected,
        synthetic=context.store.synthetic,
        replay=context.replay,
        problems=_problems(context, kept, plan),
    )
    if plan is None:
        return found
    batch = next_batch(plan, context.as_of)
    return replace(
        found,
        prices=_prices(context, _span(plan)),
        draw=draw(plan, context.factory),
        next_batch=batch,
        why=_why(context, plan, batch) if batch else (),
    )


def next_batch(plan: Plan, now: pd.Timestamp) -> str:
    """The batch whose first stage begins next, from `now` (UTC) on; "" when none is left."""
    begins: dict[str, pd.Timestamp] = {}
    for task in plan.best.tasks:
        begins[task.batch] = min(task.start, begins.get(task.batch, task.start))
    ahead = [(start, batch) for batch, start in begins.items() if start >= now]
    return min(ahead)[1] if ahead else ""


def draw(plan: Plan, spec: FactorySpec) -> pd.DataFrame:
    """Highest draw and contracted power of every hour of the plan, kW on UTC hours."""
    facts = Facts(plan.best, spec, ())
    drawn = pd.Series(facts.load(), index=facts.moments)
    hours = _span(plan).hours()
    every = pd.date_range(hours[0], hours[-1] + HOUR, freq="15min", inclusive="left")
    steps = drawn.reindex(drawn.index.union(every)).ffill().fillna(0.0)
    kw = steps[steps.index < hours[-1] + HOUR].resample(HOUR).max().reindex(hours)
    return pd.DataFrame({"kw": kw, "limit_kw": spec.power_limit(hours)}, index=hours)


def _span(plan: Plan) -> Window:
    """From the first start to the last end of its tasks, in whole hours."""
    tasks = plan.best.tasks
    return Window(
        min(task.start for task in tasks).floor(HOUR), max(task.end for task in tasks).ceil(HOUR)
    )


def _prices(context: Context, span: Window) -> pd.Series:
    frame = context.store.read("energy_prices", span, as_of=context.as_of)
    known: pd.Series = frame["price_eur_kwh"].dropna()
    expected = kept_forecast(context)
    if expected is None:
        return known
    median = expected.frame["q50"]
    inside = median[(median.index >= span.start) & (median.index < span.end)]
    return known.combine_first(inside)


def _why(context: Context, plan: Plan, batch: str) -> tuple[str, ...]:
    """The explanation of a batch; none where its factory or its prices are not known any more."""
    try:
        return tuple(sentences(reason_of(context, plan, batch), context.lang))
    except (DataError, NotEnoughData):
        return ()


def _problems(context: Context, kept: Plan | None, plan: Plan | None) -> tuple[str, ...]:
    """What deserves a line at the top: a plan that is over, or old."""
    if kept is None:
        return ()
    when = moment(kept.as_of, context.lang)
    if plan is None:
        return (t("plan.problem.over", context.lang, when=when),)
    limit = PRODUCTION_PLAN.stale_after
    if limit is not None and context.as_of - kept.as_of > limit:
        return (t("plan.problem.old", context.lang, when=when),)
    return ()
