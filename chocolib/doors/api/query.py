"""A question in an address: a tool's arguments, and the moment and the language."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from pydantic import BaseModel, Field, create_model

from chocolib.core.i18n import Lang
from chocolib.core.roles import Role
from chocolib.core.time import iso
from chocolib.doors.answering import Question
from chocolib.doors.moments import past_moment
from chocolib.tools.tool import Tool

_AS_OF = Field(
    None,
    min_length=1,
    max_length=40,
    description="replay this moment, Madrid time unless it has a zone; nothing that became known "
    "later is in the answer. Without it: now",
    examples=["2025-11-20T21:00"],
)
_LANG = Field(
    None,
    description="language of remarks and sentences; without it the first of Accept-Language, else "
    "the one of the house",
    examples=["en"],
)


def query_of(tool: Tool, preset: Mapping[str, Any]) -> type[BaseModel]:
    """The model of a tool's query: its arguments, `as_of` and `lang`; nothing else fits.

    Args:
        preset: defaults that are other ones than the tool's.
    """
    more: dict[str, Any] = {"as_of": (str | None, _AS_OF), "lang": (Lang | None, _LANG)}
    for name, value in preset.items():
        argument = copy(tool.arguments.model_fields[name])
        argument.default = value
        more[name] = (argument.annotation, argument)
    return create_model(f"{tool.short}_query", __base__=tool.arguments, **more)


def question(tool: Tool, query: BaseModel, *, lang: Lang | None, role: Role) -> Question:
    """The question that a query asks.

    Args:
        query: of the model that `query_of` makes.
        lang: the asker's language where the query names none.
        role: of the asker.

    Raises:
        SettingsError: its moment is none, or has not been yet.
    """
    asked = dict(query)
    moment = asked["as_of"]
    return Question(
        tool,
        {name: asked[name] for name in tool.arguments.model_fields},
        as_of=iso(past_moment(moment)) if moment else None,
        lang=asked["lang"] or lang,
        role=role,
    )
