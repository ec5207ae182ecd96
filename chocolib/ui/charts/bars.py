"""`price_bars`: the price of every hour of today and tomorrow, coloured by tariff period."""

from __future__ import annotations

from datetime import date

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, t
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
    price_domain,
    price_text,
    relative_day,
)
from chocolib.ui.charts.panel import Panel, Slot, headline_rise, now_mark, surroundings
from chocolib.ui.svg import label, runs, tag, width_of


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


def _slots(day_: date, prices: pd.Series, periods: pd.Series) -> tuple[Slot, ...]:
    hours = time.day_window(day_).hours()
    rule = tariff_period(hours)
    return tuple(
        Slot(hour, None if pd.isna(price) else float(price), str(periods.get(hour, rule[hour])))
        for hour in hours
        for price in [prices.get(hour, float("nan"))]
    )


def _summary(slots: list[Slot], now: pd.Timestamp, lang: Lang) -> str:
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
    groups: list[tuple[Slot, ...]],
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
        parts.append(_panel(Panel(group, box, canvas, marks, now, lang)))
        top = box.bottom + below + (font * 0.6 if canvas.narrow else 0)
    return "".join(parts), round(top, 1)


def _panel(panel: Panel) -> str:
    bars = "".join(_bar(panel, n, slot) for n, slot in enumerate(panel.slots))
    return surroundings(panel) + _gaps(panel) + bars + now_mark(panel)


def _bar(panel: Panel, position: int, slot: Slot) -> str:
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
        box.top - headline_rise(panel.canvas),
        f"{short} · {price}",
        text_anchor="end",
        class_="cc-bold",
    )
    return mark(bar + hit, f"{when}: {price}, {period}", tip)


def _gaps(panel: Panel) -> str:
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
