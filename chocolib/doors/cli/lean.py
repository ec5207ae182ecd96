"""What the process of a command goes without: libraries that others take along for nothing.

A module that is None in `sys.modules` counts as not installed, and those who can do without do.
It is for a whole process, so only a command whose process is its own may say so.
"""

from __future__ import annotations

import sys

#: pandas takes it for its strings: 35 MB of memory.
STRINGS = "pyarrow"
#: jsonschema, below nbformat and Voila, takes it for checks that none of ours asks for: 1.1 s of
#: grammar.
ADDRESSES = "rfc3987_syntax"


def without(module: str) -> None:
    """Go without a module, unless it is there already."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type]
