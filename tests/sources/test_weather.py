from __future__ import annotations

import math
from datetime import UTC, datetime

import pandas as pd
import pytest

from chocolib.core.errors import SourceChanged
from chocolib.core.schema import WEATHER_DATA
from chocolib.sources.documents import Malformed
from chocolib.sources.weather import (
    LINARES,
    Place,
    Reading,
    place_of,
    require_near,
    station_at,
    weather_frame,
)

EIGHT = datetime(2025, 6, 12, 8, tzinfo=UTC)


def test_a_reading_is_stored_at_the_start_of_the_hour_it_ends() -> None:
    frame = weather_frame([Reading(EIGHT, "x", {"temperature_c": 21.0})], "s", pd.Timedelta("1h"))
    assert frame.index.tolist() == [pd.Timestamp("2025-06-12T07:00Z")]
    assert frame["available_at"].tolist() == [pd.Timestamp("2025-06-12T09:00Z")]
    assert frame["humidity_pct"].isna().all()
    assert [*frame.columns, "flag"] == list(WEATHER_DATA.columns)


def test_a_reading_without_a_number_is_no_row() -> None:
    readings = [Reading(EIGHT, "x", {}), Reading(EIGHT, "x", {"temperature_c": math.nan})]
    assert weather_frame(readings, "s", None).empty


def test_a_series_has_the_name_of_its_place() -> None:
    assert station_at("om", Place(38.125, -3.625)) == "om-linares"
    assert station_at("om", Place(40.4168, -3.7038)) == "om-40.42,-3.70"


def test_an_answer_may_be_of_the_next_grid_point_and_no_other() -> None:
    require_near(Place(38.25, -3.75), LINARES, "s")
    with pytest.raises(SourceChanged, match=r"^s: expected the weather at 38\.15,-3\.63, found"):
        require_near(Place(38.15, -3.3), LINARES, "s")


@pytest.mark.parametrize("coord", [{}, {"lat": "38", "lon": 1}, {"lat": 91, "lon": 0}, None])
def test_a_place_is_two_numbers_on_earth(coord: object) -> None:
    assert place_of({"lat": 38, "lon": -3.5}, "lat", "lon", "coord") == Place(38.0, -3.5)
    with pytest.raises(Malformed, match=r"^coord"):
        place_of(coord, "lat", "lon", "coord")
