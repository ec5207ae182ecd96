"""The card on a batch: its sentences first, every number behind a fold."""

from __future__ import annotations

from datetime import date
from html import unescape

import pandas as pd
import pytest

from chocolib.core.factory import FactorySpec
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.time import at
from chocolib.plan.planning import plan
from chocolib.plan.why import why
from chocolib.plan.why_words import sentences
from chocolib.ui.cards.why import why_card
from tests.ui.test_pages import balanced, words

DAY = date(2025, 11, 20)


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_says_the_sentences_and_every_price(real_prices: pd.Series, lang: Lang) -> None:
    spec = FactorySpec.default()
    made = plan(spec, real_prices, as_of=at(DAY, 0), first_day=DAY, days=1)
    known = real_prices.index[real_prices.index < at(DAY, 24)]
    reason = why(made, "1120-S1", spec, real_prices, known=pd.DatetimeIndex(known))
    html = why_card(reason, lang=lang)
    assert balanced(html)
    said = words(unescape(html))
    plain = [sentence.replace("\xa0", " ") for sentence in sentences(reason, lang)]
    assert [sentence for sentence in plain if sentence not in said] == []
    assert html.count("<tr>") == 2 + len(reason.alternatives) + len(reason.hours)
    assert said.count(" ~") == 1 + int((~reason.hours["known"]).sum())
