"""The page "today": the number first, what to do next second, the pictures after them."""

from __future__ import annotations

import pandas as pd

from chocolib.core.i18n import moment, t
from chocolib.core.views import TodayView
from chocolib.ui import cards
from chocolib.ui.cards.coming import next_window, saved_card
from chocolib.ui.cards.notices import notices
from chocolib.ui.cards.room import room_card
from chocolib.ui.pages.frame import sheet
from chocolib.ui.svg import esc, tag


def today_fragment(view: TodayView) -> str:
    """The "today" page to embed in a notebook output or a dashboard."""
    return sheet(view, _body(view))


def _body(view: TodayView) -> str:
    """The number first, what to do next second, the pictures after them.

    What is missing is said once: without prices there are no bars, and without a
    plan only "up next" says so.
    """
    now, lang, fake = view.as_of, view.lang, view.synthetic
    first = [
        cards.price_now(view.prices, now=now, lang=lang, typical=view.typical, synthetic=fake),
        cards.next_up(view.plan, now=now, lang=lang, synthetic=fake),
        next_window(view.window, now=now, lang=lang, synthetic=fake),
        room_card(view.room, now=now, lang=lang, synthetic=fake),
    ]
    rest = []
    if view.prices.notna().any():
        rest.append(cards.today_tomorrow(view.prices, now=now, lang=lang, synthetic=fake))
    if view.plan:
        first.append(cards.saving(view.plan, lang=lang, synthetic=fake))
        prices = plan_prices(view)
        rest.append(cards.plan_card(view.plan, prices, now=now, lang=lang, synthetic=fake))
        told = view.forecast.remarks if view.forecast else ()
        rest.append(cards.plan_notes(view.plan, now=now, lang=lang, told=told, synthetic=fake))
    first.append(saved_card(view.saved, lang=lang, synthetic=fake))
    alerts = notices(view.notices, view.unjudged, lang=lang, synthetic=fake)
    first.insert(1 if _urgent(view) else len(first), alerts)
    rest += [cards.week_ahead(view.forecast, lang=lang, synthetic=fake), _ages(view)]
    return _top(view) + tag("div", *first, class_="cc-grid cc-three") + "".join(rest)


def _urgent(view: TodayView) -> bool:
    """Whether an alert deserves the place beside the price."""
    return any(notice.level != "info" for notice in view.notices or ())


def _ages(view: TodayView) -> str:
    return cards.freshness(
        now=view.as_of,
        lang=view.lang,
        newest_price=view.newest_price,
        forecast_as_of=view.forecast.as_of if view.forecast else None,
        plan_as_of=view.plan.as_of if view.plan else None,
        synthetic=view.synthetic,
    )


def _top(view: TodayView) -> str:
    when = t("ui.today.as_of", view.lang, when=moment(view.as_of, view.lang))
    title = t("ui.today.title", view.lang)
    return (
        f'<header class="cc-top"><h1>{esc(title)}</h1><p class="cc-mute">{esc(when)}</p></header>'
    )


def plan_prices(view: TodayView) -> pd.Series:
    """What the plan's price strip shows: published prices, else the forecast's median."""
    if view.forecast is None:
        return view.prices
    return view.prices.combine_first(view.forecast.frame["q50"])
