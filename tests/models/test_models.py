from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from chocolib.core import time
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.models.bands import conformal_offsets
from chocolib.models.registry import MODELS, new_model
from tests.conftest import made_up_prices

AS_OF = time.utc("2025-11-20T21:00")


@pytest.fixture(scope="module")
def history(real_prices: pd.Series) -> pd.Series:
    known = real_prices[real_prices.index < time.known_until(AS_OF)]
    return known[known.index >= AS_OF - 200 * time.DAY]


@pytest.fixture(scope="module", params=list(MODELS))
def forecast(request: pytest.FixtureRequest, history: pd.Series):
    model = new_model(request.param).fit(history, as_of=AS_OF)
    return model.predict(origin=time.origin_of(AS_OF), horizon=168, known=history)


def test_a_forecast_has_every_hour_from_its_origin(forecast) -> None:
    assert len(forecast.frame) == 168
    assert forecast.frame.index[0] == AS_OF
    assert (np.diff(forecast.frame.index.asi8) == 3_600_000_000).all()
    assert forecast.frame.notna().all().all()


def test_published_hours_are_used_as_they_are(forecast, history: pd.Series) -> None:
    known = forecast.frame[forecast.frame["known"]]
    assert len(known) == 27  # 21:00 to the end of the next day
    for quantile in ("q10", "q50", "q90"):
        np.testing.assert_allclose(known[quantile], history.reindex(known.index))


def test_quantiles_are_in_order_and_above_the_lowest_price(forecast, history: pd.Series) -> None:
    frame = forecast.frame
    assert (frame["q10"] <= frame["q50"]).all()
    assert (frame["q50"] <= frame["q90"]).all()
    assert frame["q10"].min() >= history.min()


def test_the_forecast_beats_guessing_the_mean(
    forecast, history: pd.Series, real_prices: pd.Series
) -> None:
    actual = real_prices.reindex(forecast.frame.index)
    error = (forecast.frame["q50"] - actual).abs().mean()
    assert error < (history.mean() - actual).abs().mean()


def test_the_weekly_naive_copies_the_same_local_hour() -> None:
    prices = made_up_prices("2025-08-01", 24 * 90)
    as_of = pd.Timestamp(prices.index[-1]) + time.HOUR
    model = new_model("weekly-naive").fit(prices, as_of=as_of)
    made = model.predict(origin=time.origin_of(as_of), horizon=168, known=prices)
    here = made.frame.index.tz_convert("Europe/Madrid").tz_localize(None)
    clock = prices.copy()
    clock.index = clock.index.tz_convert("Europe/Madrid").tz_localize(None)
    expected = clock.groupby(level=0).mean().reindex(here - pd.Timedelta(days=7))
    np.testing.assert_allclose(made.frame["q50"], expected)


def test_the_weekly_naive_looks_further_back_over_a_gap() -> None:
    prices = made_up_prices("2025-08-01", 24 * 90)
    gap = prices.index[-24 * 7 :][:5]
    as_of = pd.Timestamp(prices.index[-1]) + time.HOUR
    model = new_model("weekly-naive").fit(prices.drop(gap), as_of=as_of)
    made = model.predict(origin=as_of, horizon=5, known=prices.iloc[:0])
    assert made.frame["q50"].notna().all()


def test_past_errors_cover_about_as_often_as_they_say(real_prices: pd.Series) -> None:
    inside = []
    for day in pd.date_range("2025-03-03", periods=10, freq="21D"):
        as_of = time.utc(f"{day.date()}T21:00")
        known = real_prices[real_prices.index < time.known_until(as_of)]
        model = new_model("weekly-naive").fit(known[-24 * 200 :], as_of=as_of)
        made = model.predict(origin=as_of, horizon=168, known=known)
        frame = made.frame[~made.frame["known"]]
        actual = real_prices.reindex(frame.index)
        inside.append(((actual >= frame["q10"]) & (actual <= frame["q90"])).mean())
    assert 0.65 < float(np.mean(inside)) < 0.95


def test_a_band_is_as_wide_as_its_distance_from_the_last_known_hour(history: pd.Series) -> None:
    behind = history[history.index < AS_OF - 4 * time.DAY]
    model = new_model("weekly-naive").fit(behind, as_of=AS_OF)
    made = model.predict(origin=AS_OF, horizon=24, known=behind).frame
    _, low, high, _ = model.offsets_[4, 0]  # four whole days after what is known
    width = (made["q90"] - made["q10"]).iloc[12]
    assert made["q10"].iloc[12] > history.min()
    assert width == pytest.approx(high - low)


def test_a_remembered_replay_is_that_of_the_same_prices_only(history: pd.Series) -> None:
    first = new_model("weeks-3").fit(history, as_of=AS_OF).offsets_
    again = new_model("weeks-3").fit(history.copy(), as_of=AS_OF).offsets_
    np.testing.assert_array_equal(first, again)
    touched = history.copy()
    touched.iloc[-24 * 30 : -24 * 20] *= 1.5
    assert (new_model("weeks-3").fit(touched, as_of=AS_OF).offsets_ != first).any()


def test_conformal_offsets_leave_a_tenth_on_either_side() -> None:
    _, low, high, _ = conformal_offsets(np.arange(-50, 50) / 100)
    assert low == pytest.approx(-0.41)
    assert high == pytest.approx(0.40)
    assert not conformal_offsets(np.array([])).any()


def test_too_little_or_too_old_history_is_refused_with_what_to_do() -> None:
    short = made_up_prices("2025-11-01", 24 * 5)
    with pytest.raises(NotEnoughData, match="5 days of prices are known"):
        new_model("prophet").fit(short, as_of=pd.Timestamp(short.index[-1]))
    old = made_up_prices("2025-01-01", 24 * 90)
    with pytest.raises(NotEnoughData, match="too old"):
        new_model("prophet").fit(old, as_of=AS_OF)
    with pytest.raises(NotEnoughData, match="chocolib ingest ree"):
        new_model("prophet").fit(old.iloc[:0], as_of=AS_OF)


def test_an_unknown_model_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="prophet"):
        new_model("lstm")
