"""What is usual at the site, for the page: kept, for 25 years take a second to look through."""

from __future__ import annotations

from typing import Any

import pandas as pd

from chocolib.app.climate import ClimateHistory, site_days, stage_unfit_hours
from chocolib.app.context import Context
from chocolib.app.kept_answers import Document, Span, kept_answer, true_between
from chocolib.core.errors import NotEnoughData
from chocolib.insights.climate_history import absent_days, extremes, normals
from chocolib.insights.day_normals import day_normals
from chocolib.insights.hot_days import hot_day_trends, hot_days


def climate_usual(context: Context) -> Document | None:
    """Normals by day and month, extremes, hot days and unfit hours as known at `as_of`.

    Returns:
        `first`, `last` (ISO dates), `days`, `absent_days`, `stations` (days of each);
        `by_day` (columns of `insights.day_normals` as lists), `months` (normals),
        `extremes` (of all) and `month_extremes` (by month, "1".."12"), `unfit`, `hot`,
        `trends`, as in `chocolib climate --json`. None without a SIAR day.
    """
    if not context.store.revision("siar_daily"):
        return None
    found = kept_answer(
        context,
        "climate",
        reads=["siar_daily"],
        make=lambda: _made(context),
        depends=context.factory.thresholds.model_dump_json(),
    )
    return found or None


def _made(context: Context) -> tuple[Document, Span]:
    known = pd.DatetimeIndex(context.store.history("siar_daily")["available_at"])
    span = true_between(known, context.as_of)
    try:
        days, joints = site_days(context)
    except NotEnoughData:
        return {}, span
    hot = hot_days(days)
    whole = ClimateHistory(
        synthetic=context.store.synthetic,
        days=days,
        joints=joints,
        absent=absent_days(days),
        normals=normals(days),
        extremes=extremes(days),
        hot=hot,
        trends=hot_day_trends(hot),
        unfit=stage_unfit_hours(context, days),
        correlations=[],
    ).to_dict()
    month = pd.DatetimeIndex(days.index).month
    return {
        "first": whole["first"],
        "last": whole["last"],
        "days": whole["days"],
        "absent_days": whole["absent_days"],
        "stations": whole["days_by_station"],
        "by_day": _columns(day_normals(days)),
        "months": whole["normals"],
        "extremes": whole["extremes"],
        "month_extremes": {str(m): extremes(days[month == m]) for m in sorted(set(month))},
        "unfit": whole["tempering_unfit_h_per_month"],
        "hot": whole["hot_days"],
        "trends": whole["hot_day_trends"],
    }, span


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    """A table as lists by column, what is missing as None, degrees to a tenth."""
    short = table.round(1).astype(object).where(table.notna(), None)
    return {str(name): short[name].tolist() for name in short}
