"""The climate history: joined without being corrected, counted where days are missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chocolib.core.schema import SIAR_DAILY
from chocolib.core.thresholds import Thresholds
from chocolib.core.time import MADRID
from chocolib.insights.climate_history import absent_days, extremes, join_stations, normals
from chocolib.insights.hot_days import hot_day_trends, hot_days
from chocolib.insights.unfit_hours import unfit_hours
from chocolib.sources.siar import read_siar, siar_files

POOL = SIAR_DAILY.pool


def station(name: str, first: str, days: int, **changes: float) -> pd.DataFrame:
    """Days that are all the same."""
    index = pd.date_range(first, periods=days, freq="D", tz=MADRID).tz_convert("UTC")
    values = {field.name: 10.0 for field in SIAR_DAILY.fields} | changes
    return pd.DataFrame({"station": name, **values}, index=index.rename("time"))


@pytest.fixture(scope="session")
def siar(real_data: Path) -> pd.DataFrame:
    return pd.concat([read_siar(path) for path in siar_files([real_data / "siar"])])


def test_stations_are_joined_as_they_measured() -> None:
    rows = pd.concat(
        [
            station("J17", "2018-06-13", 30, temperature_c=22.0),
            station("J09", "2017-12-01", 31, temperature_c=8.0),
        ]
    )
    days, (joint,) = join_stations(rows, POOL)
    assert list(days["temperature_c"].unique()) == [8.0, 22.0]
    assert joint.to_dict() == {
        "first": "J09",
        "second": "J17",
        "until": "2017-12-31",
        "since": "2018-06-13",
        "days_between": 163,
        "overlap_days": 0,
        "offset": {},
        "applied": False,
    }
    assert len(absent_days(days)) == 163


@pytest.mark.parametrize(("days", "said"), [(364, {}), (365, {"temperature_c": 1.5})])
def test_an_offset_is_said_only_of_a_year_side_by_side_and_never_applied(
    days: int, said: dict[str, float]
) -> None:
    first = station("J09", "2016-01-01", days, temperature_c=15.0)
    second = station("J17", "2016-01-01", 800, temperature_c=16.5)
    joined, (joint,) = join_stations(pd.concat([first, second]), POOL)
    assert joint.overlap_days == days
    assert {name: value for name, value in joint.offset.items() if value} == said
    assert joined.loc["2016-06-15", "temperature_c"] == 15.0
    assert joined.loc["2017-06-15", "temperature_c"] == 16.5


def test_a_day_without_a_value_is_absent() -> None:
    rows = station("J09", "2017-12-01", 31)
    rows.loc[rows.index[4], [field.name for field in SIAR_DAILY.fields]] = np.nan
    days, joints = join_stations(rows, POOL)
    assert list(absent_days(days)) == [pd.Timestamp("2017-12-05")]
    assert joints == ()


def test_the_real_stations_have_no_day_in_common(siar: pd.DataFrame) -> None:
    days, (joint,) = join_stations(siar, POOL)
    assert (joint.overlap_days, joint.offset) == (0, {})
    assert f"{joint.until:%Y-%m-%d}" == "2017-12-31"
    assert len(days) + len(absent_days(days)) == (days.index[-1] - days.index[0]).days + 1


def test_normals_and_extremes_are_those_of_the_plain_values(siar: pd.DataFrame) -> None:
    days, _ = join_stations(siar, POOL)
    july = days[pd.DatetimeIndex(days.index).month == 7]["temperature_max_c"].astype(float)
    table = normals(days)
    assert table.loc[7, ("temperature_max_c", "mean")] == pytest.approx(july.mean())
    assert table.loc[7, ("temperature_max_c", "p90")] == pytest.approx(july.quantile(0.9))
    hottest = extremes(days)[0]
    assert (hottest["value"], hottest["day"], hottest["station"]) == (45.92, "2021-08-13", "J17")


def test_a_month_with_many_days_missing_has_no_rain_sum() -> None:
    rows = station("J09", "2010-01-01", 31, precipitation_mm=1.0)
    assert normals(join_stations(rows, POOL)[0]).loc[1, ("precipitation_mm", "month")] == 31
    few = join_stations(rows.iloc[:27], POOL)[0]
    assert np.isnan(normals(few).loc[1, ("precipitation_mm", "month")])


def test_hot_days_are_counted_in_years_that_are_known_well_enough() -> None:
    whole = station("J09", "2010-05-01", 184, temperature_max_c=36.0)
    holed = station("J09", "2011-05-01", 150, temperature_max_c=36.0)
    table = hot_days(join_stations(pd.concat([whole, holed]), POOL)[0])
    assert list(table["above_35"]) == [184, 150]
    assert list(table["above_38"]) == [0, 0]
    assert list(table["counts"]) == [True, False]
    assert all(row["days_per_decade"] is None for row in hot_day_trends(table))


def test_a_day_at_the_limit_is_not_above_it() -> None:
    table = hot_days(
        join_stations(station("J09", "2010-05-01", 184, temperature_max_c=35.0), POOL)[0]
    )
    assert list(table["above_35"]) == [0]


def test_the_hot_days_of_the_real_stations_say_what_they_compare(siar: pd.DataFrame) -> None:
    table = hot_days(join_stations(siar, POOL)[0])
    assert not table.loc[[2000, 2018], "counts"].any()
    rows = {(row["above_c"], row["compared"]): row for row in hot_day_trends(table)}
    assert rows[35, "all"]["years"] == rows[35, "within stations"]["years"] == table["counts"].sum()
    assert rows[35, "all"]["days_per_decade"] > 0


def test_unfit_hours_are_shares_of_a_month_of_thirty_days() -> None:
    hours = pd.date_range("2025-07-01", "2025-08-01", freq="h", inclusive="left", tz=MADRID)
    air = pd.DataFrame({"temperature_c": 25.0, "humidity_pct": 40.0}, index=hours.tz_convert("UTC"))
    air.iloc[: len(air) // 4, 0] = 40.0
    air.iloc[: len(air) // 4, 1] = 10.0
    table = unfit_hours(air, Thresholds(), "temper")
    assert table.loc[7, "above_band"] == pytest.approx(180)
    assert table.loc[7, "too_hot"] == 0
    assert table.loc[7, "hours"] == 744
    assert table.loc[[1, 12], "above_band"].isna().all()


def test_a_stage_without_limits_has_only_the_pause() -> None:
    hours = pd.date_range("2025-07-01", periods=24, freq="h", tz="UTC")
    air = pd.DataFrame({"temperature_c": 21.0, "humidity_pct": 90.0}, index=hours)
    table = unfit_hours(air, Thresholds(), "mix")
    assert table.loc[7, ["above_band", "too_hot", "too_humid"]].sum() == 0
    assert table.loc[7, "pause"] == table.loc[7, "halted"] == pytest.approx(720)
