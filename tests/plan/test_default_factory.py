"""The plan nobody is there to mend at 03:00: the shipped factory can always be planned."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.factory import FactorySpec
from chocolib.plan.planning import plan

SPEC = FactorySpec.default()


@pytest.mark.parametrize("days", [1, 2, 3])
def test_the_default_factory_can_be_planned_from_every_day_of_a_year(days: int) -> None:
    tried = set()
    for day in (date(2025, 1, 1) + timedelta(days=n) for n in range(365)):
        orders = list(SPEC.orders(day, days))
        start = time.midnight(day)
        same = tuple((o.product, o.batches, o.due - start, o.earliest - start) for o in orders)
        if same in tried:
            continue
        tried.add(same)
        hours = pd.date_range(start, periods=24 * 14, freq="h")
        made = plan(SPEC, pd.Series(0.1, index=hours), as_of=start, first_day=day, days=days)
        assert made.status == "optimal", day
    assert len(tried) > 10
