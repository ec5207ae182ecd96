from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.gate import check
from chocolib.core.ports import Source
from chocolib.core.schema import ENERGY_PRICES, WEATHER_DATA
from chocolib.core.tariff import tariff_period
from chocolib.core.time import HOUR, Window, midnight, published_at
from chocolib.sources.demo import EPOCH, Demo, DemoWeather
from tests.conftest import NOW

THREE_YEARS = Window(EPOCH, midnight(date(2026, 1, 1)))
SEEDS = [6, 1, 2, 3]


@pytest.mark.parametrize("seed", SEEDS)
def test_demo_prices_look_like_pvpc(seed: int) -> None:
    frame = Demo(seed).fetch(THREE_YEARS)
    prices = frame["price_eur_kwh"]
    means = prices.groupby(tariff_period(pd.DatetimeIndex(prices.index))).mean()
    assert means.to_dict() == pytest.approx({"P1": 0.197, "P2": 0.139, "P3": 0.114}, abs=0.015)
    assert prices.min() > 0.01
    assert 0.35 < prices.max() < 0.6
    checked = check(frame, ENERGY_PRICES, received_at=NOW)
    assert (len(checked.refused), checked.outliers) == (0, 0)


def test_the_demo_factory_of_today_sees_means_near_the_real_ones() -> None:
    prices = Demo().fetch(THREE_YEARS)["price_eur_kwh"]
    means = prices.groupby(tariff_period(pd.DatetimeIndex(prices.index))).mean()
    assert means.to_dict() == pytest.approx({"P1": 0.197, "P2": 0.139, "P3": 0.114}, abs=0.004)


def test_demo_prices_have_solar_dips_evening_peaks_and_weekends() -> None:
    prices = Demo().fetch(THREE_YEARS)["price_eur_kwh"]
    here = pd.DatetimeIndex(prices.index).tz_convert("Europe/Madrid")
    weekend = here.day_of_week >= 5
    summer, winter = here.month.isin([5, 6, 7]), here.month.isin([11, 12, 1])

    def dip(season: np.ndarray) -> float:
        night = prices[weekend & season & (here.hour == 3)].mean()
        return float(night - prices[weekend & season & (here.hour == 14)].mean())

    assert dip(summer) > dip(winter) > 0.01
    evening = prices[~weekend & (here.hour == 20)].mean()
    assert evening > prices[~weekend & (here.hour == 12)].mean() + 0.03
    assert prices[weekend].mean() < prices[~weekend].mean()
    daily = prices.groupby(here.date).mean()
    assert 0.3 < daily.autocorr(1) < 0.95


def test_demo_prices_are_known_by_the_publication_rule() -> None:
    frame = Demo().fetch(THREE_YEARS)
    assert (frame["available_at"] == published_at(pd.DatetimeIndex(frame.index))).all()


LONGEST = Window(EPOCH, EPOCH + 31_000 * HOUR)


@pytest.fixture(scope="module", params=[Demo, DemoWeather])
def world(request: pytest.FixtureRequest) -> tuple[Source, pd.DataFrame]:
    """A source and all of its hours."""
    source: Source = request.param(3)
    return source, source.fetch(LONGEST)


@settings(max_examples=30, deadline=None)
@given(
    start=st.integers(-100, 30_000),
    hours=st.integers(0, 400),
    minutes=st.integers(0, 59),
)
def test_an_hour_has_one_value_whatever_window_asks(
    world: tuple[Source, pd.DataFrame], start: int, hours: int, minutes: int
) -> None:
    source, whole = world
    first = EPOCH + start * HOUR + pd.Timedelta(minutes=minutes)
    window = Window(first, first + hours * HOUR)
    inside = (whole.index >= window.start) & (whole.index < window.end)
    pd.testing.assert_frame_equal(source.fetch(window), whole[inside])


def test_seeds_are_different_worlds() -> None:
    window = Window(EPOCH, EPOCH + 48 * HOUR)
    one, two = (Demo(seed).fetch(window)["price_eur_kwh"] for seed in (1, 2))
    assert (one != two).all()


def test_before_its_epoch_the_demo_knows_nothing() -> None:
    window = Window(EPOCH - 48 * HOUR, EPOCH + HOUR)
    assert Demo().fetch(window).index.tolist() == [EPOCH]
    assert DemoWeather().fetch(Window(EPOCH - 9 * HOUR, EPOCH)).empty


def test_demo_weather_looks_like_linares() -> None:
    frame = DemoWeather().fetch(THREE_YEARS)
    here = pd.DatetimeIndex(frame.index).tz_convert("Europe/Madrid")
    by_month = frame.drop(columns=["station", "source", "available_at"]).groupby(here.month).mean()
    assert by_month["temperature_c"].loc[1] == pytest.approx(7.8, abs=2.5)
    assert by_month["temperature_c"].loc[7] == pytest.approx(28.5, abs=2.5)
    assert by_month["humidity_pct"].loc[1] == pytest.approx(76, abs=6)
    assert by_month["humidity_pct"].loc[7] == pytest.approx(32, abs=6)
    assert frame["temperature_c"].groupby(here.hour).mean().idxmax() in (15, 16, 17)
    assert (frame["radiation_wm2"][(here.hour < 5) | (here.hour > 22)] == 0).all()
    assert 200 < frame["precipitation_mm"].sum() / 3 < 900
    assert (frame["available_at"] - frame.index == pd.Timedelta(minutes=70)).all()
    assert check(frame, WEATHER_DATA, received_at=NOW).refused.empty


def test_demo_wind_blows_up_the_valley_in_the_afternoon_and_gusts_above_its_mean() -> None:
    frame = DemoWeather().fetch(THREE_YEARS)
    hour = pd.DatetimeIndex(frame.index).tz_convert("Europe/Madrid").hour
    direction = frame["wind_direction_deg"]
    assert direction.between(0, 359).all()
    assert direction[hour == 17].median() == pytest.approx(240, abs=15)
    assert direction[hour == 5].median() == pytest.approx(60, abs=15)
    assert (frame["wind_gust_ms"] >= frame["wind_ms"]).all()
    assert 4 < frame["wind_gust_ms"].quantile(0.9) < 12
