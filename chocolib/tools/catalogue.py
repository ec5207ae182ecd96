"""Every answer, one line each: adding one here adds it to every door."""

from __future__ import annotations

from difflib import get_close_matches

from chocolib.core.errors import SettingsError
from chocolib.tools.predictions import get_optimal_windows
from chocolib.tools.realtime import get_current_price
from chocolib.tools.tool import Role, Tool

TOOLS: dict[str, Tool] = {
    tool.short: tool
    for tool in (
        Tool(get_current_price, "realtime", "/ree/prices/latest"),
        Tool(get_optimal_windows, "predictions", "/insights/optimal-windows"),
    )
}


def tool_called(name: str) -> Tool:
    """The tool called `name`: optimal_windows, get_optimal_windows or optimal-windows.

    Raises:
        SettingsError: there is none; names the nearest, or all.
    """
    short = name.strip().lower().replace("-", "_").removeprefix("get_")
    if short in TOOLS:
        return TOOLS[short]
    near = get_close_matches(short, TOOLS, n=3)
    raise SettingsError(
        f"there is no answer called {name[:80]!r}",
        hint=f"{'perhaps' if near else 'one of'}: {', '.join(near or TOOLS)}",
    )


def offered(role: Role) -> list[Tool]:
    """The tools somebody of this role may ask, in their order."""
    return [tool for tool in TOOLS.values() if role in (tool.role, "admin")]
