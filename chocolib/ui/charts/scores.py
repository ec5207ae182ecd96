"""`score_lines`: the energy score by hour, one line for what is known, one for what is foretold."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, day, number, t
from chocolib.ui.charts.axes import (
    CANVASES,
    Box,
    Canvas,
    day_header,
    drawing,
    figure,
    hour_span,
    mark,
)
from chocolib.ui.svg import Scale, label, runs, steps, tag

#: Where the axis has a line: the ends and the default bounds of the classes.
MARKS = (0, 35, 55, 75, 100)


def score_lines(
    known: pd.Series,
    foretold: pd.Series,
    *,
    names: tuple[str, str],
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """Two lines of scores, 0 to 100, by UTC hour; HTML of a `<figure>`.

    Args:
        known: score by UTC hour; hours that are missing leave a gap.
        foretold: the same.
        names: what the two are called, in the language of the page.
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
    """
    frame = pd.DataFrame({"known": known, "foretold": foretold})
    if frame.isna().all(axis=None):
        return tag("p", t("ui.no_scores_to_draw", lang), class_="cc-mute")
    frame = frame.reindex(pd.date_range(frame.index[0], frame.index[-1], freq=time.HOUR))
    drawings = [_draw(frame, canvas, names, lang) for canvas in CANVASES]
    legend = [("cc-key-known", names[0]), ("cc-key-guess", names[1])]
    return figure(drawings, legend, "score-lines", demo=t("ui.demo", lang) if synthetic else "")


def _draw(frame: pd.DataFrame, canvas: Canvas, names: tuple[str, str], lang: Lang) -> str:
    font = canvas.font
    plot = 150.0 if canvas.narrow else 220.0
    box = Box(font * 2.6, font * 1.9, canvas.width - 1, font * 1.9 + plot)
    summary = t("ui.scores.summary", lang, hours=len(frame), known=names[0], foretold=names[1])
    content = [_axis(box, font), _days(frame, box, canvas, lang), _lines(frame, box)]
    content.append(_hours(frame, box, canvas, names, lang))
    return drawing(canvas, box.bottom + font * 1.7, *content, label=summary)


def _y(box: Box) -> Scale:
    return Scale((0.0, 100.0), (box.bottom, box.top))


def _x(frame: pd.DataFrame, box: Box) -> Scale:
    return Scale((0.0, float(len(frame))), (box.left, box.right))


def _axis(box: Box, font: float) -> str:
    parts = []
    for value in MARKS:
        at = float(_y(box)(value))
        line = "cc-zero" if value == 0 else "cc-grid-line"
        parts.append(tag("line", class_=line, x1=box.left, x2=box.right, y1=at, y2=at))
        text = label(box.left - 6, at + font * 0.34, value, text_anchor="end", class_="cc-soft")
        parts.append(text)
    return "".join(parts)


def _days(frame: pd.DataFrame, box: Box, canvas: Canvas, lang: Lang) -> str:
    """A line at every midnight and the name of the day in the middle of its room."""
    x, font = _x(frame, box), canvas.font
    starts = [n for n, hour in enumerate(frame.index) if time.local(hour).hour == 0]
    parts = [
        tag("line", class_="cc-day-line", x1=x(n), x2=x(n), y1=box.top, y2=box.bottom + font * 1.4)
        for n in starts
    ]
    for start, end in pairwise(sorted({0, *starts, len(frame)})):
        name = day_header(frame.index[start], x(end) - x(start) - 4, font, lang)
        middle = (x(start) + x(end)) / 2
        foot = box.bottom + font * 1.4
        parts.append(label(middle, foot, name, text_anchor="middle", class_="cc-soft"))
    return "".join(parts)


def _lines(frame: pd.DataFrame, box: Box) -> str:
    x, y, parts = _x(frame, box), _y(box), []
    for name, style in (("foretold", "cc-guess"), ("known", "cc-known")):
        values = frame[name]
        for start, end in runs(list(values.notna())):
            edges = [x(n) for n in range(start, end + 1)]
            heights = [y(value) for value in values.iloc[start:end]]
            parts.append(tag("path", class_=style, d=steps(edges, heights)))
    return "".join(parts)


def _hours(
    frame: pd.DataFrame, box: Box, canvas: Canvas, names: tuple[str, str], lang: Lang
) -> str:
    """What each hour says when it is pointed at."""
    x, parts = _x(frame, box), []
    for n, (hour, row) in enumerate(zip(frame.index, frame.to_dict("records"), strict=True)):
        said = [
            f"{name}: {number(value, lang, 0)}"
            for name, value in zip(names, (row["known"], row["foretold"]), strict=True)
            if pd.notna(value)
        ]
        text = " · ".join([f"{day(hour, lang)}, {hour_span(hour)}", *said])
        size = {"width": x(n + 1) - x(n), "height": box.bottom - box.top}
        hit = tag("rect", class_="cc-hit", x=x(n), y=box.top, **size)
        tip = label(canvas.width, canvas.font, text, text_anchor="end", class_="cc-bold")
        parts.append(mark(hit, text, tip))
    return "".join(parts)
