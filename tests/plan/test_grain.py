from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.factory import FactorySpec, Maintenance
from chocolib.core.time import HOUR, Window
from chocolib.plan.grain import coarsest
from chocolib.plan.model import build
from chocolib.plan.search import search
from chocolib.plan.underway import Underway
from tests.plan.factories import with_stage

MONDAY = date(2025, 11, 17)
WINDOW = Window(time.midnight(MONDAY), time.midnight(date(2025, 11, 20)))
SPEC = FactorySpec.default()


def grain(spec: FactorySpec, underway: Underway | None = None) -> pd.Timedelta:
    return coarsest(spec, WINDOW, HOUR / 4, underway or Underway())


def test_the_shipped_factory_loses_nothing_on_hours(real_prices: pd.Series) -> None:
    assert grain(SPEC) == HOUR
    costs = [
        search(
            build(SPEC, real_prices, first_day=MONDAY, days=1, step=step), gap=1e-7, time_limit_s=60
        ).value
        for step in (HOUR, HOUR / 4)
    ]
    assert costs[0] == pytest.approx(costs[1], abs=1e-6)


def test_what_lies_on_quarters_or_half_hours_needs_them() -> None:
    assert grain(with_stage(SPEC, "mix", setup_h=0.25)) == HOUR / 4
    assert grain(with_stage(SPEC, "mix", hold_max_h=1.5)) == HOUR / 2
    noon = Maintenance(stage="temper", every="day", start=12.5, hours=1)
    shut = SPEC.model_copy(update={"maintenance": (noon,)})
    assert grain(shut) == HOUR / 2
    begun = Underway(since=time.midnight(MONDAY) + HOUR / 4)
    assert grain(SPEC, begun) == HOUR / 4
