"""Calling a tool: the question out of the arguments, the answer or a sentence into the result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from mcp import types

from chocolib.core.errors import ChocolibError, DataError, SettingsError
from chocolib.core.i18n import as_lang
from chocolib.core.roles import Role
from chocolib.core.time import iso
from chocolib.doors.answering import Answering, Question
from chocolib.doors.mcp.offering import COMMON
from chocolib.doors.moments import past_moment
from chocolib.tools.answer import Answer
from chocolib.tools.catalogue import offered, tool_called


async def called(
    answering: Answering, name: str, arguments: Mapping[str, Any], *, role: Role
) -> types.CallToolResult:
    """What calling a tool gives: its answer, or why there is none, in words for the model."""
    try:
        answer = await answering.answer(_question(name, arguments, role))
    except ChocolibError as error:
        return refused(error)
    return told(answer)


def told(answer: Answer) -> types.CallToolResult:
    """An answer as data, and as the same JSON in text for clients that know only that."""
    found = answer.model_dump(mode="json")
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=found
    )


def refused(error: ChocolibError) -> types.CallToolResult:
    """What happened and what to do, which the model may read and act on."""
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=sentence(error))], is_error=True
    )


def sentence(error: ChocolibError) -> str:
    """An error of ours in one line or two; of a file's path only the name goes out."""
    said = error.message
    if isinstance(error, DataError) and error.path:
        said = said.replace(error.path, PurePath(error.path).name)
    return f"{said}\nWhat to do: {error.hint}" if error.hint else said


def _question(name: str, arguments: Mapping[str, Any], role: Role) -> Question:
    tool = tool_called(name)
    if tool not in offered(role):
        raise SettingsError(f"{tool.short} is for administrators", hint="see docs/mcp.md")
    own = {key: value for key, value in arguments.items() if key not in COMMON}
    moment, lang = _text(arguments, "as_of"), _text(arguments, "lang")
    as_of = iso(past_moment(moment)) if moment else None
    return Question(tool, own, as_of=as_of, lang=lang and as_lang(lang), role=role)


def _text(arguments: Mapping[str, Any], name: str) -> str | None:
    """An argument that is text; some clients send null, or nothing in it, for "left out".

    Raises:
        SettingsError: it is something else.
    """
    value = arguments.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise SettingsError(f"{name} is text, not {value!r:.80}", hint=COMMON[name]["description"])
    return value
