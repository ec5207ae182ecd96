"""`heat_cells`: a week of hours as a map, coloured by how cheap each hour is or by its class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

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
    price_text,
)
from chocolib.ui.svg import esc, label, tag, width_of

#: Colours and words, from the cheapest fifth of the trailing window to the dearest.
STEPS = {
    "cc-h1": "ui.heat.cheapest",
    "cc-h2": "ui.heat.cheap",
    "cc-h3": "ui.heat.usual",
    "cc-h4": "ui.heat.dear",
    "cc-h5": "ui.heat.dearest",
}
#: What a map is coloured by, and where an hour of it leads.
By = Literal["price", "class"]
Address = Callable[[pd.Timestamp], str]
#: Colours and words of the production classes.
CLASS_STEPS = {
    "Optimal": "cc-h1",
    "Moderate": "cc-h2",
    "Reduced": "cc-h4",
    "Halt": "cc-h5",
}
CLASS_WORDS = {
    "Optimal": "ui.class.optimal",
    "Moderate": "ui.class.moderate",
    "Reduced": "ui.class.reduced",
    "Halt": "ui.class.halt",
}


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the cells go: days across and hours down on a phone, turned on a desktop."""

    canvas: Canvas
    box: Box
    days: tuple[date, ...]
    lang: Lang
    by: By = "price"
    address: Address | None = None

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of an hour."""
        across, down = (len(self.days), 24) if self.canvas.narrow else (24, len(self.days))
        box = self.box
        return (box.right - box.left) / across, (box.bottom - box.top) / down

    def corner(self, day_: date, hour: float) -> tuple[float, float]:
        """Left and top of a cell."""
        n, (width, height) = self.days.index(day_), self.cell
        x, y = (n, hour) if self.canvas.narrow else (hour, n)
        return self.box.left + x * width, self.box.top + y * height


def heat_cells(
    cells: pd.DataFrame,
    *,
    lang: Lang,
    synthetic: bool = False,
    by: By = "price",
    address: Address | None = None,
) -> str:
    """The week as a map; HTML of a `<figure>`.

    Each hour shows its price in cents and is coloured by where that price stands among
    those of the trailing window; hours whose class is Halt have a frame. By class it shows
    the energy score. Hours without a value are hatched, the hour that the autumn clock
    shows twice is two half cells.

    Args:
        cells: of `insights.heatmap.heat_map`; by class with `score` (0-100).
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
        by: what the map is of.
        address: where each hour leads; without it an hour leads nowhere.
    """
    value = "price" if by == "price" else "score"
    if cells.empty or cells["price"].isna().all():
        return tag("p", t("ui.no_forecast_to_draw", lang), class_="cc-mute")
    days = tuple(dict.fromkeys(cells["day"]))
    summary, role = _summary(cells, lang), "group" if address else "img"
    drawings = []
    for canvas in CANVASES:
        grid = _grid(canvas, days, lang, by, address)
        parts = [_cell(grid, pd.Timestamp(str(hour)), row) for hour, row in cells.iterrows()]
        content = _axes(grid) + "".join(parts)
        drawings.append(drawing(canvas, grid.box.bottom + 2, content, label=summary, role=role))
    legend = _legend(cells, by, lang)
    if cells[value].isna().any():
        legend.append(("cc-key-gap", t("ui.no_data", lang)))
    name = "heat-cells" if by == "price" else "class-cells"
    return figure(drawings, legend, name, demo=t("ui.demo", lang) if synthetic else "")


def _legend(cells: pd.DataFrame, by: By, lang: Lang) -> list[tuple[str, str]]:
    if by == "class":
        return [(step, t(CLASS_WORDS[name], lang)) for name, step in CLASS_STEPS.items()]
    legend = [(colour, t(word, lang)) for colour, word in STEPS.items()]
    if (cells["class"] == "Halt").any():
        legend.append(("cc-key-halt", t("ui.class.halt", lang)))
    return legend


def _grid(
    canvas: Canvas, days: tuple[date, ...], lang: Lang, by: By, address: Address | None
) -> _Grid:
    font = canvas.font
    left = width_of("00", font) + 8 if canvas.narrow else width_of("mié 26 nov", font) + 8
    row = (26.0 if address else 20.0) if canvas.narrow else 34.0
    rows = 24 if canvas.narrow else len(days)
    top = font * 1.8
    box = Box(left, top, canvas.width - 1, top + rows * row)
    return _Grid(canvas, box, days, lang, by, address)


def _axes(grid: _Grid) -> str:
    font, (width, height) = grid.canvas.font, grid.cell
    unit = t("ui.heat.unit" if grid.by == "price" else "ui.heat.points", grid.lang)
    parts = [label(0, font * 1.1, unit, class_="cc-soft")]
    if grid.canvas.narrow:
        parts = []
    for hour in range(0, 24, 1 if grid.canvas.narrow else 2):
        x, y = grid.corner(grid.days[0], hour)
        if grid.canvas.narrow:
            parts.append(label(0, y + height / 2 + font * 0.34, f"{hour:02d}", class_="cc-soft"))
        else:
            middle = {"text_anchor": "middle", "class_": "cc-soft"}
            parts.append(label(x + width / 2, font * 1.1, f"{hour:02d}", **middle))
    for day_ in grid.days:
        x, y = grid.corner(day_, 0)
        midnight = time.midnight(day_)
        if grid.canvas.narrow:
            name = day_header(midnight, width, font, grid.lang)
            parts.append(label(x + width / 2, font * 1.1, name, text_anchor="middle"))
        else:
            parts.append(label(0, y + height / 2 + font * 0.34, day(midnight, grid.lang)))
    return "".join(parts)


def _cell(grid: _Grid, hour: pd.Timestamp, row: pd.Series) -> str:
    x, y = grid.corner(row["day"], row["hour"])
    width, height = grid.cell
    if _twice(hour):
        width /= 2
        x += width if row["again"] else 0
    step, written = _look(row, grid)
    shape = {"x": x + 0.8, "y": y + 0.8, "width": width - 1.6, "height": height - 1.6, "rx": 2.0}
    parts = tag("rect", class_=step, **shape)
    if width_of(written, grid.canvas.font) < width:
        at = y + height / 2 + grid.canvas.font * 0.34
        parts += label(x + width / 2, at, written, text_anchor="middle")
    text = _text(hour, row, grid.lang)
    if grid.address is None:
        return mark(parts, text, "")
    told = tag("title", esc(text))
    return tag("a", told, parts, href=grid.address(hour), class_="cc-mark", tabindex="-1")


def _look(row: pd.Series, grid: _Grid) -> tuple[str, str]:
    """The class of a cell's rectangle, and what is written on it."""
    if grid.by == "class":
        if pd.isna(row["score"]):
            return "cc-gap", ""
        return CLASS_STEPS[row["class"]], number(row["score"], grid.lang, 0)
    if pd.isna(row["price"]):
        return "cc-gap", ""
    halt = " cc-halt" if row["class"] == "Halt" else ""
    return _step(row["rank"]) + halt, number(100 * row["price"], grid.lang, 0)


