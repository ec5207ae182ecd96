"""`year_band`: the days of a year on what is usual on each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from chocolib.core.i18n import Lang, number, t
from chocolib.ui.charts.axes import CANVASES, Box, Canvas, drawing, figure, mark
from chocolib.ui.svg import Scale, label, num, tag, ticks, width_of

_DAYS = 366
#: The first day of each month in a leap year, from 0, and the end of the last.
_MONTHS = (0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366)
#: Bands are drawn at every so many days: they are of fifteen days, and smooth.
_EVERY = 4
#: The band of the lowest and of the highest temperature of a day, with its colour.
_SIDES = (("low", "least", "cc-s1", "cc-q1"), ("high", "most", "cc-s2", "cc-q2"))


@dataclass(frozen=True, slots=True)
class _Plot:
    usual: Mapping[str, np.ndarray]
    year: pd.DataFrame
    canvas: Canvas
    box: Box
    marks: Sequence[float]
    lang: Lang

    def x(self, place: float) -> float:
        return Scale((0.0, float(_DAYS)), (self.box.left, self.box.right))(place)

    def y(self, value: float) -> float:
        return Scale((self.marks[0], self.marks[-1]), (self.box.bottom, self.box.top))(value)


def year_band(
    by_day: Mapping[str, Sequence[Any]],
    year: pd.DataFrame,
    today: int,
    *,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """Bands of what is usual, records as dashes, and this year's days; HTML of a `<figure>`.

    Args:
        by_day: columns of `insights.day_normals`, 366 values each; None is missing.
        year: `high`, `low` in C by place in a leap year (1-366); gaps are left open.
        today: place of the day the page stands at.
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
    """
    numbers = [name for name in by_day if name.partition("_")[2] in {"p10", "p50", "p90"}]
    numbers += ["high_most", "low_least"]
    usual = {name: np.array(by_day[name], dtype=float) for name in numbers}
    if all(np.isnan(values).all() for values in usual.values()):
        return tag("p", t("ui.no_data", lang), class_="cc-mute")
    drawings = [_draw(usual, year, today, canvas, lang) for canvas in CANVASES]
    legend = [
        ("cc-s2", t("climate.year.high", lang)),
        ("cc-s1", t("climate.year.low", lang)),
        ("cc-key-known", t("climate.year.this", lang)),
        ("cc-key-record", t("climate.year.record", lang)),
    ]
    return figure(drawings, legend, "year-band", demo=t("ui.demo", lang) if synthetic else "")


def _draw(
    usual: Mapping[str, np.ndarray], year: pd.DataFrame, today: int, canvas: Canvas, lang: Lang
) -> str:
    font = canvas.font
    values = np.concatenate([*usual.values(), year.to_numpy(float).ravel()])
    marks = ticks(float(np.nanmin(values)), float(np.nanmax(values)), 7)
    gutter = max(width_of(f"{value:g}", font) for value in marks) + 8
    tall = 220.0 if canvas.narrow else 300.0
    box = Box(gutter, font * 2.4, canvas.width - 1, font * 2.4 + tall)
    plot = _Plot(usual, year.reindex(range(1, _DAYS + 1)), canvas, box, marks, lang)
    heading = t("climate.year.heading", lang)
    content = [
        label(0, font, heading, class_="cc-soft cc-rest"),
        _axis(plot),
        _months(plot),
        *(_band(plot, *side) for side in _SIDES),
        *(_line(plot, plot.year[side].to_numpy(float), "cc-known") for side in ("low", "high")),
        _today(plot, today),
        _tips(plot),
    ]
    return drawing(canvas, box.bottom + font * 1.7, *content, label=heading)


def _axis(plot: _Plot) -> str:
    parts, box = [], plot.box
    for value in plot.marks:
        at = plot.y(value)
        line = "cc-zero" if value == 0 else "cc-grid-line"
        parts.append(tag("line", class_=line, x1=box.left, x2=box.right, y1=at, y2=at))
        down = at + plot.canvas.font * 0.34
        parts.append(label(box.left - 6, down, f"{value:g}", text_anchor="end", class_="cc-soft"))
    return "".join(parts)


def _months(plot: _Plot) -> str:
    """The name of each month under its days; its first letter where there is little room."""
    names, font, parts = t("months.short", plot.lang).split(), plot.canvas.font, []
    for n, name in enumerate(names):
        left, right = plot.x(_MONTHS[n]), plot.x(_MONTHS[n + 1])
        shown = name if width_of(name, font) + 4 < right - left else name[0].upper()
        foot = plot.box.bottom + font * 1.4
        parts.append(label((left + right) / 2, foot, shown, text_anchor="middle", class_="cc-soft"))
        if n:
            line = {"x1": left, "x2": left, "y1": plot.box.top, "y2": plot.box.bottom}
            parts.append(tag("line", class_="cc-grid-line", **line))
    return "".join(parts)


def _band(plot: _Plot, side: str, record: str, fill: str, line: str) -> str:
    low, high = plot.usual[f"{side}_p10"], plot.usual[f"{side}_p90"]
    there = np.flatnonzero(~np.isnan(low) & ~np.isnan(high))
    there = there[(there % _EVERY == 0) | (there == _DAYS - 1)]
    if not len(there):
        return ""
    up = [f"{num(plot.x(n + 0.5))},{num(plot.y(high[n]))}" for n in there]
    back = [f"{num(plot.x(n + 0.5))},{num(plot.y(low[n]))}" for n in reversed(there)]
    area = tag("path", class_=f"cc-year-band {fill}", d=f"M{'L'.join([*up, *back])}Z")
    stroke = "cc-line cc-l1" if line == "cc-q1" else "cc-line cc-l2"
    middle = plot.usual[f"{side}_p50"]
    points = [f"{num(plot.x(n + 0.5))},{num(plot.y(middle[n]))}" for n in there]
    median = tag("path", class_=f"{stroke} cc-plain cc-thin", d=f"M{'L'.join(points)}")
    return area + median + _line(plot, plot.usual[f"{side}_{record}"], "cc-record")


def _line(plot: _Plot, values: np.ndarray, class_: str) -> str:
    """A line through the days that are known; a day alone is a short dash."""
    path, pen = "", "M"
    level = np.r_[False, (values[1:-1] == values[:-2]) & (values[1:-1] == values[2:]), False]
    for n, value in enumerate(values):
        if level[n] and pen == "L":
            continue
        if np.isnan(value):
            pen = "M"
            continue
        y = num(plot.y(value))
        path += f"M{num(plot.x(n))},{y}L{num(plot.x(n + 1))},{y}" if pen == "M" else ""
        path += f"L{num(plot.x(n + 0.5))},{y}" if pen == "L" else ""
        pen = "L"
    return tag("path", class_=f"{class_} cc-thin", d=path) if path else ""


def _today(plot: _Plot, today: int) -> str:
    x = plot.x(today - 0.5)
    return tag("line", class_="cc-now-line", x1=x, x2=x, y1=plot.box.top - 4, y2=plot.box.bottom)


def _tips(plot: _Plot) -> str:
    """What is usual in each month, when it is pointed at."""
    names, parts = t("months.short", plot.lang).split(), []
    for n, name in enumerate(names):
        days = slice(_MONTHS[n], _MONTHS[n + 1])
        values = {key: plot.usual[key][days] for key in ("high_p50", "high_most", "low_p50")}
        if any(np.isnan(part).all() for part in values.values()):
            continue
        text = t(
            "climate.year.tip",
            plot.lang,
            month=name,
            high=number(float(np.nanmean(values["high_p50"])), plot.lang, 0),
            low=number(float(np.nanmean(values["low_p50"])), plot.lang, 0),
            most=number(float(np.nanmax(values["high_most"])), plot.lang, 1),
        )
        x, top = plot.x(_MONTHS[n]), plot.box.top
        size = {"width": plot.x(_MONTHS[n + 1]) - x, "height": plot.box.bottom - top}
        hit = tag("rect", class_="cc-hit", x=x, y=top, **size)
        parts.append(mark(hit, text, label(0, plot.canvas.font, text, class_="cc-bold")))
    return "".join(parts)
