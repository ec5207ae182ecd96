"""`hour_lines`: a few figures by the hour over some days, with the limits they must keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day, t
from chocolib.ui.charts.axes import CANVASES, Box, Canvas, day_header, drawing, figure, mark
from chocolib.ui.charts.profile import Ruled
from chocolib.ui.svg import Scale, label, num, runs, tag, ticks, width_of


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that is not to be passed, and what it is called on the line."""

    value: float
    name: str


@dataclass(frozen=True, slots=True)
class _Plot:
    table: pd.DataFrame
    canvas: Canvas
    box: Box
    marks: Sequence[float]
    ruled: Ruled
    lang: Lang

    def x(self, place: float) -> float:
        return Scale((0.0, float(len(self.table))), (self.box.left, self.box.right))(place)

    def y(self, value: float) -> float:
        return Scale((self.marks[0], self.marks[-1]), (self.box.bottom, self.box.top))(value)


def hour_lines(
    table: pd.DataFrame,
    ruled: Ruled,
    *,
    name: str,
    now: pd.Timestamp,
    lang: Lang,
    limits: Sequence[Limit] = (),
    synthetic: bool = False,
) -> str:
    """Up to four lines over consecutive UTC hours; HTML of a `<figure>`.

    Args:
        table: UTC hour x shown name of a series; NaN is a gap.
        ruled: what is measured; its floor and ceiling widen and bound the axis.
        name: which chart this is.
        now: UTC; a line stands there when it lies inside.
        lang: language of the texts.
        limits: lines across the plot.
        synthetic: write "demo data" on the chart.
    """
    if table.empty or table.isna().all(axis=None):
        return tag("p", t("ui.no_data", lang), class_="cc-mute")
    drawings = [_draw(table, ruled, canvas, now, lang, limits) for canvas in CANVASES]
    legend = [(f"cc-s{n}", str(column)) for n, column in enumerate(table.columns, 1)]
    return figure(drawings, legend, name, demo=t("ui.demo", lang) if synthetic else "")


def _draw(
    table: pd.DataFrame,
    ruled: Ruled,
    canvas: Canvas,
    now: pd.Timestamp,
    lang: Lang,
    limits: Sequence[Limit],
) -> str:
    font = canvas.font
    values = [*table.to_numpy(float).ravel(), *(limit.value for limit in limits)]
    marks = [
        one
        for one in ticks(float(np.nanmin(values)), float(np.nanmax(values)), 4)
        if ruled.ceiling is None or one <= ruled.ceiling
    ]
    gutter = max(width_of(ruled.write(value), font) for value in marks) + 8
    tall = 150.0 if canvas.narrow else 220.0
    box = Box(gutter, font * 2.4, canvas.width - 1, font * 2.4 + tall)
    plot = _Plot(table, canvas, box, marks, ruled, lang)
    summary = f"{ruled.heading}. " + " ".join(_said(table[name], ruled, lang) for name in table)
    content = [
        label(0, font, ruled.heading, class_="cc-soft cc-rest"),
        _axis(plot),
        _days(plot),
        *(_series(plot, n) for n in reversed(range(table.shape[1]))),
        *(_limit(plot, limit) for limit in limits),
        _now(plot, now),
        _tips(plot),
    ]
    return drawing(canvas, box.bottom + font * 1.7, *content, label=summary)


def _said(values: pd.Series, ruled: Ruled, lang: Lang) -> str:
    """A series with its lowest and highest value and when they are."""
    there = values.dropna()
    if there.empty:
        return ""
    low, high = pd.Timestamp(str(there.idxmin())), pd.Timestamp(str(there.idxmax()))
    return t(
        "ui.profile.series",
        lang,
        name=values.name,
        low=ruled.write(float(there.min())),
        low_at=f"{day(low, lang)} {clock(low)}",
        high=ruled.write(float(there.max())),
        high_at=f"{day(high, lang)} {clock(high)}",
    )


