from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core import time
from chocolib.core.errors import DataError
from chocolib.core.gate import Checked, check
from chocolib.core.results import QUANTILES
from chocolib.core.schema import (
    ENERGY_PRICES,
    MEASUREMENTS,
    SIAR_DAILY,
    WEATHER_DATA,
    WEATHER_FORECAST,
)

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
    units = ("_eur_kwh", "_eur", "_kwh", "_c", "_pct", "_hpa", "_ms", "_deg", "_wm2", "_mm", "_s")
    units += ("_points", "_mb")
    for measurement in MEASUREMENTS.values():
        for field in measurement.fields:
            unitless = field.name in {*QUANTILES, "known", "kg", "radiation_mj_m2", "score"}
            unitless |= field.name in {"rows", "unmatched"}  # counts
            assert field.kind != "number" or unitless or field.name.endswith(units), field


def test_siar_days_begin_at_midnight_in_madrid() -> None:
    assert SIAR_DAILY.grid == "local-day"


def weather(*labels: str, station: str = "5279X", temperature_c: float = 12.0) -> pd.DataFrame:
    """Rows of weather_data for some hours, known ten minutes after their end."""
    index = pd.DatetimeIndex(list(labels), tz="UTC", name="time")
    values = dict.fromkeys(WEATHER_DATA.field_names, np.nan) | {"temperature_c": temperature_c}
    known = index + pd.Timedelta(minutes=70)
    return pd.DataFrame(
        {"station": station, **values, "source": "aemet", "available_at": known}, index=index
    )


def test_weather_of_an_hour_that_has_not_happened_is_refused() -> None:
    """A clock that is an hour ahead, ours or the station's."""
    at = pd.Timestamp("2025-11-20T10:05Z")
    rows = weather("2025-11-20T09:00", "2025-11-20T10:00")
    result = check(rows, WEATHER_DATA, received_at=at)
    assert result.good.index.tolist() == [rows.index[0]]
    assert result.refused["reason"].tolist() == ["it has not happened yet"]
    assert result.good["available_at"].iloc[0] == at  # it came before its ten minutes were over


def test_a_row_without_a_moment_of_publication_is_known_when_it_is_received() -> None:
    rows = weather("2025-11-20T11:00").assign(available_at=pd.NaT)
    rows["available_at"] = pd.to_datetime(rows["available_at"], utc=True)
    at = pd.Timestamp("2025-11-20T09:05Z")
    good = check(rows, WEATHER_FORECAST, received_at=at).good
    assert good["available_at"].tolist() == [at]


def test_a_jump_is_judged_by_stored_neighbours_of_its_own_series_only() -> None:
    at = pd.Timestamp("2025-11-20T16:00Z")
    ordinary = weather("2025-11-20T09:00", "2025-11-20T11:00").assign(flag="")
    hot = weather("2025-11-20T10:00", temperature_c=40.0)
    beside = check(hot, WEATHER_DATA, received_at=at, around=ordinary)
    assert beside.good["flag"].tolist() == ["outlier"]
    elsewhere = check(
        hot, WEATHER_DATA, received_at=at, around=ordinary.assign(station="om-linares")
    )
    assert elsewhere.good["flag"].tolist() == [""]
    assert check(hot, WEATHER_DATA, received_at=at).good["flag"].tolist() == [""]


def test_a_stored_jump_is_spotted_when_its_neighbour_comes() -> None:
    at = pd.Timestamp("2025-11-20T16:00Z")
    stored = pd.concat(
        [weather("2025-11-20T09:00"), weather("2025-11-20T10:00", temperature_c=40.0)]
    ).assign(flag="")
    new = weather("2025-11-20T11:00")
    result = check(new, WEATHER_DATA, received_at=at, around=stored)
    assert result.good["flag"].tolist() == [""]
    assert result.spotted.index.tolist() == [stored.index[1]]
    assert result.spotted["flag"].tolist() == ["outlier"]


def test_siar_of_a_day_that_is_not_over_is_refused() -> None:
    index = pd.DatetimeIndex(["2025-06-01T22:00Z"], name="time")
    values = dict.fromkeys(SIAR_DAILY.field_names, 1.0)
    rows = pd.DataFrame(
        {"station": "J17", **values, "source": "siar", "available_at": index}, index=index
    )
    evening = pd.Timestamp("2025-06-02T21:00Z")
    refused = check(rows, SIAR_DAILY, received_at=evening).refused
    assert refused["reason"].tolist() == ["it has not happened yet"]
    assert len(check(rows, SIAR_DAILY, received_at=evening + pd.Timedelta(hours=1)).good) == 1


def test_a_day_a_thousand_times_too_small_is_refused_as_another_unit() -> None:
    day = pd.date_range("2025-11-02T23:00", periods=24, freq="h", tz="UTC")
    tiny = checked([0.00015] * 24, list(map(str, day)))
    assert tiny.good.empty
    assert tiny.refused["reason"].str.contains("another unit").all()
    assert len(checked([0.00015] * 23 + [0.01], list(map(str, day))).good) == 24
    assert len(checked([0.0001, 0.0002], list(map(str, day[:2]))).good) == 2


def test_every_real_day_reaches_the_height_that_tells_the_unit(real_prices: pd.Series) -> None:
    limit = ENERGY_PRICES.column("price_eur_kwh").day_reaches
    assert limit is not None
    days = real_prices.groupby(pd.DatetimeIndex(real_prices.index).tz_convert("Europe/Madrid").date)
    assert days.max().min() > 5 * limit
    assert real_prices.max() / 1000 < limit
