"""When each report is usually made, on days of every length."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.app.report_kinds import past_days, report_kind
from chocolib.core.errors import SettingsError
from chocolib.core.time import local, local_date

NOW = pd.Timestamp("2026-11-21T10:00Z")


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2025-07-01", "2025-07-01T04:00Z"),
        ("2025-11-01", "2025-11-01T05:00Z"),
        ("2025-03-30", "2025-03-30T04:00Z"),
        ("2025-10-26", "2025-10-26T05:00Z"),
    ],
)
def test_the_daily_report_stands_at_six_in_madrid(day: str, utc: str) -> None:
    assert report_kind("daily").moment(date.fromisoformat(day)) == pd.Timestamp(utc)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from(["daily", "weekly", "mine"]))
def test_a_usual_moment_is_on_its_day_at_its_clock(day: date, name: str) -> None:
    kind = report_kind(name)
    here = local(kind.moment(day))
    assert (here.date(), here.hour, here.minute) == (day, kind.hour, kind.minute)


def test_a_backfill_has_every_day_of_its_span_and_both_ends() -> None:
    days = past_days("daily", date(2025, 11, 1), date(2025, 11, 10), now=NOW)
    assert days == [date(2025, 11, 1) + timedelta(days=n) for n in range(10)]


def test_the_weekly_report_is_made_on_mondays() -> None:
    days = past_days("weekly", date(2025, 11, 1), date(2025, 11, 17), now=NOW)
    assert [day.day for day in days] == [3, 10, 17]


def test_a_day_whose_moment_has_not_come_is_not_made() -> None:
    today = local_date(NOW)
    assert past_days("daily", today, today, now=NOW) == [today]
    before = NOW.normalize() + pd.Timedelta(hours=4)
    with pytest.raises(SettingsError, match="no daily report falls"):
        past_days("daily", today, today, now=before)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2025-11-02", "2025-11-01", "is before --since"),
        ("2010-01-01", "2025-11-01", "more than 1100 days"),
        ("2027-01-01", "2027-01-02", "no daily report falls"),
    ],
)
def test_a_span_that_cannot_be_is_refused(since: str, until: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        past_days("daily", date.fromisoformat(since), date.fromisoformat(until), now=NOW)
