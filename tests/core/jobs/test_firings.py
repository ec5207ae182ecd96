from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.jobs.cron import Cron, read_cron
from chocolib.core.jobs.firings import CronTrigger, Every, firings, next_firing
from chocolib.core.time import DAY, MADRID, Window, day_window, local, utc

AUTUMN, SPRING = pd.Timestamp("2026-10-25").date(), pd.Timestamp("2026-03-29").date()


def fired(text: str, day: object) -> list[str]:
    """The firings of a civil day, on the clock of Madrid with its offset."""
    found = firings([CronTrigger(read_cron(text))], day_window(day))  # type: ignore[arg-type]
    return [f"{local(moment):%H:%M%z}" for moment in found]


def test_a_fixed_hour_fires_once_in_the_doubled_hour_of_autumn() -> None:
    assert fired("30 2 * * *", AUTUMN) == ["02:30+0200"]


def test_a_fixed_hour_that_spring_skips_fires_at_the_first_moment_that_exists() -> None:
    assert fired("30 2 * * *", SPRING) == ["03:00+0200"]
    assert fired("*/20 2 * * *", SPRING) == ["03:00+0200"]
    assert fired("0,30 2-3 * * *", SPRING) == ["03:00+0200", "03:30+0200"]


@pytest.mark.parametrize(("day", "hours"), [(AUTUMN, 25), (SPRING, 23)])
def test_hourly_lines_and_intervals_go_by_elapsed_time(day: object, hours: int) -> None:
    assert len(fired("5 * * * *", day)) == hours
    window = day_window(day)  # type: ignore[arg-type]
    moments = firings([Every(pd.Timedelta(hours=1))], window)
    assert len(moments) == hours
    assert len(firings([Every(pd.Timedelta(minutes=5))], window)) == 12 * hours


def test_days_of_the_month_and_of_the_week_are_alternatives_as_in_cron() -> None:
    window = Window(utc("2026-11-01"), utc("2026-12-01"))
    found = firings([CronTrigger(read_cron("0 6 13 * fri"))], window)
    assert [local(moment).day for moment in found] == [6, 13, 20, 27]
    narrowed = firings([CronTrigger(read_cron("0 6 */2 * fri"))], window)
    assert [local(moment).day for moment in narrowed] == [13, 27]


def test_sunday_is_0_7_and_sun() -> None:
    days = {read_cron(f"0 0 * * {day}").weekdays for day in ("0", "7", "sun")}
    assert days == {frozenset({6})}
    assert read_cron("0 0 * * mon-fri").weekdays == frozenset(range(5))


def test_a_line_that_never_fires_has_no_next_firing() -> None:
    assert next_firing([CronTrigger(read_cron("0 0 31 2 *"))], utc("2026-01-01")) is None
    leap = next_firing([CronTrigger(read_cron("0 0 29 2 *"))], utc("2026-01-01"))
    assert leap == utc("2028-02-29")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5 * * *", "4 fields; five are needed"),
        ("61 * * * *", "'61' is no minute: it goes from 0 to 59"),
        ("0 24 * * *", "'24' is no hour"),
        ("0 0 0 * *", "'0' is no day of the month"),
        ("0 0 * * lun", "'lun' is no day of the week: it goes from 0 to 7 or mon to sun"),
        ("*/0 * * * *", "a step is at least 1"),
        ("9-5 * * * *", "9 comes after 5"),
        ("1;2 * * * *", "cannot be a minute"),
    ],
)
def test_a_line_that_cannot_be_says_which_field_and_what_it_may_be(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_cron(text)


def fields(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    stepped = st.tuples(span | st.just("*"), st.integers(1, 30)).map(lambda s: f"{s[0]}/{s[1]}")
    one = number.map(str) | span | stepped
    return st.just("*") | st.lists(one, min_size=1, max_size=3).map(",".join)


LINES = st.tuples(fields(0, 59), fields(0, 23), fields(1, 31), fields(1, 12), fields(0, 7)).map(
    " ".join
)
#: The nights of clock changes, and some others.
STARTS = st.sampled_from(["2026-03-28", "2026-10-24", "2025-10-25", "2026-02-27", "2027-12-30"])


def by_hand(cron: Cron, window: Window) -> set[pd.Timestamp]:
    """Minute by minute: what shows the right clock; fixed hours once, and moved where skipped."""
    found = set()
    seen = set()
    for moment in pd.date_range(window.start, window.end, freq="min", inclusive="left"):
        here = moment.tz_convert(MADRID)
        shown = here.tz_localize(None)
        due = cron.on(here.date()) and here.hour in cron.hours and here.minute in cron.minutes
        if due and (cron.any_hour or shown not in seen):
            found.add(moment)
        seen.add(shown)
        if not cron.any_hour and here.hour == 3 and here.minute == 0:
            before = (moment - pd.Timedelta(minutes=1)).tz_convert(MADRID)
            if before.hour == 1 and 2 in cron.hours and cron.on(here.date()):
                found.add(moment)
    return found


@given(LINES, STARTS)
@settings(max_examples=60, deadline=None)
def test_every_line_fires_as_a_clock_watched_by_the_minute(text: str, start: str) -> None:
    window = Window(utc(start), utc(pd.Timestamp(start) + timedelta(days=3)))
    cron = read_cron(text)
    assert set(firings([CronTrigger(cron)], window)) == by_hand(cron, window)


@given(LINES, STARTS, st.integers(0, 72 * 60))
@settings(max_examples=40, deadline=None)
def test_cutting_a_window_loses_and_doubles_nothing(text: str, start: str, minutes: int) -> None:
    window = Window(utc(start), utc(start) + 3 * DAY)
    cut = window.start + pd.Timedelta(minutes=minutes)
    trigger = CronTrigger(read_cron(text))
    parts = [*trigger.within(Window(window.start, cut)), *trigger.within(Window(cut, window.end))]
    assert parts == list(trigger.within(window))


@given(st.integers(1, 10_000), STARTS)
@settings(max_examples=40, deadline=None)
def test_an_interval_has_equal_distances(minutes: int, start: str) -> None:
    length = pd.Timedelta(minutes=minutes)
    window = Window(utc(start), utc(start) + 3 * length)
    found = firings([Every(length)], window)
    assert len(found) == 3
    assert {later - earlier for earlier, later in pairwise(found)} == {length}


@given(LINES, STARTS)
@settings(max_examples=20, deadline=None)
def test_the_next_firing_is_the_first_of_the_window(text: str, start: str) -> None:
    trigger = CronTrigger(read_cron(text))
    moment = utc(start)
    window = Window(moment + pd.Timedelta(seconds=1), moment + 40 * DAY)
    first = next(trigger.within(window), None)
    found = next_firing([trigger], moment)
    assert found == first or (first is None and (found is None or found >= window.end))
