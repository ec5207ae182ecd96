from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core import time
from chocolib.core.errors import DataError
from chocolib.core.gate import Checked, check
from chocolib.core.schema import ENERGY_PRICES, MEASUREMENTS, SIAR_DAILY

NOW = pd.Timestamp("2026-11-21T10:00Z")


def checked(values: list[float], times: list[str] | None = None) -> Checked:
    index = pd.DatetimeIndex(
        times or pd.date_range("2025-11-01", periods=len(values), freq="h", tz="UTC")
    )
    frame = pd.DataFrame(
        {
            "region": "peninsula",
            "price_eur_kwh": values,
            "source": "csv",
            "available_at": time.published_at(index),
        },
        index=index,
    )
    return check(frame, ENERGY_PRICES, received_at=NOW)


def test_ordinary_rows_pass() -> None:
    result = checked([0.1, 0.2, 0.15])
    assert len(result.good) == 3
    assert result.refused.empty
    assert list(result.good.columns) == list(ENERGY_PRICES.columns)


@pytest.mark.parametrize(
    ("value", "reason"),
    [(116.33, "above 2"), (-3.0, "below -0.5"), (float("nan"), "missing"), (float("inf"), "above")],
)
def test_impossible_prices_are_refused_with_their_reason(value: float, reason: str) -> None:
    result = checked([0.1, value])
    assert len(result.good) == 1
    assert reason in result.refused["reason"].iloc[0]


def test_a_price_left_in_eur_mwh_can_never_pass(real_prices: pd.Series) -> None:
    assert real_prices.min() * 1000 > (ENERGY_PRICES.column("price_eur_kwh").upper or 0)


def test_an_isolated_hour_is_flagged_and_kept() -> None:
    result = checked([0.1, 0.96, 0.1, 0.12])
    assert list(result.good["flag"]) == ["", "outlier", "", ""]
    assert result.outliers == 1


def test_a_high_plateau_is_not_an_outlier() -> None:
    assert checked([0.1, 0.7, 0.75, 0.8, 0.1]).outliers == 0


def test_an_outlier_is_judged_within_its_own_day_only() -> None:
    hours = pd.date_range("2025-11-02T23:00Z", periods=48, freq="h")  # two days in Madrid
    values = [0.1] * 48
    values[5], values[23], values[24] = 0.9, 0.9, 0.9
    whole = checked(values, [str(hour) for hour in hours])
    cut = checked(values[:24], [str(hour) for hour in hours[:24]])
    assert list(whole.good["flag"][:24]) == list(cut.good["flag"])
    assert whole.outliers == 1


def test_neighbours_are_hours_not_rows() -> None:
    times = ["2025-11-03T08:00Z", "2025-11-03T12:00Z", "2025-11-03T16:00Z"]
    assert checked([0.1, 0.9, 0.1], times).outliers == 0


def test_the_same_hour_with_two_values_is_refused_twice() -> None:
    hour = "2025-11-01T10:00Z"
    result = checked([0.1, 0.2, 0.3], [hour, hour, "2025-11-01T11:00Z"])
    assert len(result.good) == 1
    assert len(result.refused) == 2


def test_a_time_with_two_values_is_refused_whole() -> None:
    hour = "2025-11-01T10:00Z"
    assert len(checked([0.1, 0.1, 0.2], [hour] * 3).refused) == 3
    result = checked([0.1, 99.0], [hour] * 2)
    assert result.good.empty
    assert sorted(reason[:5] for reason in result.refused["reason"]) == ["price", "the s"]


def test_the_same_row_twice_is_kept_once() -> None:
    hour = "2025-11-01T10:00Z"
    result = checked([0.1, 0.1], [hour, hour])
    assert (len(result.good), len(result.refused), result.repeated) == (1, 0, 1)


def test_times_off_the_hour_are_refused() -> None:
    result = checked([0.1], ["2025-11-01T10:15Z"])
    assert result.refused["reason"].iloc[0] == "not on the hour"


def test_a_price_of_next_year_is_refused() -> None:
    result = checked([0.1], ["2027-11-01T10:00Z"])
    assert "future" in result.refused["reason"].iloc[0]


def test_nothing_is_known_later_than_it_was_received() -> None:
    result = checked([0.1, 0.2])
    assert (result.good["available_at"] <= NOW).all()


def test_a_frame_without_a_column_is_not_a_frame_of_the_measurement() -> None:
    frame = pd.DataFrame({"price_eur_kwh": [0.1]}, index=pd.DatetimeIndex(["2025-11-01T10:00Z"]))
    with pytest.raises(DataError, match="region"):
        check(frame, ENERGY_PRICES, received_at=NOW)


def test_times_without_a_zone_are_refused() -> None:
    frame = pd.DataFrame({"price_eur_kwh": [0.1]}, index=pd.DatetimeIndex(["2025-11-01T10:00"]))
    with pytest.raises(DataError, match="zone"):
        check(frame, ENERGY_PRICES, received_at=NOW)


def test_an_empty_frame_passes_empty() -> None:
    result = checked([], [])
    assert result.good.empty
    assert result.refused.empty


@given(st.lists(st.floats(width=32), max_size=30))
def test_every_row_is_either_good_or_refused(values: list[float]) -> None:
    result = checked(values)
    assert len(result.good) + len(result.refused) + result.repeated == len(values)


def test_units_are_in_the_names() -> None:
    units = ("_eur_kwh", "_eur", "_kwh", "_c", "_pct", "_hpa", "_ms", "_deg", "_wm2", "_mm")
    for measurement in MEASUREMENTS.values():
        for field in measurement.fields:
            unitless = field.name in {"q10", "q50", "q90", "known", "kg", "radiation_mj_m2"}
            assert field.kind != "number" or unitless or field.name.endswith(units), field


def test_siar_days_begin_at_midnight_in_madrid() -> None:
    assert SIAR_DAILY.grid == "local-day"
