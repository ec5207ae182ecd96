"""`count_bars`: how many of something by day or by hour, as bars; what is not told is hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chocolib.core.i18n import Lang, number, t
from chocolib.ui.charts.axes import CANVASES, Box, Canvas, drawing, figure, mark
from chocolib.ui.svg import Scale, label, tag, ticks, width_of


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name under the axis, how many (`None`: not told), what is said of it."""

    name: str
    count: float | None
    said: str


def count_bars(
    bars: Sequence[Bar], *, heading: str, name: str, lang: Lang, hidden: str = ""
) -> str:
    """Bars of counts in their order; HTML of a `<figure>`.

    Args:
        bars: at least one is told, else a line says that there is nothing.
        heading: what is counted.
        name: which chart this is.
        lang: language of the texts.
        hidden: why a count may be missing, for the legend; default "no data".
    """
    counts = [bar.count for bar in bars if bar.count is not None]
    if not counts:
        return tag("p", t("ui.no_data", lang), class_="cc-mute")
    marks = ticks(0.0, max(4.0, *counts), 4)
    summary = f"{heading}: " + "; ".join(bar.said for bar in bars if bar.count)
    drawings = [_draw(bars, canvas, marks, heading, summary, lang) for canvas in CANVASES]
    lacks = len(counts) < len(bars)
    legend = [("cc-key-gap", hidden or t("ui.no_data", lang))] if lacks else []
    return figure(drawings, legend, name)


def _draw(
    bars: Sequence[Bar],
    canvas: Canvas,
    marks: Sequence[float],
    heading: str,
    summary: str,
    lang: Lang,
) -> str:
    font = canvas.font
    gutter = max(width_of(number(value, lang, 0), font) for value in marks) + 8
    tall = 130.0 if canvas.narrow else 190.0
    box = Box(gutter, font * 2.2, canvas.width - 1, font * 2.2 + tall)
    y = Scale((marks[0], marks[-1]), (box.bottom, box.top))
    parts = [label(0, font, heading, class_="cc-soft cc-rest"), _axis(box, marks, y, font, lang)]
    step = (box.right - box.left) / len(bars)
    for n, bar in enumerate(bars):
        parts.append(_bar(bar, box.left + n * step, step, box, y, font))
    parts.append(_names(bars, box, step, font))
    return drawing(canvas, box.bottom + font * 1.8, *parts, label=summary)


def _axis(box: Box, marks: Sequence[float], y: Scale, font: float, lang: Lang) -> str:
    parts = []
    for value in marks:
        at = y(value)
        line = "cc-zero" if value == 0 else "cc-grid-line"
        parts.append(tag("line", class_=line, x1=box.left, x2=box.right, y1=at, y2=at))
        text = number(value, lang, 0)
        parts.append(
            label(box.left - 6, at + font * 0.34, text, text_anchor="end", class_="cc-soft")
        )
    return "".join(parts)


def _bar(bar: Bar, x: float, step: float, box: Box, y: Scale, font: float) -> str:
    if bar.count is None:
        size = {"x": x + 0.5, "width": step - 1, "y": box.top, "height": box.bottom - box.top}
        return tag("rect", tag("title", bar.said), class_="cc-gap", **size)
    top, gap = y(bar.count), min(step * 0.18, 4.0)
    shape = tag(
        "rect",
        class_="cc-s1",
        x=x + gap / 2,
        y=top,
        width=step - gap,
        height=y(0.0) - top,
        rx=min(2.0, (y(0.0) - top) / 2),
    )
    hit = tag("rect", class_="cc-hit", x=x, y=box.top, width=step, height=box.bottom - box.top)
    tip = label(box.right, font, bar.said, text_anchor="end", class_="cc-bold")
    return mark(shape + hit, bar.said, tip)


def _names(bars: Sequence[Bar], box: Box, step: float, font: float) -> str:
    """As many names under the axis as fit, at even distances."""
    widest = max(width_of(bar.name, font) for bar in bars) + font * 0.8
    every = next((n for n in (1, 2, 3, 4, 6, 7, 14, 28) if n * step >= widest), len(bars))
    foot = box.bottom + font * 1.3
    return "".join(
        label(box.left + (n + 0.5) * step, foot, bar.name, text_anchor="middle", class_="cc-soft")
        for n, bar in enumerate(bars)
        if n % every == 0 and (n + 0.5) * step + widest / 2 <= box.right - box.left + font
    )
