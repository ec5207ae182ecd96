"""`draw_chart`: what is drawn hour by hour, under the contracted power."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, number, t
from chocolib.core.tariff import tariff_period
from chocolib.core.time import HOUR
from chocolib.ui.charts.axes import CANVASES, Box, Canvas, day_header, drawing, figure
from chocolib.ui.svg import Scale, label, tag, ticks


def draw_chart(
    draw: pd.DataFrame, *, now: pd.Timestamp, lang: Lang, synthetic: bool = False
) -> str:
    """Bars of the highest draw of each hour, coloured by tariff period, and the limit above.

    Args:
        draw: consecutive UTC hours x `kw` and `limit_kw`, kW.
        now: UTC, marked where it lies inside.
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
    """
    legend = [(f"cc-{period}", period) for period in ("P1", "P2", "P3")]
    legend.append(("cc-key-known", t("plan.draw.limit", lang)))
    return figure(
        [_drawn(draw, now, canvas, lang) for canvas in CANVASES],
        legend,
        "draw",
        demo=t("ui.demo", lang) if synthetic else "",
    )


def _drawn(draw: pd.DataFrame, now: pd.Timestamp, canvas: Canvas, lang: Lang) -> str:
    top = canvas.font * 2.4
    height = top + (110.0 if canvas.narrow else 150.0)
    box = Box(canvas.font * 2.4, top, canvas.width - 1, height)
    most = float(max(draw["limit_kw"].max(), draw["kw"].max()))
    y = Scale((0.0, most * 1.05), (box.bottom, box.top))
    hours = pd.DatetimeIndex(draw.index)
    x = Scale((0.0, float(len(hours))), (box.left, box.right))
    summary = t(
        "plan.draw.text",
        lang,
        most=number(float(draw["kw"].max()), lang, 0),
        left=number(float((draw["limit_kw"] - draw["kw"]).min()), lang, 0),
    )
    content = [_axis(box, y, most, lang), _days(hours, x, box, canvas, lang)]
    content += [_bars(draw, hours, x, y), _limit(draw, x, y), _now(hours, now, x, box)]
    return drawing(canvas, height + canvas.font * 0.5, *content, label=summary)


def _axis(box: Box, y: Scale, most: float, lang: Lang) -> str:
    parts = [label(0, box.top - 6, "kW", class_="cc-soft")]
    for value in ticks(0.0, most, 4):
        at = y(value)
        if at >= box.top:
            parts.append(
                tag("line", class_="cc-grid-line", x1=box.left, x2=box.right, y1=at, y2=at)
            )
            text = number(value, lang, 0)
            parts.append(label(box.left - 6, at + 4, text, text_anchor="end", class_="cc-soft"))
    return "".join(parts)


def _days(hours: pd.DatetimeIndex, x: Scale, box: Box, canvas: Canvas, lang: Lang) -> str:
    starts = [n for n, hour in enumerate(hours) if n == 0 or time.local(hour).hour == 0]
    parts = []
    for first, last in pairwise([*starts, len(hours)]):
        left, right = x(first), x(last)
        if first:
            parts.append(tag("line", class_="cc-day-line", x1=left, x2=left, y1=0.0, y2=box.bottom))
        name = day_header(hours[first], right - left - 8, canvas.font, lang)
        parts.append(label(left + 2, canvas.font, name, class_="cc-bold") if name else "")
    return "".join(parts)


def _bars(draw: pd.DataFrame, hours: pd.DatetimeIndex, x: Scale, y: Scale) -> str:
    periods = tariff_period(hours)
    wide = x(1.0) - x(0.0)
    return "".join(
        tag(
            "rect",
            class_=f"cc-{period}",
            x=x(float(n)) + wide * 0.08,
            y=y(float(kw)),
            width=wide * 0.84,
            height=y(0.0) - y(float(kw)),
        )
        for n, (kw, period) in enumerate(zip(draw["kw"], periods, strict=True))
        if kw > 0
    )


def _limit(draw: pd.DataFrame, x: Scale, y: Scale) -> str:
    points = [
        f"{x(float(n + end)):.1f},{y(float(kw)):.1f}"
        for n, kw in enumerate(draw["limit_kw"])
        for end in (0, 1)
    ]
    return tag("polyline", class_="cc-known", points=" ".join(points))


def _now(hours: pd.DatetimeIndex, now: pd.Timestamp, x: Scale, box: Box) -> str:
    if not hours[0] <= now < hours[-1] + HOUR:
        return ""
    at = x((now - hours[0]) / HOUR)
    return tag("line", class_="cc-now-line", x1=at, x2=at, y1=box.top, y2=box.bottom)
