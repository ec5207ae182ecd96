"""The models page: whole, empty, losing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.time import utc
from chocolib.core.views import ModelsView
from chocolib.ui.pages.models import models_fragment
from tests.ui.test_pages import balanced, words

AS_OF = utc("2025-11-20T21:00")
FIGURES = {
    "origins": 28,
    "hours": 4000,
    "mae": 0.0186,
    "naive_mae": 0.0226,
    "rmae": 0.823,
    "coverage_80": 0.807,
    "coverage_90": 0.916,
}
HEALTH = {"model": "champion", "days": 14, "mae": 0.018, "rmae": 0.888, "before": None}
FOUND: dict[str, Any] = {
    "model": "champion",
    "weeks": {"8": {"champion": FIGURES}, "4": {"champion": FIGURES | {"origins": 20}}},
    "by_day": {"champion": [None, 0.013, 0.016, 0.017, 0.017, 0.017, 0.0165]},
    "naive_by_day": [None, 0.019, 0.02, 0.02, 0.02, 0.02, 0.02],
    "held": [{"day": n, "coverage_80": 0.8, "coverage_90": 0.9} for n in range(8)],
    "reliability": [{"quantile": "q10", "wanted": 0.1, "below": 0.107, "hours": 7820}],
    "daily": [
        {"day": "2025-10-24", "mae": 0.01, "naive": 0.02},
        {"day": "2025-10-27", "mae": 0.02, "naive": 0.01},
    ],
    "health": [HEALTH | {"drift": None, "loses_to_naive": False}],
    "health_days": 14,
}
VERSION = {
    "model": "champion",
    "version": "20250820T190000Z-912acbf3",
    "in_use": True,
    "fault": None,
    "as_of": "2025-08-20T19:00:00Z",
    "learnt_until": "2025-07-19T21:00:00Z",
    "figures": {"mae": 0.016},
}
FULL = ModelsView(
    AS_OF,
    "es",
    "champion",
    FOUND,
    newest=AS_OF - pd.Timedelta(hours=2),
    versions=(VERSION,),
    since=utc("2025-08-20T21:00"),
)
EMPTY = ModelsView(AS_OF, "es", "champion")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", [FULL, EMPTY], ids=["full", "empty"])
def test_it_is_whole(view: ModelsView, lang: Lang) -> None:
    html = models_fragment(replace(view, lang=lang))
    assert balanced(html)
    for sign in ("nan", "None", "NaT"):
        assert sign not in words(html)


def test_the_error_of_the_last_weeks_comes_first_beside_the_naive() -> None:
    said = words(models_fragment(FULL))
    assert "0,019 €/kWh de error medio en las últimas 4 semanas: 20 previsiones" in said
    assert "Un 18 % menos que repetir la semana anterior" in said
    worse = FOUND | {"weeks": {"8": {"champion": FIGURES | {"rmae": 1.12}}}}
    said = words(models_fragment(replace(FULL, accuracy=worse)))
    assert "Un 12 % más que repetir la semana anterior" in said
    assert "últimas 8 semanas" in said


def test_what_speaks_says_since_when_and_how_old_the_last_forecast_is() -> None:
    said = words(models_fragment(FULL))
    assert "En uso desde mié 20 ago 2025" in said
    assert "hace 2 h" in said
    assert "Sin versión entrenada" in words(models_fragment(EMPTY))


def test_without_anything_issued_there_is_no_figure_and_a_command() -> None:
    html = models_fragment(EMPTY)
    assert "Todavía no se ha guardado ninguna previsión." in html
    assert "<code>chocolib daily</code>" in html
    assert "<svg" not in html
    early = words(models_fragment(replace(EMPTY, newest=AS_OF)))
    assert "aún no se pueden juzgar" in early


def test_a_model_that_loses_is_a_warning() -> None:
    calm = models_fragment(FULL)
    html = models_fragment(replace(FULL, alert=True))
    assert html.count("cc-warn") == calm.count("cc-warn") + 1


def test_bandless_models_say_that_there_is_no_band() -> None:
    bare = FOUND | {"held": [], "reliability": []}
    html = models_fragment(replace(FULL, accuracy=bare))
    assert 'data-card="reliability"' in html
    assert 'data-card="calibration"' in html
    assert 'data-chart="calibration"' not in html


def test_of_few_forecasts_nothing_is_concluded() -> None:
    weeks = {"4": {"champion": FIGURES | {"origins": 6}}}
    few = replace(FULL, accuracy=FOUND | {"weeks": weeks})
    text = words(models_fragment(few))
    assert "Son 6 previsiones: con menos de 14 es pronto para juzgar las bandas." in text
    assert "engañan" not in text
    assert "pronto para juzgar las bandas" not in words(models_fragment(FULL))
