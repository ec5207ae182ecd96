"""Cards on the moment: alerts, advice, cheap hours, the week, the score; with and without data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape

import numpy as np
import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.scores import HourScores
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import utc
from chocolib.insights.alerts import alerts, unjudged
from chocolib.insights.heatmap import heat_map
from chocolib.insights.recommendations import recommendations
from chocolib.insights.situation import Situation
from chocolib.insights.windows import cheap_windows
from chocolib.ui import cards
from tests.insights.forecasts_to_read import forecast_frame
from tests.insights.test_alerts import NOW, quiet, room
from tests.ui.test_pages import balanced, words

LIMITS = Thresholds()
NOTHING = Situation(as_of=NOW)


def read(html: str) -> str:
    assert balanced(html)
    return words(unescape(html))


def hot() -> Situation:
    return replace(quiet(), room=room(26, 40))


@pytest.mark.parametrize("lang", LANGS)
def test_an_alert_says_level_evidence_rule_and_what_to_do(lang: Lang) -> None:
    found = alerts(hot(), LIMITS)
    assert found
    said = read(cards.alerts_card(found, {}, lang=lang))
    for alert in found:
        document = alert.to_dict(lang)
        for part in ("title", "evidence", "todo", "threshold"):
            assert words(document[part]) in said
    assert ("urgente" if lang == "es" else "critical") in said


def test_no_alert_is_said_and_what_cannot_be_judged_is_counted() -> None:
    calm = read(cards.alerts_card(alerts(quiet(), LIMITS), {}, lang="es"))
    assert "Ningún aviso." in calm
    assert "juzgar" not in calm
    blind = unjudged(NOTHING)
    html = cards.alerts_card([], blind, lang="es")
    assert f"Reglas que no se pueden juzgar: {len(blind)}" in read(html)
    assert read(html).count("sin juzgar:") == len(blind)


@pytest.mark.parametrize("lang", LANGS)
def test_advice_says_what_and_why_or_that_there_is_none(lang: Lang) -> None:
    advice = recommendations(quiet(), LIMITS, [])
    assert advice
    said = read(cards.advice_card(advice, lang=lang))
    for one in advice:
        assert all(words(text) in said for text in one.said(lang))
    nothing = read(cards.advice_card([], lang=lang))
    assert ("Nada que recomendar" if lang == "es" else "Nothing to recommend") in nothing


@pytest.mark.parametrize("lang", LANGS)
def test_the_cheapest_hours_of_each_day_say_what_they_save_and_how_sure(lang: Lang) -> None:
    found = cheap_windows(forecast_frame("2025-11-17", 3, known_days=1), hours=3, load_kw=12)
    html = cards.windows_card(found, hours=3, load_kw=12, lang=lang)
    said = read(html)
    assert html.count("<li>") == 3
    assert said.count("publicados" if lang == "es" else "published") == 1
    assert said.count("probabilidad" if lang == "es" else "probability") == 2
    assert ("12,0 kW" if lang == "es" else "12.0 kW") in said
    empty = cards.windows_card([], hours=30, load_kw=12, lang=lang)
    assert "chocolib daily" in read(empty)


def test_hours_dearer_than_the_whole_day_save_nothing_and_say_so() -> None:
    evening = forecast_frame("2025-11-17", 1).iloc[-3:].assign(q10=0.2, q50=0.2, q90=0.2)
    gone = forecast_frame("2025-11-17", 1)["q50"].iloc[:-3]
    found = cheap_windows(evening, hours=3, load_kw=10, gone=gone)
    said = read(cards.windows_card(found, hours=3, load_kw=10, lang="en"))
    assert "dearer than the whole of it" in said
    assert "saves" not in said
    assert "-" not in said.partition("The saving")[0].partition("dearer")[2]


@pytest.mark.parametrize("lang", LANGS)
def test_the_map_of_the_week_is_a_card_and_without_prices_says_so(lang: Lang) -> None:
    cells = heat_map(forecast_frame("2025-11-17", 7), first_day=date(2025, 11, 17))
    html = cards.week_map_card(cells, lang=lang)
    assert balanced(html)
    assert 'data-card="week-map"' in html
    assert "cc-narrow" in html
    blank = cards.week_map_card(cells.assign(price=np.nan), lang=lang)
    assert "chocolib daily" in read(blank)


def scored(first: str = "2025-11-20T21:00") -> HourScores:
    hours = pd.date_range(utc(first), periods=48, freq="h", name="time")
    frame = pd.DataFrame(
        {
            "score": 78.0,
            "price_points": 52.0,
            "temperature_points": 25.0,
            "humidity_points": 1.0,
            "price_eur_kwh": 0.1,
            "class": ["Optimal"] * 5 + ["Halt"] * 43,
            "halted": "",
            "known": True,
            "weather": "observed",
        },
        index=hours,
    )
    return HourScores(hours[0], hours[0], "rule-champion", frame)


def test_the_score_of_the_hour_has_its_parts_and_the_classes_to_come() -> None:
    html = cards.score_card(scored(), rule=LIMITS.score, lang="es")
    said = read(html)
    assert "78 de 100 Hora óptima: la que empieza el jue 20 nov, 21:00." in said
    assert "52 de 60" in said
    assert "1 de 15" in said
    assert html.count("<li>") == 2
    assert "hoy 21:00–02:00" in said


def test_a_score_that_is_not_known_is_not_a_bad_one() -> None:
    made = scored()
    frame = made.frame.assign(score=np.nan, humidity_points=np.nan)
    frame["class"] = np.nan
    blind = HourScores(made.origin, made.as_of, made.model, frame)
    said = read(cards.score_card(blind, rule=LIMITS.score, lang="en"))
    assert "No score" in said
    assert "no data" in said
    assert "0 of 100" not in said
