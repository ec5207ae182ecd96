"""The pages in a real Chromium: accessibility, reach of a thumb, exports, print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from chocolib.core.views import HomeView, TodayView, WeekView
from chocolib.doors.dash.shots import SIZES, launch, playwright
from chocolib.ui.pages import document, nav
from chocolib.ui.pages.home import home_fragment
from chocolib.ui.pages.today import today_fragment
from chocolib.ui.pages.week import week_fragment

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

SCRIPT = (resources.files("chocolib.doors.dash") / "static" / "export.js").read_text("utf-8")
PAGES = [("today", "Hoy"), ("week", "Semana"), ("plan", "Plan"), ("climate", "Clima")]
NAMES = ("home", "today", "week")
Opened = Callable[..., Any]

#: Links and controls that are smaller than a thumb. An hour of a map is as small as a map must
#: be; the table beside it leads to the same. A label beside its control is only read, unless the
#: control is a choice.
SMALL = """() => [...document.querySelectorAll("a, button, summary, label, input")]
    .filter(one => !one.closest("svg") && !one.matches(".cc-skip, input[type=radio]"))
    .filter(one => !one.control || one.control.matches("[type=radio], [type=checkbox]"))
    .map(one => [one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
    .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


@pytest.fixture
def open_page(
    browser: Any,
    tmp_path: Path,
    home_view: HomeView,
    full_view: TodayView,
    week_view: WeekView,
) -> Iterator[Opened]:
    drawn = {
        "home": home_fragment(home_view),
        "today": today_fragment(full_view),
        "week": week_fragment(week_view),
    }
    opened = []

    def open_(name: str, size: tuple[int, int] = SIZES[0], **settings: Any) -> Any:
        bar = nav(PAGES, name, "es", None)
        html = document(
            drawn[name], title=name, lang="es", nav=bar, head=f"<script>{SCRIPT}</script>"
        )
        path = tmp_path / f"{name}.html"
        path.write_text(html, encoding="utf-8")
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **settings)
        opened.append(page)
        page.goto(path.as_uri())
        return page

    yield open_
    for page in opened:
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desktop"])
@pytest.mark.parametrize("name", NAMES)
def test_no_page_has_a_serious_fault(
    open_page: Opened, name: str, size: tuple[int, int], scheme: str
) -> None:
    page = open_page(name, size, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    found = Axe().run(page).response["violations"]
    bad = {
        fault["id"]: [node["html"][:120] for node in fault["nodes"][:3]]
        for fault in found
        if fault["impact"] in ("serious", "critical")
    }
    assert bad == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_tapped_has_the_size_of_a_thumb(open_page: Opened, name: str) -> None:
    page = open_page(name)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    assert page.evaluate(SMALL) == []


def test_an_hour_tells_why_when_it_is_tapped_and_closes_again(open_page: Opened) -> None:
    page = open_page("week")
    assert page.locator(".cc-why:visible").count() == 0
    page.locator(".cc-by-price svg:visible a").nth(40).click()
    panel = page.locator(".cc-why:visible")
    assert panel.count() == 1
    assert "€/kWh" in panel.inner_text()
    at = page.evaluate("scrollY")
    panel.get_by_text("Cerrar").click()
    assert page.locator(".cc-why:visible").count() == 0
    assert page.evaluate("scrollY") == at


def test_the_map_shows_price_or_class_as_chosen(open_page: Opened) -> None:
    page = open_page("week")
    assert page.locator("[data-chart=heat-cells]").is_visible()
    assert not page.locator("[data-chart=class-cells]").is_visible()
    page.get_by_label("Clase").check()
    assert page.locator("[data-chart=class-cells]").is_visible()
    assert not page.locator("[data-chart=heat-cells]").is_visible()


def test_a_card_gives_its_data_and_its_picture(
    open_page: Opened, forecast: Any, tmp_path: Path
) -> None:
    page = open_page("week")
    card = page.locator("[data-card=week-ahead]")
    card.get_by_text("Exportar").click()
    with page.expect_download() as got:
        card.get_by_text("CSV").click()
    got.value.save_as(tmp_path / "got.csv")
    read = pd.read_csv(tmp_path / "got.csv")
    assert got.value.suggested_filename == "week-ahead.csv"
    assert list(read["q50_eur_kwh"]) == pytest.approx(list(forecast.frame["q50"]), rel=1e-5)
    with page.expect_download() as got:
        card.get_by_text("PNG").click()
    got.value.save_as(tmp_path / "got.png")
    picture = (tmp_path / "got.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    width = page.evaluate(
        "document.querySelector('[data-card=week-ahead] .cc-narrow').getBoundingClientRect().width"
    )
    assert int.from_bytes(picture[16:20], "big") == int((width + 32) * 2)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_prints_without_its_bar_and_within_its_width(open_page: Opened, name: str) -> None:
    page = open_page(name, (718, 1000))  # A4 between margins of 1 cm at 96 dots an inch
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator(".cc-export:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
