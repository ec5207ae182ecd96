"""`ranked_bars`: a few named amounts as horizontal bars, the largest first."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from chocolib.core.i18n import Lang, t
from chocolib.ui.charts.axes import CANVASES, Canvas, drawing, figure
from chocolib.ui.svg import Scale, label, tag, width_of


def ranked_bars(
    amounts: pd.Series,
    *,
    heading: str,
    write: Callable[[float], str],
    name: str,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """A bar per amount with its name and its value written out.

    Args:
        amounts: shown name -> value, none negative.
        heading: what the amounts are, with their unit.
        write: a value as text.
        name: which chart this is.
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
    """
    amounts = amounts.dropna().sort_values(ascending=False)
    if amounts.empty:
        return tag("p", t("ui.no_data", lang), class_="cc-mute")
    said = ", ".join(f"{who} {write(float(value))}" for who, value in amounts.items())
    drawings = [_draw(amounts, heading, write, canvas, said) for canvas in CANVASES]
    return figure(drawings, [], name, demo=t("ui.demo", lang) if synthetic else "")


def _draw(
    amounts: pd.Series, heading: str, write: Callable[[float], str], canvas: Canvas, said: str
) -> str:
    """On a phone each name stands above its bar, on a desktop before it."""
    font = canvas.font
    names = [str(who) for who in amounts.index]
    left = 0.0 if canvas.narrow else max(width_of(who, font) for who in names) + 10
    value_room = max(width_of(write(float(value)), font) for value in amounts) + 8
    across = Scale((0.0, float(amounts.max())), (left, canvas.width - value_room))
    row, thick = (font * 2.75, 12.0) if canvas.narrow else (font * 1.9, 17.0)
    parts = [label(0, font, heading, class_="cc-soft")]
    for n, (who, value) in enumerate(zip(names, amounts, strict=True)):
        top = font * 1.9 + n * row
        bar = top + font * 1.1 if canvas.narrow else top
        base = top + font * 0.8 if canvas.narrow else top + thick * 0.5 + font * 0.34
        end = across(float(value))
        parts += [
            label(0, base, who),
            tag(
                "rect",
                class_="cc-s1",
                x=left,
                y=bar,
                width=max(end - left, 1.0),
                height=thick,
                rx=2,
            ),
            label(end + 6, bar + thick * 0.5 + font * 0.34, write(float(value)), class_="cc-soft"),
        ]
    return drawing(canvas, font * 1.9 + len(names) * row, *parts, label=f"{heading}: {said}")
