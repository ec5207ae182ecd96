"""Cheap windows: compared with brute force, right on odd days, honest about what is sure."""

from __future__ import annotations

import math
from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.errors import SettingsError
from chocolib.core.time import HOUR, day_window, local_date
from chocolib.insights.confidence import draws
from chocolib.insights.windows import cheap_windows
from tests.insights.forecasts_to_read import forecast_frame, published


@given(prices=st.lists(st.integers(-50, 900), min_size=24, max_size=24), hours=st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_no_other_hours_of_the_day_are_cheaper(prices: list[int], hours: int) -> None:
    values = [price / 1000 for price in prices]
    frame = published("2025-11-20", values)
    (run,) = cheap_windows(frame, hours=hours, load_kw=10)
    (loose,) = cheap_windows(frame, hours=hours, load_kw=10, scattered=True)
    runs = [np.mean(values[n : n + hours]) for n in range(25 - hours)]
    sets = [np.mean(chosen) for chosen in combinations(values, hours)]
    assert run.mean_eur_kwh == pytest.approx(min(runs))
    assert loose.mean_eur_kwh == pytest.approx(min(sets))
    assert loose.mean_eur_kwh <= run.mean_eur_kwh + 1e-12


def test_the_saving_is_the_load_at_the_days_mean_less_the_load_in_the_window() -> None:
    frame = published("2025-11-20", [0.2] * 12 + [0.1] * 3 + [0.2] * 9)
    (found,) = cheap_windows(frame, hours=3, load_kw=12)
    assert found.day_mean_eur_kwh == pytest.approx(0.1875)
    assert found.saving_eur == pytest.approx(12 * 3 * (0.1875 - 0.1))
    assert (found.below_mean, found.near_cheapest, found.published) == (1, 1, 3)


def test_a_flat_day_saves_nothing_and_is_not_below_its_mean() -> None:
    (found,) = cheap_windows(published("2025-11-20", [0.25] * 24), hours=3, load_kw=12)
    assert found.saving_eur == 0
    assert found.below_mean == 0


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25)])
def test_the_mean_of_an_odd_day_is_of_all_its_hours(day: str, hours: int) -> None:
    found = cheap_windows(forecast_frame(day, 2), hours=3, load_kw=12)
    assert [window.day_hours for window in found] == [hours, 24]
    window = day_window(date.fromisoformat(day))
    assert window.start <= found[0].hours[0] < window.end


def test_all_hours_of_a_long_day_can_be_asked_for_and_no_more() -> None:
    (found,) = cheap_windows(forecast_frame("2025-10-26", 1), hours=25, load_kw=1, scattered=True)
    assert len(found.hours) == 25
    assert found.saving_eur == pytest.approx(0)
    with pytest.raises(SettingsError):
        cheap_windows(forecast_frame("2025-10-26", 1), hours=26, load_kw=1)


def test_a_contiguous_window_may_run_past_midnight() -> None:
    frame = published("2025-11-20", [0.2] * 22 + [0.05] * 5 + [0.2] * 21)
    found = cheap_windows(frame, hours=4, load_kw=10)[0]
    assert local_date(found.hours[0]) == date(2025, 11, 20)
    assert local_date(found.hours[-1]) == date(2025, 11, 21)


def test_a_window_never_spans_a_missing_hour() -> None:
    frame = published("2025-11-20", [0.05, 0.05, 0.05, *[0.2] * 21])
    (found,) = cheap_windows(frame.drop(frame.index[1]), hours=2, load_kw=10)
    assert len(found.spans()) == 1
    assert found.mean_eur_kwh == pytest.approx(0.125)
    assert found.day_hours == 23
    (loose,) = cheap_windows(frame.drop(frame.index[1]), hours=2, load_kw=10, scattered=True)
    assert [len(span) for span in loose.spans()] == [1, 1]


def test_hours_that_are_gone_count_for_the_mean_but_are_not_offered() -> None:
    whole = published("2025-11-20", [0.01] * 10 + [0.2] * 4 + [0.1] * 10)
    gone, ahead = whole["q50"].iloc[:10], whole.iloc[10:]
    (found,) = cheap_windows(ahead, hours=2, load_kw=1, gone=gone)
    assert found.day_hours == 24
    assert found.day_mean_eur_kwh == pytest.approx(whole["q50"].mean())
    assert found.hours[0] >= ahead.index[0]
    assert found.below_mean == 0


def test_a_day_the_forecast_does_not_reach_the_end_of_is_left_out() -> None:
    frame = forecast_frame("2025-11-20", 2)
    assert len(cheap_windows(frame.iloc[:-1], hours=2, load_kw=1)) == 1
    assert cheap_windows(frame.iloc[:0], hours=2, load_kw=1) == []


def test_the_surer_the_forecast_the_surer_the_window() -> None:
    shares = []
    for band in (0.0, 0.01, 0.03, 0.1):
        (found,) = cheap_windows(forecast_frame("2025-11-20", 1, band=band), hours=3, load_kw=1)
        shares.append((found.below_mean, found.near_cheapest))
    assert shares[0] == (1, 1)
    assert [list(column) for column in zip(*shares, strict=True)] == [
        sorted(column, reverse=True) for column in zip(*shares, strict=True)
    ]
    assert shares[-1][1] < 0.9


def test_the_paths_have_the_quantiles_of_the_forecast() -> None:
    frame = forecast_frame("2025-11-20", 2, known_days=1)
    paths = draws(frame, count=20_000)
    for name, level in (("q10", 0.1), ("q50", 0.5), ("q90", 0.9)):
        drawn = np.quantile(paths, level, axis=0)
        assert np.abs(drawn - frame[name].to_numpy()).max() < 0.002
    assert (paths[:, :24] == frame["q50"].to_numpy()[:24]).all()


def test_neighbouring_hours_err_together() -> None:
    frame = forecast_frame("2025-11-20", 2)
    errors = draws(frame, count=5_000) - frame["q50"].to_numpy()
    near = np.corrcoef(errors[:, 10], errors[:, 11])[0, 1]
    far = np.corrcoef(errors[:, 0], errors[:, 47])[0, 1]
    assert near > 0.9
    assert far < 0.3


def test_the_same_question_has_the_same_answer() -> None:
    frame = forecast_frame("2025-11-20", 3)
    first, second = (
        [w.to_dict() for w in cheap_windows(frame, hours=3, load_kw=12)] for _ in range(2)
    )
    assert first == second
    assert (
        pd.Timestamp(first[0]["spans"][0]["end"]) - pd.Timestamp(first[0]["spans"][0]["start"])
        == 3 * HOUR
    )


@pytest.mark.parametrize("load_kw", [0.0, -1.0, math.inf, math.nan])
def test_a_load_that_is_none_is_refused(load_kw: float) -> None:
    with pytest.raises(SettingsError, match="cannot be placed"):
        cheap_windows(forecast_frame("2025-11-20", 1), hours=3, load_kw=load_kw)
