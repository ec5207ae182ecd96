"""`profile`: figures of a few series side by side: by horizon day, clock hour or date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from chocolib.core.i18n import Lang, t
from chocolib.ui.charts.axes import CANVASES, Box, Canvas, drawing, figure, mark
from chocolib.ui.svg import Scale, label, num, tag, ticks, width_of

#: How many series have a colour and a shape of their own.
SERIES = 4
#: Markers closer than this, in user units, would run into each other.
_ROOM = 9.0


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of values where a series should stay, and the value that is wanted."""

    low: float
    high: float
    wanted: float


@dataclass(frozen=True, slots=True)
class Ruled:
    """What is measured: its heading, how a value is written, where the axis begins."""

    heading: str
    write: Callable[[float], str]
    floor: float = 0.0
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class _Plot:
    table: pd.DataFrame
    canvas: Canvas
    box: Box
    marks: Sequence[float]
    ruled: Ruled

    @property
    def step(self) -> float:
        return (self.box.right - self.box.left) / len(self.table)

    def x(self, place: int) -> float:
        return self.box.left + (place + 0.5) * self.step

    def y(self, value: float) -> float:
        return Scale((self.marks[0], self.marks[-1]), (self.box.bottom, self.box.top))(value)


def profile(
    table: pd.DataFrame,
    ruled: Ruled,
    *,
    name: str,
    across: str,
    lang: Lang,
    zones: Sequence[Zone] = (),
    marked: Mapping[str, str] | None = None,
    synthetic: bool = False,
) -> str:
    """Up to four series over the same categories, each with its colour, shape and dash.

    Args:
        table: category (str, in order) x shown name of a series, values; NaN is a gap.
        ruled: what is measured.
        name: which chart this is.
        across: what the categories are, for people ("horizon day").
        lang: language of the texts.
        zones: where each series should lie, in the order of the columns.
        marked: categories that are pointed at, each with its short sign.
        synthetic: write "demo data" on the chart.
    """
    if table.empty or table.isna().all(axis=None):
        return tag("p", t("ui.no_data", lang), class_="cc-mute")
    summary = _summary(table, ruled, across, lang)
    drawings = [
        _draw(table, ruled, canvas, summary, across, zones, marked or {}) for canvas in CANVASES
    ]
    legend = [(f"cc-s{n}", str(column)) for n, column in enumerate(table.columns[:SERIES], 1)]
    if any(zone.low < zone.high for zone in zones):
        legend.append(("cc-key-zone", t("ui.profile.zone", lang)))
    return figure(drawings, legend, name, demo=t("ui.demo", lang) if synthetic else "")


def _summary(table: pd.DataFrame, ruled: Ruled, across: str, lang: Lang) -> str:
    """Each series with its lowest and highest value, for those who do not see the chart."""
    parts = [
        t(
            "ui.profile.series",
            lang,
            name=column,
            low=ruled.write(float(values.min())),
            low_at=values.idxmin(),
            high=ruled.write(float(values.max())),
            high_at=values.idxmax(),
        )
        for column, values in table.items()
        if values.notna().any()
    ]
    return f"{ruled.heading}, {across}. " + " ".join(parts)


def _draw(
    table: pd.DataFrame,
    ruled: Ruled,
    canvas: Canvas,
    summary: str,
    across: str,
    zones: Sequence[Zone],
    marked: Mapping[str, str],
) -> str:
    font = canvas.font
    edges = [edge for zone in zones for edge in (zone.low, zone.high)]
    highest = max([float(np.nanmax(table.to_numpy(float))), *edges])
    lowest = min([ruled.floor, float(np.nanmin(table.to_numpy(float))), *edges])
    marks = [
        one for one in ticks(lowest, highest, 4) if ruled.ceiling is None or one <= ruled.ceiling
    ]
    gutter = max(width_of(ruled.write(value), font) for value in marks) + 8
    top = font * (3.0 + 1.1 * len(set(_rows(table, marked, canvas).values())))
    tall = 160.0 if canvas.narrow else 240.0
    plot = _Plot(table, canvas, Box(gutter, top, canvas.width - 1, top + tall), marks, ruled)
    content = [
        label(0, font, ruled.heading, class_="cc-soft cc-rest"),
        _axis(plot),
        *(_zone(plot, zone, n) for n, zone in enumerate(zones, 1)),
        _categories(plot, across),
        _pointed(plot, marked),
        *(_series(plot, n) for n in reversed(range(min(SERIES, table.shape[1])))),
        _tips(plot),
    ]
    return drawing(canvas, plot.box.bottom + font * 3.1, *content, label=summary)


