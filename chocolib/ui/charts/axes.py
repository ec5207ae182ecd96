"""What the charts share: the two canvases, hours as slots, axes, legends, the figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from chocolib.core.i18n import Lang, day, day_name, number, t
from chocolib.core.time import HOUR, local, local_date
from chocolib.ui.svg import Scale, esc, label, tag, ticks, width_of

#: Shown names of the tariff periods, as catalogue keys.
PERIOD_KEYS = {"P1": "ui.period.P1", "P2": "ui.period.P2", "P3": "ui.period.P3"}


@dataclass(frozen=True, slots=True)
class Canvas:
    """One of the two sizes a chart is drawn in, in user units; `font` is its text size."""

    name: str
    width: float
    font: float

    @property
    def narrow(self) -> bool:
        """Whether this is the drawing for phones."""
        return self.name == "narrow"


NARROW = Canvas("narrow", 340, 13.5)
WIDE = Canvas("wide", 1000, 15)
CANVASES = (NARROW, WIDE)


@dataclass(frozen=True, slots=True)
class Box:
    """The rectangle a plot is drawn in."""

    left: float
    top: float
    right: float
    bottom: float


def drawing(canvas: Canvas, height: float, *content: str, label: str, role: str = "img") -> str:
    """The `<svg>` of one canvas; `label` is its summary for screen readers.

    `role` is "img" for a picture, "group" where what it holds can be followed as links.
    """
    return tag(
        "svg",
        tag("title", esc(label)),
        *content,
        class_=f"cc-{canvas.name}",
        viewBox=f"0 0 {canvas.width:g} {height:g}",
        font_size=canvas.font,
        role=role,
        aria_label=label,
        xmlns="http://www.w3.org/2000/svg",
    )


def figure(
    drawings: Iterable[str], legend: Iterable[tuple[str, str]], name: str, *, demo: str = ""
) -> str:
    """Both drawings and the legend, `(class of the swatch, text)` each.

    Args:
        drawings: the `<svg>`s.
        legend: swatches and texts; the texts are escaped.
        name: which chart this is.
        demo: what marks demonstration data, or "".
    """
    shown = f'<span class="cc-chip cc-demo">{esc(demo)}</span>' if demo else ""
    keys = "".join(
        f'<span><i class="cc-dot {esc(swatch)}"></i>{esc(text)}</span>' for swatch, text in legend
    )
    caption = f'<figcaption class="cc-legend">{shown}{keys}</figcaption>'
    return (
        f'<figure class="cc-chart" data-chart="{esc(name)}">{"".join(drawings)}{caption}</figure>'
    )


def price_domain(values: Sequence[float]) -> list[float]:
    """Round price ticks that hold every value and zero."""
    return ticks(min(0.0, *values), max(0.05, *values), 4)


def price_axis(box: Box, marks: Sequence[float], lang: Lang, font: float) -> str:
    """Horizontal lines with their price at the left of the box; the zero line is darker."""
    y = Scale((marks[0], marks[-1]), (box.bottom, box.top))
    parts = []
    for value in marks:
        line = "cc-zero" if value == 0 else "cc-grid-line"
        at = float(y(value))
        parts.append(tag("line", class_=line, x1=box.left, x2=box.right, y1=at, y2=at))
        text = number(value, lang, 2)
        parts.append(
            label(box.left - 6, at + font * 0.34, text, text_anchor="end", class_="cc-soft")
        )
    return "".join(parts)


def mark(shape: str, title: str, tip: str) -> str:
    """A shape that shows `tip` (markup) when it is pointed at, tapped or focused."""
    return tag(
        "g",
        tag("title", esc(title)),
        shape,
        tag("g", tip, class_="cc-tip"),
        class_="cc-mark",
        tabindex="-1",
    )


def hour_span(start: pd.Timestamp) -> str:
    """The Madrid hour that begins at `start`: "14–15 h"."""
    return f"{local(start):%H}–{local(start + HOUR):%H} h"


def price_text(value: float, lang: Lang) -> str:
    """A price per kilowatt-hour with its unit."""
    return t("ui.price", lang, price=number(value, lang, 3))


def cheapest(prices: pd.Series) -> pd.Timestamp:
    """The first hour of the lowest price."""
    return pd.DatetimeIndex(prices.index)[int(prices.argmin())]


def relative_day(moment: pd.Timestamp, now: pd.Timestamp, lang: Lang) -> str:
    """A day as people say it: "hoy", "mañana", "sáb 22 nov"."""
    days = (local_date(moment) - local_date(now)).days
    if days in (0, 1):
        return t("ui.today" if days == 0 else "ui.tomorrow", lang)
    return day(moment, lang)


def day_header(midnight: pd.Timestamp, room: float, font: float, lang: Lang) -> str:
    """The longest name of a day that fits: "vie 21 nov", "vie 21", "vie", "21"."""
    number_ = local(midnight).day
    weekday = day_name(midnight, lang)
    for text in (day(midnight, lang), f"{weekday} {number_}", weekday):
        if width_of(text, font) <= room:
            return text
    return str(number_) if width_of(str(number_), font) <= room else ""
