from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from chocolib.app.context import clock, demo_store, open_context
from chocolib.app.live import fill_demo
from chocolib.app.report_inputs import read_parameters
from chocolib.app.reports import run_report
from chocolib.app.settings import read_settings
from chocolib.core import factory as factory_module
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.doors.dash.shots import SIZES, launch, playwright, take
from chocolib.ui.theme import page

AS_OF = "2025-11-20T21:00"


@pytest.fixture
def with_prices(priced_home: Path) -> Path:
    return read_settings().reports


def test_the_daily_report_is_a_notebook_and_a_page(with_prices: Path) -> None:
    html = run_report(open_context(as_of=AS_OF, lang="es"), "daily", as_page=page)
    assert html == with_prices / "daily-2025-11-20.html"
    assert sorted(p.name for p in with_prices.iterdir()) == [
        "daily-2025-11-20.html",
        "daily-2025-11-20.ipynb",
    ]
    text = html.read_text(encoding="utf-8")
    assert text.count("<svg") >= 3
    assert "Traceback" not in text
    assert not re.search(r"""(src|href)=["']https?://|@import|url\(["']?https?:""", text)
    notebook = nbformat.read(with_prices / "daily-2025-11-20.ipynb", as_version=4)
    assert any("2025-11-20T20:00:00Z" in cell.source for cell in notebook.cells)


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_the_report_opens_from_its_file_without_errors(with_prices: Path, tmp_path: Path) -> None:
    html = run_report(open_context(as_of=AS_OF, lang="en"), "daily", as_page=page)
    with playwright() as driver:
        browser = launch(driver)
        for width, height in SIZES:
            window = browser.new_page(viewport={"width": width, "height": height})
            take(window, html.as_uri(), tmp_path / "report.png")
            assert window.locator("svg:visible").count() >= 3
        browser.close()


def test_an_unknown_report_lists_the_known_ones(with_prices: Path) -> None:
    with pytest.raises(SettingsError, match="daily"):
        run_report(open_context(as_of=AS_OF), "monthly", as_page=page)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"week": "4"}, "takes no parameter week"),
        ({"as_of": "2025-01-01"}, "takes no parameter as_of"),
        ({"weeks": "few"}, "weeks is a whole number, not 'few'"),
    ],
)
def test_an_unknown_parameter_or_a_wrong_value_is_refused(
    given: dict[str, str], said: str, with_prices: Path
) -> None:
    with pytest.raises(SettingsError, match=said):
        run_report(open_context(as_of=AS_OF), "model_review", as_page=page, given=given)
    assert not with_prices.exists()


def test_parameters_are_read_as_people_write_them() -> None:
    assert read_parameters(["weeks=4", "models=a,b=c"]) == {"weeks": "4", "models": "a,b=c"}
    for wrong in ("weeks", "=4", "weeks="):
        with pytest.raises(SettingsError, match="NAME=VALUE"):
            read_parameters([wrong])


def test_without_prices_the_report_says_what_to_run() -> None:
    with pytest.raises(NotEnoughData, match="chocolib ingest ree"):
        run_report(open_context(), "daily", as_page=page)


def test_a_report_of_now_is_not_called_a_replay() -> None:
    demo = demo_store(read_settings())
    fill_demo(demo, now=clock())
    demo.close()
    text = run_report(open_context(lang="es"), "daily", as_page=page).read_text(encoding="utf-8")
    assert "Repetición" not in text
    assert "demostración" in text


def test_a_report_without_a_possible_plan_is_written_and_says_why(
    with_prices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = tmp_path / "factory.toml"
    default = (Path(factory_module.__file__).parent / "factory.toml").read_text(encoding="utf-8")
    factory.write_text(default.replace("machines = 3", "machines = 0"), encoding="utf-8")
    monkeypatch.setenv("CHOCOLIB_FACTORY", str(factory))
    html = run_report(open_context(as_of=AS_OF, lang="es"), "daily", as_page=page)
    text = html.read_text(encoding="utf-8")
    assert "No hay plan posible para estos días: lo impide el conchado" in text
    assert "La semana que viene" in text


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_killed_in_the_middle_nothing_half_written_remains(
    with_prices: Path, how: signal.Signals, tmp_path: Path
) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    report = subprocess.Popen(
        [sys.executable, "-m", "chocolib", "report", "run", "daily", "--as-of", AS_OF],
        env=os.environ | {"TMPDIR": str(work)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    limit = time.monotonic() + 60
    while not list(work.glob("*/daily-*.ipynb")) and time.monotonic() < limit:
        time.sleep(0.05)
    try:
        assert list(work.glob("*/daily-*.ipynb")), "the report never began"
        report.send_signal(how)
        assert report.wait(60) != 0
    finally:
        report.kill()
        report.wait()
    left = sorted(path.suffix for path in with_prices.iterdir()) if with_prices.exists() else []
    assert left in ([], [".html", ".ipynb"])  # both, where it had ended before the signal came
