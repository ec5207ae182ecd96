from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.core.results import Forecast
from chocolib.models.backtest import backtest, origins_between
from chocolib.models.registry import MODELS
from chocolib.models.scores import (
    by_clock,
    by_day,
    by_period,
    by_quarter,
    capture,
    diebold_mariano,
    ratio_interval,
    scores,
)

ORIGINS = origins_between(date(2025, 3, 10), date(2025, 4, 10), 10)


class Oracle:
    """Knows the future, and is off by a constant."""

    name = "oracle"

    def __init__(self, prices: pd.Series, off: float) -> None:
        self.prices, self.off = prices, off

    def fit(self, _history: pd.Series, *, as_of: pd.Timestamp) -> Oracle:
        self.as_of = as_of
        return self

    def predict(self, *, origin: pd.Timestamp, horizon: int, **_known: pd.Series) -> Forecast:
        hours = pd.date_range(origin, periods=horizon, freq="h")
        centre = self.prices.reindex(hours).to_numpy() + self.off
        frame = pd.DataFrame({"q10": centre - 0.01, "q50": centre, "q90": centre + 0.01}, hours)
        frame["known"] = False
        return Forecast(origin, self.as_of, self.name, frame)


@pytest.fixture(scope="module")
def prices(real_prices: pd.Series) -> pd.Series:
    return real_prices["2024-09":"2025-04"]


@pytest.fixture(scope="module")
def plain(prices: pd.Series) -> pd.DataFrame:
    models = {"weekly-naive": MODELS["weekly-naive"], "champion": MODELS["champion"]}
    return backtest(prices, origins=ORIGINS, models=models, jobs=1)


def test_every_origin_model_and_hour_has_its_row(plain: pd.DataFrame) -> None:
    assert len(plain) == len(ORIGINS) * 2 * 168
    assert not plain.duplicated(["origin", "model", "lead_h"]).any()
    assert (plain["time"] == plain["origin"] + plain["lead_h"] * time.HOUR).all()
    assert not plain["known"].any()


@pytest.mark.parametrize("model", ["champion", "weekly-naive", "weeks-3"])
def test_no_price_from_the_origin_on_changes_a_forecast(prices: pd.Series, model: str) -> None:
    origin = ORIGINS[0]
    later = prices.copy()
    later[later.index >= origin] += 0.05
    models = {model: MODELS[model]}
    first, second = (
        backtest(series, origins=[origin], models=models, jobs=1) for series in (prices, later)
    )
    quantiles = ["q05", "q10", "q50", "q90", "q95", "naive"]
    pd.testing.assert_frame_equal(first[quantiles], second[quantiles])
    assert (second["actual"] - first["actual"]).dropna().to_numpy() == pytest.approx(0.05)

    just_before = prices.copy()
    just_before[origin - time.HOUR] += 0.05
    third = backtest(just_before, origins=[origin], models=models, jobs=1)
    assert (third["q50"] - first["q50"]).abs().max() > 1e-4


def test_with_the_day_ahead_known_its_hours_are_exact_and_the_next_is_not(
    prices: pd.Series,
) -> None:
    models = {"weekly-naive": MODELS["weekly-naive"]}
    origin = time.midnight(date(2025, 3, 30))  # 23 hours
    made = backtest(prices, origins=[origin], models=models, known="day-ahead", jobs=1)
    assert made["known"].sum() == 23
    known = made[made["known"]]
    assert (known["q50"] == known["actual"]).all()
    assert (known["naive"] == known["actual"]).all()
    later = made[~made["known"]]
    assert (later["q50"] != later["actual"]).mean() > 0.9


def test_in_processes_it_gives_the_same(plain: pd.DataFrame, prices: pd.Series) -> None:
    models = {"weekly-naive": MODELS["weekly-naive"]}
    apart = backtest(prices, origins=ORIGINS, models=models, jobs=2)
    same = plain[plain["model"] == "weekly-naive"].reset_index(drop=True)
    columns = ["origin", "time", "q10", "q50", "q90", "actual"]
    pd.testing.assert_frame_equal(apart[columns], same[columns])


def test_the_scores_of_a_constant_error_are_known(prices: pd.Series) -> None:
    models = {"near": lambda: Oracle(prices, 0.005), "far": lambda: Oracle(prices, -0.02)}
    made = backtest(prices, origins=ORIGINS, models=models, jobs=1)
    table = scores(made)
    assert list(table.index) == ["near", "far"]
    assert table.loc["near", "mae"] == pytest.approx(0.005)
    assert table.loc["far", "rmse"] == pytest.approx(0.02)
    assert table.loc["near", "coverage_80"] == 1
    assert table.loc["far", "coverage_80"] == 0
    assert table.loc["near", "width_80"] == pytest.approx(0.02)
    assert table.loc["near", "capture_6"] == pytest.approx(1)
    near = 0.1 * 0.005 + 0.5 * 0.005 + 0.1 * 0.015  # errors -0.005 + 0.01, -0.005, -0.015
    assert table.loc["near", "pinball"] == pytest.approx((near) / 3)
    naive = made[made["model"] == "near"]
    expected = 0.005 / (naive["actual"] - naive["naive"]).abs().mean()
    assert table.loc["near", "rmae"] == pytest.approx(expected)


