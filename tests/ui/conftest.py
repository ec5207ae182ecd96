"""A forecast, a plan and a page to draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.results import Forecast, Plan, Schedule
from chocolib.core.time import HOUR, Window
from chocolib.core.views import (
    HomeView,
    NextWindow,
    Notice,
    RoomNow,
    Saved,
    Tile,
    TodayView,
    WeekView,
)
from tests.ui.samples_to_draw import NOW, a_batch, a_week, day_prices


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


@pytest.fixture
def room() -> RoomNow:
    hour = NOW.floor("h") - HOUR
    return RoomNow(hour, "observed", 12.3, 64.0, 20.0, 39.6, (), ("temper",), hour)


@pytest.fixture
def window() -> NextWindow:
    return NextWindow(time.utc("2025-11-21T02:00"), time.utc("2025-11-21T05:00"), 0.08, 0.13, True)


@pytest.fixture
def full_view(view: TodayView, room: RoomNow, window: NextWindow) -> TodayView:
    """The page of the day with everything on it."""
    told = Notice("warning", "Calor en la sala", "28,3 °C a las 17:00.", "Enfríe la sala.")
    saved = Saved(NOW.date().replace(day=1), 31, 42.5, 300.0, NOW)
    return replace(view, room=room, window=window, saved=saved, notices=(told,), unjudged=2)


@pytest.fixture
def week_view(forecast: Forecast) -> WeekView:
    hours, windows = a_week(forecast)
    return WeekView(
        as_of=NOW,
        lang="es",
        forecast=forecast,
        hours=hours,
        windows=windows,
        points=(60, 25, 15),
        trailing_days=30,
    )


@pytest.fixture
def home_view(room: RoomNow, window: NextWindow) -> HomeView:
    names = ("today", "week", "plan", "climate", "models", "history", "system")
    return HomeView(
        as_of=NOW,
        lang="es",
        price=0.123,
        window=window,
        saving_eur=3.2,
        room=room,
        mae_eur_kwh=0.019,
        failed=("ree", NOW - HOUR),
        tiles=tuple(Tile(name, name.title(), f"Qué dice {name}") for name in names),
    )
