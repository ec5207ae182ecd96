"""The page "models": how good the forecasts were that were issued, and who makes them."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.views import ModelsView
from chocolib.ui.cards.accuracy import (
    accuracy_card,
    by_day_card,
    calibration_cards,
    daily_card,
    in_use_card,
    nothing_issued,
)
from chocolib.ui.cards.days import issued
from chocolib.ui.cards.training import versions
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.svg import tag


def models_fragment(view: ModelsView) -> str:
    """The "models" page to embed in a notebook output or a dashboard."""
    found, lang = view.accuracy, view.lang
    top = heading(t("page.models.title", lang), view.as_of, lang)
    first = accuracy_card(view) if found else nothing_issued(view)
    body = top + tag("div", first, in_use_card(view), class_="cc-grid cc-three")
    if found:
        judged, days = found["health"], found["health_days"]
        fake = view.synthetic
        body += by_day_card(view) + daily_card(view) + calibration_cards(view)
        body += issued(judged, days, alert=view.alert, lang=lang, synthetic=fake)
    return sheet(view, body + _versions(view))


def _versions(view: ModelsView) -> str:
    return versions(view.versions, view.decisions, lang=view.lang, synthetic=view.synthetic)
