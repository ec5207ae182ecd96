"""Trends: against scipy where it has the same, against made-up series where it has not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, norm, theilslopes

from chocolib.insights.trends import inflation, kendall_s, kendall_variance, trend


def years(values: list[float] | np.ndarray, first: int = 2001) -> pd.Series:
    return pd.Series(np.asarray(values, dtype=float), range(first, first + len(values)))


def noise(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, n)


@pytest.mark.parametrize("seed", range(5))
def test_slope_and_s_are_those_of_scipy(seed: int) -> None:
    series = years(noise(20, seed) + 0.1 * np.arange(20)).drop([2004, 2011])
    made = trend(series)
    assert made is not None
    assert made.slope == pytest.approx(10 * theilslopes(series, series.index).slope)
    z = kendall_s(series) / np.sqrt(kendall_variance(series))
    theirs = kendalltau(series.index, series, method="asymptotic").pvalue
    assert 2 * norm.sf(abs(z)) == pytest.approx(theirs)


def test_ties_are_those_of_scipy() -> None:
    series = years([1, 1, 2, 2, 2, 3, 5, 5, 8, 9, 9])
    z = kendall_s(series) / np.sqrt(kendall_variance(series))
    theirs = kendalltau(series.index, series, method="asymptotic").pvalue
    assert 2 * norm.sf(abs(z)) == pytest.approx(theirs)


def test_a_rise_is_found_and_noise_is_not_too_often() -> None:
    rising = trend(years(np.arange(20) + noise(20, 1)))
    assert rising is not None
    assert rising.slope == pytest.approx(10, rel=0.2)
    assert rising.p < 0.001
    false = [trend(years(noise(20, seed))) for seed in range(200)]
    share = np.mean([made.p < 0.05 for made in false if made])
    assert 0.0 <= share < 0.09


def test_years_that_resemble_their_neighbours_are_worth_less() -> None:
    shocks = noise(40, 3)
    walk = np.zeros(40)
    for n in range(1, 40):
        walk[n] = 0.8 * walk[n - 1] + shocks[n]
    assert inflation(years(walk), 0.0) > 1.5
    assert inflation(years(noise(40, 4)), 0.0) < 1.5
    plain = 2 * norm.sf((abs(kendall_s(years(walk))) - 1) / kendall_variance(years(walk)) ** 0.5)
    made = trend(years(walk))
    assert made is not None
    assert made.p > plain


def test_a_step_between_stations_is_a_trend_only_when_they_are_compared() -> None:
    values = years(np.r_[noise(10, 5), 20 + noise(10, 6)])
    stations = pd.Series(["J09"] * 10 + ["J17"] * 10, values.index)
    whole, within = trend(values), trend(values, stations)
    assert whole is not None
    assert within is not None
    assert whole.p < 0.01
    assert within.p > 0.05
    assert abs(within.slope) < 2 < whole.slope
    assert (within.years, within.pairs) == (20, 90)


def test_a_few_years_are_no_trend() -> None:
    assert trend(years(range(7))) is None
    assert trend(pd.Series(dtype=float)) is None


def test_years_all_alike_have_no_trend() -> None:
    made = trend(years([3.0] * 12))
    assert made is not None
    assert (made.slope, made.p) == (0, 1)
