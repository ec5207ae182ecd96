from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.models.champion import Champion
from chocolib.models.daygrid import day_grid
from chocolib.models.features import Features
from chocolib.models.market import WEEK, market_of
from chocolib.models.registry import MODELS, new_model
from chocolib.models.trust import trust_at
from chocolib.models.voices import VOICES, Replays, Voices, blended

ORIGIN = time.midnight(pd.Timestamp("2025-11-21").date())
HOURS = time.Window(ORIGIN, ORIGIN + time.DAY).hours()
HOURS = time.Window(ORIGIN, ORIGIN + time.DAY).hours()
NAMES = ("lad", "yesterday", "ridge", "recent")


def known_at(prices: pd.Series, days: int) -> pd.Series:
    return prices[(prices.index < ORIGIN) & (prices.index >= ORIGIN - days * time.DAY)]


@pytest.fixture(scope="module")
def features(real_prices: pd.Series) -> Features:
    return Features(market_of(day_grid(known_at(real_prices, 450))))


@pytest.fixture(scope="module")
def replays(features: Features) -> Replays:
    return Replays.of(NAMES, features)


def past(errors: list[float], n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Origins 0..n-1 and the same error of each voice at all of them."""
    return np.arange(n), np.tile(np.array(errors)[:, None, None], (1, n, WEEK))


def test_a_voice_that_misses_less_is_trusted_more() -> None:
    origins, missed = past([0.010, 0.012, 0.020])
    trust = trust_at(50, origins, missed, np.ones(3, dtype=bool))
    np.testing.assert_allclose(trust.sum(axis=0), 1)
    assert (np.diff(trust, axis=0) < 0).all()
    even = trust_at(50, *past([0.01, 0.01]), np.ones(2, dtype=bool))
    np.testing.assert_allclose(even, 0.5)


def test_trust_looks_only_at_weeks_that_were_over() -> None:
    origins, missed = past([0.010, 0.012])
    both = np.ones(2, dtype=bool)
    before = trust_at(30, origins, missed, both)
    later = missed.copy()
    later[0, 24:] = 9.0  # origin 24 is over at the end of day 30, not at its beginning
    np.testing.assert_array_equal(trust_at(30, origins, later, both), before)
    later[0, 23] = 9.0
    assert (trust_at(30, origins, later, both)[0] < before[0]).all()


def test_a_silent_voice_has_no_weight_and_few_origins_tell_nothing() -> None:
    origins, missed = past([0.010, np.nan, 0.030])
    trust = trust_at(50, origins, missed, np.array([True, False, True]))
    np.testing.assert_array_equal(trust[1], 0)
    assert (trust[0] > trust[2]).all()
    few = trust_at(12, origins, missed, np.array([True, False, True]))
    np.testing.assert_allclose(few, np.tile([[0.5], [0], [0.5]], WEEK))


def test_silence_does_not_spread_into_the_blend() -> None:
    said = np.array([np.full((1, 24), 0.1), np.full((1, 24), np.nan), np.full((1, 24), 0.2)])
    np.testing.assert_allclose(blended(said, np.array([[0.75], [0], [0.25]])), 0.125)


def test_replays_cover_the_last_days_whose_week_is_over(
    features: Features, replays: Replays
) -> None:
    assert replays.origins[-1] == features.market.end - WEEK
    assert replays.said.shape == (4, len(replays.origins), WEEK, 24)
    assert not np.isnan(replays.said[3]).any()
    error = replays.missed()
    together = np.nanmean(np.abs(replays.blended() - replays.actual))
    assert together < np.nanmean(error, axis=(1, 2)).mean()


def test_the_weights_of_the_forecast_are_those_of_its_own_past(real_prices: pd.Series) -> None:
    model = Champion().fit(known_at(real_prices, 450))
    assert model.trust_.shape == (4, WEEK)
    np.testing.assert_allclose(model.trust_.sum(axis=0), 1)
    assert model.trust_.min() > 0
    assert np.ptp(model.trust_, axis=0).min() > 0.02


@pytest.mark.parametrize("name", sorted(VOICES))
def test_each_voice_alone_beats_the_mean_and_is_deterministic(
    features: Features, name: str
) -> None:
    end = features.market.end - WEEK
    origins, leads = np.full(WEEK, end), np.arange(WEEK)
    made, again = (
        Voices.fitted((name,), features, end).said(features, origins, leads) for _ in range(2)
    )
    np.testing.assert_array_equal(made, again)
    price = features.market.price
    error = np.abs(made[0] - price[origins + leads]).mean()
    assert error < np.abs(price[end - 28 : end].mean() - price[origins + leads]).mean()


@pytest.mark.parametrize("name", ["lad", "ridge", "yesterday", "base"])
def test_a_voice_alone_with_little_history_says_the_base(real_prices: pd.Series, name: str) -> None:
    short = known_at(real_prices, 60)
    made = new_model(name).fit(short, as_of=ORIGIN)
    said = made.predict(origin=ORIGIN, horizon=168, known=short).frame["q50"]
    base = new_model("base").fit(short, as_of=ORIGIN)
    expected = base.predict(origin=ORIGIN, horizon=168, known=short).frame["q50"]
    np.testing.assert_allclose(said, expected)


def test_a_gap_in_the_history_teaches_nothing_and_stops_nobody(real_prices: pd.Series) -> None:
    whole = known_at(real_prices, 300)
    gone = whole.drop(whole.index[-24 * 40 : -24 * 33])
    for name in NAMES:
        made, expected = (
            Champion((name,), name).fit(history).predict(HOURS) for history in (gone, whole)
        )
        assert np.abs(made - expected).mean() < 0.02


def test_there_are_eight_models_by_name() -> None:
    assert len(MODELS) == 8
    assert all(new_model(name).name == name for name in MODELS)
