"""Charts and cards of figures: whole, legible without colour, honest about gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.results import Forecast
from chocolib.models.features import COLUMNS
from chocolib.models.importance import TOLLS
from chocolib.models.review import REASONS
from chocolib.ui.cards import days, errors, figures, training
from chocolib.ui.charts import Ruled, Zone, forecast_band, profile, ranked_bars
from tests.ui.test_charts import svgs
from tests.ui.test_pages import balanced, words

RULED = Ruled("Error, €/kWh", lambda value: f"{value:.3f}")


@pytest.fixture
def errors_by_day() -> pd.DataFrame:
    names = ["A", "B", "C", "D"]
    values = 0.01 + 0.001 * np.arange(28).reshape(7, 4)
    return pd.DataFrame(values, index=[str(n) for n in range(1, 8)], columns=names)


def drawn(table: pd.DataFrame, lang: Lang = "es", **more: object) -> str:
    return profile(table, RULED, name="x", across="Día", lang=lang, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGS)
def test_a_profile_is_well_formed_in_both_sizes(errors_by_day: pd.DataFrame, lang: Lang) -> None:
    zones = [Zone(0.01, 0.02, 0.015)]
    html = drawn(errors_by_day, lang, zones=zones, marked={"3": "1"})
    assert balanced(html)
    drawings = svgs(html)
    assert [drawing.get("class") for drawing in drawings] == ["cc-narrow", "cc-wide"]
    for drawing in drawings:
        assert "A" in str(drawing.get("aria-label"))


def test_series_are_told_apart_by_shape_and_dash_as_well(errors_by_day: pd.DataFrame) -> None:
    html = drawn(errors_by_day)
    wide = svgs(html)[1]
    shapes = {n: [e for e in wide.iter() if e.get("class") == f"cc-s{n}"] for n in range(1, 5)}
    assert [len(found) for found in shapes.values()] == [7, 7, 7, 7]
    corners = {n: len(str(found[0].get("points")).split()) for n, found in shapes.items() if n > 1}
    assert shapes[1][0].tag.endswith("circle")
    assert corners == {2: 4, 3: 3, 4: 4}
    assert all(f'class="cc-line cc-l{n}"' in html for n in range(1, 5))


def test_a_missing_value_breaks_the_line(errors_by_day: pd.DataFrame) -> None:
    def strokes(table: pd.DataFrame) -> int:
        line = next(e for e in svgs(drawn(table))[1].iter() if e.get("class") == "cc-line cc-l1")
        return str(line.get("d")).count("M")

    holed = errors_by_day.copy()
    holed.iloc[3, 0] = np.nan
    assert strokes(errors_by_day) == 1
    assert strokes(holed) == 2
    assert "<svg" not in drawn(errors_by_day * np.nan)


def test_names_under_a_long_axis_do_not_run_into_each_other() -> None:
    labels = [f"{n} nov" for n in range(1, 57)]
    table = pd.DataFrame({"A": np.linspace(0.01, 0.03, 56)}, index=labels)
    for drawing in svgs(drawn(table)):
        shown = [e for e in drawing.iter() if e.text in labels and e.get("text-anchor") == "middle"]
        room = np.diff([float(e.get("x", "0")) for e in shown])
        assert (room >= 6 * 13.5 * 0.58).all()


def test_hostile_names_of_series_are_text(errors_by_day: pd.DataFrame) -> None:
    html = drawn(errors_by_day.rename(columns={"A": "<script>&"}))
    assert "<script" not in html
    assert svgs(html)


def test_ranked_bars_write_every_name_and_value() -> None:
    amounts = pd.Series({"small": 0.001, "large": 0.02})
    html = ranked_bars(amounts, heading="H", write=lambda v: f"{v:.3f}", name="x", lang="en")
    for drawing in svgs(html):
        text = [e.text for e in drawing.iter() if e.text]
        assert text.index("large") < text.index("small")
        assert "0.020" in text
        bars = [float(e.get("width", "0")) for e in drawing.iter() if e.get("class") == "cc-s1"]
        assert bars[0] == pytest.approx(20 * bars[1], rel=0.05)


def test_what_came_is_drawn_over_the_forecast(forecast: Forecast) -> None:
    frame = forecast.frame.assign(known=False)
    came = frame.assign(actual=frame["q50"] + 0.2)
    assert 'class="cc-known"' not in forecast_band(frame, lang="es")
    html = forecast_band(came, lang="es")
    assert html.count('class="cc-known"') == 2
    assert "Lo que fue" in html
    assert "0,40" in html
    holed = came.copy()
    holed.loc[holed.index[50:60], "actual"] = np.nan
    assert forecast_band(holed, lang="es").count('class="cc-known"') == 4


def test_every_term_and_reason_has_its_words() -> None:
    assert set(training.GROUP_KEYS) == {name.partition(".")[0] for name in COLUMNS} | {TOLLS}
    assert set(days._REASON_KEYS) == set(REASONS)


def test_a_figure_that_is_missing_is_a_dash_and_never_nought() -> None:
    scores = pd.DataFrame(
        {"mae": [0.019, 0.023], "coverage_80": [0.8, np.nan]}, index=["challenger", "weekly-naive"]
    )
    text = words(figures.score_table(scores, "es"))
    assert "0,0190 0,0230" in text
    assert "80,0 % –" in text


def test_bands_that_mislead_are_said_in_words() -> None:
    held = pd.DataFrame({"coverage_80": [0.8] * 8, "coverage_90": [0.9] * 8})
    good = words(errors.calibration(held, "champion", lang="es"))
    assert "quedan a menos de 3 puntos" in good
    assert "Fuera de su franja" not in good
    held.loc[5, "coverage_80"] = 0.7
    assert "Fuera de su franja, día: 5." in words(errors.calibration(held, "champion", lang="es"))
    off = words(errors.calibration(held - 0.08, "champion", lang="es"))
    assert "las bandas engañan" in off
    assert "72,0 %" in off


def decided(**changes: object) -> dict[str, object]:
    """A decision as the training records it."""
    figures_of = {"challenger": {"mae": 0.018}, "current": {"mae": 0.02}}
    record: dict[str, object] = {
        "version": "v2",
        "as_of": "2025-11-20T20:00:00Z",
        "against": "v1",
        "promoted": True,
        "refused": [],
        "trial": {"figures": figures_of, "p": 0.03},
    }
    return record | changes


def test_a_decision_says_why_in_words() -> None:
    scores = pd.DataFrame({"mae": [0.018, 0.02], "rmae": [0.9, 1.0]}, ["challenger", "current"])
    text = words(training.decision(decided(), scores, lang="es"))
    assert "Se usa la versión nueva" in text
    assert "0,0180 €/kWh frente a 0,0200 €/kWh" in text
    assert "10 % menor" in text
    assert "p = 0,030" in text
    alone = {"figures": {"challenger": {"mae": 0.018}}, "p": None}
    first = words(training.decision(decided(against=None, trial=alone), scores, lang="en"))
    assert "the first version" in first
    old = words(training.decision(decided(trial=alone), scores, lang="en"))
    assert "too old" in old
    damaged = decided(against=None, trial=alone, refused=["x"])
    assert "damaged" in words(training.decision(damaged, scores, lang="en"))
    worse = scores.assign(rmae=[1.2, 1.0])
    assert "20 % larger" in words(training.decision(decided(), worse, lang="en"))


@pytest.mark.parametrize("lang", LANGS)
def test_without_forecasts_or_versions_the_cards_say_so(lang: Lang) -> None:
    nothing = [
        days.issued([], 0, alert=False, lang=lang),
        training.versions([], [], lang=lang),
        training.importance(None, lang=lang),
        errors.weeks({}, lang=lang),
        errors.calibration(pd.DataFrame(), "naive", lang=lang),
        errors.held_over_time(pd.DataFrame(), None, lang=lang),
    ]
    for html in nothing:
        assert balanced(html)
        assert "<table" not in html
        assert "<svg" not in html


def test_signs_of_days_that_are_close_stand_on_rows_of_their_own() -> None:
    labels = [f"{n} nov" for n in range(1, 57)]
    table = pd.DataFrame({"A": np.linspace(0.01, 0.03, 56)}, index=labels)
    marked = {"20 nov": "5", "21 nov": "4", "22 nov": "1", "40 nov": "2"}
    narrow = svgs(drawn(table, marked=marked))[0]
    signs = [e for e in narrow.iter() if e.text in {"1", "2", "4", "5"}]
    places = {e.text: (float(e.get("x", "0")), float(e.get("y", "0"))) for e in signs}
    assert len({places[n][1] for n in ("5", "4", "1")}) == 3
    assert places["2"][1] == places["5"][1]
    assert min(y for _, y in places.values()) > 2 * 13.5
