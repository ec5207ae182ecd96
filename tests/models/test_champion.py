from __future__ import annotations

import time as clock

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.clock import clock_of
from chocolib.core.errors import NotEnoughData
from chocolib.models.calendar import day_types, is_holiday, period_grid
from chocolib.models.champion import Champion
from chocolib.models.daygrid import day_grid
from chocolib.models.features import Features
from chocolib.models.market import market_of
from chocolib.models.registry import new_model
from chocolib.models.tolls import on_grid, toll_steps
from chocolib.models.voices import VOICES, Voices
from tests.conftest import made_up_prices

ORIGIN = time.midnight(pd.Timestamp("2025-11-21").date())
HOURS = time.Window(ORIGIN, ORIGIN + 7 * time.DAY).hours()


def known_at(prices: pd.Series, origin: pd.Timestamp = ORIGIN, days: int = 500) -> pd.Series:
    return prices[(prices.index < origin) & (prices.index >= origin - days * time.DAY)]


@pytest.fixture(scope="module")
def history(real_prices: pd.Series) -> pd.Series:
    return known_at(real_prices)


@pytest.fixture(scope="module")
def expected(history: pd.Series) -> np.ndarray:
    return Champion().fit(history).predict(HOURS)


def mean_error(made: np.ndarray, prices: pd.Series, hours: pd.DatetimeIndex = HOURS) -> float:
    return float(np.nanmean(np.abs(prices.reindex(hours).to_numpy() - made)))


def test_it_beats_last_week_in_most_weeks(real_prices: pd.Series) -> None:
    ratios = []
    for day in ("2024-09-10", "2025-02-11", "2025-06-17", "2025-11-21"):
        origin = time.midnight(pd.Timestamp(day).date())
        hours = time.Window(origin, origin + 7 * time.DAY).hours()
        made = Champion().fit(known_at(real_prices, origin)).predict(hours)
        naive = real_prices.reindex(hours - 7 * time.DAY).to_numpy()
        ratios.append(mean_error(made, real_prices, hours) / mean_error(naive, real_prices, hours))
    assert np.mean(ratios) < 0.85


def test_three_years_are_learnt_and_a_week_foretold_in_time(real_prices: pd.Series) -> None:
    three_years = known_at(real_prices, days=1096)
    began = clock.process_time()
    model = new_model("champion").fit(three_years, as_of=ORIGIN)
    fitted = clock.process_time()
    model.predict(origin=ORIGIN, horizon=168, known=three_years)
    assert fitted - began < 30
    assert clock.process_time() - fitted < 1


def test_the_same_history_gives_the_same_forecast(history: pd.Series, expected: np.ndarray) -> None:
    np.testing.assert_array_equal(Champion().fit(history).predict(HOURS), expected)


def test_a_replay_sees_only_what_a_shorter_history_has(history: pd.Series) -> None:
    """The bands' errors come from replays on the whole grid: none may look ahead."""
    whole = Features(market_of(day_grid(history)))
    end = whole.market.end - 30
    leads = np.arange(7)
    origins = np.full(7, end)
    replayed = Voices.fitted(tuple(VOICES), whole, end).said(whole, origins, leads)
    begins = time.midnight(whole.market.days[end].date())
    shorter = Features(market_of(day_grid(history[history.index < begins])))
    assert shorter.market.end == end
    alone = Voices.fitted(tuple(VOICES), shorter, end).said(shorter, origins, leads)
    np.testing.assert_allclose(replayed, alone, rtol=1e-9, atol=1e-12)


def test_a_price_of_yesterday_moves_the_forecast(history: pd.Series, expected: np.ndarray) -> None:
    touched = history.copy()
    touched.iloc[-1] += 0.02
    assert np.abs(Champion().fit(touched).predict(HOURS) - expected).max() > 1e-4


def test_a_lone_spike_of_yesterday_does_not_poison_the_week(
    history: pd.Series, expected: np.ndarray
) -> None:
    spiked = history.copy()
    spiked.iloc[-12] = 0.96
    made = Champion().fit(spiked).predict(HOURS)
    assert np.abs(made - expected).mean() < 0.002


def test_gaps_are_filled_from_before_and_counted(
    history: pd.Series, expected: np.ndarray, real_prices: pd.Series
) -> None:
    gone = history.drop(history.index[-24 * 40 : -24 * 30])
    grid = day_grid(gone)
    assert grid.filled - day_grid(history).filled == 240
    hole = np.flatnonzero(~grid.seen.all(axis=1))
    np.testing.assert_array_equal(grid.price[hole[-2]], grid.price[hole[-2] - 7])
    made = Champion().fit(gone).predict(HOURS)
    assert mean_error(made, real_prices) < 1.2 * mean_error(expected, real_prices)


