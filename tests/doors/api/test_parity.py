"""The table of docs/api.md: everything the former system had, and that what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chocolib.app.jobs.schedule import the_schedule
from chocolib.app.settings import read_settings
from chocolib.doors.api.app import api
from chocolib.doors.api.entry import Entry
from chocolib.doors.api.former import FORMER
from chocolib.doors.api.problems import KINDS
from chocolib.doors.pages import PAGES
from chocolib.tools.catalogue import TOOLS
from tests.doors.test_cli import COMMANDS

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.partition("## What became")[2].splitlines()
    if line.startswith("| ") and not line.startswith("| former")
]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([^`]+)`", row[1])})


@pytest.fixture(scope="module")
def paths() -> set[str]:
    settings = read_settings()
    app = api(settings, Entry.of(settings, "127.0.0.1"), lambda *_: None)  # type: ignore[arg-type, return-value]
    described = app.openapi()["paths"]
    return {f"{how.upper()} {path}" for path, ways in described.items() for how in ways} | {"GET /"}


@pytest.mark.parametrize("name", NAMED)
def test_what_the_table_names_is_there(name: str, paths: set[str]) -> None:
    kind, _, rest = name.partition(" ")
    if kind in ("GET", "POST"):
        assert name in paths
    elif kind == "chocolib":
        assert rest.split() in COMMANDS
    elif kind == "job":
        assert rest in {job.name for job in the_schedule(read_settings()).jobs}
    elif kind == "page":
        assert rest in PAGES
    else:
        assert name.removeprefix("get_") in TOOLS


def test_every_row_leads_somewhere_or_says_why_not() -> None:
    for row in ROWS:
        assert len(row) == 3, row
        assert "`" in row[1] or (row[1] == "left out" and row[2]), row


def test_every_path_of_the_former_system_that_still_answers_is_in_the_table() -> None:
    listed = {row[0].partition(" ")[2] or row[0] for row in ROWS}
    assert {one.path for one in FORMER} <= listed
    assert all(one.tool in TOOLS for one in FORMER)


def test_every_endpoint_of_the_former_system_is_in_the_table(real_data: Path) -> None:
    told = (real_data.parent / "predecessor.md").read_text(encoding="utf-8")
    section = told.partition("## 5.1")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| (GET|POST) \| ([^|]+) \|", section, re.MULTILINE)
    former = {f"{how} {path.strip()}" for how, paths in lines for path in paths.split(",")}
    assert len(former) == 53
    assert former <= {row[0] for row in ROWS}
    absent = re.search(r"Documented but absent: ([^.]+)\.", section)
    assert absent
    assert {one.strip() for one in absent[1].split(",")} <= {row[0] for row in ROWS}


def test_every_kind_of_problem_is_explained() -> None:
    for kind in KINDS:
        assert f"/#{kind.name}`" in TEXT, kind.name
        assert str(kind.status) in TEXT
