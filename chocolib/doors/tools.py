"""Every answer of the catalogue in a notebook: `wb.tools.optimal_windows(hours=4)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from chocolib.app.context import Context
from chocolib.tools.answer import Answer
from chocolib.tools.arguments import arguments_of
from chocolib.tools.catalogue import TOOLS
from chocolib.tools.tool import Tool


@dataclass(frozen=True, slots=True)
class Tools:
    """The answers: `tools.current_price()` and so on; `dir()` lists them."""

    context: Context

    def __dir__(self) -> list[str]:
        return sorted(TOOLS)

    def __repr__(self) -> str:
        return f"<tools: {', '.join(TOOLS)}>"

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if name not in TOOLS:
            raise AttributeError(f"there is no tool {name!r}; one of: {', '.join(TOOLS)}")
        return _asking(TOOLS[name], self.context)


def _asking(tool: Tool, context: Context) -> Callable[..., Answer]:
    """The tool's function without its context, arguments by name; refuses what `Tool.ask` does."""

    def ask(**given: Any) -> Answer:
        return tool.ask(context, given)

    ask.__name__ = ask.__qualname__ = tool.short
    ask.__doc__ = _doc(tool)
    ask.__signature__ = _signature(tool)  # type: ignore[attr-defined]
    return ask


def _signature(tool: Tool) -> inspect.Signature:
    """As Shift-Tab shows it: plain types, for the bounds are in the text."""
    hints = get_type_hints(tool.function)
    named = list(inspect.signature(tool.function).parameters.values())[1:]
    return inspect.Signature(
        [one.replace(kind=one.KEYWORD_ONLY, annotation=hints[one.name]) for one in named],
        return_annotation=tool.answer,
    )


def _doc(tool: Tool) -> str:
    said = [f"    {a.name}: {a.description} ({a.bounds})." for a in arguments_of(tool)]
    return "\n".join([tool.description, *(["", "Args:"] if said else []), *said])
