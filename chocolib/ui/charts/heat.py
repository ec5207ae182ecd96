"""`heat_cells`: a week of hours as a map, coloured by how cheap each hour is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
from chocolib.ui.svg import label, tag, width_of

#: Colours and words, from the cheapest fifth of the trailing window to the dearest.
STEPS = {
    "cc-h1": "ui.heat.cheapest",
    "cc-h2": "ui.heat.cheap",
    "cc-h3": "ui.heat.usual",
    "cc-h4": "ui.heat.dear",
    "cc-h5": "ui.heat.dearest",
}
#: Words of the production classes.
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


def heat_cells(cells: pd.DataFrame, *, lang: Lang, synthetic: bool = False) -> str:
    """The week as a map; HTML of a `<figure>`.

    Each hour shows its price in cents and is coloured by where that price stands among
    those of the trailing window; hours whose class is Halt have a frame. Hours without a
    price are hatched, the hour that the autumn clock shows twice is two half cells.

    Args:
        cells: of `insights.heatmap.heat_map`.
        lang: language of the texts.
        synthetic: write "demo data" on the chart.
    """
    if cells.empty or cells["price"].isna().all():
        return tag("p", t("ui.no_forecast_to_draw", lang), class_="cc-mute")
    days = tuple(dict.fromkeys(cells["day"]))
    summary = _summary(cells, lang)
    drawings = []
    for canvas in CANVASES:
        grid = _grid(canvas, days, lang)
        parts = [_cell(grid, pd.Timestamp(str(hour)), row) for hour, row in cells.iterrows()]
        content = _axes(grid) + "".join(parts)
        drawings.append(drawing(canvas, grid.box.bottom + 2, content, label=summary))
    legend = [(colour, t(word, lang)) for colour, word in STEPS.items()]
    if cells["price"].isna().any():
        legend.append(("cc-key-gap", t("ui.no_data", lang)))
    if (cells["class"] == "Halt").any():
        legend.append(("cc-key-halt", t("ui.class.halt", lang)))
    return figure(drawings, legend, "heat-cells", demo=t("ui.demo", lang) if synthetic else "")


def _grid(canvas: Canvas, days: tuple[date, ...], lang: Lang) -> _Grid:
    font = canvas.font
    left = width_of("00", font) + 8 if canvas.narrow else width_of("mié 26 nov", font) + 8
    row = 20.0 if canvas.narrow else 34.0
    rows = 24 if canvas.narrow else len(days)
    top = font * 1.8
    return _Grid(canvas, Box(left, top, canvas.width - 1, top + rows * row), days, lang)


def _axes(grid: _Grid) -> str:
    font, (width, height) = grid.canvas.font, grid.cell
    parts = [label(0, font * 1.1, t("ui.heat.unit", grid.lang), class_="cc-soft")]
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
    missing = pd.isna(row["price"])
    halt = " cc-halt" if row["class"] == "Halt" else ""
    step = "cc-gap" if missing else _step(row["rank"])
    shape = {"x": x + 0.8, "y": y + 0.8, "width": width - 1.6, "height": height - 1.6, "rx": 2.0}
    parts = tag("rect", class_=step + halt, **shape)
    text = _text(hour, row, grid.lang)
    cents = "" if missing else number(100 * row["price"], grid.lang, 0)
    if width_of(cents, grid.canvas.font) < width:
        at = y + height / 2 + grid.canvas.font * 0.34
        parts += label(x + width / 2, at, cents, text_anchor="middle")
    return mark(parts, text, "")


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
