"""The card on one batch: why it is planned when it is, what other hours cost, its prices."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import Lang, moment, number, t
from chocolib.plan.why import Reason
from chocolib.plan.why_words import difference, rule_text, sentences
from chocolib.ui.cards.figures import table
from chocolib.ui.cards.parts import line
from chocolib.ui.svg import esc
from chocolib.ui.theme import card


def why_card(reason: Reason, *, lang: Lang, synthetic: bool = False) -> str:
    """What a shift leader reads of a batch; the numbers behind it lie behind a fold."""
    body = why_text(reason, lang=lang)
    return card(t("why.title", lang), body, lang=lang, synthetic=synthetic, name="why")


def why_text(reason: Reason, *, lang: Lang) -> str:
    """The same without a card around it."""
    head, *others = sentences(reason, lang)
    body = line(head, "cc-lead") + "".join(map(line, others))
    inner = _alternatives(reason, lang) + _hours(reason, lang)
    return f"{body}<details><summary>{esc(t('why.numbers', lang))}</summary>{inner}</details>"


def _alternatives(reason: Reason, lang: Lang) -> str:
    rows = [
        [
            moment(other.start, lang),
            difference(other.delta_eur, lang),
            rule_text(other, lang) or t("why.possible", lang),
        ]
        for other in reason.alternatives
    ]
    return table([t("why.start", lang), t("why.costs", lang), ""], rows)


def _hours(reason: Reason, lang: Lang) -> str:
    rows = [
        [
            moment(pd.Timestamp(hour["time"]), lang),
            number(hour["price_eur_kwh"], lang, 4) + ("" if hour["known"] else " ~"),
            number(hour["kwh"], lang, 0),
            number(hour["cost_eur"], lang, 2),
        ]
        for hour in reason.to_dict()["hours"]
    ]
    head = [t("why.hour", lang), "€/kWh", "kWh", "€"]
    return table(head, rows) + line(t("why.expected", lang))
