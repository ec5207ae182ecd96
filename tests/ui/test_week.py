"""The page of the week: what its cards say, and why an hour is dear or cheap."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.time import utc
from chocolib.core.views import WeekView
from chocolib.ui.cards.hour import hour_name, hour_panel
from chocolib.ui.cards.week import hours_table, map_card, windows_card
from chocolib.ui.pages.week import week_fragment
from tests.ui.test_pages import balanced, words


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("full", [True, False])
def test_the_page_is_whole_and_says_what_is_missing(
    week_view: WeekView, lang: Lang, full: bool
) -> None:
    nothing = {"forecast": None, "hours": pd.DataFrame(), "windows": pd.DataFrame()}
    html = week_fragment(replace(week_view, lang=lang, **({} if full else nothing)))
    assert balanced(html.replace("<input", "<img"))
    assert "nan" not in words(html).lower()
    assert html.count("<code>chocolib daily</code>") == (0 if full else 3)


def test_every_hour_of_the_map_leads_to_its_reasons(week_view: WeekView) -> None:
    html = map_card(week_view)
    panels = re.findall(r'<aside [^>]*id="([^"]+)"', html)
    assert len(panels) == len(set(panels)) == len(week_view.hours)
    assert set(re.findall(r'href="#(h-[^"]+)"', html)) == set(panels)
    table = hours_table(week_view)
    assert set(re.findall(r'href="#(h-[^"]+)"', table)) < set(panels)


def reasons(view: WeekView, hour: str, **changes: object) -> str:
    row = view.hours.loc[utc(hour)].copy()
    for name, value in changes.items():
        row[name] = value
    return words(hour_panel(utc(hour), row, view))


def test_an_expected_hour_says_its_band_and_a_published_one_does_not(week_view: WeekView) -> None:
    expected = reasons(week_view, "2025-11-24T12:00")
    assert "Se esperan" in expected
    assert "Ocho de cada diez veces, entre" in expected
    published = reasons(week_view, "2025-11-21T12:00")
    assert "ya publicado" in published
    assert "Ocho de cada diez" not in published


def test_the_rank_is_said_from_the_side_it_is_on(week_view: WeekView) -> None:
    dear = reasons(week_view, "2025-11-24T12:00", rank=0.83)
    assert "Más cara que el 83 % de las horas de los últimos 30 días" in dear
    assert "hora punta" in dear
    cheap = reasons(week_view, "2025-11-24T03:00", rank=0.1)
    assert "Más barata que el 90 %" in cheap
    assert "hora valle" in cheap


def test_the_parts_of_the_score_and_what_is_halted_are_said(week_view: WeekView) -> None:
    said = reasons(week_view, "2025-11-24T12:00", score=52.0, price_points=12.0, halted="temper")
    assert "52 puntos de 100: precio 12 de 60, temperatura 25 de 25, humedad 15 de 15" in said
    assert "20,5 °C y 48 %" in said
    assert "para: Templado" in said


def test_an_hour_without_price_or_weather_makes_nothing_up(week_view: WeekView) -> None:
    none = float("nan")
    said = reasons(week_view, "2025-11-24T12:00", price=none, score=none, rank=none)
    assert "Sin precio" in said
    assert "Sin puntuación" in said
    assert "nan" not in said


def test_the_autumn_hour_that_comes_twice_has_two_names() -> None:
    assert hour_name(utc("2025-10-26T00:00Z")) != hour_name(utc("2025-10-26T01:00Z"))


def test_the_best_window_of_a_length_and_the_best_published_one(week_view: WeekView) -> None:
    card = words(windows_card(week_view))
    assert "3 h · dom 23 nov, 01:00–04:00" in card
    assert "0,070 €/kWh · 46 % bajo la media del día · previsto, 99 % de probabilidad" in card
    assert "Ya publicado: vie 21 nov, 01:00–04:00, 0,090 €/kWh" in card


def test_below_a_mean_of_nothing_no_share_is_said(week_view: WeekView) -> None:
    cheap = week_view.windows.assign(mean_eur_kwh=-0.02, day_mean_eur_kwh=0.01)
    card = words(windows_card(replace(week_view, windows=cheap)))
    assert "0,030 €/kWh bajo la media del día" in card
    assert "% bajo" not in card
