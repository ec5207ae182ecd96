"""A tool of the catalogue as MCP lists it: names, schemas, what calling it does."""

from __future__ import annotations

from functools import cache
from typing import Any

from mcp import types

from chocolib.core.i18n import LANGS
from chocolib.tools.tool import Tool

#: Nothing changes by asking, the same question has the same answer, and nobody else is asked.
ONLY_READS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

#: What every tool takes besides its own arguments.
COMMON: dict[str, dict[str, Any]] = {
    "as_of": {
        "type": "string",
        "title": "As of",
        "description": "answer as of this past moment, with nothing known later (a replay): "
        "ISO 8601, Europe/Madrid unless it has a zone, 2025-11-20T21:00; left out: now",
    },
    "lang": {
        "type": "string",
        "enum": list(LANGS),
        "title": "Language",
        "description": "language of the remarks; left out: as the house is set",
    },
}


@cache
def listed(tool: Tool) -> types.Tool:
    """The tool with the schemas of its arguments and of its answer."""
    taken = tool.arguments.model_json_schema()
    taken["properties"] = {**taken.get("properties", {}), **COMMON}
    return types.Tool(
        name=tool.name,
        title=tool.short.replace("_", " ").capitalize(),
        description=tool.description,
        input_schema=taken,
        output_schema=tool.answer.model_json_schema(mode="serialization"),
        annotations=ONLY_READS,
    )
