"""What pages, cards, devices and parts of the house are called where their use is told."""

from __future__ import annotations

from chocolib.core.i18n import Lang, t

#: Titles of the pages, as catalogue keys; a test holds them against the pages.
PAGE_KEYS = {
    "home": "page.home.title",
    "today": "page.today.title",
    "week": "page.week.title",
    "plan": "page.plan.title",
    "ask": "page.ask.title",
    "climate": "page.climate.title",
    "models": "page.models.title",
    "history": "page.history.title",
    "reports": "page.reports.title",
    "usage": "page.usage.title",
    "system": "page.system.title",
}
#: Titles of the cards, as catalogue keys; a test holds them against what pages show.
CARD_KEYS = {
    "accuracy": "models.accuracy.title",
    "alerts": "today.alerts.title",
    "ask": "ask.title",
    "batches": "plan.batches.title",
    "calibration": "ui.calibration.title",
    "came": "history.came.title",
    "checks": "system.checks.title",
    "choose": "history.pick.title",
    "cost_then": "history.cost.title",
    "costs": "plan.costs.title",
    "draw": "plan.draw.title",
    "error_then": "history.error.title",
    "feeds": "system.feeds.title",
    "freshness": "ui.fresh.title",
    "hot_days": "climate.hot.title",
    "in_use": "models.in_use.title",
    "issued": "ui.issued.title",
    "issued_by_date": "models.daily.title",
    "issued_by_day": "models.by_day.title",
    "jobs": "jobs.title",
    "known_then": "history.then.title",
    "month": "usage.card.month",
    "next_up": "ui.next.title",
    "next_window": "today.window.title",
    "outlook": "climate.outlook.title",
    "plan": "ui.plan.title",
    "plan_notes": "ui.notes.title",
    "price_now": "ui.now.title",
    "reliability": "models.reliability.title",
    "reports": "report.index.title",
    "risk": "risk.title",
    "room": "today.room.title",
    "room_now": "climate.room.title",
    "round": "system.round.title",
    "saved": "today.saved.title",
    "saving": "ui.saving.title",
    "series": "system.series.title",
    "store": "system.store.title",
    "this_year": "climate.year.title",
    "today_tomorrow": "ui.bars.title",
    "today_usual": "climate.today.title",
    "unfit_hours": "climate.unfit.title",
    "usage_cards": "usage.cards.title",
    "usage_days": "usage.visits.by_day",
    "usage_health": "usage.health.title",
    "usage_hours": "usage.hours.title",
    "usage_newest": "usage.newest.title",
    "usage_none": "usage.none.title",
    "usage_now": "usage.now.title",
    "usage_pages": "usage.pages.title",
    "usage_people": "usage.people.title",
    "usage_privacy": "usage.privacy.title",
    "usage_speed": "usage.speed.title",
    "usage_visits": "usage.visits.title",
    "usage_wrong": "usage.wrong.title",
    "versions": "ui.versions.title",
    "weather_now": "climate.now.title",
    "week_ahead": "ui.band.title",
    "week_hours": "week.table.title",
    "week_map": "week.map.title",
    "week_windows": "week.windows.title",
    "what_if": "plan.what_if.title",
    "why": "why.title",
}
DEVICE_KEYS = {
    "phone": "usage.device.phone",
    "tablet": "usage.device.tablet",
    "desktop": "usage.device.desktop",
    "other": "usage.device.other",
}
PART_KEYS = {
    "dashboards": "usage.part.dashboards",
    "api": "usage.part.api",
    "store": "usage.part.store",
    "worker": "usage.part.worker",
    "sources": "usage.part.sources",
}
#: A tile of the landing page is called as the page that it leads to.
_TILE = "tile_"


def page_text(page: str, lang: Lang) -> str:
    """A page for people; a name that is no page of ours stays as it is."""
    return t(PAGE_KEYS[page], lang) if page in PAGE_KEYS else page


def card_text(page: str, card: str, lang: Lang) -> str:
    """A card for people, with its page: "El plan · Hoy"."""
    return f"{_card(card, lang)} · {page_text(page, lang)}"


def place_text(place: str, lang: Lang) -> str:
    """A favourite, "today" or "today/price_now", for people."""
    page, _, card = place.partition("/")
    return card_text(page, card, lang) if card else page_text(page, lang)


def device_text(device: str, lang: Lang) -> str:
    """A kind of device for people; the name of one in the Tailnet stays as it is."""
    return t(DEVICE_KEYS[device], lang) if device in DEVICE_KEYS else device


def part_text(part: str, lang: Lang) -> str:
    """A part of the house for people."""
    return t(PART_KEYS[part], lang) if part in PART_KEYS else part


def _card(card: str, lang: Lang) -> str:
    if card in CARD_KEYS:
        return t(CARD_KEYS[card], lang)
    page = card.removeprefix(_TILE)
    if page != card and page in PAGE_KEYS:
        return t("usage.card.tile", lang, page=page_text(page, lang))
    return card.replace("_", " ")
