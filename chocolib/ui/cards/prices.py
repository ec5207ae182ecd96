"""Cards on prices: now, today and tomorrow, the week ahead."""

from __future__ import annotations

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, moment, number, t
from chocolib.core.results import Forecast
from chocolib.core.tariff import next_period, tariff_period
from chocolib.core.views import price_at
from chocolib.ui import charts
from chocolib.ui.cards.parts import DAILY, INGEST, behind, empty, fold, line, scroll, stale
from chocolib.ui.charts.axes import PERIOD_KEYS, cheapest, hour_span, price_text, relative_day
from chocolib.ui.export import export
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import card, chip

#: The hours of the trend, and how near a price counts as the same.
_SOON, _STEADY = 3 * time.HOUR, 0.05


def price_now(
    prices: pd.Series,
    *,
    now: pd.Timestamp,
    lang: Lang,
    typical: tuple[float, float] | None = None,
    synthetic: bool = False,
) -> str:
    """The one big number: what a kilowatt-hour costs now, until when, and against what.

    Args:
        prices: EUR/kWh by UTC hour, today and tomorrow as far as known.
        now: UTC.
        lang: language of the texts.
        typical: 25th and 75th percentile of the last 30 days; says cheap or expensive.
        synthetic: mark the card as demonstration data.
    """
    title = t("ui.now.title", lang)
    if prices.dropna().empty:
        return empty(title, t("ui.empty.prices", lang), INGEST, lang=lang, name="price-now")
    price = price_at(prices, now)
    if price is None:
        body = line(t("ui.no_data", lang), "cc-mid") + line(
            t("ui.now.missing", lang, hour=hour_span(now.floor(time.HOUR)))
        )
        return card(title, body, lang=lang, synthetic=synthetic, name="price-now")
    big = f'<p class="cc-big">{esc(number(price, lang, 3))} <small>{t("ui.unit", lang)}</small></p>'
    period = str(tariff_period(pd.DatetimeIndex([now.floor(time.HOUR)])).iloc[0])
    chips = chip(t(PERIOD_KEYS[period], lang), f"cc-{period}") + _verdict(price, typical, lang)
    body = (
        big
        + tag("div", chips, class_="cc-chips")
        + _trend(price, prices, now, lang)
        + _against(price, prices, now, lang)
        + _next(prices, now, lang)
        + _until(now, lang)
    )
    return card(title, body, lang=lang, synthetic=synthetic, name="price-now")


def _verdict(price: float, typical: tuple[float, float] | None, lang: Lang) -> str:
    if typical is None:
        return ""
    low, high = typical
    key = "ui.cheap" if price <= low else "ui.dear" if price >= high else "ui.usual"
    return chip(t(key, lang))


def _trend(price: float, prices: pd.Series, now: pd.Timestamp, lang: Lang) -> str:
    """Whether the next hours are dearer or cheaper, and the farthest of them from now."""
    hour = now.floor(time.HOUR)
    soon = prices[(prices.index > hour) & (prices.index <= hour + _SOON)].dropna()
    if soon.empty:
        return ""
    away = (soon - price).abs()
    when = pd.DatetimeIndex(soon.index)[int(away.argmax())]
    then = float(soon[when])
    if abs(then - price) <= _STEADY * abs(price):
        return line(t("today.trend.steady", lang), "cc-lead")
    key = "today.trend.rises" if then > price else "today.trend.falls"
    return line(t(key, lang, price=price_text(then, lang), hour=clock(when)), "cc-lead")


def _until(now: pd.Timestamp, lang: Lang) -> str:
    """Of which hour the price is, and when the tariff period changes."""
    change, period = next_period(now)
    when = f"{relative_day(change, now, lang)} {clock(change)}"
    return line(
        t(
            "today.until",
            lang,
            hour=hour_span(now.floor(time.HOUR)),
            period=t(PERIOD_KEYS[period], lang),
            when=when,
        )
    )


