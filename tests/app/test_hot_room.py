"""The example of docs/planning.md: heat that stops tempering, on the real July of 2025."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import open_context
from chocolib.app.daily import forecast, plan_horizon
from chocolib.app.ingest import import_siar
from chocolib.app.planning import planned
from chocolib.core.factory import FactorySpec
from chocolib.core.factory.reading import shipped
from chocolib.core.plan_parts import halted_hours
from chocolib.core.results import Plan
from chocolib.store.sqlite import SqliteStore
from tests.conftest import NOW, ROOT, price_frame

PAGE = (ROOT / "docs" / "planning.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.partition("## Heat that stops tempering")[2].partition("\n## ")[0]
AS_OF = "2025-07-15T21:00"


def block(kind: str) -> str:
    """The code block of a kind in the example."""
    found = re.search(rf"```{kind}\n(.*?)```", EXAMPLE, flags=re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def store(
    tmp_path_factory: pytest.TempPathFactory, real_prices: pd.Series, real_data: Path
) -> Path:
    """The real prices up to the example, and the days of SIAR's last four files."""
    path = tmp_path_factory.mktemp("store") / "real.sqlite"
    filled = SqliteStore(path)
    filled.write("energy_prices", price_frame(real_prices.loc[:"2025-08"]), received_at=NOW)
    list(import_siar(filled, sorted((real_data / "siar").glob("J17*"))[-4:], received_at=NOW))
    filled.close()
    return path


@pytest.fixture(scope="module")
def plans(store: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """The plan of the example, and the same with the default limits."""
    mine = tmp_path_factory.mktemp("factory") / "hot-room.toml"
    mine.write_text(shipped()["factory"].read_text(encoding="utf-8") + "\n" + block("toml"))
    hot = open_context(as_of=AS_OF, store=SqliteStore(store), factory=mine)
    usual = replace(hot, factory=FactorySpec.default())
    expected = forecast(hot, horizon=plan_horizon(hot, 1))
    return {
        name: planned(context, expected, days=1)
        for name, context in {"hot": hot, "default": usual}.items()
    }


def test_the_example_says_what_the_page_says(plans: dict[str, Plan]) -> None:
    hot = plans["hot"]
    said = [remark.text("en") for remark in (*hot.notes, *halted_hours(hot.halts))]
    assert said == block("text").splitlines()
    halt = next(one for one in hot.to_dict()["halts"] if one["reason"] == "temperature")
    assert halt == json.loads(block("json"))


def test_heat_moves_tempering_and_costs_what_the_page_says(plans: dict[str, Plan]) -> None:
    closed = [halt for halt in plans["hot"].halts if halt.reason == "temperature"]
    assert {halt.stage for halt in closed} == {"temper"}

    def inside(made: Plan) -> int:
        tempering = [task for task in made.best.tasks if task.stage == "temper"]
        return sum(t.start < h.end and h.start < t.end for t in tempering for h in closed)

    assert inside(plans["hot"]) == 0
    assert inside(plans["default"]) > 0
    costs = [float(number) for number in re.findall(r"(\d+\.\d\d)(?= EUR|: temper)", EXAMPLE)]
    assert [round(plans[name].best.cost_eur, 1) for name in ("hot", "default")] == [
        round(cost, 1) for cost in costs
    ]


def test_the_default_limits_stop_tempering_by_humidity_only(plans: dict[str, Plan]) -> None:
    assert {halt.reason for halt in plans["default"].halts} == {"humidity"}
    limits = FactorySpec.default().thresholds
    assert limits.climate.of("temper").temperature_most_c == 24
    room, limit = limits.indoor, 24
    assert room.drift_above_c + (limit - room.set_point_c) / room.drift == 46
