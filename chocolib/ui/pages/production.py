"""The review of the production models."""

from __future__ import annotations

from chocolib.core.i18n import Lang
from chocolib.core.scores import HourScores
from chocolib.models.production_review import Trained
from chocolib.ui import cards
from chocolib.ui.pages.frame import demo_banner
from chocolib.ui.svg import tag
from chocolib.ui.theme import fragment


def production_fragment(made: Trained, hours: HourScores, *, lang: Lang) -> str:
    """The review of the production models, and the scores of the hours to come."""
    fake = hours.synthetic
    first = cards.what_is_foretold(made, lang=lang, synthetic=fake)
    both = [
        cards.lead_card(made, lang=lang, synthetic=fake),
        cards.confusion_card(made, lang=lang, synthetic=fake),
    ]
    body = [
        first,
        cards.skill_card(made, lang=lang, synthetic=fake),
        tag("div", *both, class_="cc-grid cc-three"),
        cards.importance_card(made, lang=lang, synthetic=fake),
        cards.week_card(made, lang=lang, synthetic=fake),
        cards.hours_card(hours, lang=lang),
    ]
    banners = [demo_banner(lang)] if fake else []
    return fragment("".join(body), lang=lang, banners=banners)