def _axis(plot: _Plot) -> str:
    """Horizontal lines with their value at the left."""
    parts, box = [], plot.box
    for value in plot.marks:
        at = plot.y(value)
        line = "cc-zero" if value == 0 else "cc-grid-line"
        parts.append(tag("line", class_=line, x1=box.left, x2=box.right, y1=at, y2=at))
        down = at + plot.canvas.font * 0.34
        text = plot.ruled.write(value)
        parts.append(label(box.left - 6, down, text, text_anchor="end", class_="cc-soft"))
    return "".join(parts)


def _zone(plot: _Plot, zone: Zone, n: int) -> str:
    box, high, low = plot.box, plot.y(zone.high), plot.y(zone.low)
    wide = box.right - box.left
    area = tag("rect", class_=f"cc-zone cc-s{n}", x=box.left, y=high, width=wide, height=low - high)
    at = plot.y(zone.wanted)
    return area + tag("line", class_=f"cc-wanted cc-l{n}", x1=box.left, x2=box.right, y1=at, y2=at)


def _categories(plot: _Plot, across: str) -> str:
    """Names under the axis, as many as fit, and what they are."""
    font, box = plot.canvas.font, plot.box
    names = [str(name) for name in plot.table.index]
    widest = max(width_of(name, font) for name in names) + font * 0.7
    every = next((n for n in (1, 2, 3, 4, 6, 7, 14, 28) if n * plot.step >= widest), len(names))
    shown = [
        label(plot.x(n), box.bottom + font * 1.3, name, text_anchor="middle", class_="cc-soft")
        for n, name in enumerate(names)
        if n % every == 0 and plot.x(n) + width_of(name, font) / 2 <= plot.canvas.width + 2
    ]
    foot = box.bottom + font * 2.6
    return "".join(shown) + label(
        (box.left + box.right) / 2, foot, across, text_anchor="middle", class_="cc-soft"
    )


def _rows(table: pd.DataFrame, marked: Mapping[str, str], canvas: Canvas) -> dict[int, int]:
    """The row above the plot of each marked place, so that signs do not run together."""
    rows: dict[int, int] = {}
    step = canvas.width * 0.85 / len(table)
    for place in (n for n, name in enumerate(table.index) if name in marked):
        near = [row for other, row in rows.items() if (place - other) * step < canvas.font * 1.2]
        rows[place] = next(row for row in range(len(marked)) if row not in near)
    return rows


def _pointed(plot: _Plot, marked: Mapping[str, str]) -> str:
    """A line down from each marked category's sign."""
    parts, box, font = [], plot.box, plot.canvas.font
    for n, row in _rows(plot.table, marked, plot.canvas).items():
        name = str(plot.table.index[n])
        at, rise = plot.x(n), box.top - font * (0.4 + 1.1 * row)
        parts.append(tag("line", class_="cc-day-line", x1=at, x2=at, y1=rise, y2=box.bottom))
        sign = label(at, rise - 2, marked[name], text_anchor="middle", class_="cc-bold")
        parts.append(sign)
    return "".join(parts)


def _series(plot: _Plot, n: int) -> str:
    values = plot.table.iloc[:, n]
    points = [
        (plot.x(place), plot.y(float(value))) if pd.notna(value) else None
        for place, value in enumerate(values)
    ]
    path, pen = "", "M"
    for point in points:
        path += f"{pen}{num(point[0])},{num(point[1])}" if point else ""
        pen = "L" if point else "M"
    line = tag("path", class_=f"cc-line cc-l{n + 1}", d=path)
    if plot.step < _ROOM:
        return line
    size = 4.0 if plot.canvas.narrow else 5.0
    return line + "".join(_shape(n, *point, size) for point in points if point)


def _shape(n: int, x: float, y: float, size: float) -> str:
    """Circle, square, triangle, diamond: what tells series apart without colour."""
    if n == 0:
        return tag("circle", class_="cc-s1", cx=x, cy=y, r=size)
    corners = {
        1: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        2: ((0.0, -1.1), (1.1, 0.9), (-1.1, 0.9)),
        3: ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    }[n]
    points = " ".join(f"{num(x + a * size)},{num(y + b * size)}" for a, b in corners)
    return tag("polygon", class_=f"cc-s{n + 1}", points=points)


def _tips(plot: _Plot) -> str:
    """Where to point or tap: every category, with the values of all series."""
    box, font, parts = plot.box, plot.canvas.font, []
    for place, (name, row) in enumerate(plot.table.iterrows()):
        given = [(str(column), plot.ruled.write(v)) for column, v in row.items() if pd.notna(v)]
        whole = f"{name}: " + ", ".join(f"{column} {text}" for column, text in given)
        short = f"{name}: " + " · ".join(text for _, text in given)
        wide = width_of(whole, font) <= plot.canvas.width
        hit = tag(
            "rect",
            class_="cc-hit",
            x=plot.x(place) - plot.step / 2,
            y=box.top,
            width=plot.step,
            height=box.bottom - box.top,
        )
        tip = label(0, font, whole if wide else short, class_="cc-bold")
        parts.append(mark(hit, whole, tip))
    return "".join(parts)
