"""Correlations: known ones are found, seasons and long memory do not make any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.insights.correlations import (
    anomalies,
    correlation,
    correlations,
    effective_days,
    holm,
)

DAYS = pd.date_range("2021-06-01", periods=1400, freq="D")


def white(seed: int) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).normal(0, 1, len(DAYS)), DAYS)


def remembering(seed: int, memory: float) -> pd.Series:
    return white(seed).ewm(alpha=1 - memory, adjust=False).mean()


SEASON = pd.Series(10 * np.sin(2 * np.pi * np.arange(len(DAYS)) / 365.25), DAYS)
WEEK = pd.Series((DAYS.day_of_week >= 5).astype(float), DAYS)


def test_seasons_and_weeks_that_are_shared_are_no_correlation() -> None:
    weather, price = SEASON + white(1), 3 * SEASON + 5 * WEEK + white(2)
    raw = correlation(weather, price)
    made = correlation(anomalies(weather), anomalies(price))
    assert raw is not None
    assert made is not None
    assert raw["r"] > 0.9
    assert abs(made["r"]) < 0.1


def test_a_real_relation_survives() -> None:
    weather = SEASON + white(1)
    price = SEASON - 0.5 * white(1) + white(2)
    made = correlation(anomalies(weather), anomalies(price))
    assert made is not None
    assert made["r"] == pytest.approx(-0.45, abs=0.06)
    assert made["p"] < 1e-6


def test_white_noise_is_worth_all_its_days_and_long_memory_fewer() -> None:
    assert effective_days(white(1), white(2)) > 0.8 * len(DAYS)
    assert effective_days(remembering(1, 0.9), remembering(2, 0.9)) < 0.3 * len(DAYS)


def test_two_strangers_with_long_memory_are_seldom_called_related() -> None:
    honest, naive = 0, 0
    for seed in range(0, 120, 2):
        x, y = remembering(seed, 0.8), remembering(seed + 1, 0.8)
        made = correlation(x, y)
        assert made is not None
        honest += made["p"] < 0.05
        naive += abs(made["r"]) * np.sqrt(made["days"]) > 1.96
    assert honest <= 8
    assert naive > 2 * max(honest, 3)


def test_missing_days_are_left_out_and_too_few_say_nothing() -> None:
    holed = white(1).drop(DAYS[100:400])
    made = correlation(holed, white(1))
    assert made is not None
    assert made["days"] == len(DAYS) - 300
    assert made["r"] == pytest.approx(1)
    assert correlation(white(1)[:179], white(2)) is None


def test_holm_is_the_textbooks() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_table_has_every_pair_once_and_one_correction_for_all() -> None:
    weather = pd.DataFrame({"wind": white(1), "rain": white(2)})
    prices = pd.DataFrame({"mean": -0.3 * white(1) + white(3), "spread": white(4)})
    found = correlations(weather, prices)
    assert {(row["weather"], row["price"]) for row in found} == {
        (w, p) for w in weather for p in prices
    }
    assert [row["distinct"] for row in found] == [True, False, False, False]
    assert all(row["p_holm"] >= row["p"] for row in found)
