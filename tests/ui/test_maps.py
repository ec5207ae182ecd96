"""The map of the week and the bars of hot days."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.insights.heatmap import heat_map
from chocolib.ui.charts import heat_cells, hot_day_bars
from tests.insights.forecasts_to_read import forecast_frame
from tests.ui.test_charts import svgs

HOT = pd.DataFrame(
    {
        "above_35": [50, 60, 80],
        "station": ["J09", "J09", "J17"],
        "counts": [True, False, True],
    },
    index=pd.Index([2016, 2017, 2019], name="year"),
)


def week(first: str, **more: pd.Series) -> pd.DataFrame:
    frame = forecast_frame(first, 7, known_days=2)
    return heat_map(frame, first_day=date.fromisoformat(first), **more)


def marks(drawing: ElementTree.Element) -> int:
    return sum(1 for element in drawing.iter() if element.get("class") == "cc-mark")


@pytest.mark.parametrize("lang", LANGS)
def test_both_are_well_formed_in_both_sizes(lang: Lang) -> None:
    for html in (heat_cells(week("2025-11-17"), lang=lang), hot_day_bars(HOT, 35, lang=lang)):
        drawings = svgs(html)
        assert [drawing.get("class") for drawing in drawings] == ["cc-narrow", "cc-wide"]
        assert all(drawing.get("aria-label") for drawing in drawings)


@pytest.mark.parametrize(
    ("first", "hours"), [("2025-11-17", 168), ("2025-03-24", 167), ("2025-10-20", 169)]
)
def test_a_week_has_a_cell_for_every_hour(first: str, hours: int) -> None:
    assert [marks(drawing) for drawing in svgs(heat_cells(week(first), lang="es"))] == [hours] * 2


def test_the_hour_that_comes_twice_is_two_half_cells() -> None:
    narrow, _ = svgs(heat_cells(week("2025-10-20"), lang="es"))
    widths = [
        float(rect.get("width", 0))
        for rect in narrow.iter("{http://www.w3.org/2000/svg}rect")
        if str(rect.get("class")).startswith("cc-h")
    ]
    assert len({round(width) for width in widths}) == 2
    assert sum(width < max(widths) * 0.6 for width in widths) == 2


def test_cheap_hours_and_halted_hours_look_so() -> None:
    frame = forecast_frame("2025-11-17", 7)
    rank = pd.Series(0.99, frame.index)
    rank.iloc[:10] = 0.0
    classes = pd.Series(["Halt"] * 3 + ["Optimal"] * 165, frame.index)
    html = heat_cells(week("2025-11-17", rank=rank, classes=classes), lang="en")
    assert html.count('class="cc-h1"') == 2 * 7
    assert html.count('class="cc-h1 cc-halt"') == 2 * 3
    assert html.count('class="cc-h5"') == 2 * 158
    assert "optimal" in html


def test_missing_hours_are_hatched_and_nothing_to_draw_is_said() -> None:
    cells = week("2025-11-17")
    cells.loc[cells.index[5:8], "price"] = float("nan")
    assert heat_cells(cells, lang="es").count('class="cc-gap"') == 6
    assert "<svg" not in heat_cells(cells.assign(price=float("nan")), lang="es")
    assert "<svg" not in hot_day_bars(HOT.iloc[:0], 35, lang="es")


def test_a_year_without_data_is_a_gap_and_a_part_of_a_year_is_pale() -> None:
    html = hot_day_bars(HOT, 35, lang="es")
    assert html.count('class="cc-gap"') == 2
    assert html.count("cc-q1 cc-pale") == 2
    assert "2019, J17: 80" in html
    assert "Datos de demostración" in hot_day_bars(HOT, 35, lang="es", synthetic=True)
