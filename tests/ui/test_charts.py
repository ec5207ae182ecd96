"""The charts: well-formed, honest about gaps, right on the odd days of the year."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.results import Forecast, Plan, Schedule
from chocolib.core.tariff import tariff_period
from chocolib.ui.charts import forecast_band, gantt, price_bars, score_lines
from tests.ui.samples_to_draw import NOW, a_task, day_prices

HOSTILE = "<script>alert('x')</script>\"&\x00\ud800"


def svgs(html: str) -> list[ElementTree.Element]:
    """Every drawing in a figure, parsed as XML."""
    found = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    return [ElementTree.fromstring(drawing) for drawing in found]  # noqa: S314 - our own


def bars_of(html: str) -> int:
    """How many hours the desktop drawing of the bars has."""
    wide = next(drawing for drawing in svgs(html) if drawing.get("class") == "cc-wide")
    return sum(1 for element in wide.iter() if element.get("class") == "cc-mark")


def draw(prices: pd.Series, now: pd.Timestamp = NOW, lang: Lang = "es") -> str:
    return price_bars(prices, tariff_period(pd.DatetimeIndex(prices.index)), now=now, lang=lang)


@pytest.mark.parametrize("lang", LANGS)
def test_every_chart_is_well_formed_in_both_sizes(
    prices: pd.Series, forecast: Forecast, plan: Plan, lang: Lang
) -> None:
    for html in (
        draw(prices, lang=lang),
        forecast_band(forecast.frame, lang=lang),
        gantt(plan, prices, lang=lang, now=NOW),
    ):
        drawings = svgs(html)
        assert {"cc-narrow", "cc-wide"} <= {drawing.get("class") for drawing in drawings}
        for drawing in drawings:
            assert drawing.get("role") == "img"
            assert drawing.get("aria-label")


@pytest.mark.parametrize(
    ("day", "hours"), [("2025-03-29", 24 + 23), ("2025-10-25", 24 + 25), ("2025-11-20", 48)]
)
def test_a_day_has_as_many_bars_as_hours(day: str, hours: int) -> None:
    html = draw(day_prices(day), now=time.utc(f"{day}T12:00"))
    assert bars_of(html) == hours


def test_a_missing_hour_is_a_gap_and_never_a_bar(prices: pd.Series) -> None:
    html = draw(prices.drop(prices.index[[3, 4, 5]]))
    assert bars_of(html) == 45
    assert "sin datos" in html
    assert "sin datos" not in draw(prices)


def test_tomorrow_is_drawn_only_when_it_is_known(prices: pd.Series) -> None:
    assert bars_of(draw(prices.iloc[:24])) == 24


def test_negative_prices_hang_below_zero(prices: pd.Series) -> None:
    html = draw(prices - 0.15)
    assert "-0,05" in html
    assert all(
        float(rect.get("height", "0")) >= 0
        for drawing in svgs(html)
        for rect in drawing.iter("{http://www.w3.org/2000/svg}rect")
    )


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_to_draw_is_said(lang: Lang) -> None:
    none = pd.Series(dtype=float, index=pd.DatetimeIndex([], tz="UTC"))
    assert "<svg" not in draw(none, lang=lang)
    frame = pd.DataFrame(columns=["q10", "q50", "q90", "known"], index=none.index)
    assert "<svg" not in forecast_band(frame, lang=lang)
    assert "<svg" not in gantt(Schedule("optimal", (), 0.0), lang=lang)


def test_a_known_hour_has_no_band(forecast: Forecast) -> None:
    frame = forecast.frame.assign(known=True)
    assert "cc-band" not in forecast_band(frame, lang="es").replace("cc-key-band", "")


def test_a_hole_in_the_forecast_breaks_the_line(forecast: Forecast) -> None:
    whole = forecast_band(forecast.frame, lang="es").count('class="cc-guess"')
    holed = forecast.frame.drop(forecast.frame.index[80:90])
    assert forecast_band(holed, lang="es").count('class="cc-guess"') == whole + 2


def test_machines_stand_in_the_order_of_the_process(plan: Plan) -> None:
    html = gantt(plan, lang="es")
    names = ["Mezcla", "Refinado", "Conchado 1", "Conchado 2", "Templado", "Moldeado"]
    rows = [html.index(f">{name}</text>") for name in names]
    assert rows == sorted(rows)


def test_hostile_names_are_text_and_nothing_else() -> None:
    task = a_task(
        HOSTILE, time.utc("2025-11-21T06:00"), product=HOSTILE, machine=HOSTILE, stage=HOSTILE
    )
    html = gantt(Schedule("x", (task,), 50.0), lang="es")
    assert "<script" not in html
    assert svgs(html)


def test_a_synthetic_plan_says_so_on_the_chart(plan: Plan, prices: pd.Series) -> None:
    assert "Datos de demostración" in gantt(replace(plan, synthetic=True), lang="es")
    periods = tariff_period(pd.DatetimeIndex(prices.index))
    html = price_bars(prices, periods, now=NOW, lang="en", synthetic=True)
    assert "Demo data" in html


def test_a_price_reaches_its_bar_with_hour_and_period(prices: pd.Series) -> None:
    hour = time.utc("2025-11-21T19:00")
    html = draw(prices)
    assert f"mañana, 19–20 h: {prices[hour]:.3f}".replace(".", ",") in html
    assert "P1 punta" in html


def test_scores_are_drawn_in_two_lines_with_gaps_where_they_are_missing() -> None:
    hours = time.day_window(time.local_date(NOW)).hours()
    known = pd.Series(range(24), index=hours, dtype=float).where(lambda s: s < 10)
    foretold = pd.Series(60.0, index=hours).where(pd.Series(range(24), index=hours) >= 14)
    html = score_lines(known, foretold, names=(HOSTILE, "b"), lang="es", synthetic=True)
    for drawing in svgs(html):
        paths = [e.get("class") for e in drawing.iter() if e.tag.endswith("path")]
        assert sorted(map(str, paths)) == ["cc-guess", "cc-known"]
    assert "<script" not in html
    assert "demostración" in html
    nothing = score_lines(
        known * float("nan"), foretold * float("nan"), names=("a", "b"), lang="en"
    )
    assert "svg" not in nothing
