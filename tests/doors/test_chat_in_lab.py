"""`wb.chat()` in a real JupyterLab, with the real assistant in its built-in mode."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from chocolib.app.context import open_context, real_store
from chocolib.app.daily import update
from chocolib.app.settings import read_settings
from chocolib.core.i18n import clock
from chocolib.doors.dash.shots import launch, playwright
from chocolib.tools.catalogue import TOOLS
from chocolib.tools.predictions import OptimalWindows
from tests.conftest import NOW, price_frame
from tests.dash.dash_process import free_port

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("chromium")]

AT = "2025-11-20T21:00"
MS = 90_000
CODE = f'import chocolib\nwb = chocolib.open(as_of="{AT}", lang="es")\nwb.chat()'


@pytest.fixture
def lab(tmp_path: Path, real_prices: pd.Series) -> Iterator[str]:
    """JupyterLab on a notebook that opens the chat; its address with the token."""
    frame = price_frame(real_prices.loc["2025-09-15":"2025-11-25"])
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
    update(open_context(as_of=AT), model="naive")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "asked.ipynb")
    log = tmp_path / "lab.log"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--port", str(free_port()), "--ServerApp.root_dir", str(tmp_path)]
    with log.open("w") as written:
        server = subprocess.Popen(command, stdout=written, stderr=written)
    try:
        yield _address(log, server)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _address(log: Path, server: subprocess.Popen[bytes]) -> str:
    for _ in range(300):
        if found := re.search(r"(http://127\.0\.0\.1:\d+)/lab\?(token=\w+)", log.read_text()):
            return f"{found[1]}/lab/tree/asked.ipynb?reset&{found[2]}"
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def test_the_chat_answers_in_a_notebook(lab: str) -> None:
    from playwright.sync_api import expect

    answer = TOOLS["optimal_windows"].ask(open_context(as_of=AT))
    assert isinstance(answer, OptimalWindows)
    with playwright() as driver:
        browser = launch(driver)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(lab)
        _run_first_cell(page)
        chat = page.locator('[data-widget-ready="chat"]')
        chat.wait_for(timeout=MS)
        chat.get_by_role("textbox").fill("¿Cuándo debo producir mañana?")
        chat.get_by_role("textbox").press("Enter")
        reply = chat.locator('[data-part="reply"]')
        expect(reply.locator('[data-part="mode"]')).to_have_text("Modo integrado", timeout=MS)
        told = reply.inner_text()
        assert clock(pd.Timestamp(answer.windows[1].spans[0].start)) in told
        chat.get_by_role("button", name="¿Hay algún aviso?").click()
        expect(chat.locator('[data-part="mode"]')).to_have_count(2, timeout=MS)
        assert chat.evaluate("e => e.scrollWidth <= e.clientWidth + 12")
        browser.close()


def _run_first_cell(page: Any) -> None:
    """Run it; a cell that is run before its kernel has a session is not."""
    page.locator(".jp-Cell .cm-content").first.wait_for(timeout=MS)
    page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for(timeout=MS)
    prompt = page.locator(".jp-InputPrompt").first
    for _ in range(20):
        page.locator(".jp-Cell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1000)
        if re.search(r"[\d*]", prompt.inner_text()):
            return
    raise AssertionError("the cell was not run")
