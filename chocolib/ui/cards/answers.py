"""A small table or chart beside an answer in words, from the typed answers it was made of."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

import pandas as pd

from chocolib.core.i18n import Lang, clock, day, money, t
from chocolib.core.time import midnight
from chocolib.tools.answer import Answer
from chocolib.tools.predictions import OptimalWindows
from chocolib.ui.cards.figures import table
from chocolib.ui.charts.axes import price_text

#: So many tables and charts stand beside one reply.
MOST = 2


def drawn(answers: Iterable[Answer], *, lang: Lang) -> str:
    """Markup of the first answers that have something to draw; "" where none has."""
    made = (answer_drawn(answer, lang) for answer in answers)
    return "".join([one for one in made if one][:MOST])


@singledispatch
def answer_drawn(answer: Answer, lang: Lang) -> str:  # noqa: ARG001 - of every other kind
    """Markup of one answer; "" for those that words tell well enough."""
    return ""


@answer_drawn.register
def _windows(answer: OptimalWindows, lang: Lang) -> str:
    rows = [
        [
            f"{day(midnight(one.day), lang)}, {_spans(one.spans)}",
            price_text(one.mean_eur_kwh, lang),
            money(one.saving_eur, lang),
        ]
        for one in answer.windows
    ]
    head = [t("ask.col.when", lang), t("ask.col.price", lang), t("ask.col.saves", lang)]
    return table(head, rows) if rows else ""


def _spans(spans: Iterable[object]) -> str:
    return ", ".join(f"{_clock(one.start)}–{_clock(one.end)}" for one in spans)  # type: ignore[attr-defined]


def _clock(when: object) -> str:
    return clock(pd.Timestamp(when))  # type: ignore[arg-type]
