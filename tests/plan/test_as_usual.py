from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.errors import ChocolibError, NotEnoughData
from chocolib.core.factory import FactorySpec
from chocolib.core.results import Task
from chocolib.plan.as_usual import as_usual
from chocolib.plan.evaluate import check
from tests.plan.factories import factory, hourly, with_stage

MONDAY = date(2025, 6, 16)
PRICES = hourly("2025-06-15T22:00", [0.1] * 24 * 40)


def local_hours(tasks: tuple[Task, ...], stage: str) -> list[str]:
    return [f"{time.local(task.start):%a %H}" for task in tasks if task.stage == stage]


def test_batches_follow_one_another_from_eight() -> None:
    spec = factory([{"name": "roast", "hours": {"milk": 2}}])
    usual = as_usual(spec, PRICES, first_day=MONDAY, days=1)
    assert local_hours(usual.tasks, "roast") == ["Mon 08", "Mon 10"]
    assert [task.batch for task in usual.tasks] == ["0616-M1", "0616-M2"]
    assert (usual.name, usual.kg, usual.energy_kwh) == ("as usual", 20, 4)
    assert usual.cost_eur == pytest.approx(0.4)


def test_what_does_not_fit_before_the_shift_ends_waits_for_the_next_morning() -> None:
    spec = factory([{"name": "roast", "hours": {"milk": 5}}])
    usual = as_usual(spec, PRICES, first_day=MONDAY, days=1)
    assert local_hours(usual.tasks, "roast") == ["Mon 08", "Tue 06"]


def test_a_batch_starts_later_when_its_hold_could_not_be_met() -> None:
    spec = factory(
        [
            {"name": "mix", "hours": {"milk": 1}, "hold_max_h": 1},
            {"name": "bake", "hours": {"milk": 3}, "power_kw": 4.0},
        ]
    )
    usual = as_usual(spec, PRICES, first_day=MONDAY, days=1)
    assert local_hours(usual.tasks, "bake") == ["Mon 09", "Tue 07"]
    assert local_hours(usual.tasks, "mix") == ["Mon 08", "Tue 06"]


def test_a_full_tank_makes_the_next_batch_wait_to_be_mixed() -> None:
    loose = factory(
        [
            {"name": "mix", "hours": {"milk": 1}, "hold_max_h": 9},
            {"name": "bake", "hours": {"milk": 2}},
        ],
        shifts=[{"days": ["mon", "tue"], "start": 6, "end": 22}],
        demand={"kg": {"mon": 40}, "mix": {"milk": 1.0}, "month_factor": {}, "made_ahead_days": 0},
    )
    tight = with_stage(loose, "mix", tank_batches=1)
    for spec, last in ((loose, "Mon 11"), (tight, "Mon 12")):
        usual = as_usual(spec, PRICES, first_day=MONDAY, days=1)
        assert local_hours(usual.tasks, "mix") == ["Mon 08", "Mon 09", "Mon 10", last]


def test_it_may_be_late_but_breaks_no_other_rule(real_prices: pd.Series) -> None:
    spec = FactorySpec.default()
    asked = {"first_day": date(2025, 12, 15), "days": 7}
    usual = as_usual(spec, real_prices, **asked)
    assert check(usual, spec, **asked, on_time=False) == []
    assert {violation.rule for violation in check(usual, spec, **asked)} == {"due"}


def test_power_keeps_machines_apart() -> None:
    limit = {"P1": 1.0, "P2": 1.0, "P3": 1.0}
    spec = factory([{"name": "roast", "hours": {"milk": 2}, "machines": 2}], power_limit_kw=limit)
    usual = as_usual(spec, PRICES, first_day=MONDAY, days=1)
    assert local_hours(usual.tasks, "roast") == ["Mon 08", "Mon 10"]


def test_running_past_the_prices_is_said() -> None:
    spec = factory([{"name": "roast", "hours": {"milk": 5}}])
    short = PRICES.iloc[:32]
    with pytest.raises(NotEnoughData, match="2025-06-17T06:00:00Z/2025-06-17T09:00:00Z"):
        as_usual(spec, short, first_day=MONDAY, days=1)


def test_a_batch_that_never_fits_is_said() -> None:
    spec = factory([{"name": "roast", "hours": {"milk": 9}}])
    with pytest.raises(ChocolibError, match="0616-M1 finds no place"):
        as_usual(spec, PRICES, first_day=MONDAY, days=1)
