"""What to know about a plan: late batches, closed hours, what it rests on, in either language."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest

from chocolib.core.facts import Fact
from chocolib.core.i18n import LANGS, Lang
from chocolib.core.plan_parts import Halt, Late, halted_hours
from chocolib.core.remarks import Remark
from chocolib.core.results import Plan
from chocolib.core.time import HOUR, utc
from chocolib.core.views import TodayView
from chocolib.ui.cards import plan_notes
from chocolib.ui.notebook import plan_html
from chocolib.ui.pages import today_fragment
from tests.ui.samples_to_draw import NOW
from tests.ui.test_pages import balanced, words

TWO = utc("2025-11-21T14:00")
WHY = Remark(
    "plan.short.machines",
    {
        "needed": Fact(24.5, "h"),
        "available": Fact(16, "h"),
        "by": Fact(utc("2025-11-22T14:00"), "time"),
    },
)
LATE_NOTE = Remark("plan.note.late", {"bottleneck": Fact("conche", "key"), "why": WHY})


def humid(
    stage: str, start: pd.Timestamp = TWO, hours: int = 4, eur_h: float | None = None
) -> Halt:
    return Halt(stage, start, start + hours * HOUR, "humidity", 78.04, 70.0, eur_h)


def read(html: str) -> str:
    assert balanced(html)
    return words(unescape(html))


def test_a_closed_hour_names_stage_hours_value_and_limit(plan: Plan) -> None:
    halted = replace(plan, halts=(humid("temper"),))
    said = {lang: read(plan_notes(halted, now=NOW, lang=lang)) for lang in LANGS}
    assert (
        "Sin templado vie 21 nov, 14:00 – 18:00: humedad 78 % en la sala, máximo 70 %" in said["es"]
    )
    assert (
        "No tempering Fri 21 Nov, 14:00 – 18:00: humidity 78% in the room, 70% at most"
        in said["en"]
    )


def test_what_passes_a_limit_by_little_reads_above_it() -> None:
    (said,) = halted_hours([replace(humid("temper"), value=60.001, limit=60.0)])
    assert "humidity 60.1% in the room, 60% at most" in said.text("en")
    (even,) = halted_hours([replace(humid("temper"), value=60.3, limit=60.0)])
    assert "60.3%" in even.text("en")


def test_stages_closed_alike_are_one_line_and_a_dear_hour_is_none() -> None:
    found = halted_hours([humid("temper"), humid("mould"), humid("conche", eur_h=3.0)])
    assert [one.text("en")[:29] for one in found] == ["no tempering, moulding Fri 21"]


def test_hours_over_midnight_name_both_days_and_past_ones_are_gone(plan: Plan) -> None:
    night = replace(plan, halts=(humid("temper", hours=14),))
    assert "vie 21 nov, 14:00 – sáb 22 nov, 04:00" in read(plan_notes(night, now=NOW, lang="es"))
    assert plan_notes(night, now=TWO + 14 * HOUR, lang="es") == ""


def test_many_closed_hours_stay_short_and_all_there(plan: Plan) -> None:
    hours = tuple(humid("temper", TWO + 2 * n * HOUR, 1) for n in range(9))
    html = plan_notes(replace(plan, halts=hours), now=NOW, lang="es")
    before, _, after = html.partition("<details>")
    assert (before.count("<li>"), after.count("<li>")) == (3, 6)
    assert "Ver las demás (6)" in read(html)


def test_late_batches_say_how_late_the_worst_first_and_why(plan: Plan) -> None:
    due = utc("2025-11-22T14:00")
    late = tuple(Late(f"1121-S{n}", due, due + n * HOUR, float(n)) for n in (1, 2))
    said = read(
        plan_notes(replace(plan, late_batches=late, notes=(LATE_NOTE,)), now=NOW, lang="es")
    )
    assert "Lotes fuera de plazo: 2" in said
    assert said.index("1121-S2: listo el sáb 22 nov, 16:00, 2 h tarde") < said.index(
        "1121-S1: listo"
    )
    assert (
        "No todo puede estar a tiempo: hacen falta 24,5 h de máquina antes del sáb 22 nov" in said
    )
    assert said.count("No todo puede") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_notes_are_in_the_language_of_the_page_and_told_once(view: TodayView, lang: Lang) -> None:
    assert view.plan is not None
    assert view.forecast is not None
    remark = Remark("forecast.fitted_now")
    weather = Remark("plan.weather.climatology", {"hours": Fact(96, "h")})
    noted = replace(
        view,
        lang=lang,
        plan=replace(view.plan, notes=(remark, weather)),
        forecast=replace(view.forecast, remarks=(remark,)),
    )
    html = today_fragment(noted)
    assert html.index('data-card="plan"') < html.index('data-card="plan-notes"')
    said = read(html)
    assert weather.text(lang)[1:] in said
    assert remark.text(lang) not in said.partition(weather.text(lang)[1:])[0][-300:]


def test_a_plan_with_nothing_unusual_has_no_such_card(view: TodayView) -> None:
    assert "plan-notes" not in today_fragment(view)
    assert plan_notes(None, now=NOW, lang="es") == ""


def test_a_notebook_shows_the_notes_under_the_chart(plan: Plan) -> None:
    html = plan_html(replace(plan, halts=(humid("temper"),)), "es")
    assert "Sin templado" in read(html)
    assert "plan-notes" not in plan_html(plan.best, "es")


def test_a_plan_kept_with_plain_sentences_still_says_them(plan: Plan) -> None:
    document = plan.to_dict() | {"notes": ["weather: 24 h observed"]}
    again = Plan.from_json(json.dumps(document))
    assert "Weather: 24 h observed" in read(plan_notes(again, now=NOW, lang="es"))
