"""Remarks that several answers share, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.outlook import old_forecast
from chocolib.core.i18n import moment, t
from chocolib.core.plans import Plan
from chocolib.core.results import Forecast
from chocolib.core.schema import PRODUCTION_PLAN
from chocolib.core.usage import FEWEST

#: The log is read every five minutes; who was there since then is not known yet.
_BEHIND = pd.Timedelta(minutes=15)


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


def of_log(context: Context, until: pd.Timestamp | None) -> Iterator[str]:
    """That the access log was never read, or not lately.

    Args:
        until: how far it was read, UTC.
    """
    if until is None:
        yield t("tool.usage.unread", context.lang)
    elif context.as_of - until > _BEHIND:
        yield t("tool.usage.behind", context.lang, until=moment(until, context.lang))


def of_few(context: Context) -> Iterator[str]:
    """What viewers are not told: people, and numbers of fewer than `FEWEST` of them."""
    if context.role == "viewer":
        yield t("tool.usage.few", context.lang, fewest=FEWEST)
