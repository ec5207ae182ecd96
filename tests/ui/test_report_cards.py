"""Cards of the weekly review, the data and the climate: what they say of little and of nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from chocolib.app.gaps import SeriesGaps
from chocolib.core.gaps import Freshness
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.schema import ENERGY_PRICES
from chocolib.core.time import HOUR
from chocolib.ui.cards import climate_history, quality, weekly
from tests.ui.test_pages import balanced, words


def utc(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


NONE = pd.DatetimeIndex([], tz="UTC")
FRESH = SeriesGaps(
    kind=ENERGY_PRICES,
    series="peninsula",
    since=utc("2025-11-01"),
    freshness=Freshness("fresh", utc("2025-11-20"), pd.Timedelta(0)),
    missing=NONE,
    absent=NONE,
)


def test_a_series_says_what_it_lacks_and_how_late_it_is() -> None:
    hours = pd.date_range("2025-11-02", periods=1500, freq="h", tz="UTC")
    late = replace(
        FRESH,
        freshness=Freshness("stale", utc("2025-11-20"), 50 * HOUR),
        missing=hours,
        absent=hours[:2],
    )
    html = quality.wholeness_card([FRESH, late], lang="es")
    said = words(html)
    assert "al día · no falta nada" in said
    assert "muy atrasado (2 días) · faltan 1.500; de ellos, 2 no existen en ninguna fuente" in said
    assert html.count("cc-warn") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_said_in_words(lang: Lang) -> None:
    nothing = pd.DataFrame()
    cards = [
        quality.stored_card(nothing, lang=lang),
        quality.gaps_card(nothing, lang=lang),
        quality.refused_card(nothing, lang=lang),
        quality.runs_card(nothing, 7, lang=lang),
        quality.wholeness_card([], lang=lang),
        weekly.followed_card(nothing, lang=lang),
        weekly.alerts_of_week_card([], lang=lang),
        weekly.untold_card("why", lang=lang),
        climate_history.correlations_card([], lang=lang),
    ]
    for html in cards:
        assert balanced(html)
        assert len(words(html)) > 20
        assert "nan" not in words(html).split()


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2025-10-25T22:00", "2025-10-26T23:00", "dom 26 oct 2025"),
        ("2025-03-29T23:00", "2025-03-30T22:00", "dom 30 mar 2025"),
        ("2025-10-24T22:00", "2025-10-26T23:00", "sáb 25 oct 2025 – dom 26 oct 2025"),
        ("2025-10-26T08:00", "2025-10-26T10:00", "dom 26 oct 2025, 09:00 – dom 26 oct 2025, 11:00"),
    ],
)
def test_a_gap_is_told_in_days_or_hours_also_of_25_and_23(start: str, end: str, said: str) -> None:
    assert quality.span_of(utc(start), utc(end), "es") == said


def test_a_long_list_of_gaps_is_counted() -> None:
    rows = [
        {
            "measurement": "energy_prices",
            "series": "peninsula",
            "start": utc("2025-11-20") - n * HOUR * 24,
            "end": utc("2025-11-20") - n * HOUR * 24 + HOUR,
            "missing": 1,
            "not_available": 0,
        }
        for n in range(20)
    ]
    html = quality.gaps_card(pd.DataFrame(rows), lang="en")
    assert html.count("<li>") == 15
    assert "And 5 earlier gaps." in words(html)


def test_runs_and_refusals_give_their_reasons_escaped() -> None:
    run = {
        "measurement": "energy_prices",
        "source": "ree",
        "runs": 24,
        "failed": 1,
        "new": 30,
        "healed": 6,
        "refused": 2,
        "error": "<b>503</b>",
    }
    html = quality.runs_card(pd.DataFrame([run]), 7, lang="en")
    assert "24 runs, 1 failed; new rows: 30, of them healed: 6; refused: 2" in words(html)
    assert "&lt;b&gt;503" in html
    row = {
        "measurement": "weather_data",
        "state": "held",
        "rows": 3,
        "newest": utc("2025-11-20T10:00"),
        "reason": "80 C is above 55",
    }
    said = words(quality.refused_card(pd.DataFrame([row]), lang="es"))
    assert "Tiempo observado, en cuarentena" in said
    assert "3 filas; la última, jue 20 nov 2025, 11:00: 80 C is above 55" in said


def test_the_week_compares_only_days_whose_prices_came() -> None:
    table = pd.DataFrame(
        {
            "tasks": [3, 2],
            "kwh": [100.0, 50.0],
            "planned_eur": [12.0, 6.0],
            "came_eur": [13.5, float("nan")],
        },
        index=[date(2025, 11, 18), date(2025, 11, 19)],
    )
    said = words(weekly.followed_card(table, lang="es"))
    assert (
        "Los planes contaban con 12,00 €; con los precios que vinieron son 13,50 € (+1,50 €)"
        in said
    )
    assert "mié 19 nov 2 50 6,00 –" in said
