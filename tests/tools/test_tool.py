"""A tool is its function: its arguments, its words and its refusals follow from it."""

from __future__ import annotations

import pytest

from chocolib.core.errors import SettingsError
from chocolib.tools.catalogue import TOOLS, tool_called


def test_every_tool_says_what_it_answers() -> None:
    for tool in TOOLS.values():
        assert len(tool.description) > 30, tool.name
        assert tool.answer.model_json_schema()["properties"]["as_of"], tool.name
        assert tool.path.startswith("/"), tool.name


def test_a_tool_is_known_by_each_way_to_write_it() -> None:
    assert tool_called("get_optimal_windows") is tool_called("optimal-windows")


def test_an_unknown_tool_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="optimal_windows"):
        tool_called("optimal_window")


def test_arguments_out_of_range_are_each_named() -> None:
    tool = tool_called("optimal_windows")
    with pytest.raises(SettingsError, match=r"hours: .*24.*; days: .*7") as refused:
        tool.ask(None, {"hours": 10_000, "days": 99})  # type: ignore[arg-type]
    assert "hours, days" in refused.value.hint
