"""The few SVG primitives the charts need: escaping, tags, scales, ticks, steps."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def esc(text: object) -> str:
    """Any value as text that is safe in HTML, SVG and attribute values."""
    return html.escape(_NOT_XML.sub("", str(text)), quote=True)


def num(value: float) -> str:
    """A coordinate with at most one decimal: 12, 12.5."""
    return f"{round(value, 1) + 0.0:g}"


def tag(name: str, *children: str, **attributes: object) -> str:
    """One element. Children are markup as it is; attribute values are escaped.

    Attribute names take `_` for `-` and `class_` for `class`; `None` leaves one out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{num(v) if isinstance(v, float) else esc(v)}"'
        for key, v in attributes.items()
        if v is not None
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def label(x: float, y: float, text: object, **attributes: object) -> str:
    """A text element; the text is escaped."""
    return tag("text", esc(text), x=float(x), y=float(y), **attributes)


def width_of(text: str, size: float) -> float:
    """About how wide `text` is drawn at font size `size`; on the generous side."""
    return len(text) * size * 0.58


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from data to drawing: `domain[0]` lands on `target[0]`."""

    domain: tuple[float, float]
    target: tuple[float, float]

    def __call__(self, value: float) -> float:
        """Where `value` is drawn."""
        (d0, d1), (t0, t1) = self.domain, self.target
        return t0 + (value - d0) / ((d1 - d0) or 1.0) * (t1 - t0)


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round values (1, 2 or 5 times a power of ten) from at most `low` to at least `high`."""
    span = max(high - low, 1e-6)
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def runs(flags: Sequence[bool]) -> Iterable[tuple[int, int]]:
    """`[start, end)` of every stretch of true values."""
    start = None
    for position, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = position
        elif not flag and start is not None:
            yield start, position
            start = None


def steps(edges: Sequence[float], heights: Sequence[float]) -> str:
    """Path data of a staircase: `heights[i]` from `edges[i]` to `edges[i + 1]`."""
    points = "L".join(
        f"{num(left)},{num(y)}L{num(right)},{num(y)}"
        for left, right, y in zip(edges, edges[1:], heights, strict=False)
    )
    return f"M{points}"


def ribbon(edges: Sequence[float], upper: Sequence[float], lower: Sequence[float]) -> str:
    """Path data of the closed area between two staircases on the same edges."""
    back = "L".join(
        f"{num(right)},{num(y)}L{num(left)},{num(y)}"
        for left, right, y in reversed(list(zip(edges, edges[1:], lower, strict=False)))
    )
    return f"{steps(edges, upper)}L{back}Z"
