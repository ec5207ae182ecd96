"""What every source does, run on each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from chocolib.core.gate import check
from chocolib.core.ports import Source
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR, Window, day_window
from chocolib.sources.demo import Demo, DemoWeather
from tests.conftest import NOW
from tests.sources.conftest import Server
from tests.sources.doubles import DAYS, LIVE, NOON

DEMO: dict[str, Callable[[], Source]] = {"demo": Demo, "demo weather": DemoWeather}
DENSE = [*DEMO, *(name for name, live in LIVE.items() if live.dense)]


def make(name: str, server: Server) -> Source:
    return DEMO[name]() if name in DEMO else LIVE[name].source(server)


@pytest.fixture(params=[*DEMO, *LIVE])
def source(request: pytest.FixtureRequest, server: Server) -> Source:
    return make(request.param, server)


@pytest.fixture(params=DENSE)
def dense(request: pytest.FixtureRequest, server: Server) -> Source:
    return make(request.param, server)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_source_gives_every_hour_of_a_day_and_passes_the_gate(dense: Source, day: date) -> None:
    frame = dense.fetch(day_window(day))
    hours = day_window(day).hours()
    assert frame.index.equals(hours.as_unit("us"))
    checked = check(frame, MEASUREMENTS[dense.measurement], received_at=NOW)
    assert (len(checked.good), len(checked.refused)) == (len(hours), 0)
    assert set(frame["source"]) == {dense.name}


def test_a_source_gives_frames_of_one_shape(source: Source) -> None:
    full = source.fetch(Window(NOON - HOUR, NOON + HOUR))
    empty = source.fetch(Window(NOON, NOON))
    assert len(full) > 0
    assert empty.empty
    assert list(empty.columns) == list(full.columns)
    assert set(full.columns) | {"flag"} == set(MEASUREMENTS[source.measurement].columns)
    assert full.index.dtype == empty.index.dtype == "datetime64[us, UTC]"
    assert full["available_at"].dtype == "datetime64[us, UTC]"
    assert full.index.name == empty.index.name == "time"


def test_a_source_starts_in_the_window_and_stops_before_its_end(dense: Source) -> None:
    start = pd.Timestamp("2025-06-12T10:20Z")
    frame = dense.fetch(Window(start, start + 3 * HOUR))
    assert frame.index.tolist() == [start.ceil("h") + i * HOUR for i in range(3)]


def test_a_source_never_gives_an_hour_outside_of_the_window(source: Source) -> None:
    later = NOON + 11 * HOUR
    frame = source.fetch(Window(NOON, later))
    assert all(NOON <= time < later for time in frame.index)


def test_a_source_asked_twice_says_the_same(source: Source) -> None:
    window = day_window(DAYS[0])
    pd.testing.assert_frame_equal(source.fetch(window), source.fetch(window))


def test_forecasts_are_known_when_they_are_received_and_the_rest_by_a_rule(source: Source) -> None:
    frame = source.fetch(Window(NOON - HOUR, NOON + HOUR))
    is_forecast = source.measurement == "weather_forecast"
    assert frame["available_at"].isna().all() == is_forecast
    checked = check(frame, MEASUREMENTS[source.measurement], received_at=NOW)
    assert (checked.good["available_at"] == NOW).all() == is_forecast


REACHES = {
    "demo": ("2022-12-31T23:00Z", "2026-11-21T23:00Z"),
    "demo weather": ("2022-12-31T23:00Z", "2026-11-21T10:00Z"),
    "ree": ("2014-03-31T22:00Z", "2026-11-22T23:00Z"),
    "esios": ("2014-03-31T22:00Z", "2026-11-22T23:00Z"),
    "esios archive": ("2021-05-31T22:00Z", "2026-11-22T23:00Z"),
    "aemet": ("2026-11-20T10:12Z", "2026-11-21T10:12Z"),
    "aemet forecast": ("2026-11-21T10:00Z", "2026-11-23T10:00Z"),
    "openweathermap": ("2026-11-21T09:00Z", "2026-11-21T10:12Z"),
    "openweathermap forecast": ("2026-11-21T10:00Z", "2026-11-26T10:00Z"),
    "openweathermap history": ("2026-10-25T10:00Z", "2026-11-21T10:00Z"),
    "open-meteo": ("2026-08-28T10:12Z", "2026-11-21T10:00Z"),
    "open-meteo archive": ("1940-01-01T00:00Z", "2026-11-16T10:00Z"),
    "open-meteo forecast": ("2026-11-21T10:00Z", "2026-12-06T00:00Z"),
}


@pytest.mark.parametrize("name", [*DEMO, *LIVE])
def test_a_source_says_how_far_it_reaches(name: str, server: Server) -> None:
    reach = make(name, server).reach(NOW + pd.Timedelta(minutes=12))
    assert (reach.start, reach.end) == tuple(map(pd.Timestamp, REACHES[name]))


def test_the_demonstration_reaches_nothing_before_its_world_begins() -> None:
    long_ago = pd.Timestamp("2020-01-01T00:00Z")
    assert len(Demo().reach(long_ago)) == len(DemoWeather().reach(long_ago)) == 0
