"""A small table or chart beside an answer in words, from the typed answers it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import singledispatch

import pandas as pd

from chocolib.core.i18n import Lang, clock, day, day_name, money, t
from chocolib.core.time import local_date, midnight
from chocolib.tools.alerts import ActiveAlert, PredictiveAlerts
from chocolib.tools.answer import Answer, Span
from chocolib.tools.past_prices import ForecastDeviation, HourPrice, PriceExplanation
from chocolib.tools.planned import DailyOptimization
from chocolib.tools.predictions import OptimalWindows, WeeklyForecast
from chocolib.tools.production import ProductionRecommendation
from chocolib.tools.savings import SavingsTracking
from chocolib.ui import charts
from chocolib.ui.cards.alerts import level_chip
from chocolib.ui.cards.figures import share, table
from chocolib.ui.cards.parts import line
from chocolib.ui.charts.axes import hour_span, price_text
from chocolib.ui.charts.heat import CLASS_WORDS
from chocolib.ui.charts.rows import product_name
from chocolib.ui.svg import esc, tag

#: So many tables and charts stand beside one reply.
MOST = 2
#: So many alerts do.
ALERTS = 5
#: An hour and its numbers.
_Row = tuple[datetime, *tuple[float | bool | None, ...]]
#: Between two parts that stay on one line, and around a dash that does not end one.
_TIED, _JOINED = "\u00a0", "\u2060–\u2060"


def drawn(answers: Iterable[Answer], *, lang: Lang, listed: bool = False) -> str:
    """Markup of the first answers that have something to draw; "" where none has.

    Args:
        listed: the words beside them list alerts, hours and savings one by one already.
    """
    kinds = (answer for answer in answers if not (listed and isinstance(answer, _LISTED)))
    made = (_titled(answer, lang) for answer in kinds)
    return "".join([one for one in made if one][:MOST])


def _titled(answer: Answer, lang: Lang) -> str:
    body = answer_drawn(answer, lang)
    name = type(answer).__name__
    if not body:
        return ""
    return tag("div", tag("h3", esc(t(_TITLES[name], lang))) if name in _TITLES else "", body)


#: What the built-in mode's words tell whole.
_LISTED = (PredictiveAlerts, PriceExplanation, SavingsTracking)
#: What a table or chart is of, by the kind of its answer.
_TITLES = {
    "OptimalWindows": "ask.tool.optimal_windows",
    "WeeklyForecast": "ask.tool.weekly_forecast",
    "ForecastDeviation": "ask.tool.forecast_deviation",
    "ProductionRecommendation": "ask.tool.production_recommendation",
    "DailyOptimization": "ask.tool.daily_optimization",
    "PriceExplanation": "ask.hours",
    "SavingsTracking": "ask.tool.savings_tracking",
    "PredictiveAlerts": "ask.tool.predictive_alerts",
}


@singledispatch
def answer_drawn(answer: Answer, lang: Lang) -> str:  # noqa: ARG001 - of every other kind
    """Markup of one answer; "" for those that words tell well enough."""
    return ""


@answer_drawn.register
def _windows(answer: OptimalWindows, lang: Lang) -> str:
    rows = [
        [
            f"{_day(one.day, lang)}, {_spans(one.spans)}",
            price_text(one.mean_eur_kwh, lang),
            money(one.saving_eur, lang),
        ]
        for one in answer.windows
    ]
    return _table(["ask.col.when", "ask.col.price", "ask.col.saves"], rows, lang)


@answer_drawn.register
def _forecast(answer: WeeklyForecast, lang: Lang) -> str:
    if answer.hours:
        rows = [
            (one.start, one.eur_kwh, one.low_eur_kwh, one.high_eur_kwh, one.published)
            for one in answer.hours
        ]
        frame = _hours(rows, ["q50", "q10", "q90", "known"])
        return charts.forecast_band(frame, lang=lang, synthetic=answer.synthetic)
    days = [
        [
            _day(one.day, lang),
            price_text(one.mean_eur_kwh, lang),
            f"{clock(_utc(one.cheapest_hour))} ({price_text(one.cheapest_eur_kwh, lang)})",
        ]
        for one in answer.days
    ]
    return _table(["ask.col.day", "ask.col.price", "ask.col.cheapest"], days, lang)


@answer_drawn.register
def _deviation(answer: ForecastDeviation, lang: Lang) -> str:
    rows = [
        (
            one.start,
            one.forecast_eur_kwh,
            one.low_eur_kwh,
            one.high_eur_kwh,
            one.published_eur_kwh,
        )
        for one in answer.hours
    ]
    frame = _hours(rows, ["q50", "q10", "q90", "actual"]).assign(known=False)
    return charts.forecast_band(frame, lang=lang, synthetic=answer.synthetic)


@answer_drawn.register
def _recommendation(answer: ProductionRecommendation, lang: Lang) -> str:
    rows = [
        [
            _span(one.start, one.end, lang),
            t(CLASS_WORDS[one.hour_class], lang),
            price_text(one.mean_eur_kwh, lang),
        ]
        for one in (*answer.produce, *answer.avoid)
    ]
    return _table(["ask.col.when", "ask.col.class", "ask.col.price"], rows, lang)


@answer_drawn.register
def _day_plan(answer: DailyOptimization, lang: Lang) -> str:
    rows = [
        [
            f"{one.batch}, {product_name(one.product, lang)}: {_span(one.start, one.end, lang)}",
            money(one.cost_eur, lang),
        ]
        for one in answer.batches
    ]
    return _table(["ask.col.batch", "ask.col.cost"], rows, lang)


@answer_drawn.register
def _price_hours(answer: PriceExplanation, lang: Lang) -> str:
    rows = [*_of_hours(answer.dearest, "ask.dearest", lang)]
    rows += _of_hours(answer.cheapest, "ask.cheapest", lang)
    return _table(["ask.col.hour", "ask.col.is", "ask.col.price_now"], rows, lang)


def _of_hours(hours: Sequence[HourPrice], key: str, lang: Lang) -> Iterator[list[str]]:
    for one in hours:
        yield [hour_span(_utc(one.start)), t(key, lang), price_text(one.eur_kwh, lang)]


@answer_drawn.register
def _savings(answer: SavingsTracking, lang: Lang) -> str:
    rows = [
        [
            f"{_day(one.since, lang)}{_JOINED}{_day(one.until, lang)}",
            t("ui.no_data", lang)
            if one.came_saving_eur is None
            else money(one.came_saving_eur, lang),
            "–" if one.came_saving_pct is None else share(one.came_saving_pct / 100, lang),
        ]
        for one in answer.weeks
    ]
    return _table(["ask.col.week", "ask.col.saved", "ask.col.share"], rows, lang)


@answer_drawn.register
def _alerts(answer: PredictiveAlerts, lang: Lang) -> str:
    items = "".join(_alert(one, lang) for one in answer.alerts[:ALERTS])
    return tag("ul", items, class_="cc-rows") if items else ""


def _alert(one: ActiveAlert, lang: Lang) -> str:
    said = line(one.title, "") + line(one.evidence) + line(one.to_do)
    return tag("li", tag("div", level_chip(one.level, lang), said))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], lang: Lang) -> str:
    return table([t(key, lang) for key in heads], rows) if rows else ""


def _hours(rows: Sequence[_Row], names: list[str]) -> pd.DataFrame:
    """Rows by their first value, on UTC hours."""
    frame = pd.DataFrame([row[1:] for row in rows], columns=names)
    frame.index = pd.DatetimeIndex([_utc(row[0]) for row in rows])
    numbers = [name for name in names if name != "known"]
    return frame.astype(dict.fromkeys(numbers, float))


def _spans(spans: Sequence[Span]) -> str:
    return ", ".join(f"{clock(_utc(one.start))}{_JOINED}{clock(_utc(one.end))}" for one in spans)


def _span(start: datetime, end: datetime, lang: Lang) -> str:
    """From and to: "jue 20 nov, 13:00–17:00", with the weekday of an end on another day."""
    begin, over = _utc(start), _utc(end)
    same = local_date(begin) == local_date(over - pd.Timedelta(seconds=1))
    until = clock(over) if same else f"{day_name(over, lang)}{_TIED}{clock(over)}"
    return f"{_day(local_date(begin), lang)}, {clock(begin)}{_JOINED}{until}"


def _day(which: date, lang: Lang) -> str:
    return day(midnight(which), lang).replace(" ", _TIED)


def _utc(moment: datetime) -> pd.Timestamp:
    return pd.Timestamp(moment).tz_convert("UTC")
