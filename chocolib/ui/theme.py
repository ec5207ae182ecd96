"""One look for pages, reports and notebook output: the style sheet and the frames around it.

Everything is inlined and nothing is fetched; all rules live under `.choco`, so a
fragment does not touch the notebook or page it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from chocolib.core.i18n import Lang, t
from chocolib.ui.svg import esc, tag

#: A tab icon that needs no request.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='3' fill='%237b4524'/%3E"
    "%3Cpath d='M8 2v12M2 8h12' stroke='%23faf6f1' stroke-width='1.5'/%3E%3C/svg%3E"
)


@cache
def css() -> str:
    """The whole style sheet, without needless white space."""
    return _sheet("theme.css")


@cache
def frame_css() -> str:
    """The style sheet of what stands around a page of the dashboards, and of its print."""
    return _sheet("frame.css")


@cache
def chat_css() -> str:
    """The style sheet of the chat, beside that of everything."""
    return _sheet("live/chat.css")


def _sheet(name: str) -> str:
    text = resources.files("chocolib.ui").joinpath(name).read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", text).strip()


def banner(text: str, kind: str = "note") -> str:
    """One line across the page; `kind` is "note", "demo" or "warn". The text is escaped."""
    return tag("div", esc(text), class_=f"cc-banner cc-is-{kind}", role="status")


def chip(text: str, dot: str = "") -> str:
    """A small label, with a coloured square of class `dot` when given. The text is escaped."""
    mark = f'<span class="cc-dot {esc(dot)}"></span>' if dot else ""
    return tag("span", mark, esc(text), class_="cc-chip")


def demo_chip(lang: Lang) -> str:
    """What marks a card whose data are for demonstration."""
    return tag("span", esc(t("ui.demo", lang)), class_="cc-chip cc-demo")


def card(
    title: str,
    body: str,
    *,
    lang: Lang,
    synthetic: bool = False,
    name: str = "",
    on_paper: bool = True,
) -> str:
    """A box with a heading; `body` is markup, `title` is escaped.

    `on_paper` is false for what is of no use in print, where folds are closed.
    """
    mark = demo_chip(lang) if synthetic else ""
    heading = tag("h2", f"<span>{esc(title)}</span>", mark)
    kind = "cc-card" if on_paper else "cc-card cc-screen"
    return tag("section", heading, body, class_=kind, data_card=name or None)


def fragment(body: str, *, lang: Lang, banners: Iterable[str] = (), clock: str = "") -> str:
    """Markup to embed in a notebook output or a Voila page, with its style sheet.

    Args:
        body: the cards.
        lang: language of the texts.
        banners: lines above the cards, made by `banner`.
        clock: what time the data stand at, for people ("21:00").
    """
    inside = tag("div", *banners, body, class_="cc-sheet")
    return (
        f'<div class="choco" lang="{lang}" data-ready="1" data-clock="{esc(clock)}">'
        f"{_style()}{inside}</div>"
    )


def page(body: str, *, title: str, lang: Lang, warning: str = "") -> str:
    """A whole standalone HTML document that fetches nothing.

    Args:
        body: cards or other markup; fragments in it share the page's style sheet and margins.
        title: of the browser's tab; escaped.
        lang: language of the texts.
        warning: what has to be said above everything; escaped.
    """
    first = banner(warning, "warn") if warning else ""
    inside = tag("main", first, body.replace(_style(), ""), class_="cc-sheet")
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{esc(title)}</title><link rel="icon" href="{esc(ICON)}">'
        f'{_style()}</head>\n<body class="choco" data-ready="1">{inside}</body></html>\n'
    )


def _style() -> str:
    return f"<style>{css()}</style>"
