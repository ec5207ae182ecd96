"""Exports: the data as they are drawn, in both zones, for any program."""

from __future__ import annotations

import io
import re
from urllib.parse import unquote

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.results import Forecast, Plan
from chocolib.ui import cards
from chocolib.ui.export import csv_text, export
from tests.ui.samples_to_draw import NOW

AUTUMN = pd.date_range("2025-10-25T23:00Z", periods=3, freq="h")


def exported(html: str) -> pd.DataFrame:
    """The table in a card's CSV link."""
    (address,) = re.findall(r'href="data:text/csv;charset=utf-8,([^"]*)"', html)
    return pd.read_csv(io.StringIO(unquote(address)))


def test_times_are_in_both_zones_and_the_autumn_hours_differ() -> None:
    lines = csv_text(pd.DataFrame({"price_eur_kwh": [0.1, -0.05, None]}, index=AUTUMN))
    assert lines.splitlines() == [
        "time_utc,time_madrid,price_eur_kwh",
        "2025-10-25T23:00:00Z,2025-10-26T01:00+02:00,0.1",
        "2025-10-26T00:00:00Z,2025-10-26T02:00+02:00,-0.05",
        "2025-10-26T01:00:00Z,2025-10-26T02:00+01:00,",
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=1))
def test_no_text_escapes_from_the_address(texts: list[str]) -> None:
    frame = pd.DataFrame({"text": [f"x{text}" for text in texts]})
    html = export(frame, "x", lang="es")
    (address,) = re.findall(r'href="([^"]*)"', html)
    assert not set("<>&'") & set(address.replace("&#x27;", ""))
    assert list(exported(html)["text"].astype(str)) == list(frame["text"])


def test_a_chart_gives_exactly_what_it_draws(
    prices: pd.Series, forecast: Forecast, plan: Plan
) -> None:
    bars = exported(cards.today_tomorrow(prices, now=NOW, lang="en"))
    assert list(bars["price_eur_kwh"].round(5)) == list(prices.round(5))
    assert list(bars["tariff_period"])[:9] == ["P3"] * 8 + ["P2"]
    week = exported(cards.week_ahead(forecast, lang="es"))
    assert list(week.columns) == [
        "time_utc",
        "time_madrid",
        "q10_eur_kwh",
        "q50_eur_kwh",
        "q90_eur_kwh",
        "known",
    ]
    tasks = exported(cards.plan_card(plan, now=NOW, lang="es"))
    assert len(tasks) == len(plan.best.tasks)
    assert tasks["energy_kwh"].sum() == plan.best.energy_kwh
    assert tasks["start_madrid"].iloc[0] == "2025-11-21T06:00+01:00"


def test_the_picture_is_offered_only_where_there_is_one_and_a_script() -> None:
    frame = pd.DataFrame({"a": [1]})
    assert 'data-png="x" hidden="hidden"' in export(frame, "x", lang="es")
    assert "data-png" not in export(frame, "x", lang="es", picture=False)
