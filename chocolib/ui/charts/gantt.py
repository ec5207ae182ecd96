"""`gantt`: what every machine does and when, under the price, on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day, t
from chocolib.core.results import Plan, Schedule, Task
from chocolib.core.time import Window
from chocolib.ui.charts.axes import NARROW, WIDE, day_header, drawing, figure, mark
from chocolib.ui.charts.rows import machines, product_name, swatches, task_text
from chocolib.ui.charts.sheet import Sheet
from chocolib.ui.svg import Scale, esc, label, tag, width_of

#: On a phone this many days are open, the others behind a fold.
OPEN_DAYS = 2


def gantt(
    plan: Plan | Schedule,
    prices: pd.Series | None = None,
    *,
    lang: Lang,
    now: pd.Timestamp | None = None,
    synthetic: bool = False,
) -> str:
    """Machines as rows in stage order, tasks coloured by product, the price above them.

    On a desktop one axis for the whole plan; on a phone one sheet per day.

    Args:
        plan: a plan (its best schedule is drawn) or a schedule.
        prices: EUR/kWh by UTC hour for the strip on top; `None` leaves the strip out.
        lang: language of the texts.
        now: a moment to mark, UTC.
        synthetic: write "demo data" on the chart (a synthetic plan always does).
    """
    schedule = plan.best if isinstance(plan, Plan) else plan
    synthetic = synthetic or (isinstance(plan, Plan) and plan.synthetic)
    tasks = sorted(schedule.tasks, key=lambda task: (task.start, task.machine))
    if not tasks:
        return tag("p", t("ui.gantt.empty", lang), class_="cc-mute")
    span = Window(tasks[0].start, max(task.end for task in tasks))
    strip = pd.Series(index=pd.DatetimeIndex([], tz="UTC"), dtype=float)
    strip = strip if prices is None else prices
    rows, colours = machines(tasks, lang), swatches(tasks)
    halts = plan.halts if isinstance(plan, Plan) else ()
    halts = tuple(halt for halt in halts if halt.start < span.end and span.start < halt.end)
    sheet = Sheet(WIDE, span, rows, colours, strip, lang, halts)
    legend = [(f"cc-{colour}", product_name(name, lang)) for name, colour in colours.items()]
    legend.append(("cc-key-night", t("ui.gantt.night", lang)))
    legend += [("cc-key-shut", t("ui.gantt.shut", lang))] if halts else []
    wide = _draw(sheet, tasks, now)
    return figure(
        [_phone(sheet, tasks, now), wide],
        legend,
        "gantt",
        demo=t("ui.demo", lang) if synthetic else "",
    )


def _phone(sheet: Sheet, tasks: Sequence[Task], now: pd.Timestamp | None) -> str:
    days = pd.date_range(
        pd.Timestamp(time.local_date(sheet.span.start)),
        pd.Timestamp(time.local_date(sheet.span.end - pd.Timedelta(seconds=1))),
    )
    drawings = []
    for midnight in days:
        span = time.day_window(midnight.date())
        inside = [task for task in tasks if task.start < span.end and task.end > span.start]
        one = replace(sheet, canvas=NARROW, span=span)
        if inside:
            drawings.append(_draw(one, inside, now))
    rest = "".join(drawings[OPEN_DAYS:])
    if not rest:
        return "".join(drawings)
    summary = t("ui.gantt.more_days", sheet.lang, days=len(drawings) - OPEN_DAYS)
    fold = f'<details class="cc-narrow"><summary>{esc(summary)}</summary>{rest}</details>'
    return "".join(drawings[:OPEN_DAYS]) + fold


def _draw(sheet: Sheet, tasks: Sequence[Task], now: pd.Timestamp | None) -> str:
    lang, canvas = sheet.lang, sheet.canvas
    summary = t(
        "ui.gantt.summary",
        lang,
        batches=len({task.batch for task in tasks}),
        start=f"{day(tasks[0].start, lang)}, {clock(tasks[0].start)}",
        end=f"{day(max(task.end for task in tasks), lang)}",
    )
    content = [_nights(sheet), _prices(sheet), _rows(sheet), _axis(sheet), _halts(sheet)]
    content += [_task(sheet, task) for task in tasks]
    content.append(_now(sheet, now))
    return drawing(canvas, sheet.bottom + canvas.font * 0.4, *content, label=summary)


def _halts(sheet: Sheet) -> str:
    """The hours in which the room's climate stops a stage, or makes it dear, on its rows."""
    parts = []
    for halt in sheet.halts:
        start, end = max(halt.start, sheet.span.start), min(halt.end, sheet.span.end)
        for place, (machine, _) in enumerate(sheet.rows):
            if start < end and machine.rpartition("-")[0] == halt.stage:
                x, y = sheet.x(start), sheet.first_row + place * sheet.row
                size = {"width": sheet.x(end) - x, "height": sheet.row - 1}
                parts.append(tag("rect", class_="cc-shut", x=x, y=y + 0.5, **size))
    return "".join(parts)


