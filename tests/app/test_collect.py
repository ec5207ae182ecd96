"""Sources are asked in turn, cover for one another, and every run is kept."""

from __future__ import annotations

import pandas as pd
import pytest

from chocolib.app.collect import (
    ask_in_turn,
    asked_until,
    delivered,
    missing_window,
    not_delivered,
)
from chocolib.app.context import real_store
from chocolib.app.runs import kept_runs
from chocolib.app.settings import read_settings
from chocolib.core.ports import Store
from chocolib.core.time import DAY, Window, utc
from tests.app.sources_to_ask import Known, silent
from tests.conftest import made_up_prices

NOW = utc("2025-06-01T12:00")
PRICES = made_up_prices("2025-02-28T23:00", 24 * 93 - 1)
WINDOW = Window(utc("2025-03-01"), utc("2025-06-02"))


@pytest.fixture
def store() -> Store:
    return real_store(read_settings())


def test_the_first_source_that_delivers_ends_the_round(store: Store) -> None:
    first, second = Known(PRICES), Known(PRICES, name="esios-1001")
    (run,) = ask_in_turn(store, [first, second], WINDOW, now=NOW, tell=silent)
    assert run.written.new == len(PRICES)
    assert second.asked == []


def test_the_next_source_is_asked_for_the_part_that_failed(store: Store) -> None:
    first, second = Known(PRICES, fails_after=2), Known(PRICES, name="esios-1001")
    runs = ask_in_turn(store, [first, second], WINDOW, now=NOW, tell=silent)
    assert [run.error is None for run in runs] == [False, True]
    assert second.asked[0].start == first.asked[-1].end
    assert store.read("energy_prices").index.equals(pd.DatetimeIndex(PRICES.index))
    assert not not_delivered(runs, now=NOW)


def test_an_empty_answer_counts_when_nothing_was_due(store: Store) -> None:
    tomorrow = Window(utc("2025-06-02"), utc("2025-06-03"))
    for moment, due in (("2025-06-01T20:20", False), ("2025-06-01T21:40", True)):
        now = utc(moment)
        runs = ask_in_turn(store, [Known(PRICES)], tomorrow, now=now, tell=silent)
        assert delivered(runs[0], now=now) is not due
        assert not_delivered(runs, now=now) == (["energy_prices"] if due else [])


def test_nobody_delivers_and_what_is_stored_stays(store: Store) -> None:
    sources = [Known(PRICES, fails_after=1), Known(PRICES, name="esios-1001", fails_after=0)]
    runs = ask_in_turn(store, sources, WINDOW, now=NOW, tell=silent)
    assert not_delivered(runs, now=NOW) == ["energy_prices"]
    assert len(store.read("energy_prices")) == 27 * 24
    failed = [run["error"] for run in kept_runs(store, newest=9)]
    assert failed.count("ree: no connection") == 1
    assert failed.count("esios-1001: no connection") == 1


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2025-06-01T12:00", "2025-06-02"),
        ("2025-06-01T20:09", "2025-06-02"),
        ("2025-06-01T20:10", "2025-06-03"),
        ("2025-10-25T20:15", "2025-10-27"),
    ],
)
def test_tomorrow_is_asked_for_from_ten_past_eight(now: str, until: str) -> None:
    assert asked_until(utc(now)) == utc(until)


def test_the_missing_window_follows_the_store(store: Store) -> None:
    assert missing_window(store, now=NOW).start == NOW - 200 * DAY
    ask_in_turn(store, [Known(PRICES[: 24 * 50])], WINDOW, now=NOW, tell=silent)
    assert missing_window(store, now=NOW).start == PRICES.index[24 * 50]
