"""Whole pages made of cards."""

from __future__ import annotations

import pandas as pd

from chocolib.core import time
from chocolib.core.i18n import Lang, clock, day, moment, t
from chocolib.core.scores import HourScores
from chocolib.core.views import TodayView
from chocolib.models.production_review import Trained
from chocolib.ui import cards
from chocolib.ui.svg import esc, tag
from chocolib.ui.theme import banner, fragment


def today_fragment(view: TodayView) -> str:
    """The "today" page to embed in a notebook output or a dashboard."""
    return fragment(_body(view), lang=view.lang, banners=_banners(view), clock=clock(view.as_of))


def _banners(view: TodayView) -> list[str]:
    found = []
    if view.synthetic:
        found.append(demo_banner(view.lang))
    if view.replay:
        when = f"{day(view.as_of, view.lang)} {time.local(view.as_of).year}"
        text = t("ui.banner.replay", view.lang, when=f"{when}, {clock(view.as_of)}")
        found.append(banner(text, "note"))
    return [*found, *(banner(problem, "warn") for problem in view.problems)]


def demo_banner(lang: Lang) -> str:
    """The line that says that all on the page is made up."""
    return banner(t("ui.banner.demo", lang), "demo")


def heading(title: str, as_of: pd.Timestamp, lang: Lang) -> str:
    """The top of a page of a moment, UTC; the title is escaped."""
    when = t(
        "ui.today.as_of", lang, when=f"{day(as_of, lang)} {time.local(as_of).year}, {clock(as_of)}"
    )
    return (
        f'<header class="cc-top"><h1>{esc(title)}</h1><p class="cc-mute">{esc(when)}</p></header>'
    )


def _body(view: TodayView) -> str:
    """The number first, what to do next second, the pictures after them.

    What is missing is said once: without prices there are no bars, and without a
    plan only "up next" says so.
    """
    now, lang, fake = view.as_of, view.lang, view.synthetic
    first = [
        cards.price_now(view.prices, now=now, lang=lang, typical=view.typical, synthetic=fake),
        cards.next_up(view.plan, now=now, lang=lang, synthetic=fake),
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
    rest += [cards.week_ahead(view.forecast, lang=lang, synthetic=fake), _ages(view)]
    return _top(view) + tag("div", *first, class_="cc-grid cc-three") + "".join(rest)


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


def production_fragment(made: Trained, hours: HourScores, *, lang: Lang) -> str:
    """The review of the production models, and the scores of the hours to come."""
    fake = hours.synthetic
    first = cards.what_is_foretold(made, lang=lang, synthetic=fake)
    both = [
        cards.lead_card(made, lang=lang, synthetic=fake),
        cards.confusion_card(made, lang=lang, synthetic=fake),
    ]
    body = [
        first,
        cards.skill_card(made, lang=lang, synthetic=fake),
        tag("div", *both, class_="cc-grid cc-three"),
        cards.importance_card(made, lang=lang, synthetic=fake),
        cards.week_card(made, lang=lang, synthetic=fake),
        cards.hours_card(hours, lang=lang),
    ]
    banners = [banner(t("ui.banner.demo", lang), "demo")] if fake else []
    return fragment("".join(body), lang=lang, banners=banners)
