"""`hot_day_bars`: how many hot days each year had, coloured by the station that measured."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import Lang, t
from chocolib.ui.charts.axes import CANVASES, Box, Canvas, drawing, figure, mark
from chocolib.ui.svg import Scale, label, tag, ticks, width_of


def hot_day_bars(table: pd.DataFrame, heat: int, *, lang: Lang, synthetic: bool = False) -> str:
    """Bars by year; HTML of a `<figure>`.

    Years that are not there are hatched, years that are not known well enough are pale.

    Args:
        table: of `insights.hot_days.hot_days`.
        heat: which of its columns, C.
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
    """
    values, stations, counted = table[f"above_{heat}"], table["station"], table["counts"]
    if values.empty:
        return tag("p", t("ui.no_data", lang), class_="cc-mute")
    title = t("ui.years.above", lang, heat=heat)
    years = list(range(int(values.index.min()), int(values.index.max()) + 1))
    names = list(dict.fromkeys(stations))
    colours = {name: f"cc-q{1 + n % 4}" for n, name in enumerate(names)}
    marks = ticks(0.0, float(values.max()), 4)
    drawings = []
    for canvas in CANVASES:
        box = Box(width_of("000", canvas.font) + 8, canvas.font * 2.2, canvas.width - 1, 260.0)
        y = Scale((marks[0], marks[-1]), (box.bottom, box.top))
        parts = [label(0, canvas.font, title, class_="cc-soft"), _axis(box, marks, y, canvas)]
        step = (box.right - box.left) / len(years)
        for n, year in enumerate(years):
            x = box.left + n * step
            parts.append(_year(year, x, step, box, canvas))
            if year in values.index:
                pale = "" if counted[year] else " cc-pale"
                class_ = colours[stations[year]] + pale
                parts.append(_bar(values[year], year, class_, x, step, y, stations[year]))
            else:
                parts.append(_gap(x, step, box, lang))
        drawings.append(drawing(canvas, box.bottom + canvas.font * 1.8, *parts, label=title))
    legend = [(colour, name) for name, colour in colours.items()]
    legend += [("cc-key-gap", t("ui.no_data", lang)), ("cc-key-pale", t("ui.years.part", lang))]
    return figure(drawings, legend, "hot-day-bars", demo=t("ui.demo", lang) if synthetic else "")


def _axis(box: Box, marks: list[float], y: Scale, canvas: Canvas) -> str:
    parts = []
    for value in marks:
        at = y(value)
        line = "cc-zero" if value == 0 else "cc-grid-line"
        parts.append(tag("line", class_=line, x1=box.left, x2=box.right, y1=at, y2=at))
        at += canvas.font * 0.34
        parts.append(label(box.left - 6, at, f"{value:g}", text_anchor="end", class_="cc-soft"))
    return "".join(parts)


def _year(year: int, x: float, step: float, box: Box, canvas: Canvas) -> str:
    every = 5 if canvas.narrow else 2
    if year % every:
        return ""
    middle, foot = x + step / 2, box.bottom + canvas.font * 1.3
    return label(middle, foot, f"{year}", text_anchor="middle", class_="cc-soft")


def _bar(
    value: float, year: int, class_: str, x: float, step: float, y: Scale, station: str
) -> str:
    top, zero = y(float(value)), y(0.0)
    size = {"x": x + step * 0.1, "width": step * 0.8, "y": top, "height": zero - top}
    return mark(tag("rect", class_=class_, **size), f"{year}, {station}: {value:g}", "")


def _gap(x: float, step: float, box: Box, lang: Lang) -> str:
    size = {"x": x + 0.5, "width": step - 1, "y": box.top, "height": box.bottom - box.top}
    return tag("rect", tag("title", t("ui.no_data", lang)), class_="cc-gap", **size)
