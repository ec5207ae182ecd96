"""Cards on when to run: the cheapest hours of each day, and the week as a map."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chocolib.core.i18n import Lang, clock, day, money, number, t
from chocolib.core.time import midnight
from chocolib.insights.windows import NEAR, CheapWindow
from chocolib.ui import charts
from chocolib.ui.cards.parts import DAILY, empty, line
from chocolib.ui.charts.axes import price_text
from chocolib.ui.svg import tag
from chocolib.ui.theme import card


def windows_card(
    found: Sequence[CheapWindow],
    *,
    hours: int,
    load_kw: float,
    lang: Lang,
    synthetic: bool = False,
) -> str:
    """The cheapest hours of each Madrid day: when, at what price, how sure, what they save.

    Args:
        found: of `insights.windows.cheap_windows`, in order of days.
        hours: how many hours each has.
        load_kw: the load that the saving is stated for, kW.
    """
    title = t("ui.windows.title", lang, hours=hours)
    if not found:
        return empty(title, t("ui.windows.none", lang), DAILY, lang=lang, name="windows")
    rows = tag("ul", *(_window(window, lang) for window in found), class_="cc-rows")
    note = t("ui.windows.note", lang, load=number(load_kw, lang, 1), hours=hours)
    body = rows + line(note)
    return card(title, body, lang=lang, synthetic=synthetic, name="windows")


def _window(window: CheapWindow, lang: Lang) -> str:
    spans = ", ".join(f"{clock(span.start)}–{clock(span.end)}" for span in window.spans())
    known = window.published == len(window.hours)
    sure = t(
        "ui.windows.published" if known else "ui.windows.sure",
        lang,
        sure=number(100 * window.near_cheapest, lang, 0),
        near=number(100 * NEAR, lang, 0),
    )
    price = t(
        "ui.windows.price" if window.saving_eur >= 0 else "ui.windows.dearer",
        lang,
        mean=price_text(window.mean_eur_kwh, lang),
        day_mean=price_text(window.day_mean_eur_kwh, lang),
        saving=money(abs(window.saving_eur), lang),
    )
    head = f"{day(midnight(window.day), lang)}, {spans}"
    return tag("li", tag("div", line(head, "cc-lead"), line(f"{price} {sure}")))


def week_map_card(cells: pd.DataFrame, *, lang: Lang, synthetic: bool = False) -> str:
    """The price of every hour of the week as a map, coloured by how cheap it is.

    Args:
        cells: of `insights.heatmap.heat_map`, EUR/kWh on UTC hours.
    """
    title = t("ui.week_map.title", lang)
    if cells.empty or cells["price"].isna().all():
        return empty(title, t("ui.empty.forecast", lang), DAILY, lang=lang, name="week-map")
    body = line(t("ui.week_map.text", lang)) + charts.heat_cells(
        cells, lang=lang, synthetic=synthetic
    )
    return card(title, body, lang=lang, synthetic=synthetic, name="week-map")
