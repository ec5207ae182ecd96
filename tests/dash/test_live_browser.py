"""Pages that stay open in a real Chromium: kept true, kept quiet, brought back."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chocolib.doors.dash.shots import launch, playwright
from tests.dash.dash_process import Server, stop
from tests.dash.site_process import health, newest, settled, show, start_site, until, write_site

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
HIDE = """document.__defineGetter__('visibilityState', () => 'hidden');
document.dispatchEvent(new Event('visibilitychange'))"""
SHOW = HIDE.replace("hidden", "visible")
#: Counts every change below <main>.
WATCH = """window.changes = 0; new MutationObserver((all) => { window.changes += all.length; })
    .observe(document.querySelector('main'),
             {subtree: true, childList: true, attributes: true, characterData: true})"""
WAIT_MS = 30_000
REVISIONS = itertools.count()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open") / "pages"
    write_site(folder)
    return folder


@pytest.fixture(scope="module")
def site(place: Path) -> Iterator[Server]:
    running = start_site(place, warm="1")
    yield running
    stop(running)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": 390, "height": 844}, locale="es-ES")
    opened.set_default_timeout(WAIT_MS)
    opened.wrong = []
    opened.on("pageerror", lambda error: opened.wrong.append(str(error)))
    yield opened
    opened.close()
    assert opened.wrong == []


def comes(page: Any, true: str) -> None:
    """Waits until an expression is true; asked from outside, as no page may evaluate text."""
    assert until(lambda: page.evaluate(f"() => {true}"), 30), true


def fresh() -> str:
    """A revision that no store had before."""
    return f"r{next(REVISIONS)}"


def says(page: Any, selector: str, text: str) -> None:
    comes(page, f"document.querySelector({selector!r})?.textContent === {text!r}")


def test_new_data_replace_only_the_card_that_differs(page: Any, site: Server, place: Path) -> None:
    show(place, fresh(), shown="before", two="same")
    page.goto(f"{site.url}/numbers")
    page.evaluate(
        """() => { window.kept = document.querySelector('#two');
        document.querySelector('[data-card=one] details').open = true;
        document.querySelector('[data-card=one] summary').focus(); scrollTo(0, 150); }"""
    )
    show(place, fresh(), shown="after", banner="a warning")
    page.evaluate(LOOK)
    says(page, "#one", "after")
    assert page.locator(".cc-banner").first.inner_text() == "a warning"
    facts = page.evaluate(
        """() => [document.querySelector('#two') === window.kept, scrollY,
        document.querySelector('[data-card=one] details').open, document.activeElement.tagName]"""
    )
    assert facts == [True, 150, True, "SUMMARY"]
    (place / "banner.txt").unlink()
    show(place, fresh(), shown="after")
    page.evaluate(LOOK)
    comes(page, "!document.querySelector('.cc-is-warn:not(.cc-offline)')")


def test_a_page_is_not_touched_when_nothing_differs(page: Any, site: Server, place: Path) -> None:
    show(place, fresh(), shown="still")
    page.goto(f"{site.url}/numbers")
    page.evaluate(WATCH)
    page.evaluate("document.querySelector('[data-card=one] details').open = true")
    comes(page, "window.changes === 1")
    page.evaluate("window.read = 0")
    page.evaluate("document.addEventListener('choco:fresh', () => { window.read += 1; })")
    for times in (1, 2):
        show(place, fresh(), shown="still")
        page.evaluate(LOOK)
        comes(page, f"window.read === {times}")
    assert page.evaluate("window.changes") == 1


def test_a_control_in_use_is_left_alone(page: Any, site: Server, place: Path) -> None:
    show(place, fresh(), shown="one")
    page.goto(f"{site.url}/numbers")
    page.fill("#typed", "half a wor")
    show(place, fresh(), shown="two")
    page.evaluate(LOOK)
    says(page, "#one", "two")
    assert page.input_value("#typed") == "half a wor"
    assert page.evaluate("document.activeElement.id") == "typed"


def test_a_hidden_page_asks_nothing_and_looks_when_it_wakes(
    page: Any, site: Server, place: Path
) -> None:
    show(place, fresh(), shown="asleep")
    page.clock.install()
    page.goto(f"{site.url}/numbers")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(HIDE)
    page.clock.fast_forward(120_000)
    page.wait_for_timeout(200)
    assert asked == []
    show(place, fresh(), shown="awake")
    page.evaluate(SHOW)
    says(page, "#one", "awake")
    before = len(asked)
    show(place, fresh(), shown="later")
    page.clock.fast_forward(31_000)
    says(page, "#one", "later")
    assert len(asked) > before


def test_a_server_that_ends_is_announced_and_one_that_returns_is_read_anew(
    page: Any, place: Path
) -> None:
    show(place, fresh(), shown="first server")
    once = start_site(place, warm="0")
    try:
        page.goto(f"{once.url}/numbers")
        stop(once)
        page.evaluate(LOOK)
        page.wait_for_selector("#offline:visible")
        assert page.locator("#offline").inner_text() == "Sin conexión: datos de las 21:05"
        assert page.locator("#one").inner_text() == "first server"
        show(place, fresh(), shown="second server")
        once = start_site(place, port=once.port, warm="0")
        with page.expect_navigation():
            page.evaluate("dispatchEvent(new Event('online'))")
        says(page, "#one", "second server")
        assert not page.locator("#offline").is_visible()
    finally:
        stop(once)


def test_a_widget_is_drawn_answers_and_survives_new_data(
    page: Any, site: Server, place: Path
) -> None:
    show(place, fresh(), shown="one")
    page.goto(f"{site.url}/dials")
    assert page.locator("[data-widget=dial]").count() == 1
    says(page, "#answer", "10")
    page.fill("#told", "7")
    page.press("#told", "Enter")
    says(page, "#answer", "70")
    page.click("#say")
    says(page, "#say", "heard")
    page.evaluate("document.activeElement.blur(); window.kept = document.querySelector('#told')")
    show(place, fresh(), shown="two", two="also new")
    page.evaluate(LOOK)
    says(page, "#two", "also new")
    assert page.evaluate("document.querySelector('#told') === window.kept")
    page.fill("#told", "8")
    page.press("#told", "Enter")
    says(page, "#answer", "80")
    assert page.evaluate("window.dials") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_kernel_killed_under_the_page_is_told_and_replaced(
    page: Any, site: Server, place: Path
) -> None:
    show(place, fresh(), shown="one")
    assert until(lambda: health(site)["pool"] == {"waiting": 1, "lent": 0}, 40)
    kernel = newest(settled(site))
    page.goto(f"{site.url}/dials")
    says(page, "#answer", "10")
    page.fill("#told", "5")
    page.press("#told", "Enter")
    says(page, "#answer", "50")
    page.evaluate(
        """() => { window.said = []; const place = document.querySelector('[data-widget]');
        new MutationObserver(() => window.said.push(
            [place.hasAttribute('data-old'), document.querySelector('#answer').textContent]))
        .observe(place, {attributes: true}); }"""
    )
    os.kill(kernel, signal.SIGKILL)
    comes(page, "window.said.some(([old, answer]) => old && answer === '50')")
    page.wait_for_selector("[data-widget]:not([data-old])")
    says(page, "#answer", "50")  # the new kernel was told again what the reader had chosen
    page.fill("#told", "6")
    page.press("#told", "Enter")
    says(page, "#answer", "60")


def test_a_page_that_is_left_gives_its_kernel_back_at_once(
    page: Any, site: Server, place: Path
) -> None:
    page.goto(f"{site.url}/dials")
    says(page, "#answer", "10")
    assert health(site)["pool"]["lent"] == 1
    page.goto(f"{site.url}/numbers")
    assert until(lambda: health(site)["pool"]["lent"] == 0, 10)