def _axis(plot: _Plot) -> str:
    parts, box = [], plot.box
    for value in plot.marks:
        at = plot.y(value)
        parts.append(tag("line", class_="cc-grid-line", x1=box.left, x2=box.right, y1=at, y2=at))
        down = at + plot.canvas.font * 0.34
        text = plot.ruled.write(value)
        parts.append(label(box.left - 6, down, text, text_anchor="end", class_="cc-soft"))
    return "".join(parts)


def _days(plot: _Plot) -> str:
    """A line at every midnight and the name of the day in the middle of its room."""
    font, box, hours = plot.canvas.font, plot.box, plot.table.index
    starts = [n for n, hour in enumerate(hours) if time.local(hour).hour == 0]
    parts = [
        tag(
            "line",
            class_="cc-day-line",
            x1=plot.x(n),
            x2=plot.x(n),
            y1=box.top,
            y2=box.bottom + font * 1.4,
        )
        for n in starts
    ]
    for start, end in pairwise(sorted({0, *starts, len(hours)})):
        name = day_header(hours[start], plot.x(end) - plot.x(start) - 4, font, plot.lang)
        middle = (plot.x(start) + plot.x(end)) / 2
        foot = box.bottom + font * 1.4
        parts.append(label(middle, foot, name, text_anchor="middle", class_="cc-soft"))
    return "".join(parts)


def _limit(plot: _Plot, limit: Limit) -> str:
    at, box, font = plot.y(limit.value), plot.box, plot.canvas.font
    line = tag("line", class_="cc-limit", x1=box.left, x2=box.right, y1=at, y2=at)
    return line + label(box.left + 4, at - font * 0.3, limit.name, class_="cc-halo")


def _series(plot: _Plot, n: int) -> str:
    """A line through the ends of its hours, where the weather is measured."""
    values = plot.table.iloc[:, n]
    parts = []
    for start, end in runs(list(values.notna())):
        points = [
            f"{num(plot.x(place + 1))},{num(plot.y(float(values.iloc[place])))}"
            for place in range(start, end)
        ]
        parts.append(tag("path", class_=f"cc-line cc-l{n + 1}", d="M" + "L".join(points)))
    return "".join(parts)


def _now(plot: _Plot, now: pd.Timestamp) -> str:
    place = (now - plot.table.index[0]) / time.HOUR
    if not 0 <= place <= len(plot.table):
        return ""
    x, box = plot.x(place), plot.box
    return tag("line", class_="cc-now-line", x1=x, x2=x, y1=box.top - 4, y2=box.bottom)


def _tips(plot: _Plot) -> str:
    """Where to point or tap: every hour on a desktop, every day on a phone."""
    hours, box, parts = plot.table.index, plot.box, []
    if plot.canvas.narrow:
        dates = [time.local_date(hour) for hour in hours]
        starts = [n for n in range(len(dates)) if n == 0 or dates[n] != dates[n - 1]]
        spans = list(zip(starts, [*starts[1:], len(hours)], strict=True))
    else:
        spans = [(n, n + 1) for n in range(len(hours))]
    for start, end in spans:
        text = _tip(plot, start, end)
        hit = tag(
            "rect",
            class_="cc-hit",
            x=plot.x(start),
            y=box.top,
            width=plot.x(end) - plot.x(start),
            height=box.bottom - box.top,
        )
        tip = label(0, plot.canvas.font, text, class_="cc-bold")
        parts.append(mark(hit, text, tip))
    return "".join(parts)


def _tip(plot: _Plot, start: int, end: int) -> str:
    first, write = pd.Timestamp(plot.table.index[start]), plot.ruled.write
    said = [day(first, plot.lang) if end - start > 1 else f"{day(first, plot.lang)} {clock(first)}"]
    for values in (plot.table.iloc[start:end, n].dropna() for n in range(plot.table.shape[1])):
        if values.empty:
            continue
        low, high = write(float(values.min())), write(float(values.max()))
        said.append(low if low == high else f"{low} – {high}")
    return " · ".join(said)
