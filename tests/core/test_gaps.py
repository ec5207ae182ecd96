"""What should be there, what is missing, and how late a series is."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.gaps import expected_until, freshness, missing, step_end, steps, stretches
from chocolib.core.schema import ENERGY_PRICES, SIAR_DAILY, WEATHER_DATA
from chocolib.core.time import DAY, HOUR, Window, utc


def hours(first: str, last: str) -> pd.DatetimeIndex:
    return pd.date_range(utc(first), utc(last), freq="h", inclusive="left")


@pytest.mark.parametrize(
    ("as_of", "until"),
    [
        ("2025-11-20T12:00", "2025-11-21"),  # noon: tomorrow is not out
        ("2025-11-20T20:31", "2025-11-21"),  # it is out, and may still be on its way
        ("2025-11-20T21:30", "2025-11-22"),  # from now on it is missing
        ("2025-11-21T00:00", "2025-11-22"),
        ("2025-03-29T21:30", "2025-03-31"),  # tomorrow has 23 hours
        ("2025-10-25T21:30", "2025-10-27"),  # and here 25
    ],
)
def test_tomorrows_prices_are_expected_from_half_past_nine(as_of: str, until: str) -> None:
    assert expected_until(ENERGY_PRICES, utc(as_of)) == utc(until)


def test_an_hour_of_weather_is_expected_seventy_minutes_after_its_end() -> None:
    assert expected_until(WEATHER_DATA, pd.Timestamp("2025-11-20T10:09Z")) == pd.Timestamp(
        "2025-11-20T08:00Z"
    )
    assert expected_until(WEATHER_DATA, pd.Timestamp("2025-11-20T10:10Z")) == pd.Timestamp(
        "2025-11-20T09:00Z"
    )


def test_what_comes_by_hand_is_never_overdue() -> None:
    assert expected_until(SIAR_DAILY, utc("2025-11-20T12:00")) is None
    days = steps(SIAR_DAILY, Window(utc("2025-03-28"), utc("2025-04-02")))
    assert missing(days.delete([1, 2]), SIAR_DAILY, as_of=utc("2026-01-01")).tolist() == [
        utc("2025-03-29"),
        utc("2025-03-30"),
    ]
    assert freshness(days[-1], SIAR_DAILY, utc("2026-01-01")).status == "by hand"


def test_steps_of_days_follow_the_clock_changes() -> None:
    days = steps(SIAR_DAILY, Window(utc("2025-10-25"), utc("2025-10-28")))
    assert days.tolist() == [utc("2025-10-25"), utc("2025-10-26"), utc("2025-10-27")]
    assert step_end(SIAR_DAILY, days[1]) - days[1] == 25 * HOUR
    assert steps(SIAR_DAILY, Window(utc("2025-10-25T01:00"), utc("2025-10-26"))).empty


def test_missing_hours_are_exactly_those_taken_out() -> None:
    whole = hours("2025-10-20", "2025-11-01")
    holes = whole[30:33].append(whole[150:151])
    as_of = utc("2025-10-31T12:00")
    assert missing(whole.difference(holes), ENERGY_PRICES, as_of=as_of).equals(holes)
    assert [(window.start, window.end) for window in stretches(holes, ENERGY_PRICES)] == [
        (holes[0], holes[2] + HOUR),
        (holes[3], holes[3] + HOUR),
    ]


def test_the_end_counts_and_the_time_before_the_first_row_does_not() -> None:
    held = hours("2025-11-18", "2025-11-20")
    as_of = utc("2025-11-20T12:00")
    assert missing(held, ENERGY_PRICES, as_of=as_of).equals(hours("2025-11-20", "2025-11-21"))
    asked = missing(held, ENERGY_PRICES, as_of=as_of, since=utc("2025-11-17"))
    assert asked.equals(hours("2025-11-17", "2025-11-18").append(hours("2025-11-20", "2025-11-21")))


def test_nothing_is_missing_from_a_series_that_never_began() -> None:
    empty = pd.DatetimeIndex([], tz="UTC")
    as_of = utc("2025-11-20T12:00")
    assert missing(empty, ENERGY_PRICES, as_of=as_of).empty
    assert len(missing(empty, ENERGY_PRICES, as_of=as_of, since=utc("2025-11-20"))) == 24


@given(
    first=st.integers(0, 24 * 400),
    length=st.integers(1, 300),
    holes=st.sets(st.integers(1, 298)),
)
def test_stretches_put_together_are_the_missing_hours(
    first: int, length: int, holes: set[int]
) -> None:
    start = pd.Timestamp("2025-01-01T00:00Z") + first * HOUR
    whole = pd.date_range(start, periods=length + 1, freq="h")
    kept = whole.delete([hole for hole in sorted(holes) if hole < length])
    gone = missing(kept, ENERGY_PRICES, as_of=start)  # nothing is due after the last row
    inside = gone[gone < whole[-1]]
    assert inside.equals(whole.difference(kept))
    windows = list(stretches(inside, ENERGY_PRICES))
    assert [t for w in windows for t in w.hours()] == inside.tolist()
    assert all(a.end < b.start for a, b in pairwise(windows))


@pytest.mark.parametrize(
    ("newest", "as_of", "status", "lag_h"),
    [
        ("2025-11-20T23:00", "2025-11-20T20:15", "fresh", 0),  # D+1 is not out
        ("2025-11-20T23:00", "2025-11-20T20:45", "fresh", 24),  # out, and on its way
        ("2025-11-20T23:00", "2025-11-20T21:45", "late", 24),
        ("2025-11-20T20:00", "2025-11-20T20:45", "stale", 27),
        ("2025-11-20T20:00", "2025-11-20T20:15", "late", 3),
    ],
)
def test_prices_are_late_and_then_stale(newest: str, as_of: str, status: str, lag_h: int) -> None:
    found = freshness(utc(newest), ENERGY_PRICES, utc(as_of))
    assert (found.status, found.lag) == (status, lag_h * HOUR)


def test_without_a_row_there_is_no_status_but_no_data() -> None:
    assert freshness(None, ENERGY_PRICES, utc("2025-11-20") + DAY).status == "no data"
