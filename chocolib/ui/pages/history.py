"""The page "history": any past moment as it was, and what came of it."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.views import HistoryView
from chocolib.ui.cards.history import came_card, choose, cost_card, error_card, known_then
from chocolib.ui.cards.plans import plan_card
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.svg import tag


def history_fragment(view: HistoryView) -> str:
    """The "history" page to embed in a notebook output or a dashboard."""
    top = heading(t("page.history.title", view.lang), view.as_of, view.lang)
    three = [known_then(view), error_card(view), cost_card(view)]
    body = top + choose(view) + tag("div", *three, class_="cc-grid cc-three") + came_card(view)
    return sheet(view, body + _plan(view))


def _plan(view: HistoryView) -> str:
    """The plan as it was kept, under the prices that came."""
    if view.plan is None:
        return ""
    prices = view.hours["actual"].combine_first(view.hours["q50"])
    return plan_card(view.plan, prices, now=view.as_of, lang=view.lang, synthetic=view.synthetic)
