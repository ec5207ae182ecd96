"""`notices`: the alerts of the moment, short: what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from chocolib.core.i18n import Lang, t
from chocolib.core.views import Notice
from chocolib.ui.cards.parts import line
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card, chip

#: Words and the coloured square of the levels, the worst first.
LEVELS = {
    "critical": ("today.level.critical", "cc-P1"),
    "warning": ("today.level.warning", "cc-P2"),
    "info": ("today.level.info", "cc-P3"),
}


def notices(
    found: Sequence[Notice] | None, unjudged: int, *, lang: Lang, synthetic: bool = False
) -> str:
    """The alerts, the worst first, evidence behind a fold; that there is none is said too.

    Args:
        found: `None` when nobody judged the moment: no card then.
        unjudged: rules without the data they judge; quiet about them is not good news.
    """
    if found is None:
        return ""
    rows = "".join(_row(notice, lang) for notice in found)
    body = f'<ul class="cc-rows">{rows}</ul>' if rows else line(t("today.alerts.none", lang))
    if unjudged:
        body += line(t("today.alerts.unjudged", lang, n=unjudged))
    return card(t("today.alerts.title", lang), body, lang=lang, synthetic=synthetic, name="alerts")


def _row(notice: Notice, lang: Lang) -> str:
    word, dot = LEVELS[notice.level]
    head = f"{chip(t(word, lang), dot)} <b>{esc(notice.title)}</b>"
    more = tag("details", tag("summary", esc(t("today.alerts.why", lang))), line(notice.evidence))
    return f"<li><div>{head}{line(notice.todo, '')}{more}</div></li>"
