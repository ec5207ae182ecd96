"""The page of the plan in a browser: the controls answer, and change what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from chocolib.app.context import open_context, real_store
from chocolib.app.daily import update
from chocolib.app.settings import read_settings
from chocolib.doors.dash.shots import launch, playwright
from chocolib.doors.dashboards import running
from tests.conftest import NOW, price_frame

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("chromium"),
]

AT = "2025-11-20T10:20"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SECONDS = 60_000
PARTS = ("first", "answer")


@pytest.fixture(scope="module")
def url(real_prices: pd.Series, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a home with the plan of an evening."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHOCOLIB_HOME", str(tmp_path_factory.mktemp("planned")))
        frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
        real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
        update(open_context(as_of="2025-11-19T21:00"), model="naive")
        with running(AT, "127.0.0.1") as address:
            yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


def controls(browser: Any, address: str, size: dict[str, int]) -> tuple[Any, list[str]]:
    """The page with its controls drawn, and what goes wrong on it."""
    wrong: list[str] = []
    page = browser.new_page(viewport=size)
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    for widget in ("what_if", "reasons"):
        page.locator(f'[data-widget-ready="{widget}"]').wait_for(timeout=SECONDS)
    return page, wrong


def test_more_demand_is_answered_with_another_plan_and_the_kept_one_stays(
    browser: Any, url: str
) -> None:
    from playwright.sync_api import expect

    page, wrong = controls(browser, f"{url}/plan?lang=es", PHONE)
    kept = page.locator('[data-card="plan"]').inner_text()
    page.get_by_label("Más: Demanda").click()
    page.get_by_label("Más: Demanda").click()
    first, answer = (page.locator(f'[data-card="what-if"] [data-part="{n}"]') for n in PARTS)
    expect(first).to_contain_text("Se piden", timeout=SECONDS)
    expect(answer).to_contain_text("Por kilo", timeout=SECONDS)
    assert re.search(r"\+\d+,\d\d\s€", answer.inner_text())
    assert answer.locator("svg").count() > 0
    assert page.locator('[data-card="plan"]').inner_text() == kept

    page.get_by_role("button", name="Volver al plan").click()
    expect(answer).to_contain_text("Cuesta lo mismo que el plan", timeout=SECONDS)
    assert page.get_by_role("button", name="Volver al plan").is_disabled()

    page.get_by_label("Ultra, parte de los lotes", exact=True).fill("100")
    expect(page.locator('[data-card="what-if"] [data-part="error"]')).to_contain_text(
        "suman más del 100 %"
    )
    assert wrong == []
    page.close()


def test_a_batch_that_is_chosen_is_explained(browser: Any, url: str) -> None:
    from playwright.sync_api import expect

    page, wrong = controls(browser, f"{url}/plan?lang=es", PHONE)
    card = page.locator('[data-card="why"]')
    card.get_by_label("¿Por qué empieza cuando empieza?").select_option(index=2)
    chosen = card.locator("select").input_value()
    answer = card.locator('[data-part="answer"]')
    expect(answer).to_contain_text(f"El lote {chosen} empieza", timeout=SECONDS)
    assert wrong == []
    page.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_controls_fit_the_window_and_the_thumb_in_english(
    browser: Any, url: str, size: dict[str, int]
) -> None:
    page, wrong = controls(browser, f"{url}/plan?lang=en", size)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    tapped = page.locator(".cc-live button, .cc-live input, .cc-live select").all()
    assert len(tapped) == 6 * 3 + 1 + 1
    for one in tapped:
        box = one.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    assert "Power contracted by day (P1 and P2)" in page.locator(".cc-dials").inner_text()
    assert wrong == []
    page.close()
