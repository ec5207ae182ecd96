"""The page "system": whether the house runs, for those who run it."""

from __future__ import annotations

from chocolib.core.i18n import t
from chocolib.core.views import SystemView
from chocolib.ui.cards.jobs import jobs_card
from chocolib.ui.cards.system import checks_card, feeds_card, round_card, series_card, store_card
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.svg import tag


def system_fragment(view: SystemView) -> str:
    """The "system" page to embed in a notebook output or a dashboard."""
    top = heading(t("page.system.title", view.lang), view.as_of, view.lang)
    two = tag("div", round_card(view), store_card(view), class_="cc-grid cc-three")
    parts = [top, series_card(view), feeds_card(view), *_jobs(view), two, checks_card(view)]
    return sheet(view, "".join(parts))


def _jobs(view: SystemView) -> list[str]:
    """The jobs as they are; a replay cannot tell how they were."""
    if view.replay:
        return []
    return [jobs_card(view.jobs, now=view.as_of, lang=view.lang, wrong=view.jobs_wrong)]
