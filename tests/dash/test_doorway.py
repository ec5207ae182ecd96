"""Which notebooks are only a doorway."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from chocolib.doors.dash.doorway import Doorway, doorway
from chocolib.doors.dash.site import Asked

OPENED = "import chocolib\n\nwb = chocolib.open()"


def notebook(place: Path, *cells: str, prose: str = "") -> Path:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    if prose:
        made.cells.append(nbformat.v4.new_markdown_cell(prose))
    nbformat.write(made, place / "page.ipynb")
    return place / "page.ipynb"


def test_a_doorway_names_its_page_and_its_widgets(tmp_path: Path) -> None:
    assert doorway(notebook(tmp_path, OPENED, "wb.today()")) == Doorway("today")
    path = notebook(tmp_path, OPENED, "wb.page('plan')\n", "wb.what_if()", "wb.another()")
    found = doorway(path)
    assert found == Doorway("plan", ("wb.what_if()", "wb.another()"))
    assert found is not None
    asked = Asked("plan", "en", "viewer", "2025-01-01T10:00")
    assert found.code(asked, "ana@example.org") == (
        "import chocolib\nwb = chocolib.open(as_of='2025-01-01T10:00', lang='en', "
        "user='ana@example.org', role='viewer')\n"
        "wb.what_if()\nwb.another()"
    )


def test_a_name_of_a_reader_stays_a_text_in_the_code() -> None:
    name = "x'); import os; os.abort() #\n"
    lines = Doorway("ask", ("wb.chat()",)).code(Asked("ask", "es", "viewer"), name).splitlines()
    assert len(lines) == 3
    (opened,) = [node for node in ast.walk(ast.parse(lines[1])) if isinstance(node, ast.Call)]
    (user,) = [one.value for one in opened.keywords if one.arg == "user"]
    assert ast.literal_eval(user) == name


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [OPENED],
        [OPENED, "wb.page(name)"],
        [OPENED, "wb.page('a', 1)"],
        [OPENED, "wb.page(name='a')"],
        [OPENED, "wb.page('a')", "wb.page('b')"],
        [OPENED, "wb.page('a')", "wb.what_if(1)"],
        [OPENED, "wb.page('a')", "print(1)"],
        [OPENED, "wb.page('a')", "wb._secret()"],
        [OPENED, "x = wb.page('a')"],
        ["import os", OPENED, "wb.page('a')"],
        ["import chocolib\nwb = chocolib.open('2025-01-01')", "wb.page('a')"],
        [OPENED, "%time wb.page('a')"],
    ],
)
def test_a_notebook_that_does_more_is_run(tmp_path: Path, cells: list[str]) -> None:
    assert doorway(notebook(tmp_path, *cells)) is None


def test_prose_broken_files_and_none_at_all_are_no_doorway(tmp_path: Path) -> None:
    assert doorway(notebook(tmp_path, OPENED, "wb.today()", prose="# Title")) is None
    (tmp_path / "broken.ipynb").write_text('{"cells": [{}]}')
    assert doorway(tmp_path / "broken.ipynb") is None
    assert doorway(tmp_path / "none.ipynb") is None
    assert doorway(tmp_path) is None


def test_a_changed_notebook_is_read_again(tmp_path: Path) -> None:
    assert doorway(notebook(tmp_path, OPENED, "wb.today()")) == Doorway("today")
    assert doorway(notebook(tmp_path, OPENED, "wb.page('other')")) == Doorway("other")
