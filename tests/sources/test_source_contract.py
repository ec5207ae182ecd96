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
from chocolib.sources.ree import Ree
from tests.conftest import NOW
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.ree_answers import pvpc

DAYS = [date(2025, 3, 30), date(2025, 6, 12), date(2025, 10, 26)]


def _as_ree(query: dict[str, str]) -> Reply:
    return Reply.json(pvpc(query["start_date"], query["end_date"]))


@pytest.fixture(params=["demo", "demo weather", "ree"])
def source(request: pytest.FixtureRequest, server: Server) -> Source:
    server.will(_as_ree)
    makers: dict[str, Callable[[], Source]] = {
        "demo": Demo,
        "demo weather": DemoWeather,
        "ree": lambda: Ree(server.url, manners=QUICK),
    }
    return makers[request.param]()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_source_gives_every_hour_of_a_day_and_passes_the_gate(source: Source, day: date) -> None:
    frame = source.fetch(day_window(day))
    hours = day_window(day).hours()
    assert frame.index.equals(hours.as_unit("us"))
    checked = check(frame, MEASUREMENTS[source.measurement], received_at=NOW)
    assert (len(checked.good), len(checked.refused)) == (len(hours), 0)
    assert set(frame["source"]) == {source.name}


def test_a_source_gives_frames_of_one_shape(source: Source) -> None:
    full = source.fetch(day_window(DAYS[1]))
    start = pd.Timestamp("2025-06-12T00:00Z")
    empty = source.fetch(Window(start, start))
    assert empty.empty
    assert list(empty.columns) == list(full.columns)
    assert full.index.dtype == empty.index.dtype == "datetime64[us, UTC]"
    assert full["available_at"].dtype == "datetime64[us, UTC]"
    assert full.index.name == empty.index.name == "time"


def test_a_source_starts_in_the_window_and_stops_before_its_end(source: Source) -> None:
    start = pd.Timestamp("2025-06-12T10:20Z")
    frame = source.fetch(Window(start, start + 3 * HOUR))
    assert frame.index.tolist() == [start.ceil("h") + i * HOUR for i in range(3)]


def test_a_source_asked_twice_says_the_same(source: Source) -> None:
    window = day_window(DAYS[0])
    pd.testing.assert_frame_equal(source.fetch(window), source.fetch(window))
