"""What electricity costs now and in the days to come, and the cheapest hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chocolib.assistant.parts import Asked
from chocolib.assistant.replies.said import (
    at,
    dated,
    eur_kwh,
    hour,
    of_day,
    plain_number,
    span,
)
from chocolib.core.i18n import money, number, t
from chocolib.tools.predictions import ForecastDay, OptimalWindow, OptimalWindows, WeeklyForecast
from chocolib.tools.realtime import CurrentPrice

#: From this probability on it is called almost sure: a percentage would round to certain.
_SURELY = 0.99
_LEVELS = {"cheap": "chat.level.cheap", "usual": "chat.level.usual", "dear": "chat.level.dear"}


def now(answer: CurrentPrice, asked: Asked) -> Iterator[str]:
    """The price of this hour, how it compares, and the next one."""
    lang, price = asked.lang, answer.price
    yield t(
        "chat.price.now",
        lang,
        when=at(price.time, lang),
        price=eur_kwh(price.value, lang),
        period=answer.tariff_period,
        source=price.source,
    )
    if answer.level:
        rank = plain_number(answer.rank_pct, lang)
        yield t("chat.price.rank", lang, level=t(_LEVELS[answer.level], lang), rank=rank)
    if answer.next_price:
        told = eur_kwh(answer.next_price.value, lang)
        yield t("chat.price.next", lang, hour=hour(answer.next_price.time), price=told)


def windows(answer: OptimalWindows, asked: Asked) -> Iterator[str]:
    """The cheapest hours of the day that was asked for, else of each; and a cheaper one."""
    lang = asked.lang
    mine = [one for one in answer.windows if asked.day in (None, one.day)]
    if not mine:
        yield from _none_left(answer, asked)
        mine = sorted(answer.windows, key=lambda one: one.mean_eur_kwh)[:1]
    else:
        yield t("chat.windows.head", lang, hours=answer.hours)
    yield from (_window(one, answer, asked) for one in mine)
    best = min(answer.windows, key=lambda one: one.mean_eur_kwh, default=None)
    if best and mine and best not in mine and best.mean_eur_kwh < mine[0].mean_eur_kwh:
        yield t("chat.windows.cheaper", lang) + " " + _window(best, answer, asked)


def _none_left(answer: OptimalWindows, asked: Asked) -> Iterator[str]:
    """That the day has no window, and how far there was looked for another."""
    last = max((one.day for one in answer.windows), default=None)
    if asked.day is None or last is None:
        yield t("chat.windows.no_hours", asked.lang, hours=answer.hours)
        return
    yield t(
        "chat.windows.none",
        asked.lang,
        day=dated(asked.day, answer.as_of.date(), asked.lang),
        hours=answer.hours,
        until=of_day(last, asked.lang),
    )


def _window(one: OptimalWindow, answer: OptimalWindows, asked: Asked) -> str:
    lang = asked.lang
    return t(
        _sureness(one, answer),
        lang,
        day=of_day(one.day, lang),
        hours=", ".join(span(part.start, part.end, lang) for part in one.spans),
        price=eur_kwh(one.mean_eur_kwh, lang),
        mean=eur_kwh(one.day_mean_eur_kwh, lang),
        saving=money(one.saving_eur, lang),
        load=plain_number(answer.load_kw, lang),
        published=one.published,
        of=answer.hours,
        sure=number(100 * one.below_mean, lang, 0),
    )


def _sureness(one: OptimalWindow, answer: OptimalWindows) -> str:
    """Whether it is published, or how it is said that it is expected: never as certain."""
    if one.published == answer.hours:
        return "chat.windows.known"
    return "chat.windows.expected" if one.below_mean < _SURELY else "chat.windows.surely"


def ahead(answer: WeeklyForecast, asked: Asked) -> Iterator[str]:
    """The hour or day that was asked for, else the cheapest and dearest day and all of them."""
    lang = asked.lang
    mine = next((one for one in answer.days if one.day == asked.day), None)
    if asked.day and mine is None:
        yield t("chat.ahead.beyond", lang, day=dated(asked.day, answer.as_of.date(), lang))
    if mine:
        yield from _hour(answer, asked)
        yield _whole(mine, asked)
    elif answer.days:
        yield from _week(answer, asked)
    yield t("chat.ahead.made", lang, model=answer.model, when=at(answer.forecast_made_at, lang))


def _hour(answer: WeeklyForecast, asked: Asked) -> Iterator[str]:
    for one in answer.hours:
        if _is_at(one.start, asked):
            key = "chat.ahead.hour_known" if one.published else "chat.ahead.hour"
            yield t(
                key,
                asked.lang,
                when=at(one.start, asked.lang),
                price=eur_kwh(one.eur_kwh, asked.lang),
            )


def _is_at(start: datetime, asked: Asked) -> bool:
    return start.date() == asked.day and start.hour == asked.numbers.get("at")


def _whole(one: ForecastDay, asked: Asked) -> str:
    lang = asked.lang
    return t(
        "chat.ahead.day_known" if one.published == one.hours else "chat.ahead.day",
        lang,
        day=of_day(one.day, lang),
        mean=eur_kwh(one.mean_eur_kwh, lang),
        low=hour(one.cheapest_hour),
        low_price=eur_kwh(one.cheapest_eur_kwh, lang),
        high=hour(one.dearest_hour),
        high_price=eur_kwh(one.dearest_eur_kwh, lang),
    )


def _week(answer: WeeklyForecast, asked: Asked) -> Iterator[str]:
    lang = asked.lang
    cheap = min(answer.days, key=lambda one: one.mean_eur_kwh)
    dear = max(answer.days, key=lambda one: one.mean_eur_kwh)
    yield t(
        "chat.ahead.week",
        lang,
        cheap=of_day(cheap.day, lang),
        cheap_price=eur_kwh(cheap.mean_eur_kwh, lang),
        dear=of_day(dear.day, lang),
        dear_price=eur_kwh(dear.mean_eur_kwh, lang),
    )
    yield from (f"- {_whole(one, asked)}" for one in answer.days)
