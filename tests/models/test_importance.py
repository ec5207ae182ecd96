from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.core.time import HOUR as HOUR_LONG
from chocolib.core.time import midnight
from chocolib.models import features as features_module
from chocolib.models.daygrid import day_grid
from chocolib.models.features import COLUMNS, FEATURES, Features
from chocolib.models.importance import importance
from chocolib.models.market import market_of
from chocolib.models.registry import new_model

ORIGIN, LEAD, HOUR = 100, 4, 19


@pytest.fixture(scope="module")
def prices(real_prices: pd.Series) -> pd.Series:
    return real_prices["2025-03":"2025-09"]


@pytest.fixture(scope="module")
def table(prices: pd.Series) -> Features:
    return Features(market_of(day_grid(prices)))


@pytest.fixture(scope="module")
def row(table: Features) -> pd.Series:
    values = table.rows(np.array([ORIGIN]), np.array([LEAD]), HOUR)[0]
    return pd.Series(values, index=COLUMNS)


def test_every_column_has_a_name_of_its_own() -> None:
    assert len(COLUMNS) == len(set(COLUMNS)) == FEATURES


def test_names_say_what_the_columns_hold(table: Features, row: pd.Series) -> None:
    market, net = table.market, table.market.net
    level, spread = table.scale.level[ORIGIN], table.scale.spread[ORIGIN]
    fortnight = net[ORIGIN - 14 : ORIGIN, HOUR]
    day = market.days[ORIGIN + LEAD]
    wanted = {
        "base.same_type": table.base(np.array([ORIGIN]), np.array([LEAD]))[0, HOUR],
        "hour.1d": net[ORIGIN - 1, HOUR],
        "hour.3d": net[ORIGIN - 3, HOUR],
        "weekday.1w": net[ORIGIN + LEAD - 7, HOUR],
        "weekday.4w": net[ORIGIN + LEAD - 28, HOUR],
        "hour.7d_mean": net[ORIGIN - 7 : ORIGIN, HOUR].mean(),
        "hour.28d_mean": net[ORIGIN - 28 : ORIGIN, HOUR].mean(),
        "hour.14d_median": np.median(fortnight),
        "hour.14d_low": fortnight.min(),
        "hour.14d_high": fortnight.max(),
        "level.2d": net[ORIGIN - 2].mean(),
        "level.60d_mean": net[ORIGIN - 60 : ORIGIN].mean(),
        "yesterday.night": net[ORIGIN - 1, 0:7].mean(),
        "yesterday.evening": net[ORIGIN - 1, 19:24].mean(),
        "yesterday.last_hours": net[ORIGIN - 1, 21:].mean(),
    }
    limit = features_module._LIMIT
    for name, price in wanted.items():
        assert row[name] == pytest.approx(np.clip((price - level) / spread, -limit, limit)), name
    angle = 2 * np.pi * day.day_of_year / 365.25
    assert row["season.cos"] == pytest.approx(np.cos(angle))
    assert row["season.sin_half"] == pytest.approx(np.sin(2 * angle))
    assert row["day.monday"] == (day.day_of_week == 0)
    assert row["day.saturday"] == (day.day_of_week == 5)
    assert row["lead.days"] == pytest.approx(LEAD / 6)


def test_fading_and_far_columns_follow_the_one_they_are_named_after(row: pd.Series) -> None:
    fade, far = np.exp(-LEAD / features_module._FADE), LEAD / 6
    for name in COLUMNS:
        if name.endswith("_fading"):
            assert row[name] == pytest.approx(row[name.removesuffix("_fading")] * fade), name
        if name.endswith("_far"):
            assert row[name] == pytest.approx(row[name.removesuffix("_far")] * far), name


def test_the_terms_of_a_champion_are_told_largest_first(prices: pd.Series) -> None:
    end = prices.index[-1]
    model = new_model("champion").fit(prices, as_of=end)
    origins = [midnight(pd.Timestamp(day).date()) for day in ("2025-09-01", "2025-09-10")]
    found = importance(model.learned(), prices, origins)
    assert found is not None
    assert set(found.index) == {name.partition(".")[0] for name in COLUMNS} | {"tolls"}
    assert found.is_monotonic_decreasing
    assert (found >= 0).all()
    assert found["base"] > found["season"]


def test_without_slopes_only_base_and_tolls_move_a_forecast(prices: pd.Series) -> None:
    model = new_model("champion").fit(prices, as_of=prices.index[-1])
    learned = model.learned()
    flat = {name: array * 0 for name, array in learned.arrays.items()}
    found = importance(type(learned)(flat, learned.facts), prices, [prices.index[24 * 90 + 22]])
    assert found is not None
    assert set(found[found > 0].index) == {"base", "tolls"}


def test_a_model_without_such_a_regression_has_no_terms(prices: pd.Series) -> None:
    model = new_model("weeks-3").fit(prices, as_of=prices.index[-1])
    assert importance(model.learned(), prices, [prices.index[24 * 90 + 22]]) is None


def test_a_base_that_stands_alone_can_be_kept_and_has_no_terms(prices: pd.Series) -> None:
    short = prices.iloc[: 24 * 60]
    model = new_model("champion").fit(short, as_of=short.index[-1])
    again = new_model("champion").restore(model.learned()).renew(short, as_of=short.index[-1])
    asked = {"origin": short.index[-1] + HOUR_LONG, "horizon": 48, "known": short}
    pd.testing.assert_frame_equal(model.predict(**asked).frame, again.predict(**asked).frame)
    assert importance(model.learned(), short, [short.index[24 * 40 + 22]]) is None
