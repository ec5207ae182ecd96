"""`hour_panel`: why an hour costs what it costs and is worth what it is worth."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from chocolib.core.facts import Fact
from chocolib.core.i18n import Lang, day, number, t
from chocolib.core.tariff import tariff_period
from chocolib.core.views import WeekView
from chocolib.ui.cards.parts import line
from chocolib.ui.cards.production import WEATHER_KEYS
from chocolib.ui.charts.axes import PERIOD_KEYS, hour_span, price_text
from chocolib.ui.charts.heat import CLASS_STEPS, CLASS_WORDS
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import chip

#: What a tariff period does to the price.
_PERIOD_WHY = {"P1": "week.why.P1", "P2": "week.why.P2", "P3": "week.why.P3"}
#: No panel has this name, so following it closes the open one and moves nothing.
_CLOSED = "#none"
_PARTS = {
    "price_points": "week.why.price_points",
    "temperature_points": "week.why.temperature_points",
    "humidity_points": "week.why.humidity_points",
}


def hour_name(hour: pd.Timestamp) -> str:
    """The id of an hour's panel; UTC, so that the autumn's two hours differ."""
    return f"h-{hour:%Y%m%dT%H}"


def hour_address(hour: pd.Timestamp) -> str:
    """Where an hour leads: to its panel on the same page."""
    return f"#{hour_name(hour)}"


def hour_panel(hour: pd.Timestamp, row: pd.Series, view: WeekView) -> str:
    """Price, band, period, class, the score's parts and what makes the hour dear or cheap.

    It is shown while the address of the page ends with its name.

    Args:
        hour: UTC.
        row: of `WeekView.hours`.
    """
    lang, name = view.lang, hour_name(hour)
    period = str(tariff_period(pd.DatetimeIndex([hour])).iloc[0])
    chips = chip(t(PERIOD_KEYS[period], lang), f"cc-{period}")
    if row["class"] in CLASS_WORDS:
        chips += chip(t(CLASS_WORDS[row["class"]], lang), CLASS_STEPS[row["class"]])
    head = tag("h3", esc(f"{day(hour, lang)}, {hour_span(hour)}"))
    close = tag("a", esc(t("week.why.close", lang)), href=_CLOSED, class_="cc-button")
    texts = [*_price(row, lang), *_reasons(row, period, view), *_score(row, view)]
    body = "".join(map(line, texts))
    top = tag("div", head, close, class_="cc-why-top")
    return tag(
        "aside",
        top,
        tag("div", chips, class_="cc-chips"),
        body,
        class_="cc-why",
        id=name,
        aria_label=f"{day(hour, lang)}, {hour_span(hour)}",
    )


def _price(row: pd.Series, lang: Lang) -> Iterator[str]:
    if pd.isna(row["price"]):
        yield t("week.why.no_price", lang)
    elif row["known"]:
        yield t("week.why.published", lang, price=price_text(row["price"], lang))
    else:
        yield t("week.why.expected", lang, price=price_text(row["price"], lang))
        if pd.notna(row["q10"]) and pd.notna(row["q90"]):
            low, high = price_text(row["q10"], lang), price_text(row["q90"], lang)
            yield t("week.why.between", lang, low=low, high=high)


def _reasons(row: pd.Series, period: str, view: WeekView) -> Iterator[str]:
    """What makes it dear or cheap: its rank, its day, its tariff period."""
    lang = view.lang
    if pd.isna(row["price"]):
        return
    if pd.notna(row["rank"]):
        dear = row["rank"] >= 0.5
        share = number(100 * (row["rank"] if dear else 1 - row["rank"]), lang, 0)
        key = "week.why.dearer_than" if dear else "week.why.cheaper_than"
        yield t(key, lang, share=share, days=view.trailing_days)
    same_day = view.hours.loc[view.hours["day"] == row["day"], "price"].dropna()
    mean = float(same_day.mean())
    key = "week.why.above_day" if row["price"] > mean else "week.why.below_day"
    gap = price_text(abs(row["price"] - mean), lang)
    yield t(key, lang, gap=gap, mean=price_text(mean, lang))
    yield t(_PERIOD_WHY[period], lang)


def _score(row: pd.Series, view: WeekView) -> Iterator[str]:
    lang = view.lang
    if pd.isna(row["score"]):
        yield t("week.why.no_score", lang)
        return
    parts = ", ".join(
        t(key, lang, points=number(row[name], lang, 0), most=number(most, lang, 0))
        for (name, key), most in zip(_PARTS.items(), view.points, strict=True)
    )
    yield t("week.why.score", lang, score=number(row["score"], lang, 0), parts=parts)
    room = {
        "temperature": number(row["room_c"], lang, 1),
        "humidity": number(row["room_pct"], lang, 0),
    }
    yield t("week.why.room", lang, **room) + " " + t(WEATHER_KEYS[row["weather"]], lang)
    if isinstance(row["halted"], str) and row["halted"]:
        yield t("week.why.halted", lang, stages=Fact(row["halted"], "key").shown(lang))
