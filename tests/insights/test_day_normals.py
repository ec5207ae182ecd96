"""What is usual on a day of the year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.insights.day_normals import AROUND, LEAST_YEARS, day_normals, leap_day


def days(first: str, last: str) -> pd.DataFrame:
    index = pd.date_range(first, last)
    warm = 20 - 10 * np.cos(2 * np.pi * np.asarray(index.day_of_year) / 365.25)
    return pd.DataFrame({"temperature_max_c": warm, "temperature_min_c": warm - 10}, index=index)


@given(st.dates(min_value=pd.Timestamp("1999-01-01").date()))
def test_a_date_has_the_same_place_in_every_year(when: object) -> None:
    date = pd.Timestamp(str(when))
    leap = pd.Timestamp(f"2000-{date:%m-%d}")
    assert leap_day(pd.DatetimeIndex([date]))[0] == leap.day_of_year


def test_the_band_is_of_the_fifteen_days_around_the_date_in_all_years() -> None:
    told = days("2001-01-01", "2010-12-31")
    table = day_normals(told)
    assert list(table.index) == list(range(1, 367))
    near = told[np.abs(leap_day(pd.DatetimeIndex(told.index)) - 200) <= AROUND]
    assert table.at[200, "high_p90"] == pytest.approx(near["temperature_max_c"].quantile(0.9))
    assert table.at[200, "low_least"] == pytest.approx(near["temperature_min_c"].min())
    assert table.at[200, "years"] == 10


def test_new_year_counts_the_days_of_december_before_it() -> None:
    told = days("2001-01-01", "2010-12-31")
    told.loc["2005-12-28", "temperature_min_c"] = -30.0
    table = day_normals(told)
    assert table.at[3, "low_day"] == "2005-12-28"
    assert table.at[3, "low_least"] == -30
    assert table.at[12, "low_least"] > -30


def test_few_years_say_nothing_and_a_missing_value_is_no_record() -> None:
    told = days("2001-01-01", f"200{LEAST_YEARS - 1}-12-31")
    assert day_normals(told).drop(columns="years").isna().all(axis=None)
    told = days("2001-01-01", "2010-12-31")
    told.loc["2003-07-01":"2003-07-31", "temperature_max_c"] = np.nan
    assert day_normals(told)["high_p50"].notna().all()
