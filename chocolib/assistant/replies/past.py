"""What electricity cost, why, what had been forecast of it, and what the plans saved."""

from __future__ import annotations

from collections.abc import Iterator

from chocolib.assistant.parts import Asked
from chocolib.assistant.replies.said import at, dated, eur_kwh, of_day, plain_number
from chocolib.core.i18n import money, t
from chocolib.tools.past_prices import ForecastDeviation, PriceExplanation, PriceStatistics
from chocolib.tools.savings import SavedBatches, SavingsTracking


def statistics(answer: PriceStatistics, asked: Asked) -> Iterator[str]:
    """Mean, median and extremes of the days, and the means of the tariff periods."""
    lang = asked.lang
    one_day, today = answer.since == answer.until, answer.as_of.date()
    if one_day and "at" in asked.numbers:
        yield from _at_hour(answer, asked)
    yield t(
        "chat.past.day" if one_day else "chat.past.days",
        lang,
        since=dated(answer.since, today, lang),
        until=dated(answer.until, today, lang),
        mean=eur_kwh(answer.mean_eur_kwh, lang),
        median=eur_kwh(answer.median_eur_kwh, lang),
    )
    yield t(
        "chat.past.extremes",
        lang,
        low=eur_kwh(answer.cheapest.eur_kwh, lang),
        low_at=at(answer.cheapest.start, lang),
        high=eur_kwh(answer.dearest.eur_kwh, lang),
        high_at=at(answer.dearest.start, lang),
    )
    told = (f"{one.period} {eur_kwh(one.mean_eur_kwh, lang)}" for one in answer.by_period)
    yield t("chat.past.periods", lang, periods=", ".join(told))


def _at_hour(answer: PriceStatistics, asked: Asked) -> Iterator[str]:
    """The price of the hour asked for; of both where the clock goes back."""
    lang = asked.lang
    mine = [one for one in answer.prices if one.start.hour == asked.numbers["at"]]
    keys = (
        ("chat.past.hour",) if len(mine) < 2 else ("chat.past.hour_first", "chat.past.hour_again")
    )
    for key, one in zip(keys, mine, strict=False):
        yield t(key, lang, when=at(one.start, lang), price=eur_kwh(one.eur_kwh, lang))
    if not mine:
        yield t("chat.past.no_hour", lang)


def explanation(answer: PriceExplanation, asked: Asked) -> Iterator[str]:
    """Why a day is dear or cheap, and its dearest and cheapest hours."""
    lang = asked.lang
    yield from answer.why
    for key, hours in (
        ("chat.why.dearest", answer.dearest),
        ("chat.why.cheapest", answer.cheapest),
    ):
        told = (f"{at(one.start, lang)} ({eur_kwh(one.eur_kwh, lang)})" for one in hours)
        if hours:
            yield t(key, lang, hours="; ".join(told))


def deviation(answer: ForecastDeviation, asked: Asked) -> Iterator[str]:
    """How far a forecast was from what came, beside repeating the week before."""
    lang = asked.lang
    yield t(
        "chat.deviation",
        lang,
        day=of_day(answer.day, lang),
        made=at(answer.forecast_made_at, lang),
        model=answer.model,
        error=eur_kwh(answer.mean_error_eur_kwh, lang),
    )
    if answer.naive_error_eur_kwh is not None:
        yield t("chat.deviation.naive", lang, error=eur_kwh(answer.naive_error_eur_kwh, lang))
    if answer.inside_pct is not None:
        yield t("chat.deviation.inside", lang, share=plain_number(answer.inside_pct, lang))


def savings(answer: SavingsTracking, asked: Asked) -> Iterator[str]:
    """What the plans saved this month, and in the newest week."""
    if answer.month is None and not answer.weeks:
        yield t("chat.savings.none", asked.lang)
    if answer.month is not None:
        yield t("chat.savings.month", asked.lang) + " " + _saved(answer.month, asked)
    if answer.weeks:
        yield t("chat.savings.week", asked.lang) + " " + _saved(answer.weeks[0], asked)


def _saved(one: SavedBatches, asked: Asked) -> str:
    lang = asked.lang
    counted = t(
        "chat.savings.batches",
        lang,
        since=of_day(one.since, lang),
        until=of_day(one.until, lang),
        batches=one.batches,
        kg=plain_number(one.kg, lang),
    )
    if one.came_saving_eur is None or one.came_as_usual_eur is None or one.came_eur is None:
        told = money(one.planned_saving_eur, lang)
        return f"{counted} {t('chat.savings.planned', lang, saving=told)}"
    share = "" if one.came_saving_pct is None else f" ({plain_number(one.came_saving_pct, lang)} %)"
    came = t(
        "chat.savings.came",
        lang,
        saving=money(one.came_saving_eur, lang) + share,
        came=money(one.came_eur, lang),
        usual=money(one.came_as_usual_eur, lang),
    )
    return f"{counted} {came}"
