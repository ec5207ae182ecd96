"""Savings: issued where plans were kept, replayed where not, equal work in every row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from chocolib.app import savings as module
from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import keep_plan, kept_plan
from chocolib.app.replays import weeks_between
from chocolib.app.savings import document, savings
from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError
from chocolib.core.time import at
from chocolib.plan.planning import plan
from tests.conftest import NOW, price_frame

MONDAY, SUNDAY = date(2025, 11, 10), date(2025, 11, 16)
NAMES = ("plan", "as_usual", "valley_first", "cheapest_windows", "perfect")


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    """A store with the real prices of autumn 2025."""
    frame = price_frame(real_prices.loc["2025-09-01":"2025-12-10"])
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)
    return open_context(as_of="2025-12-09T12:00")


def spans(since: date, until: date) -> list[tuple[str, int]]:
    return [(f"{week.first_day:%a %d}", week.days) for week in weeks_between(since, until)]


def test_a_span_is_cut_at_mondays() -> None:
    assert spans(date(2025, 1, 1), date(2025, 1, 14)) == [
        ("Wed 01", 5),
        ("Mon 06", 7),
        ("Mon 13", 2),
    ]
    assert spans(MONDAY, SUNDAY) == [("Mon 10", 7)]


def test_a_replayed_week_compares_equal_work_and_is_not_made_twice(context: Context) -> None:
    told: list[tuple[int, int]] = []
    asked: dict[str, Any] = {"since": MONDAY, "until": SUNDAY, "model": "naive", "jobs": 1}
    found = savings(context, **asked, tell=lambda done, of: told.append((done, of)))
    assert told == [(0, 1), (1, 1)]
    assert [row["day"] for row in found["days"]] == [f"2025-11-{n}" for n in range(10, 16)]
    assert all(row["replayed"] for row in found["days"])
    assert found["replayed_days"] == 6
    assert [row["kg"] for row in found["days"]] == [200, 200, 200, 200, 250, 100]
    total = found["total"]
    for name in NAMES:
        assert total[name] == pytest.approx(sum(row[name] for row in found["days"]))
    assert total["perfect"] <= total["plan"] < total["as_usual"]
    assert 0.5 < total["share_of_possible"] <= 1
    assert found["months"] == [{"month": "2025-11", **total}]
    assert found["annual"]["saving_eur"] == pytest.approx(total["saving_eur"] * 365 / 7, abs=0.01)
    assert found["left_out"] == []

    again: list[tuple[int, int]] = []
    assert savings(context, **asked, tell=lambda done, of: again.append((done, of))) == found
    assert again == [(1, 1)]


def test_what_kept_plans_executed_counts_as_issued(
    context: Context, real_prices: pd.Series
) -> None:
    issued = plan(
        context.factory, real_prices, as_of=at(date(2025, 11, 9), 21), first_day=MONDAY, days=7
    )
    keep_plan(replace(context, as_of=issued.as_of), issued)
    found = savings(context, since=MONDAY, until=SUNDAY, model="naive", jobs=1)
    assert found["replayed_days"] == 0
    total = found["total"]
    assert total["plan"] == pytest.approx(total["perfect"], abs=1e-3)
    assert total["share_of_possible"] == pytest.approx(1)


@pytest.mark.parametrize("off", [0.0, 0.01])
def test_the_expected_cost_of_a_kept_plan_is_realised_as_far_as_its_prices_come(
    context: Context, real_prices: pd.Series, off: float
) -> None:
    made = plan(
        context.factory,
        real_prices + off,
        as_of=at(date(2025, 11, 9), 21),
        first_day=MONDAY,
        days=7,
    )
    evening = replace(context, as_of=made.as_of)
    keep_plan(evening, made)
    kept = kept_plan(evening)
    assert kept is not None
    assert kept.costs is not None
    assert sum(kept.costs.energy.values()) == pytest.approx(kept.best.cost_eur, abs=1e-4)
    found = savings(context, since=MONDAY, until=SUNDAY, model="naive", jobs=1)
    assert found["replayed_days"] == 0
    total = found["total"]
    assert total["energy_kwh"] == pytest.approx(kept.best.energy_kwh)
    too_much = off * kept.best.energy_kwh
    assert kept.best.cost_eur - total["plan"] == pytest.approx(too_much, abs=1e-3)
    assert kept.as_usual.cost_eur - total["as_usual"] == pytest.approx(too_much, abs=1e-3)
    assert kept.saving_eur == pytest.approx(total["saving_eur"], abs=2e-3)


def test_a_week_without_prices_is_left_out_and_said(context: Context) -> None:
    found = savings(context, since=date(2025, 9, 1), until=date(2025, 9, 7), model="naive", jobs=1)
    assert found["days"] == []
    assert found["left_out"][0]["first_day"] == "2025-09-01"
    assert found["annual"]["saving_eur"] is None


def test_days_in_the_wrong_order_or_not_come_yet_are_refused(context: Context) -> None:
    with pytest.raises(SettingsError, match="before"):
        savings(context, since=SUNDAY, until=MONDAY)
    with pytest.raises(SettingsError, match="not come"):
        savings(context, since=date(2026, 1, 1), until=date(2026, 1, 2))


def test_no_weeks_make_an_empty_document() -> None:
    empty = document([], MONDAY, SUNDAY, "champion")
    assert empty["total"]["share_of_possible"] is None
    assert empty["months"] == []


def test_other_prices_are_another_question(context: Context) -> None:
    week = weeks_between(MONDAY, SUNDAY)[0]
    stored = module.prices(context, week.needed())
    first = module._question(context, "weekly-naive", week, stored, climate=False)
    dearer = stored.assign(price_eur_kwh=stored["price_eur_kwh"] + 0.001)
    second = module._question(context, "weekly-naive", week, dearer, climate=False)
    assert first.digest("code") != second.digest("code")
    assert first.digest("code") == replace(first).digest("code")
    assert first.digest("code") != first.digest("other code")
