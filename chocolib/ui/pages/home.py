"""The landing page: a big tile for each page, with one live fact."""

from __future__ import annotations

from collections.abc import Callable

from chocolib.core.i18n import moment, money, number, t
from chocolib.core.views import HomeView, Tile
from chocolib.ui.cards.coming import window_text
from chocolib.ui.cards.room import climate_text
from chocolib.ui.charts.axes import price_text
from chocolib.ui.pages.frame import heading, sheet, view_at
from chocolib.ui.svg import esc, tag


def home_fragment(view: HomeView) -> str:
    """The landing page to embed in a dashboard."""
    tiles = "".join(_tile(tile, view) for tile in view.tiles)
    grid = tag("ul", tiles, class_="cc-tiles")
    return sheet(view, heading(t("ui.today.title", view.lang), view.as_of, view.lang) + grid)


def _tile(tile: Tile, view: HomeView) -> str:
    fact = _FACTS[tile.name](view) if tile.name in _FACTS else ""
    inside = tag("b", esc(tile.title)) + tag("span", esc(tile.blurb), class_="cc-mute")
    if fact:
        inside += tag("span", esc(fact), class_="cc-fact")
    link = tag("a", inside, href=view_at(tile.name, view))
    return tag("li", link, class_="cc-tile", data_card=f"tile-{tile.name}")


def _price(view: HomeView) -> str:
    lang = view.lang
    if view.price is None:
        return t("ui.no_data", lang)
    return t("home.price", lang, price=price_text(view.price, lang))


def _window(view: HomeView) -> str:
    if view.window is None:
        return ""
    when = window_text(view.window, view.as_of, view.lang)
    return t(
        "home.window", view.lang, when=when, price=price_text(view.window.mean_eur_kwh, view.lang)
    )


def _saving(view: HomeView) -> str:
    if view.saving_eur is None:
        return t("home.no_plan", view.lang)
    return t("home.saving", view.lang, saving=money(view.saving_eur, view.lang))


def _room(view: HomeView) -> str:
    if view.room is None:
        return ""
    climate = climate_text(view.room.room_c, view.room.room_pct, view.lang)
    return t("home.room", view.lang, climate=climate)


def _accuracy(view: HomeView) -> str:
    if view.mae_eur_kwh is None:
        return ""
    error = t("ui.price", view.lang, price=number(view.mae_eur_kwh, view.lang, 4))
    return t("home.accuracy", view.lang, error=error)


def _problem(view: HomeView) -> str:
    if view.failed is None:
        return t("home.no_problem", view.lang)
    source, when = view.failed
    return t("home.problem", view.lang, source=source, when=moment(when, view.lang))


#: The live fact of each page that has one.
_FACTS: dict[str, Callable[[HomeView], str]] = {
    "today": _price,
    "week": _window,
    "plan": _saving,
    "climate": _room,
    "models": _accuracy,
    "system": _problem,
}
