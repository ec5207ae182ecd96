from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chocolib.app.factory import faults, order_weeks, report, starts
from chocolib.core.factory import ExtraOrder, FactorySpec
from chocolib.core.factory.reading import shipped
from tests.plan.factories import with_stage


@pytest.mark.parametrize("name", ["factory", "heavy", "small-10kw"])
def test_a_shipped_factory_can_be_planned_from_every_weekday(name: str) -> None:
    spec = FactorySpec.read(Path(name))
    assert report(spec)["week"]["fits"]
    tried = list(starts(spec))
    assert [start.weekday for start in tried] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert all(start.feasible for start in tried), tried


def test_a_batch_that_cannot_be_ready_in_time_is_not_feasible() -> None:
    spec = with_stage(FactorySpec.default(), "conche", hours={"standard": 60, "premium": 60})
    tried = list(starts(spec))
    assert any(start.feasible is False for start in tried)
    assert all(start.why for start in tried if not start.feasible)


def test_the_report_of_the_default_factory_names_december() -> None:
    found = report(FactorySpec.default())
    assert found["busiest_month"]["month"] == 12
    assert found["week"]["bottleneck"] == found["busiest_month"]["bottleneck"] == "refine"
    assert [p["kwh_kg"] for p in found["products"]] == [2.48, 3.92, 5.84]
    assert found["products"][0]["eur_kg_besides_energy"] == 13.88


def test_faults_are_plain_data(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = shipped()["heavy"].read_text(encoding="utf-8")
    path.write_text(text.replace("batch_kg = 100", "batch_kg = 0"), encoding="utf-8")
    (fault,) = faults(path)
    assert fault == {
        "line": 7,
        "key": "batch_kg",
        "unit": "kg",
        "found": "0 kg",
        "wanted": "a number above 0 to 100000 kg",
        "hint": "",
    }
    path.write_text("a = = 1", encoding="utf-8")
    (broken,) = faults(path)
    assert broken["line"] == 1
    assert "is not TOML" in broken["found"]
    assert faults(shipped()["factory"]) == []


def with_orders(*orders: tuple[str, int]) -> FactorySpec:
    spec = FactorySpec.default()
    extra = tuple(
        ExtraOrder(day=date.fromisoformat(day), product="standard", batches=batches)
        for day, batches in orders
    )
    return spec.model_copy(update={"demand": spec.demand.model_copy(update={"orders": extra})})


def test_dated_orders_count_in_the_week_they_fall_in() -> None:
    spec = with_orders(("2025-06-18", 2), ("2025-06-20", 1), ("2025-07-02", 1), ("2025-07-09", 0))
    first, second = order_weeks(spec)
    assert (first.first_day, first.orders) == (date(2025, 6, 16), 3)
    assert (second.first_day, second.orders) == (date(2025, 6, 30), 1)
    usual = report(spec)["week"]
    assert first.use["batches"]["standard"] == usual["batches"]["standard"] + 3
    refine = {name: use["needed"] for name, use in _by_name(first.use).items()}["refine"]
    assert refine == _by_name(usual)["refine"]["needed"] + 3 * 2
    assert first.feasible
    assert second.feasible


def test_dated_orders_that_do_not_fit_are_told_with_what_stands_in_the_way() -> None:
    (told,) = order_weeks(with_orders(("2025-06-18", 60)))
    assert told.feasible is False
    assert "refin" in told.why
    document = told.to_dict()
    assert document["first_day"] == "2025-06-16"
    assert document["bottleneck"] == "refine"
    assert _by_name(told.use)["refine"]["load"] > 1
    assert list(order_weeks(FactorySpec.default())) == []


def _by_name(use: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["of"]: one for one in use["uses"]}
