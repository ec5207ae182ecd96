"""Plans of one evening after another: what is executed is one sound schedule."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest

from chocolib.core.errors import DataError
from chocolib.core.factory import FactorySpec
from chocolib.core.schedule import Schedule
from chocolib.core.time import DAY, at
from chocolib.plan.chain import Evening, rolled
from chocolib.plan.evaluate import check
from chocolib.plan.followed import executed
from chocolib.plan.planning import plan
from chocolib.plan.references import Work
from chocolib.plan.savings import compared, share_of_possible

MONDAY, DAYS = date(2025, 3, 24), 7  # the Sunday has 23 hours


@pytest.fixture(scope="module")
def spec() -> FactorySpec:
    return FactorySpec.default()


@pytest.fixture(scope="module")
def evenings(real_prices: pd.Series) -> list[Evening]:
    """Each knows the prices of the next day, and thinks the others are those of a week ago."""
    made = []
    for n in range(DAYS + 2):
        as_of = at(MONDAY + timedelta(days=n - 1), 21)
        until = at(MONDAY + timedelta(days=n), 24)
        own = real_prices.loc[at(MONDAY, 0) - 4 * DAY : at(MONDAY, 0) + 25 * DAY]
        thought = real_prices.shift(freq=7 * DAY).reindex(own.index)
        made.append(Evening(as_of, own.where(own.index < until, thought)))
    return made


def test_what_is_executed_of_a_chain_keeps_every_rule(
    spec: FactorySpec, real_prices: pd.Series, evenings: list[Evening]
) -> None:
    plans = rolled(spec, evenings, first_day=MONDAY, days=DAYS)
    done = executed(plans)
    whole = Schedule("", done, plans[0].best.kg)
    assert check(whole, spec, first_day=MONDAY, days=DAYS) == []
    assert 2 < len(plans) <= len(evenings)
    for made, following in pairwise(plans):
        begun = {task for task in place(made.best.tasks) if task[2] <= following.as_of}
        assert begun <= place(done)

    best = plan(spec, real_prices, as_of=at(MONDAY, 0), first_day=MONDAY, days=DAYS)
    schedules = {"plan": done, "as_usual": best.as_usual.tasks, "perfect": best.best.tasks}
    table = compared(schedules, real_prices, spec, Work(spec, MONDAY, DAYS).orders)
    assert table["kg"].sum() == best.best.kg
    assert table["energy_kwh"].sum() == pytest.approx(best.best.energy_kwh)
    assert table["perfect"].sum() == pytest.approx(best.best.cost_eur, abs=1e-4)
    assert table["as_usual"].sum() == pytest.approx(best.as_usual.cost_eur, abs=1e-4)
    assert 0.5 < share_of_possible(table) <= 1.001
    assert share_of_possible(table, "as_usual") == 0


def place(tasks: tuple[object, ...]) -> set[tuple[object, ...]]:
    return {(t.batch, t.stage, t.start, t.end, t.machine) for t in tasks}


def test_schedules_of_other_batches_are_not_compared(
    spec: FactorySpec, real_prices: pd.Series
) -> None:
    best = plan(spec, real_prices, as_of=at(MONDAY, 0), first_day=MONDAY, days=2)
    orders = Work(spec, MONDAY, 2).orders
    fewer = best.best.tasks[:-1]
    with pytest.raises(DataError, match="same batches"):
        compared({"plan": best.best.tasks, "as_usual": fewer}, real_prices, spec, orders)


def test_nothing_executed_without_plans() -> None:
    assert executed(()) == ()
