"""Every card of the pages by its name, alone, and pages that an analyst composes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chocolib.app.context import Context
from chocolib.core.errors import SettingsError
from chocolib.core.views import View
from chocolib.doors.page import Page
from chocolib.doors.pages import page_kind
from chocolib.ui.pages.frame import heading, sheet
from chocolib.ui.theme import css, fragment

#: Each card by its name in Python, with the page it is cut from.
CARDS = {
    "price_now": "today",
    "next_window": "today",
    "room": "today",
    "saved": "today",
    "alerts": "today",
    "today_tomorrow": "today",
    "freshness": "today",
    "week_map": "week",
    "week_windows": "week",
    "week_ahead": "week",
    "week_hours": "week",
    "next_up": "plan",
    "saving": "plan",
    "costs": "plan",
    "plan": "plan",
    "plan_notes": "plan",
    "batches": "plan",
    "why": "plan",
    "risk": "plan",
    "draw": "plan",
    "weather_now": "climate",
    "room_now": "climate",
    "today_usual": "climate",
    "this_year": "climate",
    "month": "climate",
    "hot_days": "climate",
    "unfit_hours": "climate",
    "outlook": "climate",
    "accuracy": "models",
    "in_use": "models",
    "issued_by_day": "models",
    "issued_by_date": "models",
    "calibration": "models",
    "reliability": "models",
    "issued": "models",
    "versions": "models",
    "known_then": "history",
    "error_then": "history",
    "cost_then": "history",
    "came": "history",
    "series": "system",
    "feeds": "system",
    "jobs": "system",
    "round": "system",
    "store": "system",
    "checks": "system",
    "reports": "reports",
    "usage_now": "usage",
    "usage_visits": "usage",
    "usage_days": "usage",
    "usage_pages": "usage",
    "usage_cards": "usage",
    "usage_hours": "usage",
    "usage_people": "usage",
    "usage_health": "usage",
    "usage_speed": "usage",
    "usage_newest": "usage",
    "usage_privacy": "usage",
    "usage_none": "usage",
    "usage_wrong": "usage",
}
#: Cards that are nothing alone: places of widgets (`wb.what_if()`, `wb.chat()`), and the form by
#: which a page is asked for another day.
PLACES = {"what_if", "choose", "ask"}


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of the pages: `cards.price_now()` and so on; `dir()` lists them."""

    context: Context

    def __dir__(self) -> list[str]:
        return sorted(CARDS)

    def __repr__(self) -> str:
        return f"<cards: {', '.join(self.__dir__())}>"

    def __getattr__(self, name: str) -> Callable[[], Page]:
        if name not in CARDS:
            raise AttributeError(f"there is no card {name!r}; one of: {', '.join(CARDS)}")
        return lambda: self._cut(name)

    def _cut(self, name: str) -> Page:
        whole = page_kind(CARDS[name]).html(self.context)
        return Page(fragment(cut(whole, name), lang=self.context.lang))


def cut(markup: str, name: str) -> str:
    """One card out of a page.

    Raises:
        SettingsError: the page does not show it now, for example because there is no plan.
    """
    mark = f'data-card="{name.replace("_", "-")}"'
    before, found, _ = markup.partition(mark)
    if not found:
        raise SettingsError(
            f"the page {CARDS.get(name, name)!r} shows no card {name!r} now",
            hint="chocolib daily makes a forecast and a plan",
        )
    begin = before.rindex("<section")
    return markup[begin : markup.index("</section>", begin) + len("</section>")]


def compose(context: Context, title: str, *cards: Page) -> Page:
    """A page of one's own: a heading, then the cards in their order.

    Raises:
        SettingsError: something is not a card or a page.
    """
    for one in cards:
        if not isinstance(one, Page):
            raise SettingsError(
                f"{type(one).__name__} is not a card",
                hint='for example wb.compose("Mine", wb.cards.price_now())',
            )
    style = f"<style>{css()}</style>"
    body = "".join(one.html.replace(style, "") for one in cards)
    view = View(
        context.as_of, context.lang, synthetic=context.store.synthetic, replay=context.replay
    )
    return Page(sheet(view, heading(title, context.as_of, context.lang) + body))
