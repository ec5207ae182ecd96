"""`wb.tools`: the answers by name, with signatures and words for Tab and Shift-Tab."""

from __future__ import annotations

import inspect

import pytest

import chocolib
from chocolib.app.context import clock, demo_store
from chocolib.app.live import fill_demo
from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError
from chocolib.doors.workbench import Workbench
from chocolib.tools.catalogue import TOOLS
from chocolib.ui.notebook import answer_html


@pytest.fixture
def wb() -> Workbench:
    demo = demo_store(read_settings())
    fill_demo(demo, now=clock())
    demo.close()
    return chocolib.open(lang="es")


def test_tab_lists_every_tool_and_shift_tab_shows_its_arguments(wb: Workbench) -> None:
    assert dir(wb.tools) == sorted(TOOLS)
    assert "current_price" in repr(wb.tools)
    ask = wb.tools.optimal_windows
    shown = str(inspect.signature(ask))
    assert shown.startswith("(*, hours: int = 3, days: int = 2) ->")
    assert "hours: hours in a row (1 to 24)." in (inspect.getdoc(ask) or "")
    assert ask.__name__ == "optimal_windows"


def test_an_answer_is_its_model_and_shows_itself_as_a_card(wb: Workbench) -> None:
    answer = wb.tools.current_price()
    assert isinstance(answer, TOOLS["current_price"].answer)
    markup = answer_html(answer, "es")
    assert 'data-card="answer"' in markup
    assert "EUR/kWh" in markup
    assert "demostración" in markup


def test_long_tables_unfold_and_what_is_text_stays_text(wb: Workbench) -> None:
    week = wb.tools.production_recommendation(hours=30)
    markup = answer_html(week, "en")
    assert "hours (30)" in markup
    assert "<details>" in markup
    odd = week.model_copy(update={"remarks": ("<script>alert(1)</script>",)})
    assert "<script>alert" not in answer_html(odd, "en")


def test_what_there_is_not_is_refused(wb: Workbench) -> None:
    with pytest.raises(AttributeError, match="optimal_windows"):
        wb.tools.no_such_tool  # noqa: B018
    with pytest.raises(SettingsError, match="hours"):
        wb.tools.optimal_windows(hours=99)
    with pytest.raises(SettingsError, match="colour"):
        wb.tools.optimal_windows(colour="red")
