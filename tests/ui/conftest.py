"""A forecast, a plan and a page to draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.results import Forecast, Plan, Schedule
from chocolib.core.time import HOUR, Window
from chocolib.core.views import TodayView
from tests.ui.samples_to_draw import NOW, a_batch, day_prices


@pytest.fixture
def prices() -> pd.Series:
    return day_prices("2025-11-20")


@pytest.fixture
def forecast(prices: pd.Series) -> Forecast:
    origin = NOW.ceil("h")
    hours = pd.date_range(origin, periods=168, freq="h")
    median = 0.13 + 0.06 * np.cos(np.asarray(hours.hour) / 24 * 2 * np.pi)
    frame = pd.DataFrame({"q10": median - 0.02, "q50": median, "q90": median + 0.03}, index=hours)
    frame["known"] = hours < time.known_until(NOW)
    return Forecast(origin, NOW, "weekly", frame)


@pytest.fixture
def plan() -> Plan:
    start = time.utc("2025-11-21T06:00")
    best = [*a_batch("1121-S1", start, 1, 0.10), *a_batch("1121-S2", start + 3 * HOUR, 2, 0.10)]
    usual = [*a_batch("1121-S1", start, 1, 0.12), *a_batch("1121-S2", start + 3 * HOUR, 2, 0.12)]
    return Plan(
        as_of=NOW,
        window=Window(time.utc("2025-11-21"), time.utc("2025-11-23")),
        days=1,
        status="optimal",
        gap=0.004,
        seconds=1.0,
        best=Schedule("optimal", tuple(best), 100.0),
        as_usual=Schedule("as usual", tuple(usual), 100.0),
    )


@pytest.fixture
def view(prices: pd.Series, forecast: Forecast, plan: Plan) -> TodayView:
    return TodayView(
        as_of=NOW,
        lang="es",
        prices=prices,
        newest_price=prices.index[-1],
        forecast=forecast,
        plan=plan,
        typical=(0.09, 0.17),
    )
