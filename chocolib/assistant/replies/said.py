"""Numbers, hours and sources as the built-in speaker writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pandas as pd

from chocolib.core.facts import WORDS
from chocolib.core.i18n import Lang, clock, day, moment, number, t
from chocolib.core.time import midnight
from chocolib.tools.answer import Answer

#: PVPC is published in so many decimals of a euro; fewer than these are not shown.
_MOST, _LEAST = 5, 3
_SERIES = {
    "energy_prices": "chat.series.energy_prices",
    "price_forecast": "chat.series.price_forecast",
    "production_plan": "chat.series.production_plan",
    "weather_data": "chat.series.weather_data",
    "weather_forecast": "chat.series.weather_forecast",
    "siar_daily": "chat.series.siar_daily",
    "job_runs": "chat.series.job_runs",
}


def eur_kwh(value: float, lang: Lang) -> str:
    """A price as it was told, without zeros at its end: 0,0859 EUR/kWh."""
    digits = f"{value:.{_MOST}f}".partition(".")[2].rstrip("0")
    return f"{number(value, lang, max(_LEAST, len(digits)))} €/kWh"


def plain_number(value: float, lang: Lang, most: int = 1) -> str:
    """A number with decimals only where it has any."""
    return number(value, lang, 0 if round(value, most) == int(value) else most)


def of_day(which: date, lang: Lang) -> str:
    """A Madrid day: "vie 21 nov"."""
    return day(midnight(which), lang)


def dated(which: date, than: date, lang: Lang) -> str:
    """A Madrid day, with its year where that is another one than of `than`."""
    told = of_day(which, lang)
    if which.year == than.year:
        return told
    return t("chat.dated", lang, day=told, year=which.year)


def at(when: datetime, lang: Lang) -> str:
    """A day and its hour: "vie 21 nov, 14:00"."""
    return moment(pd.Timestamp(when), lang)


def hour(when: datetime) -> str:
    """A time of day, Madrid."""
    return clock(pd.Timestamp(when))


def span(start: datetime, end: datetime, lang: Lang) -> str:
    """From one hour to another; the day where it is another one."""
    return t("chat.span", lang, start=hour(start), end=hour(end))


def plant(name: str, lang: Lang) -> str:
    """A stage or product in words; another name as it is."""
    return t(WORDS[name], lang).lower() if name in WORDS else name


def listed(parts: Iterable[str], lang: Lang) -> str:
    """Words in a row: "a, b y c"."""
    *before, last = list(parts) or [""]
    return t("chat.and", lang, first=", ".join(before), last=last) if before else last


def data(text: str, longest: int = 160) -> str:
    """A text that came with the data, quoted: it is shown, never followed."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    inside = cut.replace("«", '"').replace("»", '"')
    return f"«{inside}»"


def sources(answers: Iterable[Answer], lang: Lang) -> str:
    """Where the numbers come from, and since when they are known; empty: from nowhere."""
    told = dict.fromkeys(
        t(
            "chat.source",
            lang,
            what=t(_SERIES[one.series], lang) if one.series in _SERIES else one.series,
            source=one.source,
            known=at(one.known_since, lang),
        )
        for answer in answers
        for one in answer.origins
    )
    return t("chat.sources", lang, sources="; ".join(told)) if told else ""
