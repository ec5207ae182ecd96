"""The risk of a plan from a store: what was known then, and nothing that came later."""

from __future__ import annotations

import pandas as pd
import pytest

from chocolib.app.context import open_context, real_store
from chocolib.app.daily import kept_plan, plan, update
from chocolib.app.planning import planned
from chocolib.app.settings import read_settings
from chocolib.core.errors import SettingsError
from chocolib.core.time import DAY, known_until, origin_of, utc
from tests.conftest import NOW, price_frame
from tests.plan.paths import foretold

EVENING = "2025-11-19T21:00"


def kept(prices: pd.Series) -> None:
    real_store(read_settings()).write("energy_prices", price_frame(prices), received_at=NOW)


def test_prices_that_came_later_change_nothing_of_the_risk(real_prices: pd.Series) -> None:
    until = known_until(utc(EVENING))
    kept(real_prices[(real_prices.index >= until - 330 * DAY) & (real_prices.index < until)])
    evening = open_context(as_of=EVENING)
    expected = foretold(real_prices, origin_of(evening.as_of), hours=200, known=27)
    expected.frame.ffill(inplace=True)
    then = planned(evening, expected, days=1, risk=1.0).to_dict()
    kept(real_prices[real_prices.index >= until].iloc[: 30 * 24] * 3)
    now = planned(evening, expected, days=1, risk=1.0).to_dict()
    assert then["risk"]["remarks"] == []
    assert then | {"seconds": 0} == now | {"seconds": 0}


def test_the_daily_round_keeps_a_plan_with_its_risk(real_prices: pd.Series) -> None:
    kept(real_prices.loc["2025-09-01":"2025-12-10"])
    evening = open_context(as_of=EVENING)
    made = update(evening, days=2, model="weekly-naive", risk=0.0)
    newest = kept_plan(evening)
    assert made.risk is not None
    assert newest is not None
    assert newest.to_dict() == made.to_dict()
    (remark,) = made.risk.remarks
    assert remark.key == "risk.no_weeks"  # September to November: too few
    later = open_context(as_of="2025-11-20T21:00")
    again = plan(later, days=1, model="weekly-naive", risk=0.5)
    assert again.frozen
    assert again.risk is not None
    assert again.risk.plan.cvar > again.risk.plan.mean


def test_a_weight_outside_0_to_1_is_refused() -> None:
    with pytest.raises(SettingsError, match="0 to 1"):
        plan(open_context(as_of=EVENING), risk=1.5)