@pytest.mark.parametrize("days", [30, 80, 150, 300])
def test_with_little_history_it_says_less_but_speaks(real_prices: pd.Series, days: int) -> None:
    short = known_at(real_prices, days=days)
    model = new_model("champion").fit(short, as_of=ORIGIN)
    made = model.predict(origin=ORIGIN, horizon=168, known=short)
    assert made.frame.notna().all().all()
    assert (made.frame["q10"] < made.frame["q90"]).all()
    voices = model.centre_.voices_.voices
    assert bool(voices["lad"].coefficients_) == (days > 100)
    assert voices["yesterday"].speaks == (days > 200)
    assert voices["ridge"].speaks == (days > 250)


def test_less_than_a_month_is_refused_with_how_much_there_is(real_prices: pd.Series) -> None:
    with pytest.raises(NotEnoughData, match="20 days of prices are known"):
        new_model("champion").fit(known_at(real_prices, days=20), as_of=ORIGIN)


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25)])
def test_a_day_of_the_change_of_clocks_is_foretold_whole(
    real_prices: pd.Series, day: str, hours: int
) -> None:
    window = time.day_window(pd.Timestamp(day).date())
    assert len(window.hours()) == hours
    model = Champion().fit(known_at(real_prices, window.start, days=200))
    made = model.predict(window.hours())
    assert np.isfinite(made).all()
    clocks = clock_of(window.hours())[1]
    if hours == 25:  # both hours called 2
        assert len(set(made[clocks == 2])) == 1
    after = Champion().fit(known_at(real_prices, window.end, days=200))
    assert after.market_.days[after.market_.end - 1] == pd.Timestamp(day)


def test_prices_of_march_2022_are_followed_not_exploded(real_prices: pd.Series) -> None:
    """The gas crisis, and the price cap of June 2022."""
    for day in ("2022-03-15", "2022-06-21"):
        origin = time.midnight(pd.Timestamp(day).date())
        hours = time.Window(origin, origin + 7 * time.DAY).hours()
        made = Champion().fit(known_at(real_prices, origin)).predict(hours)
        mean = np.full(168, known_at(real_prices, origin, days=28).mean())
        assert mean_error(made, real_prices, hours) < 1.1 * mean_error(mean, real_prices, hours)


def test_four_hundred_hours_ahead_stay_within_what_was_seen(history: pd.Series) -> None:
    far = time.Window(ORIGIN, ORIGIN + 400 * time.HOUR).hours()
    made = Champion().fit(history).predict(far)
    assert np.isfinite(made).all()
    assert made.max() < history.max()


def test_tolls_are_found_again_under_a_daily_wave() -> None:
    days = pd.date_range("2025-02-01", periods=130, freq="D")
    period = period_grid(days)
    wave = 0.1 + 0.03 * np.sin(np.arange(24) / 24 * 2 * np.pi)
    price = wave + on_grid(np.tile([0.09, 0.03], (130, 1)), period)
    np.testing.assert_allclose(toll_steps(price, period)[-1], [0.09, 0.03], atol=1e-9)


def test_tolls_stay_zero_until_a_weekend_tells_them_apart() -> None:
    days = pd.date_range("2025-02-03", periods=4, freq="D")  # Monday to Thursday
    period = period_grid(days)
    assert not toll_steps(np.tile(np.arange(24.0) / 100, (4, 1)), period).any()


def test_the_calendar_knows_what_the_country_keeps() -> None:
    days = pd.DatetimeIndex(["2025-04-17", "2025-04-18", "2025-02-28", "2025-12-08"])
    assert is_holiday(days).tolist() == [True, True, False, True]
    assert day_types(pd.DatetimeIndex(["2025-11-21", "2025-11-22"])).tolist() == [0, 1]
    good_friday = period_grid(days)[1]
    assert good_friday[12] == "P1"  # free, but no holiday of the tariff


def test_three_weeks_are_averaged_by_local_hour() -> None:
    prices = made_up_prices("2025-08-01", 24 * 90)
    prices += np.arange(len(prices)) / 1e4
    origin = pd.Timestamp(prices.index[-1]) + time.HOUR
    made = new_model("weeks-3").fit(prices, as_of=origin)
    frame = made.predict(origin=origin, horizon=24, known=prices.iloc[:0]).frame
    clocks = prices.copy()
    clocks.index = clocks.index.tz_convert("Europe/Madrid").tz_localize(None)
    clocks = clocks.groupby(level=0).mean()
    here = frame.index.tz_convert("Europe/Madrid").tz_localize(None)
    back = [clocks.reindex(here - week * 7 * time.DAY).to_numpy() for week in (1, 2, 3)]
    np.testing.assert_allclose(frame["q50"], np.mean(back, axis=0))
