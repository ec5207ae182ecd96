from __future__ import annotations

from dataclasses import replace

import pytest

from chocolib.core.i18n import LANGS
from chocolib.core.results import Task
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import HOUR, utc
from chocolib.insights.recommendations import recommendations
from chocolib.insights.situation import PlanState, Situation
from chocolib.insights.windows import cheap_windows
from tests.insights.forecasts_to_read import published

NOW = utc("2025-11-20T10:20")
LIMITS = Thresholds()
DAY = [0.10] * 6 + [0.25] * 6 + [0.05] * 4 + [0.15] * 8
PRICES = published("2025-11-10", DAY * 11)["q50"]


def task(stage: str, start: str, hours: int, price: float) -> Task:
    first, kwh = utc(start), 6.0 * hours
    return Task(
        "B1", "standard", stage, f"{stage}-1", first, first + hours * HOUR, kwh, kwh * price
    )


def test_the_plan_says_what_runs_what_starts_and_what_is_next() -> None:
    plan = PlanState(
        utc("2025-11-20T05:30"),
        (
            task("conche", "2025-11-20T06:00", 6, 0.10),
            task("mix", "2025-11-20T10:00", 1, 0.20),
            task("temper", "2025-11-20T13:00", 2, 0.05),
            task("mould", "2025-11-20T15:00", 1, 0.05),
        ),
    )
    found = recommendations(Situation(NOW, prices=PRICES, plan=plan), LIMITS, [])
    assert [advice.id for advice in found] == ["running", "start", "next"]
    assert [advice.why for advice in found[1:]] == [
        "advice.start.why_due",
        "advice.start.why_cheap",
    ]
    assert found[2].facts["stage"].value == "temper"
    for advice in found:
        for lang in LANGS:
            assert "{" not in "".join(advice.said(lang))


def test_without_prices_the_plans_own_price_is_the_reason() -> None:
    plan = PlanState(utc("2025-11-20T05:30"), (task("mix", "2025-11-20T10:00", 1, 0.2),))
    (found,) = recommendations(Situation(NOW, plan=plan), LIMITS, [])
    assert found.why == "advice.start.why_price"


def test_without_a_plan_it_waits_for_a_cheaper_hour_and_names_the_cheapest_window() -> None:
    frame = published("2025-11-20", DAY)
    ahead, gone = frame.iloc[10:], frame["q50"].iloc[:10]
    windows = cheap_windows(ahead, hours=3, load_kw=12, gone=gone)
    found = recommendations(Situation(NOW, prices=PRICES), LIMITS, windows)
    assert [advice.id for advice in found] == ["wait", "window"]
    assert found[0].facts["from"].value == utc("2025-11-20T12:00")
    assert found[1].facts["mean"].value == pytest.approx(0.05)


def test_a_cheap_hour_is_not_waited_in() -> None:
    now = replace(Situation(NOW, prices=PRICES), as_of=utc("2025-11-20T13:00"))
    assert recommendations(now, LIMITS, []) == []


def test_a_plan_that_has_ended_says_nothing() -> None:
    over = PlanState(utc("2025-11-19T05:30"), (task("mix", "2025-11-19T10:00", 1, 0.2),))
    found = recommendations(Situation(NOW, prices=PRICES, plan=over), LIMITS, [])
    assert [advice.id for advice in found] == ["wait"]
