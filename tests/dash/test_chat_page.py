"""The page "ask" in a browser, on the real server, with an assistant that answers by a script."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from chocolib.app.context import open_context, real_store
from chocolib.app.daily import update
from chocolib.app.settings import read_settings
from chocolib.core.i18n import clock, number
from chocolib.doors.dash.shots import SIZES, launch, playwright
from chocolib.tools.catalogue import TOOLS
from chocolib.tools.predictions import OptimalWindows
from tests.conftest import NOW, ROOT, price_frame
from tests.dash.dash_process import Server, free_port, stop
from tests.ui.test_in_browser import SMALL

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

AT = "2025-11-20T21:00"
MS = 30_000
PHONE, DESK = SIZES
CHAT, REPLY = '[data-widget-ready="chat"]', '[data-part="reply"]'


@pytest.fixture(scope="module")
def home(real_prices: pd.Series, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with the forecast and the plan of an evening."""
    place = tmp_path_factory.mktemp("asked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHOCOLIB_HOME", str(place))
        frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
        real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
        update(open_context(as_of=AT), model="naive")
        yield place


def serve(home: Path, port: int) -> Server:
    log = (home / "server.log").open("a")
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.dash.chat_site", AT, str(port)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "CHOCOLIB_HOME": str(home), "PYTHONPATH": paths},
        )
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "ready":
            return Server(port, home, process)
    raise AssertionError((home / "server.log").read_text())


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    running = serve(home, free_port())
    yield running
    stop(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright() as driver:
        opened = launch(driver)
        yield opened
        opened.close()


class Asking:
    """The page in a window of its own, and whatever goes wrong on it."""

    def __init__(
        self, browser: Any, url: str, size: tuple[int, int] = PHONE, lang: str = "es", **more: Any
    ) -> None:
        self.wrong: list[str] = []
        viewport = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(viewport=viewport, locale=f"{lang}-ES", **more)
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self._requested(request.url, url))
        self.page.goto(url if "/ask" in url else f"{url}/ask")
        self.ready()

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _requested(self, address: str, url: str) -> None:
        if not address.startswith((url.partition("/ask")[0], "data:")):
            self.wrong.append(address)

    def ready(self) -> None:
        self.page.locator(CHAT).wait_for(timeout=MS)

    @property
    def box(self) -> Any:
        return self.page.get_by_role("textbox")

    @property
    def reply(self) -> Any:
        """The newest answer."""
        return self.page.locator(REPLY).last

    def ask(self, question: str) -> Any:
        self.box.fill(question)
        self.box.press("Enter")
        return self.ended()

    def ended(self) -> Any:
        """The newest answer, once it is whole."""
        from playwright.sync_api import expect

        expect(self.reply).to_have_attribute("aria-busy", "false", timeout=MS)
        return self.reply

    def answers(self) -> int:
        return int(self.page.locator(REPLY).count())


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_a_usual_question_is_answered_with_the_figures_of_its_tool(
    browser: Any,
    server: Server,
    home: Path,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHOCOLIB_HOME", str(home))
    answer = TOOLS["optimal_windows"].ask(open_context(as_of=AT))
    assert isinstance(answer, OptimalWindows)
    with Asking(browser, server.url, size) as asking:
        asking.page.get_by_role("button", name="¿Cuándo debo producir hoy?").click()
        reply = asking.ended()
        assert "Respuesta a: ¿Cuándo debo producir hoy?" in reply.inner_text()
        told = re.sub(r"[\u2060\u00a0]", "", reply.locator("table").inner_text())
        for window in answer.windows:
            assert number(window.mean_eur_kwh, "es", 3) in told
            assert clock(pd.Timestamp(window.spans[0].start)) in told
        assert "1 respuesta" in reply.locator("summary").inner_text()
        reply.locator("summary").click()
        assert "Precios (csv), hasta vie 21 nov, 23:00" in reply.inner_text()
        assert reply.locator('[data-part="mode"]').inner_text() == "Claude"
        assert reply.locator('[data-part="spent"]').inner_text() == "1,2 s · 0,0003\u00a0€"
        assert asking.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert asking.page.evaluate(SMALL) == []
        assert asking.wrong == []


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"]
)
def test_the_page_has_no_serious_fault_of_access(
    browser: Any, server: Server, size: tuple[int, int], scheme: str
) -> None:
    with Asking(browser, server.url, size, color_scheme=scheme) as asking:
        for _ in range(2):  # before anything is asked, and after
            found = Axe().run(asking.page).response["violations"]
            bad = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
            assert bad == []
            asking.ask("figure weekly_forecast").locator("summary").click()


