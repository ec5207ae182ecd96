"""One strip of hours of the price bars: its geometry, and what is written around it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, day, t
from chocolib.ui.charts.axes import Box, Canvas, price_axis, relative_day
from chocolib.ui.svg import Scale, label, tag, width_of


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour: its start (UTC), its price or `None`, its tariff period."""

    start: pd.Timestamp
    price: float | None
    period: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One strip of consecutive hours: a day on a phone, two days on a desktop."""

    slots: tuple[Slot, ...]
    box: Box
    canvas: Canvas
    marks: tuple[float, ...]
    now: pd.Timestamp
    lang: Lang

    @property
    def step(self) -> float:
        """Width of an hour."""
        return (self.box.right - self.box.left) / len(self.slots)

    def x(self, position: float) -> float:
        """Where the slot at `position` begins."""
        return self.box.left + position * self.step

    def y(self, price: float) -> float:
        """How high a price is drawn."""
        domain = (self.marks[0], self.marks[-1])
        return Scale(domain, (self.box.bottom, self.box.top))(price)


def surroundings(panel: Panel) -> str:
    """Unit, price axis, hours, day names and tariff periods."""
    box, font = panel.box, panel.canvas.font
    unit = label(0, box.top - font * 0.95, t("ui.unit", panel.lang), class_="cc-soft")
    axis = price_axis(box, panel.marks, panel.lang, font)
    return unit + axis + _hours(panel) + _periods(panel)


def headline_rise(canvas: Canvas) -> float:
    """How far above the plot the headline of a panel stands."""
    return canvas.font * 2.2


def _hours(panel: Panel) -> str:
    """Hours under the axis, a line between days and the name of each day above it."""
    parts, font, box = [], panel.canvas.font, panel.box
    foot = box.bottom + font * 1.25
    for n, slot in enumerate(panel.slots):
        hour = time.local(slot.start).hour
        if hour % 3 == 0 and (n == 0 or time.local(panel.slots[n - 1].start).hour != hour):
            parts.append(label(panel.x(n), foot, f"{hour:02d}", class_="cc-soft"))
        if hour == 0 and (n == 0 or time.local(panel.slots[n - 1].start).hour != 0):
            parts.append(_day(panel, n, slot))
    return "".join(parts)


def _day(panel: Panel, position: int, slot: Slot) -> str:
    box, font = panel.box, panel.canvas.font
    x = panel.x(position)
    name = f"{relative_day(slot.start, panel.now, panel.lang)} · {day(slot.start, panel.lang)}"
    shown = name[:1].upper() + name[1:]
    rise = box.top - headline_rise(panel.canvas)
    at = 0.0 if position == 0 else x + 4
    line = ""
    if position:
        foot = box.bottom + font * 2.9
        line = tag("line", class_="cc-day-line", x1=x, x2=x, y1=rise - font, y2=foot)
    rest = "cc-bold cc-rest" if position else "cc-bold"
    return line + label(at, rise, shown, class_=rest)


def _periods(panel: Panel) -> str:
    """The strip of tariff periods under the hours: colour is never the only sign."""
    parts, font = [], panel.canvas.font
    top = panel.box.bottom + font * 1.75
    names = [slot.period for slot in panel.slots]
    edges = [0, *(n for n in range(1, len(names)) if _changes(panel, n)), len(names)]
    for start, end in pairwise(edges):
        x, width = panel.x(start), (end - start) * panel.step
        parts.append(
            tag(
                "rect",
                class_=f"cc-{names[start]}",
                x=x + 0.5,
                y=top,
                width=width - 1,
                height=3.5,
                rx=1.7,
            )
        )
        if width_of(names[start], font) < width:
            parts.append(
                label(
                    x + width / 2,
                    top + font * 1.2,
                    names[start],
                    text_anchor="middle",
                    class_="cc-soft",
                )
            )
    return "".join(parts)


def _changes(panel: Panel, position: int) -> bool:
    """Whether another period or another day begins at this slot."""
    before, slot = panel.slots[position - 1], panel.slots[position]
    midnight = time.local_date(before.start) != time.local_date(slot.start)
    return midnight or before.period != slot.period


def now_mark(panel: Panel) -> str:
    """A line and the word at the moment the page stands at; nothing on other days."""
    first, last = panel.slots[0].start, panel.slots[-1].start + time.HOUR
    if not first <= panel.now < last:
        return ""
    font, box = panel.canvas.font, panel.box
    x = panel.x((panel.now - first) / time.HOUR)
    word = t("ui.now", panel.lang)
    half = width_of(word, font) / 2
    text_x = min(max(x, box.left + half), box.right - half)
    return tag("line", class_="cc-now-line", x1=x, x2=x, y1=box.top - 4, y2=box.bottom) + label(
        text_x, box.top - font * 0.6, word, text_anchor="middle", class_="cc-bold"
    )
