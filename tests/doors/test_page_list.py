"""The pages: in order, each with its notebook, and who may see them."""

from __future__ import annotations

import json

import pytest

from chocolib.app.context import open_context
from chocolib.core.schema import MEASUREMENTS
from chocolib.doors.pages import PAGES, offered, page_kind
from tests.conftest import ROOT

MINE = ["climate", "models", "history", "usage", "system"]
ORDER = ["home", "today", "week", "plan", "ask", *MINE[:3], "reports", *MINE[3:]]


def test_the_pages_stand_in_their_order() -> None:
    assert list(PAGES) == ORDER


@pytest.mark.parametrize("name", MINE)
def test_a_page_has_a_doorway_and_knows_what_makes_it_old(name: str) -> None:
    cells = json.loads((ROOT / "dashboards" / f"{name}.ipynb").read_text())["cells"]
    assert "".join(cells[-1]["source"]) == f'wb.page("{name}")'
    assert set(page_kind(name).reads) <= set(MEASUREMENTS)


@pytest.mark.parametrize("name", MINE)
def test_an_empty_home_has_every_page(name: str) -> None:
    assert 'data-ready="1"' in page_kind(name).html(open_context())


def test_only_those_who_run_the_house_see_the_system() -> None:
    seen = [kind.name for kind in offered("viewer")]
    assert "system" not in seen
    assert seen == [kind.name for kind in offered("admin") if kind.name != "system"]
