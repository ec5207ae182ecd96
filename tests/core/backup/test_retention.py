"""Which backups stay: over years, over clock changes, with holes."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.backup.retention import Keep, kept
from chocolib.core.time import at, local, local_date

KEEP = Keep()
STARTS = st.datetimes(
    min_value=pd.Timestamp("2021-01-01").to_pydatetime(),
    max_value=pd.Timestamp("2027-01-01").to_pydatetime(),
).map(lambda moment: pd.Timestamp(moment, tz="UTC").floor("s"))


def months(moments: set[pd.Timestamp]) -> set[tuple[int, int]]:
    return {(local(moment).year, local(moment).month) for moment in moments}


def test_three_years_of_nights_leave_seven_days_four_weeks_and_three_months() -> None:
    there: set[pd.Timestamp] = set()
    for count, day in enumerate(pd.date_range("2024-01-01", "2026-12-31")):
        newest = at(day.date(), 4)
        there = kept([*there, newest], KEEP)
        days = sorted({local_date(moment) for moment in there}, reverse=True)
        assert newest in there
        assert days[: min(7, count + 1)] == [
            (day - pd.Timedelta(days=back)).date() for back in range(min(7, count + 1))
        ]
        assert len(there) <= 7 + 4 + 3
        if count > 100:
            past = {(day - pd.DateOffset(months=back)) for back in range(3)}
            assert months(there) >= {(one.year, one.month) for one in past}
            weeks = {tuple(local(moment).isocalendar())[:2] for moment in there}
            assert len(weeks) >= 4


@given(moments=st.lists(STARTS, max_size=60), keep=st.builds(
    Keep, st.integers(1, 10), st.integers(0, 6), st.integers(0, 6)))  # fmt: skip
def test_what_is_kept_is_kept_again_and_the_newest_is_always_there(
    moments: list[pd.Timestamp], keep: Keep
) -> None:
    stays = kept(moments, keep)
    assert stays <= set(moments)
    assert kept(stays, keep) == stays
    assert not moments or max(moments) in stays
    assert len(stays) <= keep.daily + keep.weekly + keep.monthly
    newest_of_day = {local_date(moment): moment for moment in sorted(moments)}
    assert set(sorted(newest_of_day.values())[-keep.daily :]) <= stays


def test_two_backups_of_the_longest_day_are_of_one_day() -> None:
    first, second, last = (
        pd.Timestamp(text)
        for text in ("2026-10-24T22:30Z", "2026-10-25T00:30Z", "2026-10-25T22:30Z")
    )
    assert kept([first, second, last], Keep(2, 0, 0)) == {last}
    assert kept([first, second, last + pd.Timedelta(hours=1)], Keep(2, 0, 0)) == {
        second,
        last + pd.Timedelta(hours=1),
    }