def _twice(hour: pd.Timestamp) -> bool:
    """Whether the Madrid clock shows this hour twice that day."""
    here = time.local(hour)
    clock = (here.date(), here.hour)
    around = (time.local(hour + n * time.HOUR) for n in (-1, 1))
    return any((other.date(), other.hour) == clock for other in around)


def _step(rank: float) -> str:
    """The colour of a rank of 0 to 1; the middle one where there is no rank."""
    colours = list(STEPS)
    return colours[2 if pd.isna(rank) else min(int(rank * len(colours)), len(colours) - 1)]


def _text(hour: pd.Timestamp, row: pd.Series, lang: Lang) -> str:
    head = f"{day(hour, lang)}, {hour_span(hour)}"
    if pd.isna(row["price"]):
        return f"{head}: {t('ui.no_data', lang)}"
    class_ = row["class"]
    word = f" · {t(CLASS_WORDS[class_], lang)}" if class_ in CLASS_WORDS else ""
    known = t("ui.band.known" if row["known"] else "ui.band.median", lang)
    return f"{head}: {price_text(float(row['price']), lang)} · {known}{word}"


def _summary(cells: pd.DataFrame, lang: Lang) -> str:
    prices = cells["price"].dropna()
    low, high = pd.Timestamp(str(prices.idxmin())), pd.Timestamp(str(prices.idxmax()))
    return t(
        "ui.heat.summary",
        lang,
        days=cells["day"].nunique(),
        low=price_text(float(prices.min()), lang),
        low_when=f"{day(low, lang)}, {hour_span(low)}",
        high=price_text(float(prices.max()), lang),
        high_when=f"{day(high, lang)}, {hour_span(high)}",
    )
