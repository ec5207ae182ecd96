"""`freshness`: how old the prices, the forecast and the plan are."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import Lang, moment, t
from chocolib.core.measurement import Measurement
from chocolib.core.schema import PRICE_FORECAST, PRODUCTION_PLAN
from chocolib.ui.cards.parts import behind, line, span_text, stale
from chocolib.ui.svg import esc
from chocolib.ui.theme import card


def freshness(
    *,
    now: pd.Timestamp,
    lang: Lang,
    newest_price: pd.Timestamp | None,
    forecast_as_of: pd.Timestamp | None,
    plan_as_of: pd.Timestamp | None,
    synthetic: bool = False,
) -> str:
    """Until when prices are known and how old forecast and plan are; late is said in words.

    What is further behind than its measurement's `stale_after` is a warning as well.

    Args:
        now: UTC.
        lang: language of the texts.
        newest_price: start of the newest stored price hour, UTC.
        forecast_as_of: when the newest forecast was made, UTC.
        plan_as_of: when the newest plan was made, UTC.
        synthetic: mark the card as demonstration data.
    """
    rows = [
        (t("ui.fresh.prices", lang), *_prices(newest_price, now, lang)),
        (t("ui.fresh.forecast", lang), *_made(forecast_as_of, now, PRICE_FORECAST, lang)),
        (t("ui.fresh.plan", lang), *_made(plan_as_of, now, PRODUCTION_PLAN, lang)),
    ]
    items = "".join(
        f'<li><span>{esc(name)}</span><span class="{"cc-warn" if bad else "cc-mute"}">'
        f"{esc(text)}</span></li>"
        for name, text, bad in rows
    )
    body = f'<ul class="cc-rows">{items}</ul>' + line(
        t("ui.banner.demo" if synthetic else "ui.fresh.source", lang)
    )
    return card(t("ui.fresh.title", lang), body, lang=lang, synthetic=synthetic, name="freshness")


def _prices(newest: pd.Timestamp | None, now: pd.Timestamp, lang: Lang) -> tuple[str, bool]:
    if newest is None:
        return t("ui.no_data", lang), True
    until = t("ui.fresh.until", lang, when=moment(newest, lang))
    late = behind(newest, now)
    if not late:
        return until, False
    text = t("ui.fresh.behind", lang, until=until, span=span_text(late, lang))
    return text, stale(late)


def _made(
    made: pd.Timestamp | None, now: pd.Timestamp, what: Measurement, lang: Lang
) -> tuple[str, bool]:
    if made is None:
        return t("ui.no_data", lang), True
    age = max(now - made, pd.Timedelta(0))
    old = stale(age, what)
    key = "ui.fresh.old" if old else "ui.fresh.ago"
    return t(key, lang, when=moment(made, lang), span=span_text(age, lang)), old
