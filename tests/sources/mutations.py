"""Documents changed in one place, and JSON of any kind, for property tests of parsers."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

#: What foreign documents are known to hold where it is least expected.
_ODD = st.sampled_from(
    [None, "", " ", "Ip", "ip", "12,3", "1.2.3", "nan", "-0", True, 10**400, -1, 1e308, "02", "24",
     "2025-10-26T02:00:00", "2025-10-26T02:00:00+0000", "0001-01-01T00:00:00+14:00", "\ud800",
     "line\nbreak\u2028x", [], {}, [[]], {"value": 1}, float("nan"), float("inf"), 2**63]
)  # fmt: skip
JSON = st.recursive(
    _ODD | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


def paths(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a document."""
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    return [
        deeper
        for key, value in inside
        for deeper in (
            [(*path, key)] + (paths(value, (*path, key)) if isinstance(value, dict | list) else [])
        )
    ]


@st.composite
def altered(draw: st.DrawFn, original: Any) -> Any:
    """A document with up to three values replaced or removed, or any other JSON."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    document = copy.deepcopy(original)
    for _ in range(draw(st.integers(1, 3))):
        ways = paths(document)
        if not ways:
            return document
        *way, last = draw(st.sampled_from(ways))
        at = document
        for key in way:
            at = at[key]
        if draw(st.booleans()):
            at[last] = draw(JSON)
        else:
            del at[last]
    return document
