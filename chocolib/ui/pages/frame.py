"""What is around the cards of a page: the document, the bar, its heading, what is said first."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import LANGS, Lang, clock, day, t
from chocolib.core.views import View
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import ICON, banner, css, fragment, frame_css

#: The landing page: its name; its address is "/".
HOME = "home"
#: So many pages stand in the bar of a phone beside the landing page and the one shown.
_ON_A_PHONE = 3
_SWITCH: dict[Lang, str] = {"es": "ui.nav.es", "en": "ui.nav.en"}


def document(fragment: str, *, title: str, lang: Lang, nav: str, head: str = "") -> str:
    """A whole page of the dashboards around a fragment.

    Args:
        fragment: of `theme.fragment`; its style sheet goes to the head.
        title: of the browser's tab; escaped.
        nav: of `nav`.
        head: more markup for the head, for example scripts.
    """
    style = f"<style>{css()}</style>"
    skip = tag("a", esc(t("ui.nav.skip", lang)), class_="cc-skip", href="#content")
    inside = tag("main", fragment.replace(style, ""), id="content", tabindex="-1")
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{esc(title)} · chocolib</title><link rel="icon" href="{esc(ICON)}">'
        f"{style}<style>{frame_css()}</style>{head}</head>\n"
        f'<body class="choco cc-page">{skip}{nav}{inside}</body></html>\n'
    )


def nav(pages: Sequence[tuple[str, str]], current: str, lang: Lang, at: str | None) -> str:
    """The bar of all pages: at the bottom of a phone, in one row at the top of a desktop.

    A phone shows the landing page (whose tiles lead everywhere), the first pages, the one
    that is open, and the other language.

    Args:
        pages: (name, title) of each page; the landing page is added first.
        current: name of the page that is open.
        at: the moment that is replayed, as it stands in the address, or `None`.
    """
    others = [(name, title) for name, title in pages if name != HOME]
    first = {HOME, current, *(name for name, _ in others[:_ON_A_PHONE])}
    links = "".join(
        tag(
            "a",
            esc(title),
            href=page_address(name, at=at),
            class_=None if name in first else "cc-nav-more",
            aria_current="page" if name == current else None,
        )
        for name, title in ((HOME, t("page.home.title", lang)), *others)
    )
    switch = "".join(
        tag(
            "a",
            esc(t(_SWITCH[other], other)),
            href=page_address(current, at=at, lang=other),
            class_="cc-nav-lang",
            lang=other,
            hreflang=other,
        )
        for other in LANGS
        if other != lang
    )
    return tag("nav", links, switch, class_="cc-nav", aria_label=t("ui.nav.label", lang))


def page_address(name: str, *, at: str | None = None, lang: Lang | None = None) -> str:
    """Where a page is served: "/week?at=2025-11-19T21:00"."""
    asked = urlencode({k: v for k, v in (("at", at), ("lang", lang)) if v}, safe=":")
    path = "/" if name == HOME else f"/{name}"
    return f"{path}?{asked}" if asked else path


def view_at(name: str, view: View) -> str:
    """The address of another page at the moment of a view: a replay goes on there."""
    at = time.local(view.as_of).strftime("%Y-%m-%dT%H:%M") if view.replay else None
    return page_address(name, at=at)


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
