from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.thresholds import Climate, IndoorModel
from chocolib.insights.climate import halted, indoors, outside_band, vapour_pressure


def air(temperature_c: float, humidity_pct: float) -> pd.DataFrame:
    return pd.DataFrame({"temperature_c": [temperature_c], "humidity_pct": [humidity_pct]})


@pytest.mark.parametrize(
    ("outside", "room"), [(-5, 20), (20, 20), (30, 20), (34, 21), (38, 22), (46, 24)]
)
def test_the_room_holds_its_set_point_and_drifts_when_it_is_hot(
    outside: float, room: float
) -> None:
    assert indoors(air(outside, 40), IndoorModel())["temperature_c"].tolist() == [room]


@pytest.mark.parametrize(
    ("celsius", "hpa"), [(0, 6.11), (10, 12.27), (20, 23.39), (30, 42.43), (40, 73.81)]
)
def test_saturation_is_that_of_the_tables(celsius: float, hpa: float) -> None:
    assert vapour_pressure(pd.Series([celsius])).iloc[0] == pytest.approx(hpa, rel=4e-3)


def test_cold_moist_air_is_dry_indoors() -> None:
    room = indoors(air(5, 90), IndoorModel())
    assert room["humidity_pct"].iloc[0] == pytest.approx(90 * 8.719 / 23.39, rel=0.005)


@given(st.floats(-25, 55), st.floats(0, 100))
def test_the_room_is_possible_air(temperature: float, humidity: float) -> None:
    room = indoors(air(temperature, humidity), IndoorModel()).iloc[0]
    assert 0 <= room["humidity_pct"] <= 100
    assert room["temperature_c"] >= 20


def test_what_is_not_known_is_neither_halted_nor_not() -> None:
    rows = pd.DataFrame({"temperature_c": [20, np.nan, np.nan], "humidity_pct": [np.nan, 80, 50]})
    over = halted(rows, Climate(), ["mix", "temper", "mould"])
    assert over["temper"].isna().tolist() == [True, False, True]
    assert over["temper"].tolist()[1] is True
    assert over["mix"].tolist()[2] is False


def test_outside_the_aim_is_a_warning_and_not_a_halt() -> None:
    rows = pd.DataFrame({"temperature_c": [17.9, 18, 22, 22.1], "humidity_pct": [50.0] * 4})
    assert outside_band(rows, Climate(), ["temper"])["temper"].tolist() == [
        True,
        False,
        False,
        True,
    ]
    assert not halted(rows, Climate(), ["temper"])["temper"].any()
    assert not outside_band(rows, Climate(), ["mix"])["mix"].any()
