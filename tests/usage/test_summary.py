"""People, sessions, pages and days are as a plain count has them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.time import Window, at, midnight
from chocolib.core.usage import SESSION_GAP, Usage
from chocolib.usage.rollup import rolled_up
from chocolib.usage.sessions import in_sessions, sessions
from chocolib.usage.summary import days_of, summarise
from tests.usage.plain_count import counted, day_of
from tests.usage.plain_count import sessions as plain_sessions
from tests.usage.traffic import MARCH, OCTOBER, Sign, frame, traffic


def summary(signs: list[Sign], window: Window, *, lookback: bool = True) -> Usage:
    views = frame(signs)
    if lookback:  # what asking reads: not more than a pause before the window
        views = views[views.index >= window.start - SESSION_GAP]
    return summarise(views, window, days=days_of(window), names={}, read_until=None)


def as_counted(found: Usage) -> dict[str, object]:
    names = ("people", "devices", "sessions", "views", "returning")
    seen = {"pages": found.pages, "cards": found.cards}
    return {
        **{name: getattr(found, name) for name in names},
        "seconds": found.seconds or 0,
        "by_day": [tuple(row) for row in found.by_day.astype(int).to_numpy().tolist()],
        "by_hour": found.by_hour["views"].astype(int).tolist(),
        **{
            name: {(one.page, one.card): (one.views, one.people) for one in every if one.views}
            for name, every in seen.items()
        },
    }


def days(first: datetime, count: int) -> Window:
    start = day_of(first) + timedelta(days=2)
    return Window(midnight(start), at(start + timedelta(days=count - 1), 24))


@pytest.mark.parametrize("first", [MARCH, OCTOBER], ids=["23 hours", "25 hours"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_month_with_a_change_of_the_clocks_is_as_a_plain_count_has_it(
    first: datetime, seed: int
) -> None:
    signs = traffic(seed, first, 31)
    window = days(first, 28)
    assert len(pd.date_range(window.start, window.end, freq="h")) - 1 in (28 * 24 - 1, 28 * 24 + 1)
    assert as_counted(summary(signs, window)) == counted(signs, days_of(window))


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    first=st.sampled_from([MARCH + timedelta(days=12), OCTOBER + timedelta(days=13)]),
    length=st.integers(1, 3),
)
def test_any_window_over_the_change_is_as_a_plain_count_has_it(
    seed: int, first: datetime, length: int
) -> None:
    signs = traffic(seed, first, 5, people=3)
    window = days(first, length)
    assert as_counted(summary(signs, window)) == counted(signs, days_of(window))


@settings(max_examples=30)
@given(
    times=st.lists(
        st.tuples(
            st.integers(0, 12_000),
            st.sampled_from("ab"),
            st.sampled_from(["page", "refresh", "stay"]),
            st.integers(0, 4000),
        ),
        max_size=30,
    )
)
def test_sessions_are_what_touches_within_half_an_hour(
    times: list[tuple[int, str, str, int]],
) -> None:
    signs = [
        Sign(OCTOBER + timedelta(seconds=at), who, "phone", kind, "today", "", 1, seconds)
        for at, who, kind, seconds in times
    ]
    found = sessions(in_sessions(frame(signs)))
    told = sorted(found[["visitor", "device", "start", "end"]].itertuples(index=False, name=None))
    assert told == plain_sessions(signs)


def at_seconds(*moments: int, kind: str = "page", seconds: int = 0) -> list[Sign]:
    return [
        Sign(OCTOBER + timedelta(seconds=one), "a", "phone", kind, "today", "", 1, seconds)
        for one in moments
    ]


def count_of(signs: list[Sign]) -> int:
    return len(sessions(in_sessions(frame(signs))))


def test_a_pause_of_half_an_hour_ends_a_session_and_a_second_less_does_not() -> None:
    assert count_of(at_seconds(0, 1799)) == 1
    assert count_of(at_seconds(0, 1800)) == 2


def test_a_refresh_or_a_stay_keeps_a_session_alive() -> None:
    assert count_of(at_seconds(0, 3000)) == 2
    assert count_of(at_seconds(0, 3000) + at_seconds(1500, kind="refresh")) == 1
    assert count_of(at_seconds(0, 3000) + at_seconds(2900, kind="stay", seconds=2900)) == 1


def test_two_stays_that_end_in_one_second_are_not_one_after_the_other() -> None:
    both = Sign(OCTOBER + timedelta(seconds=5000), "a", "phone", "stay", "today", "", 2, 6000)
    assert count_of([*at_seconds(0), both]) == 2


def test_a_session_over_midnight_is_one_of_the_day_it_began() -> None:
    midnight_there = datetime.fromisoformat("2026-10-19T22:00:00Z")
    signs = [
        Sign(midnight_there + timedelta(minutes=minute), "a", "phone", "page", "today")
        for minute in (-10, 10)
    ]
    before, after = (
        summary(signs, Window(pd.Timestamp(start), pd.Timestamp(start) + pd.Timedelta(days=1)))
        for start in (midnight_there - timedelta(days=1), midnight_there)
    )
    assert (before.sessions, after.sessions) == (1, 0)
    assert (before.people, after.people) == (1, 1)
    both = summary(signs, Window(pd.Timestamp(midnight_there - timedelta(days=1)), after_end()))
    assert both.returning == 0


def after_end() -> pd.Timestamp:
    return pd.Timestamp("2026-10-20T22:00:00Z")


def test_what_a_person_likes_most_comes_first() -> None:
    signs = [
        *at_seconds(0, 10, 20),
        Sign(OCTOBER, "a", "phone", "card", "today", "alerts", 2),
        Sign(OCTOBER, "a", "phone", "card", "week", "price", 2),
        Sign(OCTOBER, "a", "desktop", "page", "plan"),
    ]
    (one,) = summary(signs, days(OCTOBER - timedelta(days=2), 1)).visitors
    assert one.favourites == ("today", "today/alerts", "week/price")
    assert (one.devices, one.views, one.sessions) == (("desktop", "phone"), 4, 2)


def test_nobody_is_nobody() -> None:
    found = summary([], days(OCTOBER, 3))
    assert (found.people, found.views, found.sessions, found.seconds) == (0, 0, 0, None)
    assert len(found.by_day) == 3


@pytest.mark.parametrize("first", [MARCH, OCTOBER], ids=["23 hours", "25 hours"])
def test_the_numbers_by_day_are_those_of_the_views(first: datetime) -> None:
    signs = traffic(7, first, 31)
    window = days(first, 28)
    table = rolled_up(frame(signs), window, days_of(window))
    for day in days_of(window):
        wanted = counted(signs, [day])
        own = table[table["day"] == day]
        whole = own[own["page"] == ""].iloc[0]
        assert tuple(whole[["sessions", "people", "views"]]) == wanted["by_day"][0]
        assert whole["seconds"] == wanted["seconds"]
        seen = own[(own["page"] != "") & (own["views"] > 0)]
        told = {(row.page, row.card): (row.views, row.people) for row in seen.itertuples()}
        assert told == wanted["pages"] | wanted["cards"]
        pages = seen[seen["card"] == ""]
        assert pages["sessions"].le(len(plain_sessions(signs))).all()
        assert (pages["sessions"] >= 1).all()
