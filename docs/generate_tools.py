"""docs/tools.md from the catalogue of answers; called by `docs.generate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from chocolib.tools.answer import Answer, Figure, Origin, Span
from chocolib.tools.arguments import Argument, arguments_of
from chocolib.tools.catalogue import TOOLS
from chocolib.tools.tool import Tool

HEAD = """# The answers

Made from `chocolib/tools/` by `make docs`; do not edit.

An answer is defined once, as a typed function that only reads: it writes nothing, asks nobody
outside and knows nothing that became known after its `as_of`. Every door offers all of them:

| door | how |
|---|---|
| Python | `chocolib.open().tools.optimal_windows(hours=4)`; Tab and Shift-Tab tell |
| command line | `chocolib tool optimal_windows --hours 4`, `--json` for the document, `--help` |
| MCP | `chocolib mcp`: the tool `get_optimal_windows` with `{"hours": 4}` |
| HTTP | `chocolib api`: `GET /insights/optimal-windows?hours=4` |
| words | `chocolib ask "¿Cuándo produzco hoy?"`, the page Pregunta, `wb.chat()` |

Arguments out of their bounds and unknown ones are refused by name. Where nothing is known a tool
says so and what to do (`NotEnoughData`); a number is never made up, what is missing is null.
Prices look in the forecast that the pages show while it is fresh (26 h), else in one made now.

| tool | group | answers |
|---|---|---|
"""
FRAME = """
## Every answer

Times are Madrid's with their offset, prices EUR/kWh rounded to five decimals as published, money to
cents. Every answer has these fields:
"""


def tools() -> str:
    """A table of all tools, what every answer has, then each tool."""
    rows = "\n".join(
        f"| [`{one.short}`](#{one.short}) | {one.group} | {_first(one.description)} |"
        for one in TOOLS.values()
    )
    frame = [FRAME, *_fields("Answer", Answer), *_parts((Origin, Figure, Span))]
    each = [line for one in TOOLS.values() for line in _section(one)]
    return HEAD + rows + "\n" + "\n".join([*frame, *each, ""])


def _first(description: str) -> str:
    return description.partition(". ")[0].rstrip(".")


def _section(one: Tool) -> Iterator[str]:
    arguments = tuple(arguments_of(one))
    yield from ("", f"## {one.short}", "", one.description, "")
    if arguments:
        yield from ("| argument | what | may be | default |", "|---|---|---|---|")
        yield from (_argument(argument) for argument in arguments)
        yield ""
    yield from _calls(one, arguments)
    yield ""
    yield from _fields(one.answer.__name__, one.answer, leave=set(Answer.model_fields))
    yield from _parts(_inside(one.answer))


def _argument(one: Argument) -> str:
    default = "" if one.default is None else f"`{one.default}`"
    return f"| `{one.name}` | {one.description} | {one.bounds.replace('|', 'or')} | {default} |"


def _calls(one: Tool, arguments: tuple[Argument, ...]) -> Iterator[str]:
    """The same question by each door."""
    said = {a.name: a.default for a in arguments if a.default is not None}
    python = ", ".join(f"{name}={value!r}" for name, value in said.items())
    words = "".join(f" --{name.replace('_', '-')} {value}" for name, value in said.items())
    query = "&".join(f"{name}={value}" for name, value in said.items())
    yield "```text"
    yield f"wb.tools.{one.short}({python})"
    yield f"chocolib tool {one.short}{words} --json"
    yield f"GET {one.path}{'?' if query else ''}{query}"
    yield "```"


def _fields(name: str, model: type[BaseModel], leave: set[str] | None = None) -> Iterator[str]:
    yield from (f"| {name} | type | what |", "|---|---|---|")
    for field, told in model.model_fields.items():
        if field not in (leave or ()):
            yield f"| `{field}` | {_type(told.annotation)} | {told.description or ''} |"


def _parts(parts: tuple[type[BaseModel], ...]) -> Iterator[str]:
    for part in parts:
        yield ""
        yield from _fields(part.__name__, part)


def _inside(model: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """The parts of an answer that are its own, in order."""
    shared = (Origin, Figure, Span)
    found: dict[type[BaseModel], None] = {}
    for told in model.model_fields.values():
        for part in _models(told.annotation):
            if part not in shared:
                found |= dict.fromkeys((part, *_inside(part)))
    return tuple(found)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inner in get_args(kind):
        yield from _models(inner)


#: Types as the JSON has them.
_NAMES = {
    "str": "text",
    "float": "number",
    "int": "whole number",
    "bool": "true or false",
    "datetime": "time",
    "AwareDatetime": "time",
    "NoneType": "null",
}


def _type(kind: Any) -> str:
    """A type as the JSON has it: "list of OptimalWindow", "number or null"."""
    origin, inner = get_origin(kind), get_args(kind)
    if not inner:
        return _NAMES.get(kind.__name__, kind.__name__)
    if hasattr(kind, "__metadata__"):
        return _type(inner[0])
    if origin in (tuple, dict):
        return f"list of {_type(inner[0])}" if origin is tuple else f"{_type(inner[1])} by name"
    said = (f"`{one}`" if isinstance(one, str) else _type(one) for one in inner)
    return " or ".join(said)
