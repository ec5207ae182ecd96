"""Cards on what is usual at the site: the year, the month, unfit hours, hot days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from chocolib.core.i18n import Lang, number, t
from chocolib.core.time import local_date
from chocolib.core.views import ClimateView
from chocolib.ui import charts
from chocolib.ui.cards.climate import celsius, percent
from chocolib.ui.cards.figures import table
from chocolib.ui.cards.parts import empty, line
from chocolib.ui.charts import Ruled
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

SIAR = "chocolib import siar"
#: The heat that the bars show, C.
HEAT = 35
#: A trend is called one below this p.
_SIGNIFICANT = 0.05
_EXTREME_KEYS = {
    ("temperature_max_c", "highest"): "climate.extreme.hottest",
    ("temperature_min_c", "lowest"): "climate.extreme.coldest",
    ("precipitation_mm", "highest"): "climate.extreme.wettest",
    ("wind_max_ms", "highest"): "climate.extreme.windiest",
}
_UNFIT_KEYS = {"above_band": "climate.unfit.above_band", "halted": "climate.unfit.halted"}


def this_year(view: ClimateView) -> str:
    """The days of this year on what is usual on each date, with the records."""
    lang, title, usual = view.lang, t("climate.year.title", view.lang), view.usual
    if usual is None:
        text = t("climate.usual.none", lang)
        return empty(title, text, SIAR, lang=lang, name="this-year")
    days = pd.DataFrame(columns=["high", "low"], dtype=float) if view.year is None else view.year
    today = local_date(view.as_of)
    places = [_place(pd.Timestamp(when).date()) for when in days.index]
    picture = charts.year_band(
        usual["by_day"],
        days[["high", "low"]].set_axis(places),
        _place(today),
        lang=lang,
        synthetic=view.synthetic,
    )
    body = line(_year_text(days, today, lang)) + picture + line(_stations(usual, lang))
    return card(title, body, lang=lang, synthetic=view.synthetic, name="this-year")


def _place(when: date) -> int:
    """A date's place in a leap year, 1-366."""
    return pd.Timestamp(f"2000-{when:%m-%d}").day_of_year


def _year_text(days: pd.DataFrame, today: date, lang: Lang) -> str:
    if days.empty:
        return t("climate.year.nothing", lang, year=today.year)
    last = pd.Timestamp(days.index[-1])
    return t("climate.year.until", lang, year=today.year, n=len(days), last=short_date(last, lang))


def short_date(when: pd.Timestamp, lang: Lang) -> str:
    """Day and month of a civil date: "16 sep"."""
    return f"{when.day} {t('months.short', lang).split()[when.month - 1]}"


def long_date(text: str, lang: Lang) -> str:
    """An ISO date for people: "13 ago 2021"."""
    when = pd.Timestamp(text)
    return f"{short_date(when, lang)} {when.year}"


def _stations(usual: Mapping[str, Any], lang: Lang) -> str:
    names = ", ".join(f"{name} ({n})" for name, n in usual["stations"].items())
    return t(
        "climate.usual.of",
        lang,
        days=number(usual["days"], lang, 0),
        stations=names,
        first=long_date(usual["first"], lang),
        last=long_date(usual["last"], lang),
        absent=number(usual["absent_days"], lang, 0),
    )


def month_card(view: ClimateView) -> str:
    """What is usual in this month, its extremes; all months behind a fold."""
    lang, usual = view.lang, view.usual
    month = local_date(view.as_of).month
    title = t("climate.month.title", lang, month=_month_name(month, lang))
    if usual is None:
        text = t("climate.usual.none", lang)
        return empty(title, text, SIAR, lang=lang, name="month")
    rows = [(name, value) for name, value in _month_rows(usual["months"][month - 1], lang) if value]
    rows += _extreme_rows(usual["month_extremes"].get(str(month), []), lang)
    items = "".join(
        f'<li><span>{esc(name)}</span><span class="cc-mute">{esc(value)}</span></li>'
        for name, value in rows
    )
    body = f'<ul class="cc-rows">{items}</ul>' + _all_months(usual, lang)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="month")


def _month_name(month: int, lang: Lang) -> str:
    return t("months.long", lang).split()[month - 1]


def _month_rows(row: Mapping[str, Any], lang: Lang) -> list[tuple[str, str]]:
    def span(field: str) -> str:
        values = row.get(field, {})
        if values.get("p10") is None:
            return ""
        ends = {name: celsius(values[name], lang, 0) for name in ("p10", "p50", "p90")}
        return t("climate.month.span", lang, **ends)

    humidity = row.get("humidity_pct", {}).get("mean")
    rain = row.get("precipitation_mm", {}).get("month")
    return [
        (t("climate.month.high", lang), span("temperature_max_c")),
        (t("climate.month.low", lang), span("temperature_min_c")),
        (t("climate.month.humidity", lang), "" if humidity is None else percent(humidity, lang)),
        (t("climate.month.rain", lang), "" if rain is None else f"{number(rain, lang, 0)} mm"),
    ]


