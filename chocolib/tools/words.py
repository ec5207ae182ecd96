"""Remarks that several answers share, in the reader's language."""

from __future__ import annotations

from chocolib.app.context import Context
from chocolib.app.outlook import old_forecast
from chocolib.core.i18n import moment, t
from chocolib.core.plans import Plan
from chocolib.core.results import Forecast
from chocolib.core.schema import PRODUCTION_PLAN


def of_forecast(context: Context, made: Forecast) -> tuple[str, ...]:
    """What to know of a forecast of `app.expected`: its own remarks, and its age."""
    own = tuple(remark.text(context.lang) for remark in made.remarks)
    return (*old_forecast(context, made), *own)


def of_plan(context: Context, plan: Plan) -> tuple[str, ...]:
    """That a plan is old, where it is."""
    limit = PRODUCTION_PLAN.stale_after
    if limit is None or context.as_of - plan.as_of <= limit:
        return ()
    return (t("plan.problem.old", context.lang, when=moment(plan.as_of, context.lang)),)
