"""The page "climate": the weather of now, what it stops, and what is usual here."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.views import ClimateView
from chocolib.ui.cards.climate import room_now, today_usual, weather_now
from chocolib.ui.cards.climate_usual import hot_card, month_card, this_year, unfit_card
from chocolib.ui.cards.outlook import outlook
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.svg import tag


def climate_fragment(view: ClimateView) -> str:
    """The "climate" page to embed in a notebook output or a dashboard."""
    first = [weather_now(view), room_now(view), today_usual(view)]
    top = heading(t("page.climate.title", view.lang), view.as_of, view.lang)
    rest = [outlook(view)]
    if view.usual is not None:  # else the card of today has said what is missing
        rest += [this_year(view), month_card(view), unfit_card(view), hot_card(view)]
    return sheet(view, top + tag("div", *first, class_="cc-grid cc-three") + "".join(rest))
