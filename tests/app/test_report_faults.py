"""Reports that cannot be begun, and reports that fail in the middle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import nbformat
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.report_files import listed, put, stem
from chocolib.app.reports import run_report
from chocolib.app.settings import read_settings
from chocolib.core.errors import ReportFailed, SettingsError
from chocolib.ui.theme import page
from tests.conftest import NOW, made_up_prices, price_frame

AS_OF = "2025-11-20T21:00"
PARAMETERS = 'as_of: str = ""  # the moment\nlang: str = "es"  # the language\n'


@pytest.fixture
def context() -> Context:
    store = real_store(read_settings())
    rows = price_frame(made_up_prices("2025-11-18", 24))
    store.write("energy_prices", rows, received_at=NOW)
    return open_context(as_of=AS_OF, lang="en", store=store)


def notebook(
    name: str, cells: Sequence[str], *, parameters: str = PARAMETERS, kernel: str = "python3"
) -> Path:
    """An analyst's own notebook, in the home."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": kernel, "language": "python", "display_name": "x"}
    first = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    made.cells = [first] if parameters else []
    made.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
    path = read_settings().home / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL))


def failed(context: Context, name: str) -> tuple[ReportFailed, str]:
    """The error of a run, and the text of the page that was kept."""
    with pytest.raises(ReportFailed) as told:
        run_report(context, name, as_page=page)
    html = Path(told.value.page)
    assert html.name == f"{name}-2025-11-20.failed.html"
    return told.value, text_of(html.read_text(encoding="utf-8"))


def test_an_analysts_own_notebook_is_a_report_like_any_other(context: Context) -> None:
    notebook("mine", ['print("as of", as_of, lang)'])
    html = run_report(context, "mine", as_page=page)
    assert "as of 2025-11-20T20:00:00Z en" in html.read_text(encoding="utf-8")


def test_a_cell_that_fails_keeps_what_came_before_and_says_where(context: Context) -> None:
    notebook("mine", ['print("this much")', "1 / 0", 'print("never")'])
    error, said = failed(context, "mine")
    assert "stopped in cell 4: ZeroDivisionError: division by zero" in error.message
    assert "stopped in cell 4. ZeroDivisionError: division by zero" in said
    assert "this much" in said
    assert "never" not in said
    assert "Traceback" not in said
    kept = nbformat.read(Path(error.page).with_suffix(".ipynb"), as_version=4)
    outputs = [output for cell in kept.cells for output in cell.get("outputs", [])]
    assert [output.output_type for output in outputs] == ["stream", "error"]


def test_an_error_of_ours_speaks_for_itself_with_what_to_do(context: Context) -> None:
    notebook("mine", ["import chocolib", "chocolib.open(as_of=as_of).climate()"])
    error, _ = failed(context, "mine")
    assert "stopped in cell 4: no siar_daily is stored" in error.message
    assert "import siar" in error.hint


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("import sys; sys.exit(0)", "SystemExit"),
        ("import os; os.kill(os.getpid(), 9)", "its kernel died"),
    ],
)
def test_a_notebook_that_ends_itself_is_no_success(context: Context, cell: str, said: str) -> None:
    notebook("mine", [cell, 'print("never")'])
    assert said in failed(context, "mine")[0].message


def test_a_failed_run_never_replaces_a_good_one_and_goes_when_it_is_made(context: Context) -> None:
    folder = context.settings.reports
    good = put(folder / f"{stem('mine', date(2025, 11, 20))}.html", b"good")
    notebook("mine", ["1 / 0"])
    failed(context, "mine")
    assert good.read_bytes() == b"good"
    assert [one.failed for one in listed(folder)] == [False, True]
    notebook("mine", ["print(1)"])
    run_report(context, "mine", as_page=page)
    assert [one.failed for one in listed(folder)] == [False]


@pytest.mark.parametrize(
    ("cells", "more", "said"),
    [
        (["print(1)"], {"parameters": ""}, "has no parameters cell"),
        (["print(1)"], {"parameters": "as_of = 1"}, "parameters cell of .* has no lang"),
        (["print(1)"], {"kernel": "julia-9"}, "asks for the kernel 'julia-9', which is not here"),
        (["print(1)"], {"kernel": ""}, "names no kernel"),
    ],
)
def test_what_a_notebook_lacks_is_named_before_anything_runs(
    context: Context, cells: list[str], more: dict[str, str], said: str
) -> None:
    notebook("mine", cells, **more)
    with pytest.raises(SettingsError, match=said) as told:
        run_report(context, "mine", as_page=page)
    assert told.value.hint
    assert not context.settings.reports.exists()


def test_a_file_that_is_no_notebook_is_named(context: Context) -> None:
    path = notebook("mine", [])
    path.write_text("{}")
    with pytest.raises(SettingsError, match=r"mine\.ipynb is not a notebook"):
        run_report(context, "mine", as_page=page)
