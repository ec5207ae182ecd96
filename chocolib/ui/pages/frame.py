"""What is around the cards of a page: its heading and what has to be said first."""

from __future__ import annotations

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day, t
from chocolib.core.views import View
from chocolib.ui.svg import esc
from chocolib.ui.theme import banner, fragment


def sheet(view: View, body: str) -> str:
    """A page to embed in a notebook output or a dashboard: its banners and its cards.

    Args:
        body: heading and cards, markup.
    """
    return fragment(body, lang=view.lang, banners=banners(view), clock=clock(view.as_of))


def banners(view: View) -> list[str]:
    """Demonstration, replay and problems, as lines above the cards."""
    found = []
    if view.synthetic:
        found.append(demo_banner(view.lang))
    if view.replay:
        text = t("ui.banner.replay", view.lang, when=dated(view.as_of, view.lang))
        found.append(banner(text, "note"))
    return [*found, *(banner(problem, "warn") for problem in view.problems)]


def demo_banner(lang: Lang) -> str:
    """The line that says that all on the page is made up."""
    return banner(t("ui.banner.demo", lang), "demo")


def heading(title: str, as_of: pd.Timestamp, lang: Lang) -> str:
    """The top of a page of a moment, UTC; the title is escaped."""
    when = t("ui.today.as_of", lang, when=dated(as_of, lang))
    return (
        f'<header class="cc-top"><h1>{esc(title)}</h1><p class="cc-mute">{esc(when)}</p></header>'
    )


def dated(moment: pd.Timestamp, lang: Lang) -> str:
    """Day, year and time of day of a moment, in Madrid."""
    return f"{day(moment, lang)} {time.local(moment).year}, {clock(moment)}"
