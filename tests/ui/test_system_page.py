"""The system page: whole, empty, failing."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import DAY, HOUR, utc
from chocolib.core.views import Check, Feed, Series, SystemView
from chocolib.ui.cards.system import MEASUREMENT_KEYS
from chocolib.ui.pages.system import system_fragment
from tests.ui.test_pages import balanced, words

AS_OF = utc("2025-11-20T21:00")
NONE = pd.Timedelta(0)
FULL = SystemView(
    AS_OF,
    "es",
    series=(
        Series("energy_prices", "stale", AS_OF - 2 * DAY, 2 * DAY, 5, 2, 3, 40000, AS_OF - DAY),
        Series("weather_data", "no data", None, NONE, 0, 0, 0, 0, None),
        Series("siar_daily", "by hand", utc("2024-09-17"), NONE, 0, 0, 0, 8202, AS_OF - DAY),
    ),
    feeds=(
        Feed("energy_prices", "ree", AS_OF - HOUR, 24, 1, "it <did> not answer", 7, 2),
        Feed("siar_daily", "file", AS_OF - DAY, 259, 0, "", 1, 0),
    ),
    traces={"ingest": AS_OF - HOUR, "forecast": AS_OF - DAY, "plan": None, "report": None},
    kind="sqlite",
    revision=207,
    chocolib="0.1.0",
    python="3.11.7",
    size_bytes=6_400_000,
    rows_kept=(("price_forecast", 168),),
    checks=(
        Check("prices", "stale", "chocolib ingest prices, or chocolib import pvpc FILE"),
        Check("AEMET_API_KEY", "not set", ""),
        Check("store", "ok", ""),
    ),
)
EMPTY = replace(FULL, series=(), feeds=(), traces={}, size_bytes=None, rows_kept=(), checks=())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", [FULL, EMPTY], ids=["full", "empty"])
def test_it_is_whole(view: SystemView, lang: Lang) -> None:
    html = system_fragment(replace(view, lang=lang))
    assert balanced(html)
    for sign in ("nan", "None", "NaT"):
        assert sign not in words(html)


def test_each_series_says_its_status_its_gaps_and_what_is_held() -> None:
    said = words(system_fragment(FULL))
    assert "Precios: parado" in said
    assert "faltan 2 días al final; huecos: 5, de ellos 2 no existen en las fuentes" in said
    assert "retenidas: 3" in said
    assert "Días de SIAR: se trae a mano hasta mar 17 sep 2024" in said


def test_a_source_that_fails_says_why_and_how_often() -> None:
    html = system_fragment(FULL)
    assert "it &lt;did&gt; not answer" in html
    said = words(html)
    assert "REE · Precios hace 1 h; filas nuevas: 24. Rechazadas: 1. Fallos: 2 de 7." in said
    assert "Fichero · Días de SIAR" in said


def test_what_has_to_be_done_comes_before_the_fold_and_what_is_well_behind_it() -> None:
    html = system_fragment(FULL)
    before, _, behind = html.rpartition("<details>")
    assert "<code>chocolib ingest prices</code>" in before
    assert "AEMET_API_KEY" in behind
    assert "sin configurar" in behind
    assert "Todo bien." in words(system_fragment(EMPTY))


def test_an_empty_house_names_the_command() -> None:
    html = system_fragment(EMPTY)
    assert html.count("<code>chocolib ingest all</code>") == 2
    assert "SQLite" in html
    assert "MB" not in html


def test_every_measurement_has_a_name_for_people() -> None:
    assert set(MEASUREMENT_KEYS) == set(MEASUREMENTS)
