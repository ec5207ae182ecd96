"""The climate page: whole, empty, old; its charts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.plan_parts import Halt
from chocolib.core.time import HOUR, midnight, utc
from chocolib.core.views import ClimateView, Observed
from chocolib.insights.climate_history import extremes, normals
from chocolib.insights.day_normals import day_normals
from chocolib.insights.hot_days import hot_day_trends, hot_days
from chocolib.ui.charts import Limit, Ruled, hour_lines, year_band
from chocolib.ui.pages.climate import climate_fragment
from tests.ui.test_charts import svgs
from tests.ui.test_pages import balanced, words

AS_OF = utc("2025-07-15T12:00")


MIDNIGHT = midnight(AS_OF.date())
SEEN = Observed(AS_OF - 2 * HOUR, "aemet", "5279X", 31.2, 30.0, 23.4, 41.0, fresh=True)


def told_hours(ways: dict[str, int], first: pd.Timestamp = MIDNIGHT) -> pd.DataFrame:
    way = [name for name, count in ways.items() for _ in range(count)]
    index = pd.date_range(first, periods=len(way), freq="h")
    air = 25 + 8 * np.sin(np.arange(len(way)) / 24 * 2 * np.pi)
    frame = pd.DataFrame({"temperature_c": air, "humidity_pct": 40.0}, index=index)
    frame["room_temperature_c"], frame["room_humidity_pct"] = 21.5, 48.0
    frame["weather"] = way
    numbers = [name for name in frame if name != "weather"]
    frame.loc[frame["weather"] == "none", numbers] = np.nan
    return frame


def usual() -> dict[str, object]:
    index = pd.date_range("2001-01-01", "2012-12-31")
    mean = 17 - 9 * np.cos(2 * np.pi * np.asarray(index.day_of_year) / 365.25)
    fields = ["humidity_pct", "humidity_max_pct", "humidity_min_pct", "wind_ms", "wind_max_ms"]
    days = pd.DataFrame(
        {"station": "J09", "temperature_c": mean, "temperature_max_c": mean + 10.5}
        | {"temperature_min_c": mean - 8, "radiation_mj_m2": 15.0, "precipitation_mm": 1.0}
        | dict.fromkeys(fields, 50.0),
        index=index,
    )
    hot, by_day = hot_days(days), day_normals(days)
    table = normals(days)
    months = [
        {"month": month}
        | {str(f): {str(w): table.at[month, (f, w)] for g, w in table if g == f} for f, _ in table}
        for month in range(1, 13)
    ]
    unfit = dict.fromkeys(("above_band", "too_hot", "too_humid", "pause", "halted", "hours"), 3.0)
    return {
        "first": "2001-01-01",
        "last": "2012-12-31",
        "days": len(days),
        "absent_days": 0,
        "stations": {"J09": len(days)},
        "by_day": {str(name): by_day[name].tolist() for name in by_day},
        "months": months,
        "extremes": extremes(days),
        "month_extremes": {"7": extremes(days[days.index.month == 7])},
        "unfit": [{"month": month, **unfit} for month in range(1, 13)],
        "hot": hot.reset_index().to_dict("records"),
        "trends": hot_day_trends(hot),
    }


@pytest.fixture(scope="module")
def view() -> ClimateView:
    return ClimateView(
        AS_OF,
        "es",
        told_hours({"observed": 12, "forecast": 73}),
        observed=SEEN,
        halts=tuple(
            Halt(stage, AS_OF + 3 * HOUR, AS_OF + 6 * HOUR, "humidity", 64.2, 60.0)
            for stage in ("temper", "mould")
        ),
        limits=(("conche", 28, None), ("temper", 24, 60), ("mould", None, 60)),
        pause_pct=75,
        aim=(18, 22),
        year=pd.DataFrame(
            {"high": [14.0, 15.0], "low": [2.0, 3.0], "station": "J17"},
            index=pd.DatetimeIndex(["2025-01-01", "2025-02-28"], name="day"),
        ),
        usual=usual(),
    )


EMPTY = ClimateView(AS_OF, "es", told_hours({"none": 85}))


@pytest.mark.parametrize("lang", LANGS)
def test_it_is_whole_full_and_empty(view: ClimateView, lang: Lang) -> None:
    for shown in (replace(view, lang=lang), replace(EMPTY, lang=lang)):
        html = climate_fragment(shown)
        assert balanced(html)
        for name in ("weather-now", "room-now", "today-usual", "outlook"):
            assert f'data-card="{name}"' in html
        for sign in ("nan", "None", "NaT"):
            assert sign not in words(html)


def test_the_weather_now_is_the_newest_observation_while_it_is_fresh(view: ClimateView) -> None:
    said = words(climate_fragment(view))
    assert "31,2 °C Humedad 30 % Observado: 31,2 °C, AEMET (5279X), hace 1 h" in said
    assert "Fuera de lo que pide el templado: 18–22 °C." in said
    old = replace(view, observed=replace(SEEN, fresh=False), aim=(18, 26))
    said = words(climate_fragment(old))
    assert "Previsto, no observado. Observado: 31,2 °C" in said
    assert "Dentro de lo que pide el templado: 18–26 °C." in said


def test_what_is_neither_observed_nor_forecast_is_a_warning(view: ClimateView) -> None:
    guessed = replace(view, hours=told_hours({"climatology": 85}), observed=None)
    said = words(climate_fragment(guessed))
    assert "Ni observado ni previsto: lo usual de la fecha." in said
    assert "Horas que vienen: 73 h según lo usual de la fecha." in said


def test_stages_that_stop_together_stand_in_one_line(view: ClimateView) -> None:
    said = words(climate_fragment(view))
    assert "Templado, Moldeado: hoy 15:00–18:00" in said
    assert said.count("humedad hasta 64 %, máximo 60 %") == 1
    quiet = words(climate_fragment(replace(view, halts=())))
    assert "Ningún límite parará nada." in quiet


def test_an_empty_store_names_the_commands_and_shows_no_number() -> None:
    html = climate_fragment(EMPTY)
    assert "<code>chocolib ingest weather</code>" in html
    assert html.count("<code>chocolib import siar</code>") == 1
    assert "<svg" not in html


def test_a_trend_is_called_one_only_where_both_comparisons_agree(view: ClimateView) -> None:
    assert view.usual is not None
    sure = {"above_c": 35, "inflation": 1.0, "years": 21}
    both = [
        sure | {"compared": "all", "days_per_decade": 12.2, "p": 0.002},
        sure | {"compared": "within stations", "days_per_decade": 14.1, "p": 0.017},
    ]
    said = words(climate_fragment(replace(view, usual=view.usual | {"trends": both})))
    assert "aumentan: de 12 a 14 más cada diez años" in said
    unsure = [both[0], both[1] | {"p": 0.10}]
    said = words(climate_fragment(replace(view, usual=view.usual | {"trends": unsure})))
    assert "No se puede decir" in said
    few = [one | {"p": None, "days_per_decade": None, "years": None} for one in both]
    said = words(climate_fragment(replace(view, usual=view.usual | {"trends": few})))
    assert "muy pocos años enteros" in said


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25)])
def test_hours_are_drawn_one_by_one_on_days_of_any_length(day: str, hours: int) -> None:
    first = utc(f"{day}T00:00")
    table = told_hours({"observed": hours}, first)[["temperature_c"]]
    html = hour_lines(
        table,
        Ruled("t", "{:.0f}".format),
        name="x",
        now=first,
        lang="es",
        limits=[Limit(28.0, "máximo")],
    )
    narrow, wide = svgs(html)
    marks = [sum(1 for e in one.iter() if e.get("class") == "cc-mark") for one in (narrow, wide)]
    assert marks == [1, hours]
    assert "máximo" in html


def test_a_year_without_days_still_shows_what_is_usual(view: ClimateView) -> None:
    assert view.usual is not None
    nothing = pd.DataFrame(columns=["high", "low"], dtype=float)
    html = year_band(view.usual["by_day"], nothing, 196, lang="es")
    assert [one.get("class") for one in svgs(html)] == ["cc-narrow", "cc-wide"]
    assert "cc-known" not in html.partition("<figcaption")[0]
    empty = {name: [None] * 366 for name in view.usual["by_day"]}
    assert "sin datos" in year_band(empty, nothing, 196, lang="es")
