"""`price_bars`: the price of every hour of today and tomorrow, coloured by tariff period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day, t
from chocolib.core.tariff import PERIODS, tariff_period
from chocolib.ui.charts.axes import (
    CANVASES,
    PERIOD_KEYS,
    Box,
    Canvas,
    drawing,
    figure,
    hour_span,
    mark,
    price_axis,
    price_domain,
    price_text,
    relative_day,
)
from chocolib.ui.svg import Scale, label, runs, tag, width_of


@dataclass(frozen=True, slots=True)
class _Slot:
    start: pd.Timestamp
    price: float | None
    period: str


@dataclass(frozen=True, slots=True)
class _Panel:
    """One strip of consecutive hours: a day on a phone, two days on a desktop."""

    slots: tuple[_Slot, ...]
    box: Box
    canvas: Canvas
    marks: tuple[float, ...]
    now: pd.Timestamp
    lang: Lang

    @property
    def step(self) -> float:
        return (self.box.right - self.box.left) / len(self.slots)

    def x(self, position: float) -> float:
        return self.box.left + position * self.step

    def y(self, price: float) -> float:
        domain = (self.marks[0], self.marks[-1])
        return Scale(domain, (self.box.bottom, self.box.top))(price)


def price_bars(
    prices: pd.Series,
    periods: pd.Series,
    *,
    now: pd.Timestamp,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """Today and tomorrow by hour, coloured by tariff period; HTML of a `<figure>`.

    Args:
        prices: EUR/kWh by UTC hour; hours that are not there are drawn as "sin datos".
            Today is always drawn, tomorrow when it has a price.
        periods: "P1", "P2" or "P3" by UTC hour; hours it lacks follow 2.0TD.
        now: the moment marked, UTC; earlier hours are dimmed.
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
    """
    days = _days(prices, now)
    slots = [_slots(day_, prices, periods) for day_ in days]
    known = [slot.price for group in slots for slot in group if slot.price is not None]
    if not known:
        return tag("p", t("ui.no_prices_to_draw", lang), class_="cc-mute")
    marks = tuple(price_domain(known))
    summary = _summary([slot for group in slots for slot in group], now, lang)
    drawings = []
    for canvas in CANVASES:
        groups = slots if canvas.narrow else [tuple(slot for group in slots for slot in group)]
        content, height = _panels(groups, canvas, marks, now, lang)
        drawings.append(drawing(canvas, height, content, label=summary))
    legend = [(f"cc-{name}", t(PERIOD_KEYS[name], lang)) for name in PERIODS]
    if len(known) < sum(map(len, slots)):
        legend.append(("cc-key-gap", t("ui.no_data", lang)))
    return figure(drawings, legend, "price-bars", demo=t("ui.demo", lang) if synthetic else "")


def _days(prices: pd.Series, now: pd.Timestamp) -> list[date]:
    today = time.local_date(now)
    tomorrow = (pd.Timestamp(today) + pd.DateOffset(days=1)).date()
    window = time.day_window(tomorrow)
    after = prices.loc[(prices.index >= window.start) & (prices.index < window.end)]
    return [today, tomorrow] if after.notna().any() else [today]


def _slots(day_: date, prices: pd.Series, periods: pd.Series) -> tuple[_Slot, ...]:
    hours = time.day_window(day_).hours()
    rule = tariff_period(hours)
    return tuple(
        _Slot(hour, None if pd.isna(price) else float(price), str(periods.get(hour, rule[hour])))
        for hour in hours
        for price in [prices.get(hour, float("nan"))]
    )


def _summary(slots: list[_Slot], now: pd.Timestamp, lang: Lang) -> str:
    known = [(slot.price, slot.start) for slot in slots if slot.price is not None]
    low, high = min(known), max(known)
    return t(
        "ui.bars.summary",
        lang,
        hours=len(known),
        low=price_text(low[0], lang),
        low_when=f"{relative_day(low[1], now, lang)} {clock(low[1])}",
        high=price_text(high[0], lang),
        high_when=f"{relative_day(high[1], now, lang)} {clock(high[1])}",
    )


def _panels(
    groups: list[tuple[_Slot, ...]],
    canvas: Canvas,
    marks: tuple[float, ...],
    now: pd.Timestamp,
    lang: Lang,
) -> tuple[str, float]:
    font = canvas.font
    gutter = max(width_of(f"{value:.2f}", font) for value in marks) + 8
    plot = 118.0 if canvas.narrow else 210.0
    above, below = font * 3.2, font * 3.1
    parts, top = [], 0.0
    for group in groups:
        box = Box(gutter, top + above, canvas.width - 1, top + above + plot)
        parts.append(_panel(_Panel(group, box, canvas, marks, now, lang)))
        top = box.bottom + below + (font * 0.6 if canvas.narrow else 0)
    return "".join(parts), round(top, 1)


def _panel(panel: _Panel) -> str:
    box, font = panel.box, panel.canvas.font
    unit = label(0, box.top - font * 0.95, t("ui.unit", panel.lang), class_="cc-soft")
    bars = "".join(_bar(panel, n, slot) for n, slot in enumerate(panel.slots))
    axis = price_axis(box, panel.marks, panel.lang, font)
    return "".join([unit, axis, _gaps(panel), bars, _hours(panel), _periods(panel), _now(panel)])


def _bar(panel: _Panel, position: int, slot: _Slot) -> str:
    if slot.price is None:
        return ""
    zero, end = panel.y(0.0), panel.y(slot.price)
    height = max(abs(end - zero), 1.0)
    past = " cc-past" if slot.start + time.HOUR <= panel.now else ""
    gap = min(panel.step * 0.16, 3.0)
    x, width = panel.x(position), panel.step
    bar = tag(
        "rect",
        class_=f"cc-{slot.period}{past}",
        x=x + gap / 2,
        y=min(zero, end),
        width=width - gap,
        height=height,
        rx=min(2.0, height / 2),
    )
    box = panel.box
    hit = tag("rect", class_="cc-hit", x=x, y=box.top, width=width, height=box.bottom - box.top)
    when = f"{relative_day(slot.start, panel.now, panel.lang)}, {hour_span(slot.start)}"
    price = price_text(slot.price, panel.lang)
    period = t(PERIOD_KEYS[slot.period], panel.lang)
    short = hour_span(slot.start) if panel.canvas.narrow else f"{when} · {period}"
    tip = label(
        box.right,
        box.top - font_rise(panel.canvas),
        f"{short} · {price}",
        text_anchor="end",
        class_="cc-bold",
    )
    return mark(bar + hit, f"{when}: {price}, {period}", tip)


def font_rise(canvas: Canvas) -> float:
    """How far above the plot the headline of a panel stands."""
    return canvas.font * 2.2


def _gaps(panel: _Panel) -> str:
    parts, font, box = [], panel.canvas.font, panel.box
    for start, end in runs([slot.price is None for slot in panel.slots]):
        x, width = panel.x(start), (end - start) * panel.step
        parts.append(
            tag(
                "rect",
                tag("title", t("ui.no_data", panel.lang)),
                class_="cc-gap",
                x=x,
                y=box.top,
                width=width,
                height=box.bottom - box.top,
            )
        )
        for text in (t("ui.no_data", panel.lang), "?"):
            if width_of(text, font) < width:
                middle = (box.top + box.bottom) / 2
                parts.append(label(x + width / 2, middle, text, text_anchor="middle"))
                break
    return "".join(parts)


def _hours(panel: _Panel) -> str:
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


def _day(panel: _Panel, position: int, slot: _Slot) -> str:
    box, font = panel.box, panel.canvas.font
    x = panel.x(position)
    name = f"{relative_day(slot.start, panel.now, panel.lang)} · {day(slot.start, panel.lang)}"
    shown = name[:1].upper() + name[1:]
    rise = box.top - font_rise(panel.canvas)
    at = 0.0 if position == 0 else x + 4
    line = ""
    if position:
        foot = box.bottom + font * 2.9
        line = tag("line", class_="cc-day-line", x1=x, x2=x, y1=rise - font, y2=foot)
    rest = "cc-bold cc-rest" if position else "cc-bold"
    return line + label(at, rise, shown, class_=rest)


def _periods(panel: _Panel) -> str:
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


def _changes(panel: _Panel, position: int) -> bool:
    """Whether another period or another day begins at this slot."""
    before, slot = panel.slots[position - 1], panel.slots[position]
    midnight = time.local_date(before.start) != time.local_date(slot.start)
    return midnight or before.period != slot.period


def _now(panel: _Panel) -> str:
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
