"""`health_strip`: how each part of the house fared, hour by hour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, t
from chocolib.ui.charts.axes import CANVASES, Box, Canvas, day_header, drawing, figure
from chocolib.ui.svg import Scale, label, tag, width_of

#: How an hour was: its colour, its height in the row, its word. Worse is taller, for those who
#: see no colours.
_LOOKS = {
    "well": ("cc-P3", 0.5, "usage.strip.well"),
    "partly": ("cc-P2", 0.75, "usage.strip.partly"),
    "down": ("cc-P1", 1.0, "usage.strip.down"),
}


@dataclass(frozen=True, slots=True)
class _Plot:
    canvas: Canvas
    box: Box
    x: Scale
    row: float


def health_strip(shares: pd.DataFrame, names: Mapping[str, str], *, lang: Lang) -> str:
    """A row for each part, a cell for each hour; HTML of a `<figure>`.

    Args:
        shares: consecutive hours UTC x part, share of probes that were well, 0..1; NaN where
            there was none.
        names: what the parts are called.
        lang: language of the texts.
    """
    if shares.empty or shares.isna().all(axis=None):
        return tag("p", t("ui.no_data", lang), class_="cc-mute")
    drawings = [_draw(shares, names, canvas, lang) for canvas in CANVASES]
    legend = [(class_, t(word, lang)) for class_, _, word in _LOOKS.values()]
    legend.append(("cc-key-gap", t("usage.strip.none", lang)))
    return figure(drawings, legend, "health-strip")


def how(share: float) -> str:
    """How an hour was: "well", "partly", "down", or "" where nothing was probed."""
    if math.isnan(share):
        return ""
    return "well" if share >= 1 else "partly" if share > 0 else "down"


def _draw(shares: pd.DataFrame, names: Mapping[str, str], canvas: Canvas, lang: Lang) -> str:
    font, parts = canvas.font, [str(part) for part in shares.columns]
    left = max(width_of(names[part], font) for part in parts) + 12
    row = font * 1.9
    box = Box(left, font * 1.6, canvas.width - 1, font * 1.6 + row * len(parts))
    hours = pd.DatetimeIndex(shares.index)
    plot = _Plot(canvas, box, Scale((0.0, float(len(hours))), (box.left, box.right)), row)
    content = [_days(hours, plot, lang)]
    for n, part in enumerate(parts):
        top = box.top + n * row
        content.append(label(0, top + row * 0.5 + font * 0.34, names[part]))
        content.append(_row([how(float(one)) for one in shares[part]], top, plot))
    summary = "; ".join(_summary(shares[part], names[part], lang) for part in parts)
    return drawing(canvas, box.bottom + font * 0.4, *content, label=summary)


def _summary(share: pd.Series, name: str, lang: Lang) -> str:
    """Hours that were not well, for those who do not see the chart."""
    looks = [how(float(one)) for one in share]
    bad = looks.count("partly") + looks.count("down")
    return t("usage.strip.said", lang, name=name, bad=bad, hours=len(looks) - looks.count(""))


def _row(looks: list[str], top: float, plot: _Plot) -> str:
    """Equal hours side by side are one shape; all stand on the same line."""
    parts, at, tall = [], 0, plot.row - 4
    for look, group in groupby(looks):
        end = at + len(list(group))
        x, width = plot.x(float(at)), plot.x(float(end)) - plot.x(float(at))
        class_, share, _ = _LOOKS.get(look, ("cc-gap", 0.5, ""))
        high = tall * share
        y = top + 2 + tall - high
        parts.append(tag("rect", class_=class_, x=x, y=y, width=width, height=high))
        at = end
    return "".join(parts)


def _days(hours: pd.DatetimeIndex, plot: _Plot, lang: Lang) -> str:
    """The midnights of Madrid, and the days between them where their names have room."""
    starts = [n for n, hour in enumerate(hours) if n == 0 or time.local(hour).hour == 0]
    parts, font = [], plot.canvas.font
    for first, last in pairwise([*starts, len(hours)]):
        left, right = plot.x(float(first)), plot.x(float(last))
        if first:
            ends = {"y1": font * 0.2, "y2": plot.box.bottom}
            parts.append(tag("line", class_="cc-day-line", x1=left, x2=left, **ends))
        name = day_header(hours[first], right - left - 6, font, lang)
        parts.append(label(left + 3, font, name, class_="cc-soft") if name else "")
    return "".join(parts)
