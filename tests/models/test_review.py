from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from chocolib.core.time import Window, midnight
from chocolib.models import review
from chocolib.models.scores import by_clock, scores


def said_at(first: date, days: int = 7, miss: float = 0.0, model: str = "one") -> pd.DataFrame:
    """A week of forecasts that all miss by `miss`; the band is 0.01 on either side."""
    origin = midnight(first)
    hours = Window(origin, midnight(first + days * pd.Timedelta(days=1))).hours()
    actual = 0.1 + 0.02 * np.sin(np.arange(len(hours)))
    centre = actual - miss
    return pd.DataFrame(
        {
            "origin": origin,
            "time": hours,
            "lead_h": range(len(hours)),
            "model": model,
            "q10": centre - 0.01,
            "q50": centre,
            "q90": centre + 0.01,
            "known": False,
            "naive": actual + 0.02,
            "actual": actual,
            "fit_s": 0.0,
            "predict_s": 0.0,
        }
    )


def together(*frames: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)


def test_the_weekly_naive_of_every_row_becomes_a_model_without_bands() -> None:
    frame = review.with_naive(together(said_at(date(2025, 11, 3), miss=0.01)))
    table = scores(frame)
    assert table["mae"]["weekly-naive"] == pytest.approx(0.02)
    assert table["rmae"]["one"] == pytest.approx(0.5)
    assert np.isnan(table["coverage_80"]["weekly-naive"])
    assert np.isnan(table["pinball"]["weekly-naive"])
    assert review.with_naive(frame) is frame


@pytest.mark.parametrize(("first", "hours"), [((2025, 3, 30), 23), ((2025, 10, 26), 25)])
def test_errors_by_clock_hour_hold_on_the_odd_days(first: tuple[int, ...], hours: int) -> None:
    frame = said_at(date(*first), days=1, miss=0.01)
    assert len(frame) == hours
    table = by_clock(frame)
    missing = {2} if hours == 23 else set()
    assert set(table.loc["one"].index) == set(range(24)) - missing
    assert table["mae"].to_numpy() == pytest.approx(0.01)


def test_calibration_counts_the_hours_within_each_band_by_day() -> None:
    frame = said_at(date(2025, 11, 3))
    third = frame["lead_h"] // 24 == 2
    frame.loc[third, "actual"] += 0.02
    held = review.calibration(frame, "one")
    assert list(held.index) == list(range(8))
    assert held["coverage_80"][3] == 0
    assert held["coverage_80"].drop([0, 3]).to_numpy() == pytest.approx(1)
    assert held["coverage_80"][0] == pytest.approx(6 / 7)
    assert held["coverage_90"].isna().all()


def test_a_model_without_bands_has_no_calibration() -> None:
    frame = review.with_naive(said_at(date(2025, 11, 3)))
    assert review.calibration(frame, "weekly-naive").empty


def test_the_best_the_middle_and_the_worst_week_are_told() -> None:
    misses = {3: 0.02, 10: 0.001, 17: 0.01}
    frame = together(*(said_at(date(2025, 11, d), miss=m) for d, m in misses.items()))
    found = review.telling_origins(frame, "one")
    local = {name: pd.Timestamp(o).tz_convert("Europe/Madrid").day for name, o in found.items()}
    assert local == {"best": 10, "median": 17, "worst": 3}
    week = review.one_week(frame, "one", found["worst"])
    assert len(week) == 168
    assert (week["actual"] - week["q50"]).to_numpy() == pytest.approx(0.02)


def test_a_week_that_is_not_over_is_not_told() -> None:
    frame = said_at(date(2025, 11, 3))
    frame.loc[frame.index[-1], "actual"] = np.nan
    assert review.telling_origins(frame, "one").empty


def test_the_daily_error_is_of_madrid_days() -> None:
    frame = together(
        said_at(date(2025, 11, 3), miss=0.01),
        said_at(date(2025, 11, 4), miss=0.03),
        said_at(date(2025, 11, 3), miss=0.05, model="two"),
    )
    table = review.daily_error(frame)
    assert table["one"][date(2025, 11, 3)] == pytest.approx(0.01)
    assert table["one"][date(2025, 11, 4)] == pytest.approx(0.02)
    assert np.isnan(table["two"][date(2025, 11, 10)])


def test_the_worst_days_come_with_what_is_peculiar_about_them() -> None:
    frame = said_at(date(2025, 12, 3))
    local = pd.DatetimeIndex(frame["time"]).tz_convert("Europe/Madrid")
    holiday, beside = local.day == 8, local.day == 9
    frame.loc[holiday, "actual"] -= 0.05
    wave = np.where(np.arange(beside.sum()) % 2, 0.02, -0.02)
    frame.loc[beside, "actual"] += wave
    worst = review.worst_days(frame, "one", 2)
    assert [day.day for day in worst.index] == [8, 9]
    assert worst["reasons"].tolist() == [
        ("holiday", "level_down", "jump_down"),
        ("beside_holiday", "shape"),
    ]
    assert worst["bias"].iloc[0] == pytest.approx(-0.05)
    assert worst["jump"].iloc[0] == pytest.approx(-0.07)


def test_a_day_of_25_hours_is_named() -> None:
    worst = review.worst_days(said_at(date(2025, 10, 26), days=1, miss=0.01), "one")
    assert worst["reasons"].iloc[0] == ("clock_change", "level_up")


def test_coverage_of_each_week_and_the_drift_between_halves() -> None:
    frame = together(
        said_at(date(2025, 11, 3), miss=0.005),
        said_at(date(2025, 11, 10), miss=0.01),
        said_at(date(2025, 11, 17), miss=0.03),
    )
    held = review.held_by_origin(frame, "one")
    assert held["coverage_80"].iloc[[0, 2]].tolist() == [1, 0]
    assert review.drift(frame, "one") == pytest.approx((0.25, 1.0))
    assert review.drift(said_at(date(2025, 11, 3)), "one") is None
    assert review.held_by_origin(review.with_naive(frame), "weekly-naive").empty
