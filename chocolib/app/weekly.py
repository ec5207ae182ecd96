"""The review of a week: the plan beside what happened, savings, accuracy, alerts, gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from chocolib.app.alerts import attention
from chocolib.app.context import Context
from chocolib.app.daily import prices
from chocolib.app.gaps import SeriesGaps, find_gaps
from chocolib.app.monitor import Monitored, monitor
from chocolib.app.plan_review import newest_week
from chocolib.app.plan_store import plans_between
from chocolib.app.savings import savings
from chocolib.core.errors import NotEnoughData
from chocolib.core.schedule import Task
from chocolib.core.time import DAY, Window, at, known_until, local_date, midnight
from chocolib.insights.rules import Alert
from chocolib.models.registry import DEFAULT_MODEL
from chocolib.plan.evaluate import cost
from chocolib.plan.followed import executed

WEEK = 7
#: A plan is followed for so long.
_FOLLOWED = 12 * DAY
#: The hour (local) at which each day's alerts are looked at: tomorrow's prices are out.
_LOOKED_AT = 21
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert of the week.

    Attributes:
        alert: as it was the last time.
        days: the Madrid dates at whose 21:00 it stood.
    """

    alert: Alert
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Weekly:
    """The seven whole Madrid days before a moment.

    Attributes:
        window: of these days, UTC.
        followed: per Madrid date with work that began: `tasks`, `kwh`, `planned_eur` (as
            its plan thought), `came_eur` (at the prices that came); empty where no plan was
            kept.
        savings: the document of `app.savings` of the newest whole week whose batches were
            all due; `days` is empty where it cannot be told.
        issued: the forecasts kept, beside what came; None where none was.
        alerts: the worst first.
        series: what each series lacks of these days.
    """

    as_of: pd.Timestamp
    synthetic: bool
    window: Window
    followed: pd.DataFrame
    savings: dict[str, Any]
    issued: Monitored | None
    alerts: tuple[Raised, ...]
    series: tuple[SeriesGaps, ...]


def weekly(context: Context, *, model: str = DEFAULT_MODEL, tell: Tell = lambda *_: None) -> Weekly:
    """Look back on the week before the context's Madrid date.

    Args:
        model: the price model of a savings week that is replayed.

    Raises:
        NotEnoughData: no price is known of that week.
    """
    today = local_date(context.as_of)
    window = Window(midnight(today - timedelta(days=WEEK)), midnight(today))
    known = prices(context, window)["price_eur_kwh"]
    if known.empty:
        raise NotEnoughData(
            f"no price is known of the week before {today}",
            hint="fetch them with chocolib ingest ree, or review a past week: --as-of",
        )
    week = newest_week(context.as_of)
    saved = savings(context, since=week.first_day, until=week.last_day, model=model, tell=tell)
    return Weekly(
        as_of=context.as_of,
        synthetic=context.store.synthetic,
        window=window,
        followed=followed(context, window),
        savings=saved,
        issued=_issued(context),
        alerts=tuple(_alerts(context, today)),
        series=tuple(_gaps(context, window)),
    )


def followed(context: Context, window: Window) -> pd.DataFrame:
    """The work begun in a window by the kept plans, as planned and as it came; see `Weekly`."""
    plans = plans_between(context, Window(window.start - _FOLLOWED, window.end))
    begun = [task for task in executed(plans) if window.start <= task.start < window.end]
    known = prices(context, Window(window.start, window.end + 3 * DAY))["price_eur_kwh"]
    known = known[known.index < known_until(context.as_of)]
    rows = [_row(task, known, context) for task in begun]
    columns = ["day", "tasks", "kwh", "planned_eur", "came_eur"]
    table = pd.DataFrame(rows, columns=columns)
    return table.groupby("day").sum(min_count=1) if len(table) else table.set_index("day")


def _row(task: Task, known: pd.Series, context: Context) -> dict[str, Any]:
    try:
        came = float(cost([task], known, context.factory)["cost_eur"].iloc[0])
    except NotEnoughData:
        came = float("nan")
    return {
        "day": local_date(task.start),
        "tasks": 1,
        "kwh": task.energy_kwh,
        "planned_eur": task.cost_eur,
        "came_eur": came,
    }


def _issued(context: Context) -> Monitored | None:
    try:
        return monitor(context, days=WEEK)
    except NotEnoughData:
        return None


def _alerts(context: Context, today: date) -> Iterator[Raised]:
    last: dict[str, Alert] = {}
    days: dict[str, list[date]] = {}
    for n in range(WEEK, 0, -1):
        day = today - timedelta(days=n)
        for alert in attention(replace(context, as_of=at(day, _LOOKED_AT))).alerts:
            last[alert.topic] = alert
            days.setdefault(alert.topic, []).append(day)
    order = ("critical", "warning", "info")
    for topic in sorted(last, key=lambda name: (order.index(last[name].level), days[name])):
        yield Raised(last[topic], tuple(days[topic]))


def _gaps(context: Context, window: Window) -> Iterator[SeriesGaps]:
    for one in find_gaps(context.store, as_of=context.as_of, since=window.start):
        inside = (one.missing >= window.start) & (one.missing < window.end)
        within = one.missing[inside]
        yield replace(one, missing=within, absent=within[within.isin(one.absent)])
