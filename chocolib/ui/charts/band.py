"""`forecast_band`: a week ahead, what is published as a line and the rest as a band.

Where a past week is looked at, what came is drawn over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day, t
from chocolib.ui.charts.axes import (
    CANVASES,
    Box,
    Canvas,
    cheapest,
    day_header,
    drawing,
    figure,
    hour_span,
    mark,
    price_axis,
    price_domain,
    price_text,
)
from chocolib.ui.svg import Scale, label, ribbon, runs, steps, tag, width_of


def forecast_band(frame: pd.DataFrame, *, lang: Lang, synthetic: bool = False) -> str:
    """A forecast by hour: known prices solid, then the median in its 80 % band.

    Args:
        frame: UTC hours x `q10`, `q50`, `q90` (EUR/kWh) and `known` (bool), as in
            `core.results.Forecast`; hours without a value leave a gap. With `actual`
            (EUR/kWh) what came is drawn over the forecast.
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
    """
    frame = frame.dropna(subset=["q50"])
    if frame.empty:
        return tag("p", t("ui.no_forecast_to_draw", lang), class_="cc-mute")
    frame = frame.reindex(pd.date_range(frame.index[0], frame.index[-1], freq=time.HOUR))
    frame["known"] = frame["known"].eq(True)
    summary = _summary(frame, lang)
    drawings = [_draw(frame, canvas, summary, lang) for canvas in CANVASES]
    solid = "ui.band.actual" if "actual" in frame else "ui.band.known"
    legend = [
        ("cc-key-known", t(solid, lang)),
        ("cc-key-guess", t("ui.band.median", lang)),
        ("cc-key-band", t("ui.band.band", lang)),
    ]
    return figure(drawings, legend, "forecast-band", demo=t("ui.demo", lang) if synthetic else "")


def _summary(frame: pd.DataFrame, lang: Lang) -> str:
    low = cheapest(frame["q50"])
    return t(
        "ui.band.summary",
        lang,
        hours=len(frame),
        known=int(frame["known"].sum()),
        low=price_text(float(frame["q50"].min()), lang),
        low_when=f"{day(low, lang)}, {clock(low)}",
    )


def _draw(frame: pd.DataFrame, canvas: Canvas, summary: str, lang: Lang) -> str:
    font = canvas.font
    shown = frame.reindex(columns=["q10", "q50", "q90", "actual"]).to_numpy(float)
    marks = price_domain([float(value) for value in shown[~np.isnan(shown)]])
    gutter = max(width_of(f"{value:.2f}", font) for value in marks) + 8
    plot = 150.0 if canvas.narrow else 230.0
    box = Box(gutter, font * 3.1, canvas.width - 1, font * 3.1 + plot)
    content = [
        label(0, box.top - font * 0.95, t("ui.unit", lang), class_="cc-soft"),
        price_axis(box, marks, lang, font),
        _days(frame, box, canvas, lang),
        _lines(frame, box, marks),
        _marks(frame, box, canvas, lang),
        "" if "actual" in frame else _rest(canvas, frame, lang),
    ]
    return drawing(canvas, box.bottom + font * 1.7, *content, label=summary)


def _rest(canvas: Canvas, frame: pd.DataFrame, lang: Lang) -> str:
    """What stands in the headline while nothing is pointed at: the cheapest hour."""
    low = cheapest(frame["q50"])
    key = "ui.band.cheapest_short" if canvas.narrow else "ui.band.cheapest"
    text = t(
        key,
        lang,
        when=f"{day(low, lang)}, {hour_span(low)}",
        price=price_text(float(frame["q50"].min()), lang),
    )
    return label(canvas.width, canvas.font, text, text_anchor="end", class_="cc-rest cc-soft")


def _x(frame: pd.DataFrame, box: Box) -> Scale:
    return Scale((0.0, float(len(frame))), (box.left, box.right))


def _days(frame: pd.DataFrame, box: Box, canvas: Canvas, lang: Lang) -> str:
    """A line at every midnight and the name of the day in the middle of its room."""
    x, font = _x(frame, box), canvas.font
    starts = [n for n, hour in enumerate(frame.index) if time.local(hour).hour == 0]
    edges = sorted({0, *starts, len(frame)})
    parts = [
        tag("line", class_="cc-day-line", x1=x(n), x2=x(n), y1=box.top, y2=box.bottom + font * 1.4)
        for n in starts
    ]
    for start, end in pairwise(edges):
        name = day_header(frame.index[start], x(end) - x(start) - 4, font, lang)
        if name:
            middle = (x(start) + x(end)) / 2
            parts.append(
                label(middle, box.bottom + font * 1.4, name, text_anchor="middle", class_="cc-soft")
            )
    return "".join(parts)


def _lines(frame: pd.DataFrame, box: Box, marks: Sequence[float]) -> str:
    x = _x(frame, box)
    y = Scale((marks[0], marks[-1]), (box.bottom, box.top))
    known = frame["known"].to_numpy(dtype=bool)
    there = frame["q50"].notna().to_numpy()
    came = frame["actual"] if "actual" in frame else frame["q50"].where(known)
    both = frame[["q10", "q90"]].notna().all(axis=1).to_numpy()
    parts = []
    for start, end in runs(list(both & ~known)):
        edges = [x(n) for n in range(start, end + 1)]
        upper = [y(value) for value in frame["q90"].iloc[start:end]]
        lower = [y(value) for value in frame["q10"].iloc[start:end]]
        parts.append(tag("path", class_="cc-band", d=ribbon(edges, upper, lower)))
    solid = came.notna().to_numpy()
    for name, values, flags in (
        ("cc-guess", frame["q50"], there & ~known),
        ("cc-known", came, solid),
    ):
        for start, end in runs(list(flags)):
            edges = [x(n) for n in range(start, end + 1)]
            heights = [y(value) for value in values.iloc[start:end]]
            parts.append(tag("path", class_=name, d=steps(edges, heights)))
    return "".join(parts)


def _marks(frame: pd.DataFrame, box: Box, canvas: Canvas, lang: Lang) -> str:
    """Where to point or tap: every hour on a desktop, every day on a phone."""
    if canvas.narrow:
        dates = [time.local_date(hour) for hour in frame.index]
        starts = [n for n in range(len(dates)) if n == 0 or dates[n] != dates[n - 1]]
        spans = list(zip(starts, [*starts[1:], len(frame)], strict=True))
        texts = [_day_text(frame.iloc[a:b], lang) for a, b in spans]
    else:
        spans = [(n, n + 1) for n in range(len(frame)) if pd.notna(frame["q50"].iloc[n])]
        texts = [_hour_text(frame.iloc[a], lang) for a, _ in spans]
    x = _x(frame, box)
    parts = []
    for (start, end), text in zip(spans, texts, strict=True):
        hit = tag(
            "rect",
            class_="cc-hit",
            x=x(start),
            y=box.top,
            width=x(end) - x(start),
            height=box.bottom - box.top,
        )
        tip = label(canvas.width, canvas.font, text, text_anchor="end", class_="cc-bold")
        parts.append(mark(hit, text, tip))
    return "".join(parts)


def _hour_text(row: pd.Series, lang: Lang) -> str:
    when = pd.Timestamp(str(row.name))
    head = f"{day(when, lang)}, {hour_span(when)} · {price_text(float(row['q50']), lang)}"
    if row["known"] or pd.isna(row["q10"]) or pd.isna(row["q90"]):
        return head
    low, high = price_text(float(row["q10"]), lang), price_text(float(row["q90"]), lang)
    said = t("ui.band.between", lang, head=head, low=low, high=high)
    if pd.isna(row.get("actual")):
        return said
    return f"{said} · {t('ui.band.actual', lang)} {price_text(float(row['actual']), lang)}"


def _day_text(part: pd.DataFrame, lang: Lang) -> str:
    values = part["q50"].dropna()
    first = part.index[0]
    if values.empty:
        return f"{day(first, lang)} · {t('ui.no_data', lang)}"
    low = cheapest(values)
    price = price_text(float(values.min()), lang)
    return f"{day(first, lang)} · {t('ui.band.min', lang)} {hour_span(low)}: {price}"
