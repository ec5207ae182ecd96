"""The document around a page: its bar, its language switch, its skip link."""

from __future__ import annotations

import re

import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.views import TodayView
from chocolib.ui import theme
from chocolib.ui.pages import document, nav, today_fragment

PAGES = [("home", "Inicio"), ("today", "Hoy"), ("week", "Semana"), ("plan", "Plan")]
PAGES += [("climate", "Clima"), ("models", "Modelos")]


def links(html: str) -> list[tuple[str, str]]:
    """(attributes, text) of every link."""
    return re.findall(r"<a ([^>]*)>([^<]*)</a>", html)


def test_the_landing_page_comes_first_and_once() -> None:
    bar = links(nav(PAGES, "today", "es", None))
    assert [text for _, text in bar] == [
        "Inicio",
        "Hoy",
        "Semana",
        "Plan",
        "Clima",
        "Modelos",
        "English",
    ]
    assert bar[0][0].startswith('href="/"')


@pytest.mark.parametrize("current", ["home", "week", "models"])
def test_only_the_open_page_is_marked_and_a_phone_shows_it(current: str) -> None:
    marked = [
        attrs for attrs, _ in links(nav(PAGES, current, "es", None)) if "aria-current" in attrs
    ]
    assert len(marked) == 1
    assert 'aria-current="page"' in marked[0]
    assert "cc-nav-more" not in marked[0]


def test_links_keep_the_moment_and_the_switch_keeps_the_page() -> None:
    bar = nav(PAGES, "week", "en", "2025-11-19T21:00")
    assert all("at=2025-11-19T21:00" in attrs for attrs, _ in links(bar))
    (switch,) = (attrs for attrs, _ in links(bar) if "lang=" in attrs)
    assert 'href="/week?at=2025-11-19T21:00&amp;lang=es"' in switch
    assert 'hreflang="es"' in switch


def test_what_stands_in_an_address_cannot_write_markup() -> None:
    bar = nav([("today", "<b>")], "today", "es", '"><script>')
    assert "<script" not in bar
    assert "<b>" not in bar


@pytest.mark.parametrize("lang", LANGS)
def test_a_document_has_one_style_sheet_a_skip_link_and_one_heading(
    view: TodayView, lang: Lang
) -> None:
    html = document(
        today_fragment(view), title="<Hoy>", lang=lang, nav=nav(PAGES, "today", lang, None)
    )
    assert html.startswith("<!doctype html>")
    assert f'<html lang="{lang}">' in html
    assert html.count(theme.css()) == 1
    assert html.count("<h1>") == 1
    assert html.index('class="cc-skip" href="#content"') < html.index("<nav") < html.index("<main")
    assert "<Hoy>" not in html
    assert "<script" not in html


def test_the_frame_keeps_to_its_scope() -> None:
    rules = re.sub(r"@[a-z-]+[^{]*\{", "", theme.frame_css())
    selectors = re.findall(r"(?:^|\})\s*([^{}]+)\{", rules)
    assert len(selectors) > 5
    assert all(".choco" in one for group in selectors for one in group.split(","))
