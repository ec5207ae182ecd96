"""Cards on the climate since the stations began: normals, hot days, unfit hours, extremes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from chocolib.app.climate import ClimateHistory
from chocolib.core.i18n import Lang, number, t
from chocolib.ui import charts
from chocolib.ui.cards.figures import amount, table
from chocolib.ui.cards.parts import line, pairs
from chocolib.ui.charts import Ruled
from chocolib.ui.theme import card

#: Degrees of the hot days that are drawn; the tables have the others too.
HEAT = 35
FIELD_KEYS = {
    "temperature_c": "climate_history.field.temperature_c",
    "temperature_max_c": "climate_history.field.temperature_max_c",
    "temperature_min_c": "climate_history.field.temperature_min_c",
    "humidity_pct": "climate_history.field.humidity_pct",
    "radiation_mj_m2": "climate_history.field.radiation_mj_m2",
    "wind_ms": "climate_history.field.wind_ms",
    "wind_max_ms": "climate_history.field.wind_max_ms",
    "precipitation_mm": "climate_history.field.precipitation_mm",
}
WHICH_KEYS = {
    "highest": "climate_history.highest",
    "lowest": "climate_history.lowest",
}
PRICE_KEYS = {
    "mean": "climate_history.price.mean",
    "midday": "climate_history.price.midday",
    "spread": "climate_history.price.spread",
}
COMPARED_KEYS = {
    "all": "climate_history.compared.all",
    "within stations": "climate_history.compared.within",
}


def span_card(found: ClimateHistory, *, lang: Lang) -> str:
    """Which stations told, from when to when, what lacks, and that nothing is corrected."""
    days, stations = found.days, found.days.groupby("station").size()
    told = ", ".join(f"{name} {number(n, lang, 0)}" for name, n in stations.items())
    lead = t(
        "climate_history.span.lead",
        lang,
        days=number(len(days), lang, 0),
        first=day_text(days.index[0], lang),
        last=day_text(days.index[-1], lang),
    )
    more = t(
        "climate_history.span.text", lang, stations=told, absent=number(len(found.absent), lang, 0)
    )
    joints = "".join(
        line(
            t(
                "climate_history.span.joint",
                lang,
                first=joint.first,
                second=joint.second,
                until=day_text(joint.until, lang),
                since=day_text(joint.since, lang),
                days=joint.overlap_days,
            )
        )
        for joint in found.joints
    )
    body = line(lead, "cc-lead") + line(more) + joints
    title = t("climate_history.span.title", lang)
    return card(title, body, lang=lang, synthetic=found.synthetic, name="climate-span")


def normals_card(found: ClimateHistory, *, lang: Lang) -> str:
    """What is usual in each month: a picture of the temperatures, a table of the rest."""
    normals = found.normals
    months = [month_text(int(month), lang) for month in normals.index]
    shown = {
        t(FIELD_KEYS[name], lang): normals[name, "mean"].to_numpy()
        for name in ("temperature_max_c", "temperature_c", "temperature_min_c")
    }
    picture = charts.profile(
        pd.DataFrame(shown, index=months),
        Ruled(t("climate_history.celsius", lang), lambda c: number(c, lang, 0)),
        name="climate-normals",
        across=t("climate_history.month", lang),
        lang=lang,
        synthetic=found.synthetic,
    )
    columns = [
        ("climate_history.column.max_p90", ("temperature_max_c", "p90"), 1),
        ("climate_history.column.min_p10", ("temperature_min_c", "p10"), 1),
        ("climate_history.column.humidity", ("humidity_pct", "mean"), 0),
        ("climate_history.column.rain", ("precipitation_mm", "month"), 0),
    ]
    head = [t("climate_history.month", lang), *(t(key, lang) for key, _, _ in columns)]
    rows = [
        [name, *(_figure(normals.at[month, at], lang, places) for _, at, places in columns)]
        for name, month in zip(months, normals.index, strict=True)
    ]
    body = line(t("climate_history.normals.text", lang)) + picture + table(head, rows)
    title = t("climate_history.normals.title", lang)
    return card(title, body, lang=lang, synthetic=found.synthetic, name="climate-normals")


def hot_days_card(found: ClimateHistory, *, lang: Lang) -> str:
    """Days above `HEAT` by year, and the trends with and without comparing the stations."""
    picture = charts.hot_day_bars(found.hot, HEAT, lang=lang, synthetic=found.synthetic)
    rows = [
        (
            t(
                "climate_history.trend.row",
                lang,
                c=row["above_c"],
                compared=t(COMPARED_KEYS[row["compared"]], lang),
            ),
            t(
                "climate_history.trend.days",
                lang,
                days=number(row["days_per_decade"], lang, 1),
                p=_p(row["p"], lang),
                years=row["years"],
            ),
        )
        for row in found.trends
    ]
    text = line(t("climate_history.trend.text", lang))
    body = picture + (pairs(rows) + text if rows else "")
    title = t("climate_history.hot.title", lang, c=HEAT)
    return card(title, body, lang=lang, synthetic=found.synthetic, name="hot-days")


def unfit_card(found: ClimateHistory, *, lang: Lang) -> str:
    """Hours of each month in which the room is wrong for tempering, by its model."""
    unfit = found.unfit
    months = [month_text(int(month), lang) for month in unfit.index]
    names = {
        "above_band": t("climate_history.unfit.above_band", lang),
        "too_hot": t("climate_history.unfit.too_hot", lang),
        "too_humid": t("climate_history.unfit.too_humid", lang),
    }
    picture = charts.profile(
        unfit[list(names)].set_axis(months).set_axis(list(names.values()), axis=1),
        Ruled(t("climate_history.unfit.hours", lang), lambda h: number(h, lang, 0)),
        name="climate-unfit",
        across=t("climate_history.month", lang),
        lang=lang,
        synthetic=found.synthetic,
    )
    body = line(t("climate_history.unfit.text", lang)) + picture
    title = t("climate_history.unfit.title", lang)
    return card(title, body, lang=lang, synthetic=found.synthetic, name="climate-unfit")


def extremes_card(found: ClimateHistory, *, lang: Lang) -> str:
    """The records, with their day and station."""
    rows = [
        (
            f"{t(FIELD_KEYS[row['field']], lang)}: {t(WHICH_KEYS[row['which']], lang)}",
            f"{number(row['value'], lang, 1)} · {day_text(pd.Timestamp(row['day']), lang)} "
            f"· {row['station']}",
        )
        for row in found.extremes
    ]
    title = t("climate_history.extremes.title", lang)
    return card(title, pairs(rows), lang=lang, synthetic=found.synthetic, name="climate-extremes")


def correlations_card(
    correlations: Sequence[Mapping[str, Any]], *, lang: Lang, synthetic: bool = False
) -> str:
    """How the weather goes with the day's price once season and level are taken out.

    Args:
        correlations: of `app.climate.ClimateHistory`, those that stand out first.
    """
    title = t("climate_history.price.title", lang)
    if not correlations:
        body = line(t("climate_history.price.none", lang), "cc-lead")
        return card(title, body, lang=lang, synthetic=synthetic, name="climate-price")
    rows = [
        (
            t(
                "climate_history.price.row",
                lang,
                weather=t(FIELD_KEYS[row["weather"]], lang).partition(",")[0],
                price=t(PRICE_KEYS[row["price"]], lang),
            ),
            t(
                "climate_history.price.figure",
                lang,
                r=number(row["r"], lang, 2),
                p=_p(row["p_holm"], lang),
                days=number(row["days"], lang, 0),
            ),
        )
        for row in correlations
        if row["distinct"]
    ]
    rest = len(correlations) - len(rows)
    body = pairs(rows) if rows else ""
    body += line(t("climate_history.price.text", lang, rest=rest))
    return card(title, body, lang=lang, synthetic=synthetic, name="climate-price")


def month_text(month: int, lang: Lang) -> str:
    """A month, short: "ene"."""
    return t("months.short", lang).split()[month - 1]


def day_text(when: pd.Timestamp, lang: Lang) -> str:
    """A date on the naive calendar of the history: "13 ago 2021"."""
    return f"{when.day} {month_text(when.month, lang)} {when.year}"


def _p(value: float, lang: Lang) -> str:
    """A chance; a very small one as such."""
    return f"< {number(0.001, lang, 3)}" if value < 0.001 else f"= {number(value, lang, 3)}"


def _figure(value: object, lang: Lang, places: int) -> str:
    return amount(float(str(value)), lang, places)