def _nights(sheet: Sheet) -> str:
    """A wash over 22:00-06:00, when no shift of the default factory is in."""
    days = pd.date_range(
        pd.Timestamp(time.local_date(sheet.span.start)) - time.DAY,
        pd.Timestamp(time.local_date(sheet.span.end)),
    )
    parts = []
    for midnight in days:
        tomorrow = (midnight + time.DAY).date()
        start = max(time.at(midnight.date(), 22), sheet.span.start)
        end = min(time.at(tomorrow, 6), sheet.span.end)
        if start < end:
            x, top = sheet.x(start), sheet.strip[0]
            size = {"width": sheet.x(end) - x, "height": sheet.bottom - top}
            parts.append(tag("rect", class_="cc-night", x=x, y=top, **size))
    return "".join(parts)


def _prices(sheet: Sheet) -> str:
    top, bottom = sheet.strip
    inside = sheet.prices.dropna()
    inside = inside.loc[(inside.index >= sheet.span.start) & (inside.index < sheet.span.end)]
    if top == bottom or inside.empty:
        return ""
    y = Scale(
        (min(0.0, float(sheet.prices.min())), max(float(sheet.prices.max()), 0.01)), (bottom, top)
    )
    bars = "".join(
        tag(
            "rect",
            class_="cc-strip",
            x=sheet.x(hour),
            y=min(y(price), y(0.0)),
            width=sheet.x(hour + time.HOUR) - sheet.x(hour) - 0.6,
            height=abs(y(0.0) - y(price)),
        )
        for hour, price in inside.items()
        if isinstance(hour, pd.Timestamp)
    )
    word = t("ui.gantt.price", sheet.lang)
    return bars + label(0, bottom, word, class_="cc-soft", font_size=sheet.font)


def _rows(sheet: Sheet) -> str:
    parts = []
    for n, (_, name) in enumerate(sheet.rows):
        y = sheet.first_row + n * sheet.row
        room = int(sheet.left / width_of("m", sheet.font)) + 1
        shown = name if len(name) <= room else name[: room - 1] + "…"
        line = tag("line", class_="cc-grid-line", x1=0.0, x2=sheet.canvas.width, y1=y, y2=y)
        text = label(0, y + sheet.row / 2 + sheet.font * 0.34, shown, font_size=sheet.font)
        parts.append(line + text)
    return "".join(parts)


def _axis(sheet: Sheet) -> str:
    """Day names and hours above the price strip."""
    font, parts = sheet.canvas.font, []
    line_y = sheet.canvas.font * 2.5
    hours = sheet.span.hours()
    starts = [hour for hour in hours if time.local(hour).hour == 0]
    edges = [sheet.span.start, *(s for s in starts if s > sheet.span.start), sheet.span.end]
    for start, end in pairwise(edges):
        x = sheet.x(start)
        name = day_header(start, sheet.x(end) - x - 8, font, sheet.lang)
        parts.append(label(x + 2, font, name, class_="cc-bold cc-rest") if name else "")
        if start in starts and start != sheet.span.start:
            parts.append(tag("line", class_="cc-day-line", x1=x, x2=x, y1=0.0, y2=sheet.bottom))
    every = _hour_step(sheet)
    for hour in hours:
        here = time.local(hour).hour
        if here % every == 0 and sheet.x(hour) < sheet.canvas.width - font:
            text = f"{here:02d}"
            parts.append(label(sheet.x(hour), line_y, text, text_anchor="middle", class_="cc-soft"))
    return "".join(parts)


def _hour_step(sheet: Sheet) -> int:
    """The closest spacing of hour labels that does not crowd."""
    per_hour = sheet.x(sheet.span.start + time.HOUR) - sheet.left
    needed = sheet.canvas.font * 2.0
    return next((every for every in (3, 6, 12, 24) if every * per_hour >= needed), 48)


def _task(sheet: Sheet, task: Task) -> str:
    names = [machine for machine, _ in sheet.rows]
    place, colour = names.index(task.machine), sheet.colours[task.product]
    x = max(sheet.x(task.start), sheet.left)
    width = min(sheet.x(task.end), sheet.canvas.width - 1) - x
    y = sheet.first_row + place * sheet.row
    bar = tag(
        "rect",
        class_=f"cc-{colour}",
        x=x + 0.4,
        y=y + 2.5,
        width=max(width - 0.8, 1.5),
        height=sheet.row - 5,
        rx=3,
    )
    text = ""
    if width_of(task.batch, sheet.font) <= width - 4:
        text = label(
            x + width / 2,
            y + sheet.row / 2 + sheet.font * 0.33,
            task.batch,
            text_anchor="middle",
            class_=f"cc-on-{colour}",
            font_size=sheet.font,
        )
    said = task_text(task, sheet.rows[place][1], sheet.lang)
    shown = said if not sheet.canvas.narrow else _short(task, sheet.rows[place][1])
    tip = label(sheet.canvas.width, sheet.canvas.font, shown, text_anchor="end", class_="cc-bold")
    return mark(bar + text, said, tip)


def _short(task: Task, machine: str) -> str:
    return f"{task.batch} · {machine} · {clock(task.start)}–{clock(task.end)}"


def _now(sheet: Sheet, now: pd.Timestamp | None) -> str:
    if now is None or not sheet.span.start <= now < sheet.span.end:
        return ""
    x = sheet.x(now)
    return tag("line", class_="cc-now-line", x1=x, x2=x, y1=sheet.strip[0], y2=sheet.bottom)
