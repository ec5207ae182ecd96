"""What a caller hears when an answer fails, is late, or names a file."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from mcp import types

from chocolib.app.context import Context
from chocolib.core.errors import DataError, NotEnoughData
from chocolib.doors.answering import Answering
from chocolib.doors.mcp.calls import called, sentence
from chocolib.tools import catalogue
from chocolib.tools.answer import Answer
from chocolib.tools.tool import Tool


def said(result: types.CallToolResult) -> str:
    assert result.is_error
    (block,) = result.content
    assert isinstance(block, types.TextContent)
    return block.text


def offer(function: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """Puts a tool into the catalogue, and tells its name."""
    tool = Tool(function, "operations", "/made/up")  # type: ignore[arg-type]
    monkeypatch.setitem(catalogue.TOOLS, tool.short, tool)
    return tool.name


def test_a_late_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def get_late(context: Context) -> Answer:
        """Waits."""
        gate.wait(10)
        return Answer.of(context)

    answering = Answering(deadline_s=0.05)
    name = offer(get_late, monkeypatch)
    try:
        result = asyncio.run(called(answering, name, {}, role="viewer"))
    finally:
        gate.set()
        answering.close()
    assert said(result).startswith("late was not there in 0.05 s\nWhat to do: ")


def test_a_fault_of_ours_is_not_told_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def get_broken(context: Context) -> Answer:
        """Fails."""
        raise KeyError("a secret of the house")

    answering = Answering(deadline_s=10)
    result = asyncio.run(called(answering, offer(get_broken, monkeypatch), {}, role="viewer"))
    answering.close()
    assert said(result).startswith("broken failed by a fault of chocolib's own\n")
    assert "secret" not in said(result)


def test_a_tool_that_is_added_is_there_and_one_for_administrators_only_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def get_readers(context: Context) -> Answer:
        """Who reads the pages."""
        return Answer.of(context)

    tool = Tool(get_readers, "usage", "/usage", role="admin")
    monkeypatch.setitem(catalogue.TOOLS, tool.short, tool)
    answering = Answering(deadline_s=10)
    refused = asyncio.run(called(answering, "get_readers", {}, role="viewer"))
    answered = asyncio.run(called(answering, "get_readers", {}, role="admin"))
    answering.close()
    assert "for administrators" in said(refused)
    assert not answered.is_error


def test_of_a_file_only_its_name_is_told(tmp_path: Path) -> None:
    path = tmp_path / "chocolib.sqlite"
    told = sentence(DataError("cannot be read (malformed)", path=str(path), hint="a backup"))
    assert told == "chocolib.sqlite: cannot be read (malformed)\nWhat to do: a backup"
    assert sentence(NotEnoughData("nothing is stored")) == "nothing is stored"
