"""Every card alone, and pages of one's own."""

from __future__ import annotations

import html
import re

import pytest

import chocolib
from chocolib.app.context import Context, clock, demo_store
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError
from chocolib.core.roles import Role
from chocolib.core.usage_names import CARD_KEYS, PAGE_KEYS, card_text
from chocolib.doors.cards import CARDS, PLACES
from chocolib.doors.pages import PAGES, PageKind
from chocolib.doors.workbench import Workbench


@pytest.fixture
def wb() -> Workbench:
    """A workbench on demonstration data, with a forecast and a plan."""
    demo = demo_store(read_settings())
    fill_demo(demo, now=clock())
    demo.close()
    wb = chocolib.open(lang="es")
    wb.update(model="naive")
    return wb


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is really drawn, but once: forty cards are cut out of eleven drawings."""
    draw, drawn = PageKind.html, {}

    def html(kind: PageKind, context: Context, role: Role = "viewer") -> str:
        asked = (kind.name, context.lang, role)
        if asked not in drawn:
            drawn[asked] = draw(kind, context, role)
        return drawn[asked]

    monkeypatch.setattr(PageKind, "html", html)


def cards(markup: str) -> list[str]:
    return re.findall(r'data-card="([\w-]+)"', markup)


@pytest.mark.usefixtures("drawn_once")
def test_every_card_of_every_page_is_listed_and_stands_alone(wb: Workbench) -> None:
    shown = {name: cards(wb.page(name).html) for name in PAGES}
    every = {card.replace("-", "_") for found in shown.values() for card in found}
    alone = {card for card in every - PLACES if not card.startswith("tile_")}
    assert alone - set(CARDS) == set(), "add a line to CARDS"
    assert dir(wb.cards) == sorted(CARDS)
    for name, page in CARDS.items():
        if name.replace("_", "-") in shown[page]:
            alone_html = getattr(wb.cards, name)().html
            assert cards(alone_html) == [name.replace("_", "-")]
            assert alone_html.count("<section") == alone_html.count("</section>") == 1


def test_the_page_of_use_calls_every_card_and_page_by_its_title(wb: Workbench) -> None:
    assert {name: kind.title_key for name, kind in PAGES.items()} == PAGE_KEYS
    named_by_what_they_show = {"why", "month", "ask_none"}
    titled = r'data-card="([\w-]+)"[^>]*>\s*<h2><span>(.*?)</span>'
    for name in PAGES:
        for card, title in re.findall(titled, wb.page(name).html):
            key = card.replace("-", "_")
            if key not in named_by_what_they_show:
                assert card_text("", key, "es") == f"{html.unescape(title)} · "
    assert set(CARDS) <= set(CARD_KEYS)


def test_a_page_of_ones_own_has_its_title_its_cards_and_one_style_sheet(wb: Workbench) -> None:
    page = wb.compose("Mi <página>", wb.cards.price_now(), wb.cards.batches())
    assert cards(page.html) == ["price-now", "batches"]
    assert page.html.count("<style>") == 1
    assert "Mi &lt;página&gt;" in page.html
    assert "demostración" in page.html
    assert page._repr_html_() == page.html


def test_what_is_no_card_is_refused_in_words(wb: Workbench) -> None:
    with pytest.raises(AttributeError, match="price_now"):
        wb.cards.no_such_card  # noqa: B018
    with pytest.raises(SettingsError, match="is not a card"):
        wb.compose("Mine", "price_now")  # type: ignore[arg-type]


def test_a_card_that_its_page_does_not_show_says_what_to_do() -> None:
    with pytest.raises(SettingsError, match="shows no card 'batches' now"):
        chocolib.open().cards.batches()
