"""`waterfall`: how one sum becomes another, step by step, as horizontal bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chocolib.core.i18n import Lang, t
from chocolib.ui.charts.axes import CANVASES, Canvas, drawing, figure
from chocolib.ui.svg import Scale, label, tag, width_of


@dataclass(frozen=True, slots=True)
class Step:
    """A bar from `start` to `end`; a whole sum starts at 0.

    Attributes:
        text: what it is.
        value: what is written beside it.
        ours: drawn in the colour of the plan.
    """

    text: str
    start: float
    end: float
    value: str
    ours: bool = False


def waterfall(
    steps: Sequence[Step],
    *,
    heading: str,
    name: str,
    lang: Lang,
    synthetic: bool = False,
    write: Callable[[Step], str] = lambda step: f"{step.text} {step.value}",
) -> str:
    """A bar per step, each where the one before it ended.

    Args:
        steps: none below 0; at least one above it.
        heading: what the amounts are, with their unit.
        name: which chart this is.
        synthetic: write "demo data" on the chart.
        write: a step as text, for those who do not see it.
    """
    said = ", ".join(map(write, steps))
    drawings = [_draw(steps, heading, canvas, said) for canvas in CANVASES]
    return figure(drawings, [], name, demo=t("ui.demo", lang) if synthetic else "")


def _draw(steps: Sequence[Step], heading: str, canvas: Canvas, said: str) -> str:
    """On a phone each text stands above its bar, on a desktop before it."""
    font = canvas.font
    left = 0.0 if canvas.narrow else max(width_of(step.text, font) for step in steps) + 10
    room = max(width_of(step.value, font) for step in steps) + 8
    most = max(max(step.start, step.end) for step in steps)
    across = Scale((0.0, most), (left, canvas.width - room))
    row, thick = (font * 2.75, 12.0) if canvas.narrow else (font * 1.9, 17.0)
    parts = [label(0, font, heading, class_="cc-soft")]
    for number, step in enumerate(steps):
        top = font * 1.9 + number * row
        bar = top + font * 1.1 if canvas.narrow else top
        base = top + font * 0.8 if canvas.narrow else top + thick * 0.5 + font * 0.34
        first, last = sorted((across(step.start), across(step.end)))
        kind = "cc-s1" if step.ours else "cc-s2"
        size = {"width": max(last - first, 1.0), "height": thick, "rx": 2}
        parts += [
            label(0, base, step.text),
            tag("rect", class_=kind, x=first, y=bar, **size),
            label(last + 6, bar + thick * 0.5 + font * 0.34, step.value, class_="cc-soft"),
        ]
    return drawing(canvas, font * 1.9 + len(steps) * row, *parts, label=f"{heading}: {said}")
