"""The page "week": the map first, then the cheapest windows, the forecast and the table."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.views import WeekView
from chocolib.ui import cards
from chocolib.ui.cards import week
from chocolib.ui.pages.frame import heading, sheet


def week_fragment(view: WeekView) -> str:
    """The "week" page to embed in a notebook output or a dashboard."""
    lang = view.lang
    body = [
        heading(t("page.week.title", lang), view.as_of, lang),
        week.map_card(view),
        week.windows_card(view),
        cards.week_ahead(view.forecast, lang=lang, synthetic=view.synthetic),
        week.hours_table(view),
    ]
    return sheet(view, "".join(body))