def test_the_naive_measures_one_against_itself(plain: pd.DataFrame) -> None:
    assert scores(plain).loc["weekly-naive", "rmae"] == pytest.approx(1)
    days, periods = by_day(plain), by_period(plain)
    assert days.loc["weekly-naive", "rmae"].to_numpy() == pytest.approx(1)
    assert list(days.loc["champion"].index) == [1, 2, 3, 4, 5, 6, 7]
    assert list(periods.loc["champion"].index) == ["P1", "P2", "P3"]


def test_choosing_the_dearest_hours_captures_less_than_nothing(plain: pd.DataFrame) -> None:
    one = plain[plain["model"] == "champion"]
    assert 0.5 < capture(one, 6) < 1
    assert capture(one.assign(q50=one["actual"]), 6) == pytest.approx(1)
    assert capture(one.assign(q50=-one["actual"]), 6) < 0


def test_hours_never_published_are_not_scored(plain: pd.DataFrame) -> None:
    holed = plain.copy()
    holed.loc[holed["lead_h"] >= 160, "actual"] = np.nan
    assert scores(holed).loc["champion", "hours"] == len(ORIGINS) * 160


def test_a_clear_difference_is_significant_and_none_is_not(plain: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)
    origins = pd.date_range("2024-01-01", periods=60, freq="3D", tz="UTC")
    base = pd.DataFrame(
        {"origin": origins.repeat(168), "lead_h": np.tile(np.arange(168), 60), "actual": 0.0}
    )
    noise = rng.normal(size=(3, len(base)))
    parts = [
        base.assign(model=name, q50=scale * noise[i])
        for i, (name, scale) in enumerate({"a": 1.0, "b": 1.0, "c": 1.2}.items())
    ]
    frame = pd.concat(parts)
    assert diebold_mariano(frame, "a", "c")["p"] < 0.01
    assert diebold_mariano(frame, "a", "c")["difference"] < 0
    assert diebold_mariano(frame, "a", "b")["p"] > 0.05
    assert math.isnan(diebold_mariano(plain, "champion", "weekly-naive")["p"])  # four origins


def test_a_ratio_lies_in_its_interval_and_needs_two_blocks() -> None:
    rng = np.random.default_rng(2)
    origins = pd.date_range("2024-01-01", periods=60, freq="3D", tz="UTC")
    base = pd.DataFrame({"origin": origins.repeat(24), "actual": 0.0})
    parts = [
        base.assign(model=n, q50=s * rng.normal(size=len(base))) for n, s in (("a", 1), ("b", 2))
    ]
    frame = pd.concat(parts)
    found = ratio_interval(frame, "a", "b")
    assert found["low"] < found["ratio"] < found["high"]
    assert found["low"] < 0.5 < found["high"]
    assert found == ratio_interval(frame, "a", "b")
    short = frame[frame["origin"] < origins[19]]
    assert math.isnan(ratio_interval(short, "a", "b")["low"])


def test_hours_and_quarters_are_those_of_madrid(plain: pd.DataFrame) -> None:
    one = plain[plain["model"] == "champion"]
    assert list(by_clock(one).loc["champion"].index) == list(range(24))
    eve = one.assign(origin=pd.Timestamp("2025-03-31T22:00Z"))
    assert list(by_quarter(eve).loc["champion"].index) == ["2025Q2"]
    without = one.drop(columns=["q05", "q10", "q90", "q95"])
    assert math.isnan(scores(without).loc["champion", "pinball"])


def test_origins_are_madrid_midnights_both_ends_included() -> None:
    found = origins_between(date(2025, 3, 29), date(2025, 4, 1), 3)
    assert [str(o) for o in found] == ["2025-03-28 23:00:00+00:00", "2025-03-31 22:00:00+00:00"]
    with pytest.raises(SettingsError, match="no origin"):
        origins_between(date(2025, 3, 29), date(2025, 3, 1), 3)


def test_an_origin_without_history_is_refused(prices: pd.Series) -> None:
    models = {"champion": MODELS["champion"]}
    with pytest.raises(NotEnoughData):
        backtest(
            prices,
            origins=origins_between(date(2024, 9, 3), date(2024, 9, 3)),
            models=models,
            jobs=1,
        )