def test_it_says_what_it_waits_for_before_a_kernel_is_there(browser: Any, server: Server) -> None:
    context = browser.new_context(locale="es-ES", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/ask")
    assert page.get_by_role("textbox").is_disabled()
    assert page.get_by_role("button", name="¿Hay algún aviso?").is_disabled()
    assert "en un momento se puede preguntar" in page.locator('[data-card="ask"]').inner_text()
    context.close()


def test_an_answer_comes_in_pieces_and_is_stopped_in_the_middle(
    browser: Any, server: Server
) -> None:
    from playwright.sync_api import expect

    with Asking(browser, server.url) as asking:
        asking.box.fill("slow")
        asking.page.get_by_role("button", name="Enviar").click()
        expect(asking.reply).to_contain_text("palabra3", timeout=MS)
        assert asking.page.get_by_role("button", name="¿Hay algún aviso?").is_disabled()
        asking.page.get_by_role("button", name="Parar").click()
        reply = asking.ended()
        assert "lo dicho hasta aquí se queda" in reply.inner_text()
        assert "palabra3" in reply.inner_text()
        assert "palabra299" not in reply.inner_text()
        assert "Respuesta a: y ahora" in asking.ask("y ahora").inner_text()
        assert asking.wrong == []


def test_the_keyboard_is_enough(browser: Any, server: Server) -> None:
    from playwright.sync_api import expect

    with Asking(browser, server.url, DESK) as asking:
        keys = asking.page.keyboard
        asking.box.focus()
        keys.type("una")
        keys.press("Shift+Enter")
        keys.type("dos")
        assert asking.box.input_value() == "una\ndos"
        keys.press("Enter")
        assert "una\ndos" in asking.page.locator(".cc-question").inner_text()
        asking.ended()
        keys.type("slow")
        keys.press("Enter")
        expect(asking.reply).to_contain_text("palabra1", timeout=MS)
        keys.press("Escape")
        asking.ended()
        keys.press("Shift+Tab")  # to the last of the usual questions
        keys.press("Enter")
        assert "¿Cuánto hemos ahorrado este mes?" in asking.ended().inner_text()
        assert asking.wrong == []


def test_an_answer_is_copied_asked_again_and_all_is_cleared(browser: Any, server: Server) -> None:
    granted = {"permissions": ["clipboard-read", "clipboard-write"]}
    with Asking(browser, server.url, **granted) as asking:
        asking.ask("hola")
        asking.reply.get_by_role("button", name="Copiar").click()
        asking.reply.get_by_role("button", name="Copiado").wait_for()
        copied = asking.page.evaluate("navigator.clipboard.readText()")
        assert copied == "**Respuesta** a: hola"
        asking.reply.get_by_role("button", name="Otra vez").click()
        asking.ended()
        assert asking.answers() == 2
        asking.page.get_by_role("button", name="Borrar todo").click()
        assert asking.answers() == 0
        asking.page.reload()
        asking.ready()
        assert asking.answers() == 0
        assert asking.wrong == []


def test_an_answer_that_did_not_come_is_said_and_asked_again_in_its_place(
    browser: Any, server: Server
) -> None:
    with Asking(browser, server.url) as asking:
        assert "No ha llegado nada." in asking.ask("nothing").inner_text()
        asking.reply.get_by_role("button", name="Otra vez").click()
        asking.ended()
        assert asking.answers() == 1


def test_the_conversation_outlives_the_page_in_its_own_tab_only(
    browser: Any, server: Server
) -> None:
    with Asking(browser, server.url) as asking, Asking(browser, server.url) as other:
        asking.ask("weekly_forecast")
        other.ask("otra pestaña")
        asking.page.reload()
        asking.ready()
        kept = asking.page.locator('[role="log"]')
        assert "Respuesta a: weekly_forecast" in kept.inner_text()
        assert kept.locator("svg").count() > 0
        assert "la conversación empieza de nuevo" in kept.inner_text()
        assert "otra pestaña" not in kept.inner_text()
        assert "weekly" not in other.page.locator('[role="log"]').inner_text()
        assert asking.wrong == other.wrong == []


def test_a_link_writes_the_question_and_leaves_the_sending_to_the_reader(
    browser: Any, server: Server
) -> None:
    with Asking(browser, f"{server.url}/ask?q=%C2%BFpor%20qu%C3%A9%E2%80%AE?&lang=en") as asking:
        assert asking.box.input_value() == "¿por qué?"
        assert asking.answers() == 0
        asking.box.press("Enter")
        assert "Respuesta a: ¿por qué?" in asking.ended().inner_text()
        assert asking.page.get_by_role("button", name="Again").is_visible()


def test_hostile_text_stays_text(browser: Any, server: Server) -> None:
    with Asking(browser, server.url) as asking:
        question = "hostile <img src=x onerror=window.hacked=4> \u202e\u200bfin"
        reply = asking.ask(question)
        asking.page.reload()
        asking.ready()
        for said in (asking.page.locator(".cc-question"), asking.page.locator(".cc-said")):
            assert said.locator("script, img, iframe, b, i, h1, textarea").count() == 0
            assert not re.search("[\u200b\u202e]", said.inner_text())
        assert "<script>window.hacked = 1</script>" in reply.inner_text()
        links = [one.get_attribute("href") for one in reply.locator("a").all()]
        assert links == ["/today"]
        assert asking.page.evaluate("window.hacked") is None
        assert asking.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert asking.wrong == []


def test_a_huge_paste_is_refused_before_it_is_sent(browser: Any, server: Server) -> None:
    with Asking(browser, server.url) as asking:
        asking.box.fill("<b>larga</b> " * 8000)
        asking.box.press("Enter")
        assert "500 caracteres como máximo" in asking.page.locator(CHAT).inner_text()
        assert asking.page.get_by_role("button", name="Enviar").is_disabled()
        assert asking.answers() == 0
        assert asking.box.bounding_box()["height"] < 200
        assert "Respuesta a: corta" in asking.ask("corta").inner_text()
        assert asking.wrong == []


def test_a_figure_without_a_source_is_marked(browser: Any, server: Server) -> None:
    with Asking(browser, server.url) as asking:
        asking.ask("figure")
        assert asking.reply.locator("mark").all_inner_texts() == ["0,99"]


def test_the_box_stays_above_the_bar_and_above_a_keyboard(browser: Any, server: Server) -> None:
    with Asking(browser, server.url, PHONE, has_touch=True, is_mobile=True) as asking:
        for n in range(3):
            asking.ask(f"daily_optimization {n}")
        bar = asking.page.locator("nav").bounding_box()
        box = asking.box.bounding_box()
        assert box["y"] + box["height"] <= bar["y"]
        assert float(asking.box.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 16
        asking.box.focus()
        asking.page.set_viewport_size({"width": 390, "height": 430})  # as a keyboard leaves it
        box = asking.box.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 430
        assert asking.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_kernel_that_dies_is_said_and_another_answers(browser: Any, server: Server) -> None:
    with Asking(browser, server.url) as asking:
        reply = asking.ask("die")
        assert "no ha llegado entera" in reply.inner_text()
        asking.page.locator(".cc-widget-says").wait_for(state="hidden", timeout=MS)
        asking.box.fill("después")
        asking.box.press("Enter")
        asking.ended()
        assert "Respuesta a: después" in asking.reply.inner_text()


def test_a_server_that_is_gone_and_back_answers_again(browser: Any, home: Path) -> None:
    from playwright.sync_api import expect

    port = free_port()
    first = serve(home, port)
    with Asking(browser, first.url) as asking:
        asking.ask("antes")
        stop(first)
        expect(asking.page.locator(".cc-widget-says")).to_contain_text("volviendo a conectar")
        asking.box.fill("mientras tanto")
        asking.box.press("Enter")
        again = serve(home, port)
        try:
            asking.page.reload()  # as the page does by itself when it sees another server
            asking.ready()
            assert "mientras tanto" in asking.page.locator(".cc-question").last.inner_text()
            asking.reply.get_by_role("button", name="Otra vez").click()
            assert "Respuesta a: mientras tanto" in asking.ended().inner_text()
        finally:
            stop(again)
