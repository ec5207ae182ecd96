"""The page "usage": who uses the dashboards, and how the house fares."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.views import UsageView
from chocolib.ui.cards.usage import (
    cards_card,
    days_card,
    hours_card,
    nothing_read_card,
    now_card,
    pages_card,
    people_card,
    visits_card,
)
from chocolib.ui.cards.usage_health import (
    health_card,
    newest_card,
    privacy_card,
    speed_card,
    wrong_card,
)
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.svg import tag


def usage_fragment(view: UsageView) -> str:
    """The "usage" page to embed in a notebook output or a dashboard."""
    top = heading(t("page.usage.title", view.lang), view.as_of, view.lang)
    fares = [health_card(view), _side_by_side(newest_card(view), speed_card(view))]
    parts = [top, wrong_card(view), *_people(view), *fares, privacy_card(view)]
    return sheet(view, "".join(parts))


def _people(view: UsageView) -> list[str]:
    """What is known of the readers, as much as this one may know."""
    if view.usage.read_until is None:
        return [nothing_read_card(view)]
    found = [
        _side_by_side(now_card(view), visits_card(view)),
        days_card(view),
        _side_by_side(pages_card(view), cards_card(view), hours_card(view)),
    ]
    return [*found, people_card(view)] if view.role == "admin" else found


def _side_by_side(*cards: str) -> str:
    return tag("div", *cards, class_="cc-grid cc-three")
