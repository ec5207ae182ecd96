"""The cards of the day: trend, next cheap hours, room, alerts, what was saved; and the tiles."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.time import HOUR, utc
from chocolib.core.views import HomeView, NextWindow, RoomNow, Saved, TodayView
from chocolib.ui import cards
from chocolib.ui.cards.coming import next_window, saved_card
from chocolib.ui.cards.notices import notices
from chocolib.ui.cards.room import room_card
from chocolib.ui.pages import today_fragment
from chocolib.ui.pages.home import home_fragment
from tests.ui.samples_to_draw import NOW
from tests.ui.test_pages import balanced, words


@pytest.mark.parametrize("lang", LANGS)
def test_the_full_page_of_the_day_is_whole(full_view: TodayView, lang: Lang) -> None:
    html = today_fragment(replace(full_view, lang=lang))
    assert balanced(html)
    for name in ("next-window", "room", "saved", "alerts"):
        assert html.count(f'data-card="{name}"') == 1


def test_what_is_urgent_stands_beside_the_price(full_view: TodayView) -> None:
    def place(view: TodayView) -> tuple[int, int]:
        html = today_fragment(view)
        return html.index('data-card="alerts"'), html.index('data-card="next-up"')

    urgent, upnext = place(full_view)
    assert urgent < upnext
    (told,) = full_view.notices or ()
    quiet, upnext = place(replace(full_view, notices=(replace(told, level="info"),)))
    assert quiet > upnext


@pytest.mark.parametrize(
    ("then", "said"), [(0.2, "Sube: 0,200 €/kWh"), (0.05, "Baja: 0,050"), (0.101, "Sigue igual")]
)
def test_the_trend_is_that_of_the_next_three_hours(then: float, said: str) -> None:
    hours = pd.date_range(NOW.floor("h"), periods=6, freq="h")
    prices = pd.Series([0.1, 0.1, then, 0.1, 9.0, 9.0], index=hours)
    card = words(cards.price_now(prices, now=NOW, lang="es"))
    assert said in card
    assert "9,000" not in card.split("Precio de las")[0].split("La hora")[0]


def test_without_the_next_hours_there_is_no_trend() -> None:
    only = pd.Series([0.1], index=[NOW.floor("h")])
    card = words(cards.price_now(only, now=NOW, lang="es"))
    assert "Sube" not in card
    assert "Sigue igual" not in card


def test_the_price_says_its_hour_and_when_the_period_changes() -> None:
    only = pd.Series([0.1], index=[NOW.floor("h")])
    card = words(cards.price_now(only, now=NOW, lang="es"))
    assert "Precio de las 21–22 h; P2 llano desde hoy 22:00." in card


def test_the_next_window_says_whether_it_is_certain(window: NextWindow) -> None:
    certain = words(next_window(window, now=NOW, lang="es"))
    assert "Mañana 02:00–05:00" in certain
    assert "0,080 €/kWh de media, 0,050 €/kWh menos que su día." in certain
    assert "Con precios publicados" in certain
    maybe = words(next_window(replace(window, published=False), now=NOW, lang="es"))
    assert "previstos" in maybe
    assert "chocolib daily" in words(next_window(None, now=NOW, lang="es"))


def test_the_room_names_what_is_halted_before_what_is_beside_its_band(room: RoomNow) -> None:
    assert "Fuera de su banda: templado" in words(room_card(room, now=NOW, lang="es"))
    halted = replace(room, halted=("temper", "mould"))
    card = words(room_card(halted, now=NOW, lang="es"))
    assert "Parado: templado, moldeado" in card
    assert "Fuera de su banda" not in card
    fine = words(room_card(replace(room, beside=()), now=NOW, lang="es"))
    assert "Todas las etapas en su banda" in fine


def test_the_room_says_what_it_rests_on_and_how_old_that_is(room: RoomNow) -> None:
    card = words(room_card(room, now=NOW, lang="es"))
    assert "con el tiempo observado. Última observación: jue 20 nov, 20:00 (hace 1 h)." in card
    usual = replace(room, source="climatology", newest=None, halted=None)
    card = words(room_card(usual, now=NOW, lang="es"))
    assert "el tiempo habitual de la fecha. No hay observaciones" in card
    assert "chocolib ingest weather" in words(room_card(None, now=NOW, lang="es"))


def test_what_was_saved_says_of_how_much_and_since_when() -> None:
    saved = Saved(NOW.date().replace(day=1), 31, 42.5, 300.0, NOW)
    card = words(saved_card(saved, lang="es"))
    assert "42,50 €" in card
    assert "14,2 % menos que como siempre, en 31 lotes terminados desde el sáb 1 nov." in card
    assert saved_card(None, lang="es") == ""


def test_quiet_is_said_and_so_is_what_nobody_could_judge() -> None:
    quiet = words(notices((), 0, lang="es"))
    assert "Nada fuera de lo normal." in quiet
    assert "Reglas sin datos" not in quiet
    assert "Reglas sin datos para juzgar: 3." in words(notices((), 3, lang="es"))
    assert notices(None, 0, lang="es") == ""


@pytest.mark.parametrize("lang", LANGS)
def test_each_tile_leads_to_its_page_with_its_fact(home_view: HomeView, lang: Lang) -> None:
    html = home_fragment(replace(home_view, lang=lang, replay=True))
    assert balanced(html)
    assert html.count('class="cc-tile"') == 7
    assert 'href="/plan?at=2025-11-20T21:05"' in html
    assert html.count('class="cc-fact"') == 6
    assert "at=" not in home_fragment(home_view)


def test_a_tile_without_its_fact_says_nothing_made_up(home_view: HomeView) -> None:
    bare = HomeView(as_of=utc("2025-11-20T20:00"), lang="es", tiles=home_view.tiles)
    said = words(home_fragment(bare))
    assert "sin datos" in said
    assert "No hay plan en marcha" in said
    assert "Error medio" not in said
    assert "0,000" not in said
    failed = words(home_fragment(replace(bare, failed=("ree", NOW - HOUR))))
    assert "Falló ree: jue 20 nov, 20:05" in failed
