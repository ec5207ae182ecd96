"""The history page: chosen without a script, then and later side by side."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from chocolib.core.i18n import LANGS, Lang
from chocolib.core.results import Forecast, Plan
from chocolib.core.time import DAY, HOUR, Window, local_date, midnight, utc
from chocolib.core.views import HistoryView, Missed, PlanCame
from chocolib.ui.pages.history import history_fragment
from tests.ui.samples_to_draw import NOW
from tests.ui.test_pages import balanced, words

LATER = NOW + 30 * DAY


def told_hours(as_of: pd.Timestamp, days: int = 2, known: int = 24) -> pd.DataFrame:
    begins = midnight(local_date(as_of))
    hours = Window(begins, midnight(local_date(begins + days * DAY + 2 * HOUR))).hours()
    frame = pd.DataFrame({"known": [n < known for n in range(len(hours))]}, index=hours)
    return frame.assign(q10=0.08, q50=0.10, q90=0.13, actual=0.115)


@pytest.fixture
def view(forecast: Forecast, plan: Plan) -> HistoryView:
    whole = Missed(None, 140, 0.0178, 0.001, 0.0325, 0.77)
    return HistoryView(
        NOW,
        "es",
        LATER,
        told_hours(NOW),
        first=utc("2021-06-01"),
        forecast=forecast,
        plan=plan,
        missed=(whole, replace(whole, day=local_date(NOW + 2 * DAY), hours=24)),
        cost=PlanCame(10.0, 12.0, 10.5, 13.0),
        replay=True,
    )


@pytest.fixture
def empty() -> HistoryView:
    hours = told_hours(NOW, known=0).assign(q10=None, q50=None, q90=None, actual=None)
    return HistoryView(NOW, "es", NOW, hours.astype({"q50": float, "actual": float}))


@pytest.mark.parametrize("lang", LANGS)
def test_it_is_whole_full_and_empty(view: HistoryView, empty: HistoryView, lang: Lang) -> None:
    for shown in (view, empty):
        html = history_fragment(replace(shown, lang=lang))
        assert balanced(html.replace(" required>", "/>").replace(f'value="{lang}">', "/>"))
        for sign in ("nan", "None", "NaT"):
            assert sign not in words(html)


def test_a_moment_is_chosen_by_a_form_and_links_without_a_script(view: HistoryView) -> None:
    html = history_fragment(view)
    assert re.search(r'<form method="get"[^>]*>', html)
    assert 'type="datetime-local" id="cc-at" name="at" value="2025-11-20T21:05"' in html
    assert 'max="2025-12-20T21:05"' in html
    links = re.findall(r'href="(\?[^"]+)"', html)
    assert links == [f"?at=2025-11-{day}T21:05&amp;lang=es" for day in (13, 19, 21, 27)]
    assert "<script" not in html
    assert "onclick" not in html


def test_links_keep_the_clock_time_over_the_change_and_stay_within_what_is_known(
    view: HistoryView,
) -> None:
    eve = replace(view, as_of=utc("2025-10-25T21:00"), now=utc("2025-10-26T21:30"))
    links = re.findall(r'href="\?at=([^&]+)', history_fragment(eve))
    assert links == ["2025-10-18T21:00", "2025-10-24T21:00", "2025-10-26T21:00"]


def test_what_came_later_is_said_to_have_come_later(view: HistoryView) -> None:
    said = words(history_fragment(view))
    assert said.count("lo que se supo después") == 3
    assert "2,50 € menos que como siempre, con los precios que vinieron." in said
    assert "0,0178 €/kWh de media en las 140 horas" in said
    lost = replace(view, cost=PlanCame(10.0, 12.0, 13.5, 13.0))
    assert "0,50 € más que como siempre" in words(history_fragment(lost))


def test_what_cannot_be_told_yet_has_no_figure(view: HistoryView, empty: HistoryView) -> None:
    early = replace(view, missed=(), cost=PlanCame(10.0, 12.0, unpriced="to come"))
    said = words(history_fragment(early))
    assert said.count("lo que se supo después") == 1  # under the picture
    assert "Todavía no ha llegado ninguna de las horas previstas." in said
    assert "Todavía no se conocen todos los precios de sus horas." in said
    foreign = replace(view, cost=PlanCame(10.0, 12.0, unpriced="other factory"))
    assert "de otra fábrica" in words(history_fragment(foreign))
    said = words(history_fragment(empty))
    assert "Entonces no había ninguna previsión guardada." in said
    assert "elija un momento pasado" in said


@pytest.mark.parametrize(
    ("moment", "rows"), [("2025-10-26T12:00", 25 + 24), ("2025-03-30T12:00", 23 + 24)]
)
def test_every_hour_of_a_long_or_short_day_has_a_row_of_its_own(
    view: HistoryView, moment: str, rows: int
) -> None:
    as_of = utc(moment)
    shown = replace(view, as_of=as_of, hours=told_hours(as_of), plan=None, missed=(), cost=None)
    html = history_fragment(shown)
    days = [
        re.findall(r'<tr><td class="cc-wrap">([^<]+)', table)
        for table in re.findall(r"<tbody>(.*?)</tbody>", html)
    ]
    assert [len(names) for names in days] == [rows - 24, 24]
    assert all(len(set(names)) == len(names) for names in days)
    twice = [name for name in days[0] if "CE" in name]
    assert twice == (["02:00 CEST", "02:00 CET"] if rows == 49 else [])
