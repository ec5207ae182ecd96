"""The card on the energy score: that of the hour, what it is made of, the classes to come."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from chocolib.core.i18n import Lang, clock, moment, number, t
from chocolib.core.scores import HourScores
from chocolib.core.thresholds import EnergyScore
from chocolib.core.time import DAY, HOUR
from chocolib.ui.cards.parts import line
from chocolib.ui.charts.axes import relative_day
from chocolib.ui.charts.heat import CLASS_WORDS
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

#: The parts of the score: their text and which of the rule's points they may have.
_PARTS = {
    "price_points": "ui.score.price",
    "temperature_points": "ui.score.temperature",
    "humidity_points": "ui.score.humidity",
}
#: Classes are listed so far ahead.
_AHEAD = DAY


def score_card(made: HourScores, *, rule: EnergyScore, lang: Lang) -> str:
    """The score of the first hour with its class and parts, and the classes of a day ahead.

    What is not known is said so, and never counted as a bad hour.

    Args:
        made: hours from its origin on.
        rule: whose points the parts are of.
    """
    first = made.frame.iloc[0]
    body = _first(made.origin, first, rule, lang) + _classes(made, lang)
    title = t("ui.score.title", lang)
    return card(title, body, lang=lang, synthetic=made.synthetic, name="score")


def _first(origin: pd.Timestamp, row: pd.Series, rule: EnergyScore, lang: Lang) -> str:
    when = t("ui.score.hour", lang, when=moment(origin, lang), class_=_word(row, lang))
    if pd.isna(row["score"]):
        return line(t("ui.score.missing", lang), "cc-lead") + line(when)
    head = t("ui.score.head", lang, score=number(row["score"], lang, 0))
    return line(head, "cc-mid") + line(when, "cc-lead") + _meter(row, rule, lang)


def _meter(row: pd.Series, rule: EnergyScore, lang: Lang) -> str:
    bars = ""
    for name, key in _PARTS.items():
        most, points = float(getattr(rule, name)), float(row[name])
        share = points / most if most else 0.0
        of = t("ui.score.of", lang, points=number(points, lang, 0), most=number(most, lang, 0))
        bars += f'<span>{esc(t(key, lang))}</span><i style="width:{share:.1%}"></i><b>{esc(of)}</b>'
    return f'<div class="cc-meter">{bars}</div>'


def _classes(made: HourScores, lang: Lang) -> str:
    """Runs of hours of one class, as rows."""
    ahead = made.frame[made.frame.index < made.origin + _AHEAD]
    words = [(pd.Timestamp(str(hour)), _word(row, lang)) for hour, row in ahead.iterrows()]
    rows = ""
    for word, run in groupby(words, key=lambda pair: pair[1]):
        hours = [hour for hour, _ in run]
        name = relative_day(hours[0], made.origin, lang)
        span = f"{name} {clock(hours[0])}–{clock(hours[-1] + HOUR)}"
        rows += tag("li", tag("span", esc(span)), tag("span", esc(word)))
    return tag("ul", rows, class_="cc-rows")


def _word(row: pd.Series, lang: Lang) -> str:
    name = row["class"]
    return t(CLASS_WORDS.get(name, "ui.no_data"), lang)
