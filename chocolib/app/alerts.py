"""The alerts and recommendations of one moment, gathered from the store as known then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from chocolib.app.context import Context
from chocolib.app.daily import kept_forecast, kept_plan
from chocolib.app.jobs.moment import known_jobs
from chocolib.app.monitor import monitor
from chocolib.app.site_weather import newest_observed, outside
from chocolib.app.versions import usable
from chocolib.app.windows import usual_load_kw
from chocolib.core.errors import NotEnoughData
from chocolib.core.gaps import Freshness, freshness, missing, of_site, step_end, stretches
from chocolib.core.i18n import Lang
from chocolib.core.measurement import Measurement
from chocolib.core.schema import ENERGY_PRICES, WEATHER_DATA
from chocolib.core.time import DAY, HOUR, Window, inside, iso, origin_of, published_at
from chocolib.insights.alerts import Told, alerts, news, unjudged
from chocolib.insights.climate import indoors
from chocolib.insights.recommendations import Advice, recommendations
from chocolib.insights.rules import Alert
from chocolib.insights.situation import Errors, Gap, PlanState, Situation
from chocolib.insights.windows import CheapWindow, cheap_windows
from chocolib.models.registry import DEFAULT_MODEL

#: Hours of the window that is recommended where there is no plan.
WINDOW_H = 3


@dataclass(frozen=True, slots=True)
class Attention:
    """What deserves attention at `as_of`.

    Attributes:
        unjudged: rules that lack what they judge, and what they lack.
    """

    as_of: pd.Timestamp
    synthetic: bool
    alerts: tuple[Alert, ...]
    advice: tuple[Advice, ...]
    unjudged: dict[str, tuple[str, ...]]

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """The JSON document of `chocolib alerts --json`."""
        return {
            "as_of": iso(self.as_of),
            "synthetic": self.synthetic,
            "alerts": [alert.to_dict(lang) for alert in self.alerts],
            "recommendations": [advice.to_dict(lang) for advice in self.advice],
            "not_judged": {name: list(parts) for name, parts in self.unjudged.items()},
        }


def attention(context: Context) -> Attention:
    """Every alert and recommendation of the moment; nothing that was known later."""
    found = situation(context)
    thresholds = context.factory.thresholds
    return Attention(
        as_of=context.as_of,
        synthetic=context.store.synthetic,
        alerts=tuple(alerts(found, thresholds)),
        advice=tuple(recommendations(found, thresholds, _windows(context, found))),
        unjudged=unjudged(found),
    )


def to_send(context: Context, seen: Attention, earlier: list[Told]) -> list[Alert]:
    """The alerts that are news, see `insights.alerts.news`."""
    return news(seen.alerts, earlier, as_of=context.as_of, thresholds=context.factory.thresholds)


def situation(context: Context) -> Situation:
    """The moment as far as the store knows it."""
    jobs = known_jobs(context)
    rows = _price_rows(context)
    prices = rows["price_eur_kwh"] if len(rows) else None
    newest = pd.Timestamp(rows.index[-1]) if len(rows) else None
    return Situation(
        as_of=context.as_of,
        prices=prices,
        prices_fresh=_fresh(ENERGY_PRICES, newest, context),
        weather_fresh=_fresh(WEATHER_DATA, newest_observed(context), context),
        room=_room(context),
        gaps=tuple(_gaps(context)),
        expected=_expected(context, rows),
        errors=_errors(context),
        plan=_plan(context, rows),
        jobs=jobs.failing if jobs else None,
        late=jobs.late if jobs else None,
        untrained=_untrained(context),
    )


def _looks_back(context: Context) -> pd.Timedelta:
    """The longest trailing window of the alerts, and the day it begins with."""
    limits = context.factory.thresholds.alerts
    return (max(limits.spike_window_days, limits.opportunity_window_days) + 1) * DAY


def _price_rows(context: Context) -> pd.DataFrame:
    span = Window(context.as_of - _looks_back(context), context.as_of + 3 * DAY)
    rows = context.store.read("energy_prices", span, as_of=context.as_of)
    return rows if len(rows) else context.store.latest("energy_prices", as_of=context.as_of)


def _fresh(kind: Measurement, newest: pd.Timestamp | None, context: Context) -> Freshness | None:
    """How far a series lies behind; None when there never was a row."""
    return None if newest is None else freshness(newest, kind, context.as_of)


def _room(context: Context) -> pd.DataFrame | None:
    start, thresholds = context.as_of.floor("h"), context.factory.thresholds
    air = outside(context, Window(start, start + thresholds.alerts.heat_within_h * HOUR))
    return indoors(air, thresholds.indoor) if len(air) else None


def _gaps(context: Context) -> Iterator[Gap]:
    """Holes between rows, that no source is known to lack too."""
    since = context.as_of - _looks_back(context)
    for kind in (ENERGY_PRICES, WEATHER_DATA):
        rows = of_site(
            context.store.read(kind.name, Window(since, context.as_of), as_of=context.as_of), kind
        )
        if rows.empty:
            continue
        times = pd.DatetimeIndex(rows.index)
        lacking = missing(times, kind, as_of=context.as_of)
        asked = context.store.read("absences", tags={"measurement": kind.name}, as_of=context.as_of)
        lacking = lacking[~lacking.isin(asked.index)]
        between = inside(lacking, Window(times.min(), step_end(kind, times.max())))
        for window in stretches(between, kind):
            yield Gap(kind.name, window, len(window))


def _expected(context: Context, rows: pd.DataFrame) -> pd.DataFrame | None:
    """The last kept forecast that did not yet know the newest day of prices."""
    if rows.empty:
        return None
    publication = published_at(pd.DatetimeIndex(rows.index[-1:]))[0]
    before = replace(context, as_of=min(context.as_of, publication - pd.Timedelta(seconds=1)))
    kept = kept_forecast(before)
    return kept.frame if kept else None


def _plan(context: Context, rows: pd.DataFrame) -> PlanState | None:
    kept = kept_plan(context)
    if kept is None:
        return None
    used = rows[(rows.index >= context.as_of.floor("h")) & (rows.index < kept.window.end)]
    news_at = pd.Timestamp(used["available_at"].max()) if len(used) else None
    late = {one.batch: one.hours for one in kept.late_batches}
    return PlanState(made_at=kept.as_of, tasks=kept.best.tasks, news=news_at, late=late)


def _errors(context: Context) -> Errors | None:
    """What the monitor says of the default model; None while it has too few days."""
    try:
        seen = monitor(context)
    except NotEnoughData:
        return None
    mine = next((one for one in seen.models if one["model"] == DEFAULT_MODEL), None)
    if mine is None or mine["loses_to_naive"] is None or not mine["rmae"]:
        return None
    mae = float(mine["mae"])
    naive = mae / float(mine["rmae"])
    return Errors(DEFAULT_MODEL, mae, naive, seen.days, int(mine["hours"]))


def _untrained(context: Context) -> tuple[str, ...]:
    """The default model, when no trained version of it was there at `as_of`."""
    model, *_ = usable(context, DEFAULT_MODEL)
    return () if model else (DEFAULT_MODEL,)


def _windows(context: Context, found: Situation) -> list[CheapWindow]:
    """The cheapest hours of the published days ahead."""
    if found.prices is None:
        return []
    origin = origin_of(context.as_of)
    ahead = found.prices[found.prices.index >= origin]
    frame = pd.DataFrame({"q10": ahead, "q50": ahead, "q90": ahead, "known": True})
    gone = found.prices[found.prices.index < origin]
    load = usual_load_kw(context.factory)
    return cheap_windows(frame, hours=WINDOW_H, load_kw=load, gone=gone)
