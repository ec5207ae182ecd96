"""The pages in a real Chromium, on a phone and on a desktop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chocolib.core.errors import ChocolibError
from chocolib.doors.dash.shots import SIZES, launch, playwright, shots
from tests.dash.dash_process import Server, free_port, start, stop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("chromium"),
]

LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=SIZES, ids=["phone", "desktop"])
def page(browser: Any, server: Server, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, height = request.param
    opened = browser.new_page(viewport={"width": width, "height": height})
    opened.goto(f"{server.url}/today")
    opened.wait_for_selector("[data-ready]", state="attached")
    yield opened
    opened.close()


def test_pages_pass_the_checks_of_the_screenshots(server: Server, tmp_path: Path) -> None:
    made = shots(server.url, tmp_path, names=["today"])
    assert [path.name for path in made] == ["today-390.png", "today-1440.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made)


def test_a_failing_page_fails_its_screenshot(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ChocolibError, match="could not be prepared"):
        shots(server.url, tmp_path, sizes=SIZES[:1], names=["broken"])


def test_a_server_that_is_not_there_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(ChocolibError, match="ERR_CONNECTION_REFUSED"):
        shots(f"http://127.0.0.1:{free_port()}", tmp_path, sizes=SIZES[:1])


def test_a_page_that_never_comes_is_our_error(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chocolib.doors.dash.shots.WAIT_MS", 300)
    with pytest.raises(ChocolibError, match=r"/slow: .*Timeout"):
        shots(server.url, tmp_path, sizes=SIZES[:1], names=["slow"])


def test_one_drawing_is_seen_and_its_text_can_be_read(page: Any) -> None:
    seen = page.locator("[data-chart=price-bars] svg:visible")
    assert seen.count() == 1
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("svg text")]
            .filter(text => text.getClientRects().length && text.closest("svg").clientWidth)
            .map(text => parseFloat(getComputedStyle(text).fontSize)
                * text.getScreenCTM().a)"""
    )
    assert sizes
    assert min(sizes) >= 11
    assert not page.locator(".skeleton").is_visible()


def test_pointing_at_an_hour_shows_its_price(page: Any) -> None:
    mark = page.locator("[data-chart=price-bars] svg:visible .cc-mark").nth(3)
    assert mark.locator(".cc-tip").evaluate("tip => getComputedStyle(tip).opacity") == "0"
    mark.locator(".cc-hit").hover()
    assert mark.locator(".cc-tip").evaluate("tip => getComputedStyle(tip).opacity") == "1"


def test_a_new_revision_swaps_the_page_in_place(page: Any, server: Server) -> None:
    page.evaluate("window.kept = true; document.querySelector('.cell').id = 'old'")
    page.evaluate("scrollTo(0, 120)")
    try:
        (server.folder / "revision.txt").write_text("2")
        page.evaluate(LOOK)
        page.wait_for_selector("html[data-revision='2']", state="attached")
    finally:
        (server.folder / "revision.txt").write_text("1")
    assert page.locator("#old").count() == 0
    assert page.locator("[data-chart=price-bars]").count() == 1
    assert page.evaluate("window.kept") is True
    assert page.evaluate("scrollY") == 120


def test_a_server_that_is_gone_is_announced_with_the_age_of_the_data(
    browser: Any, folder: Path
) -> None:
    once = start(folder)
    opened = browser.new_page()
    try:
        opened.goto(f"{once.url}/today")
        opened.wait_for_selector("[data-ready]", state="attached")
        assert not opened.locator("#offline").is_visible()
        stop(once)
        opened.evaluate(LOOK)
        opened.wait_for_selector("#offline:visible")
        assert opened.locator("#offline").inner_text() == "Sin conexión: datos de las 21:05"
    finally:
        opened.close()
        stop(once)
