from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from chocolib.core.time import MADRID, Window, day_window, utc
from chocolib.insights.diurnal import EXTREMES, hours_of_days
from chocolib.sources.siar import read_siar
from chocolib.sources.weather import LINARES


def made(daily: pd.DataFrame) -> pd.DataFrame:
    return hours_of_days(daily, latitude=LINARES.latitude, longitude=LINARES.longitude)


def days(first: str, count: int) -> pd.DataFrame:
    dates = pd.date_range(first, periods=count, freq="D", tz=MADRID)
    rows = [(35.0, 19.0, 80.0, 20.0)] * count
    return pd.DataFrame(rows, columns=list(EXTREMES), index=dates.tz_convert("UTC"))


def test_a_day_has_its_own_hours_over_both_changes_of_the_clock() -> None:
    for day, hours in (("2025-03-30", 23), ("2025-10-26", 25), ("2025-06-01", 24)):
        frame = made(days(day, 1))
        assert len(frame) == hours
        assert frame.index.equals(day_window(pd.Timestamp(day).date()).hours())


def test_the_coolest_hour_is_about_dawn_and_the_warmest_three_hours_after_noon() -> None:
    frame = made(days("2025-06-20", 3)).iloc[24:48]
    ends = frame.index.tz_convert(MADRID) + pd.Timedelta(hours=1)
    assert ends[frame["temperature_c"].argmin()].hour in (6, 7)
    assert ends[frame["temperature_c"].argmax()].hour in (17, 18)
    assert frame["humidity_pct"].argmin() == frame["temperature_c"].argmax()
    assert frame["temperature_c"].between(19, 35).all()
    assert frame["humidity_pct"].between(20, 80).all()


def test_a_missing_day_has_no_hours_and_a_missing_number_is_missing() -> None:
    rows = days("2025-06-20", 4).drop(utc("2025-06-21"))
    rows.loc[utc("2025-06-22"), "humidity_min_pct"] = np.nan
    frame = made(rows)
    assert len(frame) == 72
    hole = Window(utc("2025-06-22"), utc("2025-06-23")).hours()
    assert frame["humidity_pct"].isna().sum() == 24
    assert frame.loc[hole, "humidity_pct"].isna().all()
    assert frame["temperature_c"].notna().all()


def test_nothing_is_made_of_nothing() -> None:
    assert made(days("2025-06-20", 0)).empty


def test_real_days_average_to_what_the_station_says(real_data: Path) -> None:
    daily = read_siar(next((real_data / "siar").glob("J17*2024_31*")))
    frame = made(daily)
    means = frame.groupby(frame.index.tz_convert(MADRID).normalize()).mean()
    off = means["temperature_c"].to_numpy() - daily["temperature_c"].to_numpy()
    assert abs(np.nanmean(off)) < 0.8
    assert np.nanstd(off) < 1.2
    damp = means["humidity_pct"].to_numpy() - daily["humidity_pct"].to_numpy()
    assert abs(np.nanmean(damp)) < 4
