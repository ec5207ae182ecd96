from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core import time
from chocolib.core.errors import SettingsError

NOW = pd.Timestamp("2025-11-20T12:00Z")
SPRING, AUTUMN = date(2025, 3, 30), date(2025, 10, 26)


def test_a_time_without_a_zone_is_madrid() -> None:
    assert time.parse_as_of("2025-11-20T21:00", now=NOW) == pd.Timestamp("2025-11-20T20:00Z")
    assert time.parse_as_of("2025-07-20T21:00", now=NOW) == pd.Timestamp("2025-07-20T19:00Z")


def test_a_time_with_a_zone_keeps_it() -> None:
    assert time.parse_as_of("2025-11-20T21:00Z", now=NOW) == pd.Timestamp("2025-11-20T21:00Z")
    assert time.parse_as_of("2025-11-20T21:00+05:00", now=NOW) == pd.Timestamp("2025-11-20T16:00Z")


def test_no_time_is_now_and_a_date_is_its_midnight() -> None:
    assert time.parse_as_of(None, now=NOW) == NOW
    assert time.parse_as_of("2025-11-20", now=NOW) == pd.Timestamp("2025-11-19T23:00Z")


@pytest.mark.parametrize(
    "text", ["", "yesterday", "20/11/2025", "2025-13-01", "2025-11-20T25:00", "2025-11-20T21:00Ñ"]
)
def test_a_bad_as_of_shows_a_good_one(text: str) -> None:
    with pytest.raises(SettingsError, match="2025-11-20T21:00"):
        time.parse_as_of(text, now=NOW)


def test_a_time_the_clocks_jump_over_is_refused_in_words() -> None:
    with pytest.raises(SettingsError, match="does not exist in Madrid"):
        time.parse_as_of("2025-03-30T02:30", now=NOW)


def test_an_ambiguous_time_is_its_first_occurrence() -> None:
    assert time.parse_as_of("2025-10-26T02:30", now=NOW) == pd.Timestamp("2025-10-26T00:30Z")


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2025, 6, 1), 24), (date(2025, 1, 1), 24)]
)
def test_a_civil_day_has_its_own_number_of_hours(day: date, hours: int) -> None:
    window = time.day_window(day)
    assert len(window) == hours
    assert {time.local_date(hour) for hour in window.hours()} == {day}


def test_tomorrow_is_known_from_half_past_eight() -> None:
    before, after = time.utc("2025-11-20T20:29"), time.utc("2025-11-20T20:30")
    assert time.known_until(before) == time.midnight(date(2025, 11, 21))
    assert time.known_until(after) == time.midnight(date(2025, 11, 22))


@given(st.datetimes(pd.Timestamp("2021-01-01"), pd.Timestamp("2030-01-01")))
def test_known_until_and_published_at_say_the_same(moment: object) -> None:
    as_of = pd.Timestamp(moment).tz_localize("UTC")  # type: ignore[arg-type]
    until = time.known_until(as_of)
    hours = pd.DatetimeIndex([until - time.HOUR, until])
    published = time.published_at(hours)
    assert published[0] <= as_of < published[1]


@given(st.datetimes(pd.Timestamp("2021-01-01"), pd.Timestamp("2030-01-01")))
def test_the_origin_is_the_first_full_hour(moment: object) -> None:
    as_of = pd.Timestamp(moment).tz_localize("UTC")  # type: ignore[arg-type]
    origin = time.origin_of(as_of)
    assert as_of <= origin < as_of + time.HOUR
    assert origin == origin.floor("h")


def test_a_plan_starts_on_the_next_whole_day() -> None:
    assert time.first_plan_day(time.utc("2025-11-19T21:00")) == date(2025, 11, 20)
    assert time.first_plan_day(time.utc("2025-11-20T00:00")) == date(2025, 11, 20)
    assert time.first_plan_day(time.utc("2025-11-20T00:01")) == date(2025, 11, 21)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("2025", 8760), ("2025-02", 672), ("2025-03", 743), ("2025-10", 745), ("2025-10-26", 25)],
)
def test_a_period_covers_its_local_hours(text: str, hours: int) -> None:
    assert len(time.parse_window(text)) == hours


@pytest.mark.parametrize("text", ["", "25", "2025-1", "January", "2025-02-30", "2025-02/2025-01"])
def test_a_bad_period_shows_good_ones(text: str) -> None:
    with pytest.raises(SettingsError, match="2025-01"):
        time.parse_window(text)


@pytest.mark.parametrize("text", ["NaT/now", "now/2025-02-01", "2025-01-01/NaT"])
def test_a_period_is_made_of_real_moments(text: str) -> None:
    with pytest.raises(SettingsError, match="2025-01"):
        time.parse_window(text)


def test_days_earlier_keeps_the_clock_over_the_change() -> None:
    moment = time.utc("2025-11-05T20:45")
    assert time.days_earlier(moment, 20) == time.utc("2025-10-16T20:45")


def test_a_window_refuses_to_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        time.Window(NOW, NOW - time.HOUR)


def test_splitting_a_window_loses_and_repeats_nothing() -> None:
    window = time.parse_window("2025-10-20/2025-11-03")
    parts = list(window.split(pd.Timedelta(days=5)))
    hours = [hour for part in parts for hour in part.hours()]
    assert hours == list(window.hours())


@pytest.mark.parametrize("text", ["2300-01-01", "0001-01-01", "1500-06-01T12:00Z", "9999-12-31"])
def test_a_moment_too_far_away_is_refused_in_words(text: str) -> None:
    with pytest.raises(SettingsError, match="1940 to 2199"):
        time.parse_moment(text)


def test_bounds_in_the_wrong_order_or_in_the_future_are_refused() -> None:
    now = time.utc("2025-11-20T12:00")
    assert time.span("2025-11-19", "2025-11-20", now=now) == (
        time.utc("2025-11-19"),
        time.utc("2025-11-20"),
    )
    assert time.span(None, None, now=now) == (None, None)
    for since, until in (("2025-11-20", "2025-11-19"), ("2025-11-21", None)):
        with pytest.raises(SettingsError, match="is not before"):
            time.span(since, until, now=now)
