from __future__ import annotations

from pathlib import Path

import pytest

from chocolib.app.factory import faults, report, starts
from chocolib.core.factory import FactorySpec
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
