"""Price paths: the forecast's quantiles hour by hour, the pattern of real weeks across hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from chocolib.core.errors import NotEnoughData
from chocolib.core.results import Forecast
from chocolib.core.time import DAY, HOUR, midnight
from chocolib.plan.scenarios import LEAST, PATHS, scenarios
from tests.plan.paths import BAND, foretold

MONDAY = date(2025, 11, 17)
LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)


def before(prices: pd.Series, first: date) -> pd.Series:
    return prices[prices.index < midnight(first)]


@pytest.fixture(scope="module")
def expected(real_prices: pd.Series) -> Forecast:
    return foretold(real_prices, midnight(MONDAY))


def test_the_values_of_an_hour_are_its_quantile_function(
    expected: Forecast, real_prices: pd.Series
) -> None:
    paths = scenarios(expected, before(real_prices, MONDAY)).prices
    assert paths.shape == (168, PATHS)
    chances = [(k - 0.5) / PATHS for k in range(1, PATHS + 1)]
    low = [BAND[0] - (0.05 - p) / 0.05 * (BAND[1] - BAND[0]) for p in chances if p < 0.05]
    high = [BAND[4] + (p - 0.95) / 0.05 * (BAND[4] - BAND[3]) for p in chances if p > 0.95]
    inner = [np.interp(p, LEVELS, BAND) for p in chances if 0.05 <= p <= 0.95]
    for hour in (24, 100, 167):
        apart = np.sort(paths.iloc[hour]) - expected.frame["q50"].iloc[hour]
        np.testing.assert_allclose(apart, [*low, *inner, *high], atol=1e-12)


def test_published_hours_are_the_same_on_every_path(
    expected: Forecast, real_prices: pd.Series
) -> None:
    paths = scenarios(expected, before(real_prices, MONDAY)).prices
    same = paths.nunique(axis=1) == 1
    assert same.tolist() == expected.frame["known"].tolist()
    published = expected.frame["q50"].iloc[:24]
    pd.testing.assert_series_equal(paths[1].iloc[:24], published, check_names=False)


def test_a_path_is_dear_in_the_hours_in_which_its_week_was(expected: Forecast) -> None:
    """Weeks whose days were by turns dear and cheap make such paths; a week dear all over, dear."""
    hours = pd.date_range(midnight(MONDAY) - 40 * 7 * DAY, midnight(MONDAY), freq="h")[:-1]
    values = pd.Series(0.1, index=hours)
    for weeks, thursday, friday in ((1, 0.2, 0.05), (2, 0.3, 0.3)):
        for day, price in ((3, thursday), (4, friday)):
            first = midnight(MONDAY + timedelta(days=day - 7 * weeks))
            values[first : first + 23 * HOUR] = price
    found = scenarios(expected, values)
    assert found.remarks == ()
    rank = found.prices.rank(axis=1)
    assert set(rank[1].iloc[72:96]) == {PATHS - 1.0}  # dear, but for the path of the week before
    assert set(rank[1].iloc[96:120]) == {1.0}
    assert set(rank[2].iloc[72:120]) == {float(PATHS)}


@pytest.mark.parametrize("first", [date(2025, 3, 24), date(2025, 10, 20), date(2025, 11, 3)])
def test_weeks_with_23_and_25_hours_have_paths_and_make_them(
    real_prices: pd.Series, first: date
) -> None:
    hours = int((midnight(first + timedelta(days=9)) - midnight(first)) / HOUR)
    made = scenarios(
        foretold(real_prices, midnight(first), hours=hours), before(real_prices, first)
    )
    assert made.prices.shape == (hours, PATHS)
    assert not made.prices.isna().any(axis=None)
    assert made.remarks == ()
    local = made.prices.index.tz_convert("Europe/Madrid")
    if first.month == 10:
        two = made.prices[(local.day == 26) & (local.hour == 2)]
        assert len(two) == 2
        assert two.rank(axis=1).nunique().max() == 1  # both take the place of one hour of a week


def test_only_what_was_known_makes_paths(expected: Forecast, real_prices: pd.Series) -> None:
    """Longer than a week: the stretch of last week reaches past the history and is left out."""
    longer = foretold(real_prices, midnight(MONDAY), hours=168 + 72, known=24)
    longer.frame.ffill(inplace=True)
    known = before(real_prices, MONDAY)
    made = scenarios(longer, known)
    changed = known.copy()
    changed[midnight(MONDAY - timedelta(days=4)) :] += 1  # no whole stretch ends in these days
    assert made.remarks == ()
    pd.testing.assert_frame_equal(made.prices, scenarios(longer, changed).prices)
    changed[midnight(MONDAY - timedelta(days=12)) : midnight(MONDAY - timedelta(days=9))] += 1
    assert not made.prices.equals(scenarios(longer, changed).prices)


def test_the_same_question_gets_the_same_paths(expected: Forecast, real_prices: pd.Series) -> None:
    known = before(real_prices, MONDAY)
    once, again = (scenarios(expected, known).prices for _ in range(2))
    pd.testing.assert_frame_equal(once, again)


@pytest.mark.parametrize(("weeks", "paths", "key"), [(0, 30, "no"), (8, 30, "no"), (20, 16, "few")])
def test_too_few_past_weeks_are_said(
    expected: Forecast, real_prices: pd.Series, weeks: int, paths: int, key: str
) -> None:
    known = before(real_prices, MONDAY)
    known = known[known.index >= midnight(MONDAY - timedelta(days=7 * weeks))]
    made = scenarios(expected, known)
    (remark,) = made.remarks
    assert remark.key == f"risk.{key}_weeks"
    assert made.prices.shape[1] == paths
    if remark.values["weeks"] < LEAST:  # dear in all hours alike
        assert (made.prices.iloc[24:].rank(axis=1).nunique() == 1).all()


def test_a_stretch_with_a_missing_price_makes_no_path(
    expected: Forecast, real_prices: pd.Series
) -> None:
    known = before(real_prices, MONDAY)
    holed = known.drop(known.index[-100])
    pd.testing.assert_index_equal(
        scenarios(expected, holed).prices.index, pd.DatetimeIndex(expected.frame.index)
    )
    whole, other = (scenarios(expected, values).prices for values in (known, holed))
    assert not whole.equals(other)


def test_an_older_forecast_without_outer_quantiles_has_paths_too(
    expected: Forecast, real_prices: pd.Series
) -> None:
    older = replace(expected, frame=expected.frame.drop(columns=["q05", "q95"]))
    paths = scenarios(older, before(real_prices, MONDAY)).prices
    spread = np.sort(paths.iloc[100]) - older.frame["q50"].iloc[100]
    slopes = (BAND[1] / 0.4, BAND[3] / 0.4)
    chances = (np.arange(PATHS) + 0.5) / PATHS
    expected_spread = np.where(
        chances < 0.5, (0.5 - chances) * slopes[0], (chances - 0.5) * slopes[1]
    )
    np.testing.assert_allclose(spread, expected_spread, atol=1e-12)


def test_a_forecast_without_a_band_makes_no_paths(
    expected: Forecast, real_prices: pd.Series
) -> None:
    frame = expected.frame.copy()
    frame.iloc[30, 0] = np.nan
    with pytest.raises(NotEnoughData, match="no band at 2025-11-18 05:00 UTC"):
        scenarios(replace(expected, frame=frame), before(real_prices, MONDAY))
