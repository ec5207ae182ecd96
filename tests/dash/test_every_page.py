"""Every page of the dashboards as it is served, in a real Chromium: whole, reachable, silent.

On a home with prices, plans and SIAR's days, and on one with nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from chocolib.app.context import clock, open_context, real_store
from chocolib.app.daily import update
from chocolib.app.ingest import import_siar
from chocolib.app.settings import read_settings
from chocolib.core.i18n import LANGS, t
from chocolib.doors.dash.shots import ARGUMENTS, SIZES, launch, playwright
from chocolib.doors.dashboards import running
from chocolib.doors.pages import PAGES
from docs.usage_traffic import fill_usage
from tests.conftest import NOW, price_frame
from tests.ui.test_in_browser import SMALL

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

AT = "2025-11-20T10:20"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    assert any("MAP *" in argument for argument in ARGUMENTS), "foreign hosts must not resolve"
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def url(
    real_prices: pd.Series, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server on a home with the plans of two evenings and the days of SIAR."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHOCOLIB_HOME", str(tmp_path_factory.mktemp("served")))
        store = real_store(read_settings())
        frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
        store.write("energy_prices", frame, received_at=NOW)
        files = sorted((real_data / "siar").glob("*"))[:3]
        for done in import_siar(store, files, received_at=clock()):
            assert done.error is None
        store.close()
        for evening in ("2025-11-18T21:00", "2025-11-19T21:00"):
            update(open_context(as_of=evening), model="naive")
        fill_usage(read_settings(), open_context(as_of=AT).as_of)
        with running(AT, "127.0.0.1") as address:
            yield address


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on an empty home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHOCOLIB_HOME", str(tmp_path_factory.mktemp("empty")))
        with running(None, "127.0.0.1") as address:
            yield address


class Opened:
    """A page in a window of its own, and whatever went wrong on it."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int], **settings: Any) -> None:
        self.wrong: list[str] = []
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="es-ES", **settings
        )
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda request: self.wrong.append(request.url))
        self.page.on("response", self._answered)
        self.page.goto(address)
        self.page.wait_for_selector("[data-ready]", state="attached")

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _answered(self, answer: Any) -> None:
        if answer.status >= 400:
            self.wrong.append(f"{answer.status} {answer.url}")

    @property
    def too_wide(self) -> bool:
        found: bool = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return found

    def faults(self) -> dict[str, list[str]]:
        """What axe finds serious or critical, by rule."""
        found = Axe().run(self.page).response["violations"]
        return {
            fault["id"]: [node["html"][:120] for node in fault["nodes"][:3]]
            for fault in found
            if fault["impact"] in ("serious", "critical")
        }


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_within_its_window_and_silent(
    browser: Any, url: str, name: str, size: tuple[int, int]
) -> None:
    with Opened(browser, f"{url}/{name}", size) as opened:
        page = opened.page
        assert page.locator("h1").count() == 1
        assert page.locator("[data-card]").count() > 0
        assert "Traceback" not in page.content()
        assert not opened.too_wide
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        assert not opened.too_wide
        assert page.evaluate(SMALL) == []
        assert opened.wrong == []


@pytest.mark.parametrize(("size", "scheme"), list(zip(SIZES, ("dark", "light"), strict=True)))
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_fault_of_access(
    browser: Any, url: str, name: str, size: tuple[int, int], scheme: str
) -> None:
    with Opened(browser, f"{url}/{name}", size, color_scheme=scheme) as opened:
        opened.page.evaluate(
            "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
        )
        assert opened.faults() == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_changes_its_language_and_keeps_it(browser: Any, url: str, name: str) -> None:
    with Opened(browser, f"{url}/{name}", SIZES[0]) as opened:
        page = opened.page
        assert page.locator("html").get_attribute("lang") == "es"
        page.get_by_role("link", name="English").click()
        page.wait_for_selector("html[lang=en]", state="attached")
        page.goto(f"{url}/today")
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.get_by_role("link", name="Español").is_visible()
        assert opened.wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_a_home_with_nothing_says_what_to_do_on_every_page(
    browser: Any, nothing: str, name: str
) -> None:
    with Opened(browser, f"{nothing}/{name}", SIZES[0]) as opened:
        page = opened.page
        assert page.locator("h1").count() == 1
        assert not opened.too_wide
        assert page.evaluate(SMALL) == []
        assert opened.wrong == []
        if name not in ("home", "plan"):
            assert page.locator("code").count() > 0, "no command says how to change that"


@pytest.mark.parametrize("lang", LANGS)
def test_a_store_that_fell_behind_is_said_on_top_of_the_page(
    browser: Any,
    lang: str,
    real_prices: pd.Series,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHOCOLIB_HOME", str(tmp_path))
    store = real_store(read_settings())
    frame = price_frame(real_prices.loc["2025-09-15":"2025-11-10"])
    store.write("energy_prices", frame, received_at=NOW)
    store.close()
    stale = t("problem.stale_prices", "es" if lang == "es" else "en", when="@").partition("@")[0]
    with (
        running(AT, "127.0.0.1") as address,
        Opened(browser, f"{address}/today?lang={lang}", SIZES[0]) as opened,
    ):
        banners = opened.page.locator(".cc-banner.cc-is-warn:visible").all_inner_texts()
        assert any(stale.strip() in text for text in banners)
