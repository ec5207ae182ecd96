"""Paths of the system before this one that lead to a tool under another path (docs/api.md)."""

from __future__ import annotations

from collections.abc import Iterator

#: Former path -> the tool that answers there now, with its own arguments.
FORMER: dict[str, str] = {}


def former_of(tool: str) -> Iterator[str]:
    """The former paths that lead to a tool.

    Args:
        tool: its short name.
    """
    return (path for path, short in FORMER.items() if short == tool)
