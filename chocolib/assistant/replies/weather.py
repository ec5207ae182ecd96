"""The weather of now, the room it makes, and the climate of the years."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chocolib.assistant.parts import Asked
from chocolib.assistant.replies.said import at, listed, of_day, plain_number, plant
from chocolib.assistant.tokens import plain
from chocolib.core.i18n import t
from chocolib.tools.analysis import MonthNormal, SiarAnalysis
from chocolib.tools.realtime import CurrentWeather

#: What the answer does not tell.
_RAIN = re.compile(r"\b(llov|lluev|lluvi|rain)")


def now(answer: CurrentWeather, asked: Asked) -> Iterator[str]:
    """Outside, the room, and the stages that the climate halts."""
    lang = asked.lang
    if asked.day not in (None, answer.as_of.date()) or _RAIN.search(plain(asked.text)):
        yield t("chat.weather.only_now", lang)
    yield t(
        "chat.weather.now",
        lang,
        when=at(answer.outside_c.time, lang),
        outside=plain_number(answer.outside_c.value, lang),
        humidity=plain_number(answer.outside_pct.value, lang),
        room=plain_number(answer.room_c.value, lang),
        room_humidity=plain_number(answer.room_pct.value, lang),
    )
    yield halted(answer.halted, asked)


def halted(stages: tuple[str, ...] | None, asked: Asked) -> str:
    """Which stages the room's climate halts."""
    if stages is None:
        return t("chat.halted.unknown", asked.lang)
    if not stages:
        return t("chat.halted.none", asked.lang)
    named = listed((plant(stage, asked.lang) for stage in stages), asked.lang)
    return t("chat.halted.some", asked.lang, stages=named)


def climate(answer: SiarAnalysis, asked: Asked) -> Iterator[str]:
    """The month that was asked for, else the hottest and the coldest; how hot days change."""
    lang = asked.lang
    yield t(
        "chat.climate.span",
        lang,
        first=answer.first.isoformat(),
        last=answer.last.isoformat(),
        days=answer.days,
    )
    by_mean = {one.mean_c: one for one in answer.months if one.mean_c is not None}
    if len(answer.months) == 1:
        yield _month("chat.climate.month", answer.months[0], asked)
    elif by_mean:
        yield _month("chat.climate.hottest", by_mean[max(by_mean)], asked)
        yield _month("chat.climate.coldest", by_mean[min(by_mean)], asked)
    for one in answer.extremes:
        if one.what == "temperature_max_c" and one.which == "highest":
            told = plain_number(one.value, lang)
            yield t(
                "chat.climate.record",
                lang,
                value=told,
                day=of_day(one.day, lang),
                year=one.day.year,
            )
    yield from _trend(answer, asked)


def _month(key: str, one: MonthNormal, asked: Asked) -> str:
    lang = asked.lang
    unknown = t("chat.unknown_value", lang)

    def told(value: float | None) -> str:
        return unknown if value is None else plain_number(value, lang)

    return t(
        key,
        lang,
        month=t("months.long", lang).split()[one.month - 1],
        mean=told(one.mean_c),
        high=told(one.max_c),
        low=told(one.min_c),
        humidity=told(one.humidity_pct),
        unfit=told(one.unfit_h),
    )


def _trend(answer: SiarAnalysis, asked: Asked) -> Iterator[str]:
    for one in answer.hot_trends[:1]:
        yield t(
            "chat.climate.trend",
            asked.lang,
            above=plain_number(one.above_c, asked.lang),
            more=plain_number(one.days_per_decade, asked.lang),
            years=one.years,
        )
