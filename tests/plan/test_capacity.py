"""What a little more or less of the factory is worth, on one real week."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from chocolib.core.factory import FactorySpec
from chocolib.core.time import DAY, midnight
from chocolib.plan.capacity import Week, next_batches, variants, week, worth

MONDAY = date(2025, 11, 3)


@pytest.fixture(scope="module")
def prices(real_prices: pd.Series) -> pd.Series:
    begin = midnight(MONDAY)
    return real_prices[(real_prices.index >= begin) & (real_prices.index < begin + 21 * DAY)]


@pytest.fixture(scope="module")
def as_is(prices: pd.Series) -> Week:
    return week(FactorySpec.default(), prices, MONDAY)


def test_every_change_is_one_thing_and_machines_come_whole() -> None:
    found = {one.key: one.spec for one in variants(FactorySpec.default())}
    default = FactorySpec.default()
    assert found["as-is"] == default
    assert found["conche+1"].stages[2].machines == 4
    assert found["conche-1"].stages[2].machines == 2
    assert "mix-1" not in found  # there is only one
    assert found["P3+20kW"].power_limit_kw == {"P1": 60, "P2": 60, "P3": 95}


def test_more_of_anything_is_never_worth_less_than_nothing(prices: pd.Series, as_is: Week) -> None:
    assert as_is.eur is not None
    for one in variants(FactorySpec.default()):
        if one.key in {"refine+1", "P2+20kW"}:
            changed = week(one.spec, prices, MONDAY)
            assert changed.eur is not None
            assert changed.eur <= as_is.eur + changed.gap_eur + as_is.gap_eur
            assert worth(one, [changed], [as_is]).eur_week == pytest.approx(
                as_is.eur - changed.eur, abs=0.01
            )


def test_a_batch_more_costs_about_what_its_energy_does(prices: pd.Series, as_is: Week) -> None:
    default = FactorySpec.default()
    found = {one.key: one for one in next_batches(default, MONDAY)}
    more = week(found["standard+1"].spec, prices, MONDAY)
    assert more.eur is not None
    assert as_is.eur is not None
    dearest = default.energy_kwh("standard") * float(prices.max())
    cheapest = default.energy_kwh("standard") * float(prices.min())
    assert cheapest < more.eur - as_is.eur < dearest