def _extreme_rows(found: Sequence[Mapping[str, Any]], lang: Lang) -> list[tuple[str, str]]:
    """Records in words, with their day and station."""
    units = {"temperature_max_c": "°C", "temperature_min_c": "°C", "precipitation_mm": "mm"}
    rows = []
    for one in found:
        key = _EXTREME_KEYS.get((one["field"], one["which"]))
        if key is None:
            continue
        value = f"{number(one['value'], lang, 1)} {units.get(one['field'], 'm/s')}"
        when = long_date(one["day"], lang)
        rows.append((t(key, lang), f"{value} ({when}, {one['station']})"))
    return rows


def _all_months(usual: Mapping[str, Any], lang: Lang) -> str:
    names = t("months.short", lang).split()
    fields = ("temperature_c", "temperature_max_c", "temperature_min_c", "humidity_pct")
    rows = [
        [
            names[row["month"] - 1],
            *(_mean(row, field, lang) for field in fields),
            _mean(row, "precipitation_mm", lang, "month"),
        ]
        for row in usual["months"]
    ]
    head = ["", *t("climate.month.head", lang).split("|")]
    records = "".join(
        f'<li><span>{esc(name)}</span><span class="cc-mute">{esc(value)}</span></li>'
        for name, value in _extreme_rows(usual["extremes"], lang)
    )
    inner = tag("summary", esc(t("climate.month.all", lang))) + table(head, rows)
    inner += tag("h3", esc(t("climate.month.records", lang)))
    return tag("details", inner, f'<ul class="cc-rows">{records}</ul>')


def _mean(row: Mapping[str, Any], field: str, lang: Lang, what: str = "mean") -> str:
    value = row.get(field, {}).get(what)
    return "–" if value is None else number(value, lang, 0 if what == "month" else 1)


def unfit_card(view: ClimateView) -> str:
    """Hours of each month in which the room is unfit for tempering: computed, not measured."""
    lang, title, usual = view.lang, t("climate.unfit.title", view.lang), view.usual
    if usual is None:
        text = t("climate.usual.none", lang)
        return empty(title, text, SIAR, lang=lang, name="unfit-hours")
    months = t("months.short", lang).split()
    shown = pd.DataFrame(
        {t(key, lang): [row[name] for row in usual["unfit"]] for name, key in _UNFIT_KEYS.items()},
        index=months,
    ).astype(float)
    picture = charts.profile(
        shown,
        Ruled(t("climate.unfit.heading", lang), lambda value: number(value, lang, 0)),
        name="unfit-hours",
        across=t("climate.unfit.across", lang),
        lang=lang,
        synthetic=view.synthetic,
    )
    names = ("above_band", "too_hot", "too_humid", "pause", "halted")
    rows = [
        [month, *("–" if row[n] is None else number(row[n], lang, 0) for n in names)]
        for month, row in zip(months, usual["unfit"], strict=True)
    ]
    fold = tag("summary", esc(t("climate.table", lang)))
    fold += table(["", *t("climate.unfit.head", lang).split("|")], rows)
    body = picture + line(t("climate.unfit.note", lang)) + tag("details", fold)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="unfit-hours")


def hot_card(view: ClimateView) -> str:
    """Hot days by year, and whether there are more of them, said as carefully as it is known."""
    lang, title, usual = view.lang, t("climate.hot.title", view.lang), view.usual
    if usual is None or not usual["hot"]:
        text = t("climate.usual.none", lang)
        return empty(title, text, SIAR, lang=lang, name="hot-days")
    years = pd.DataFrame(usual["hot"]).set_index("year")
    body = line(_trend_text(usual["trends"], lang), "cc-lead")
    body += charts.hot_day_bars(years, HEAT, lang=lang, synthetic=view.synthetic)
    rows = [
        [
            t("climate.hot.above", lang, heat=one["above_c"]),
            t(_COMPARED[one["compared"]], lang),
            *("–" if one[n] is None else number(one[n], lang, d) for n, d in _TREND.items()),
        ]
        for one in usual["trends"]
    ]
    fold = tag("summary", esc(t("climate.hot.table", lang)))
    fold += table(["", *t("climate.hot.head", lang).split("|")], rows)
    body += line(t("climate.hot.note", lang)) + tag("details", fold)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="hot-days")


_TREND = {"days_per_decade": 1, "p": 3, "years": 0}
_COMPARED = {"all": "climate.hot.all", "within stations": "climate.hot.within"}


def _trend_text(trends: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    """The trend of `HEAT`, called one only where both ways of counting agree."""
    mine = {one["compared"]: one for one in trends if one["above_c"] == HEAT}
    whole, within = mine["all"], mine["within stations"]
    if whole["p"] is None or within["p"] is None:
        return t("climate.hot.few", lang)
    signs = {whole["days_per_decade"] > 0, within["days_per_decade"] > 0}
    sure = max(whole["p"], within["p"]) < _SIGNIFICANT and len(signs) == 1
    low, high = sorted((whole["days_per_decade"], within["days_per_decade"]))
    values = {"heat": HEAT, "low": number(low, lang, 0), "high": number(high, lang, 0)}
    return t("climate.hot.sure" if sure else "climate.hot.unsure", lang, **values)