def _against(price: float, prices: pd.Series, now: pd.Timestamp, lang: Lang) -> str:
    """Against the mean of today's hours; nothing when the mean says nothing."""
    window = time.day_window(time.local_date(now))
    today = prices.loc[(prices.index >= window.start) & (prices.index < window.end)].dropna()
    mean = float(today.mean())
    if len(today) < 2 or mean <= 0:
        return ""
    share = price / mean - 1
    key = "ui.now.above" if share > 0.005 else "ui.now.below" if share < -0.005 else "ui.now.same"
    return line(
        t(key, lang, share=number(abs(share) * 100, lang, 0), mean=price_text(mean, lang)),
        "cc-lead",
    )


def _next(prices: pd.Series, now: pd.Timestamp, lang: Lang) -> str:
    ahead = prices.loc[prices.index > now.floor(time.HOUR)].dropna()
    if ahead.empty:
        return line(t("ui.now.nothing_ahead", lang))
    when = cheapest(ahead)
    return line(
        t(
            "ui.now.cheapest",
            lang,
            day=relative_day(when, now, lang),
            hour=clock(when),
            price=price_text(float(ahead.min()), lang),
        )
    )


def today_tomorrow(
    prices: pd.Series, *, now: pd.Timestamp, lang: Lang, synthetic: bool = False
) -> str:
    """The bars of today and tomorrow, and when tomorrow's prices come out."""
    title = t("ui.bars.title", lang)
    if prices.dropna().empty:
        return empty(title, t("ui.empty.prices", lang), INGEST, lang=lang, name="today-tomorrow")
    periods = tariff_period(pd.DatetimeIndex(prices.index))
    body = charts.price_bars(prices, periods, now=now, lang=lang, synthetic=synthetic)
    newest = prices.dropna().index.max()
    tomorrow = time.day_window(time.local_date(now)).end
    if newest < tomorrow:
        due = time.known_until(now) > tomorrow
        kind = "cc-warn" if stale(behind(newest, now)) else "cc-mute"
        body += line(t("ui.bars.late" if due else "ui.bars.soon", lang), kind)
    body += price_table(prices, now=now, lang=lang)
    data = pd.DataFrame({"price_eur_kwh": prices, "tariff_period": periods})
    body += export(data, "today-tomorrow", lang=lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="today-tomorrow")


def price_table(prices: pd.Series, *, now: pd.Timestamp, lang: Lang) -> str:
    """Every hour in a table behind a fold, for those who do not see or point at the bars."""
    known = prices.dropna()
    hours = pd.date_range(known.index.min(), known.index.max(), freq=time.HOUR)
    rows = "".join(
        f"<tr><td>{esc(relative_day(hour, now, lang))}</td><td>{hour_span(hour)}</td>"
        f"<td>{esc(t(PERIOD_KEYS[period], lang))}</td>"
        f'<td class="cc-n">{esc(_cell(known, hour, lang))}</td></tr>'
        for hour, period in zip(hours, tariff_period(hours), strict=True)
    )
    summary = t("ui.bars.table", lang)
    return fold(summary, scroll(f"<table><tbody>{rows}</tbody></table>", summary))


def _cell(known: pd.Series, hour: pd.Timestamp, lang: Lang) -> str:
    price = price_at(known, hour)
    return t("ui.no_data", lang) if price is None else price_text(price, lang)


def week_ahead(forecast: Forecast | None, *, lang: Lang, synthetic: bool = False) -> str:
    """The forecast's week, with the model that made it and when."""
    title = t("ui.band.title", lang)
    if forecast is None or forecast.frame.empty:
        return empty(title, t("ui.empty.forecast", lang), DAILY, lang=lang, name="week-ahead")
    synthetic = synthetic or forecast.synthetic
    body = charts.forecast_band(forecast.frame, lang=lang, synthetic=synthetic)
    body += line(t("ui.band.made", lang, model=forecast.model, when=moment(forecast.as_of, lang)))
    named = {name: f"{name}_eur_kwh" for name in forecast.quantiles}
    body += export(forecast.frame.rename(columns=named), "week-ahead", lang=lang)
    return card(title, body, lang=lang, synthetic=synthetic, name="week-ahead")
