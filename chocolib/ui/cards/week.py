"""Cards on the week: its map by hour and day, and the cheapest windows."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import Lang, clock, day, number, t
from chocolib.core.tariff import tariff_period
from chocolib.core.time import midnight
from chocolib.core.views import WeekView
from chocolib.ui.cards.hour import hour_address, hour_panel
from chocolib.ui.cards.parts import DAILY, empty, fold, line, scroll
from chocolib.ui.charts.axes import PERIOD_KEYS, hour_span, price_text
from chocolib.ui.charts.heat import CLASS_WORDS, By, heat_cells
from chocolib.ui.export import export
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card

_MAPS: dict[By, str] = {"price": "week.map.price", "class": "week.map.class"}


def map_card(view: WeekView) -> str:
    """The weekly map, by price or by class as the reader chooses; each hour tells why."""
    lang, title = view.lang, t("week.map.title", view.lang)
    if view.hours.empty:
        return empty(title, t("ui.empty.forecast", lang), DAILY, lang=lang, name="week-map")
    choices = "".join(
        f'<label><input type="radio" name="week-map" value="{by}"{" checked" * (by == "price")}>'
        f"<span>{esc(t(key, lang))}</span></label>"
        for by, key in _MAPS.items()
    )
    legend = tag("legend", esc(t("week.map.choose", lang)))
    maps = "".join(
        tag(
            "div",
            heat_cells(
                view.hours, lang=lang, synthetic=view.synthetic, by=by, address=hour_address
            ),
            class_=f"cc-by-{by}",
        )
        for by in _MAPS
    )
    panels = "".join(
        hour_panel(pd.Timestamp(str(hour)), row, view) for hour, row in view.hours.iterrows()
    )
    told = line(t("week.map.tap", lang), "cc-mute cc-screen")
    body = tag("fieldset", legend, choices, class_="cc-toggle") + told + maps + panels
    body += export(_map_data(view), "week-map", lang=lang)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="week-map")


def _map_data(view: WeekView) -> pd.DataFrame:
    frame = view.hours.drop(columns=["day", "hour", "again"])
    periods = tariff_period(pd.DatetimeIndex(frame.index))
    named = {
        "price": "price_eur_kwh",
        "q10": "q10_eur_kwh",
        "q90": "q90_eur_kwh",
        "rank": "rank_0_to_1",
        "score": "score_0_to_100",
        "halted": "halted_stages",
    }
    return frame.assign(tariff_period=periods).rename(columns=named)


def windows_card(view: WeekView) -> str:
    """The cheapest window of the week for each length; every day of them in a fold."""
    lang, title = view.lang, t("week.windows.title", view.lang)
    if view.windows.empty:
        return empty(title, t("week.windows.empty", lang), DAILY, lang=lang, name="week-windows")
    rows = "".join(_best_row(part, lang) for _, part in view.windows.groupby("hours"))
    body = line(t("week.windows.text", lang)) + f'<ul class="cc-rows">{rows}</ul>'
    body += _by_day(view.windows, lang)
    body += export(view.windows, "week-windows", lang=lang, picture=False)
    return card(title, body, lang=lang, synthetic=view.synthetic, name="week-windows")


def _best_row(windows: pd.DataFrame, lang: Lang) -> str:
    """One length: the best of the week, and the best of the hours already published."""
    row = _cheapest(windows)
    length = t("week.windows.length", lang, hours=row["hours"])
    said = f"{price_text(row['mean_eur_kwh'], lang)} · {_against(row, lang)} · {_sure(row, lang)}"
    sooner = windows[windows["published"] == windows["hours"]]
    if len(sooner) and row["published"] < row["hours"]:
        first = _cheapest(sooner)
        price = price_text(first["mean_eur_kwh"], lang)
        said += f". {t('week.windows.sooner', lang, when=_when(first, lang), price=price)}"
    return (
        f"<li><span><b>{esc(length)}</b> · {esc(_when(row, lang))}</span>"
        f'<span class="cc-mute">{esc(said)}</span></li>'
    )


def _cheapest(windows: pd.DataFrame) -> pd.Series:
    return windows.sort_values("mean_eur_kwh", kind="stable").iloc[0]


def _when(row: pd.Series, lang: Lang) -> str:
    return f"{day(row['start'], lang)}, {clock(row['start'])}–{clock(row['end'])}"


def _sure(row: pd.Series, lang: Lang) -> str:
    if row["published"] == row["hours"]:
        return t("week.windows.published", lang)
    share = min(99, round(100 * row["below_mean"]))
    return t("week.windows.sure", lang, share=share)


def _against(row: pd.Series, lang: Lang) -> str:
    """How far below the mean of its day; the difference where a share would mislead."""
    gap = row["day_mean_eur_kwh"] - row["mean_eur_kwh"]
    if row["day_mean_eur_kwh"] <= 0 or gap > row["day_mean_eur_kwh"]:
        return t("week.windows.less_by", lang, price=price_text(gap, lang))
    share = number(100 * gap / row["day_mean_eur_kwh"], lang, 0)
    return t("week.windows.less", lang, share=share)


def _by_day(windows: pd.DataFrame, lang: Lang) -> str:
    lengths = sorted(windows["hours"].unique())
    starts = windows.pivot(index="day", columns="hours", values="start")
    head = "".join(f'<th scope="col" class="cc-n">{n} h</th>' for n in lengths)
    rows = "".join(
        f'<tr><th scope="row">{esc(_day(day_, lang))}</th>'
        + "".join(f'<td class="cc-n">{_start(row[n])}</td>' for n in lengths)
        + "</tr>"
        for day_, row in starts.iterrows()
    )
    first = esc(t("week.windows.day", lang))
    top = f'<thead><tr><th scope="col">{first}</th>{head}</tr></thead>'
    summary = t("week.windows.by_day", lang)
    return fold(summary, scroll(f"<table>{top}<tbody>{rows}</tbody></table>", summary))


def _day(day_: object, lang: Lang) -> str:
    return day(midnight(pd.Timestamp(str(day_)).date()), lang)


def _start(moment: pd.Timestamp | None) -> str:
    return "–" if moment is None or pd.isna(moment) else clock(moment)


def hours_table(view: WeekView) -> str:
    """Every hour to come in a table, each with the way to its reasons."""
    lang, title = view.lang, t("week.table.title", view.lang)
    if view.hours.empty:
        return ""
    ahead = view.hours[view.hours.index >= view.as_of.floor("h")]
    days = "".join(
        _day_fold(day(part.index[0], lang), part, lang)
        for _, part in ahead.groupby("day", sort=False)
    )
    body = line(t("week.table.text", lang)) + days
    body += export(_map_data(view), "week-hours", lang=lang, picture=False)
    fake = view.synthetic
    return card(title, body, lang=lang, synthetic=fake, name="week-hours", on_paper=False)


def _day_fold(name: str, part: pd.DataFrame, lang: Lang) -> str:
    keys = ("week.table.hour", "week.table.period", "week.table.price", "week.table.class")
    head = "".join(f'<th scope="col">{esc(t(key, lang))}</th>' for key in keys)
    periods = tariff_period(pd.DatetimeIndex(part.index))
    rows = "".join(
        _hour_row(pd.Timestamp(str(hour)), row, period, lang)
        for (hour, row), period in zip(part.iterrows(), periods, strict=True)
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return fold(name, scroll(table, name))


def _hour_row(hour: pd.Timestamp, row: pd.Series, period: str, lang: Lang) -> str:
    price = t("ui.no_data", lang) if pd.isna(row["price"]) else number(row["price"], lang, 3)
    class_ = t(CLASS_WORDS[row["class"]], lang) if row["class"] in CLASS_WORDS else "–"
    score = "" if pd.isna(row["score"]) else f" · {number(row['score'], lang, 0)}"
    return (
        f'<tr><td><a href="{hour_address(hour)}" class="cc-button">{hour_span(hour)}</a></td>'
        f"<td>{esc(t(PERIOD_KEYS[period], lang))}</td><td>{esc(price)}</td>"
        f"<td>{esc(class_ + score)}</td></tr>"
    )
