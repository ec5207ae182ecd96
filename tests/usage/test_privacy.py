"""What a viewer is told is of three people or more, and gives nobody away by what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.time import Window, at, midnight
from chocolib.core.usage import FEWEST, Usage
from chocolib.usage.present import active
from chocolib.usage.privacy import active_for_viewer, tellable, usage_for_viewer
from tests.usage.plain_count import MADRID, day_of
from tests.usage.traffic import NAMES, OCTOBER, Sign, frame, traffic

FEW = settings(max_examples=30)


def told(signs: list[Sign], first: datetime = OCTOBER, days: int = 4) -> Usage:
    start = day_of(first)
    window = Window(midnight(start), at(start + timedelta(days=days - 1), 24))
    return usage_for_viewer(frame(signs), window, read_until=None)


def people(signs: Iterable[Sign]) -> int:
    return len({sign.visitor for sign in signs})


def told_days(signs: list[Sign], found: Usage) -> list[Sign]:
    """What was done on days when enough people were there, by a plain count."""
    every = {
        day: [sign for sign in signs if day_of(sign.time) == day] for day in found.by_day.index
    }
    return [sign for own in every.values() if people(own) >= FEWEST for sign in own]


@FEW
@given(seed=st.integers(0, 10**6), count=st.integers(0, 6))
def test_every_number_is_of_enough_people(seed: int, count: int) -> None:
    signs = traffic(seed, OCTOBER, 4, people=count)
    found = told(signs)
    there = told_days(signs, found)
    opened = [sign for sign in there if sign.kind in ("page", "report")]
    if found.people is not None:
        assert found.people == people(there) >= FEWEST
    if found.views is not None:
        assert found.views == len(opened)
        assert people(opened) >= FEWEST
    for page in found.pages:
        assert page.people == people(sign for sign in opened if sign.page == page.page) >= FEWEST
    for card in found.cards:
        looked = [sign for sign in there if (sign.page, sign.card) == (card.page, card.card)]
        assert card.people == people(looked) >= FEWEST
    for hour, views in found.by_hour["views"].dropna().items():
        looked = [sign for sign in opened if sign.time.astimezone(MADRID).hour == hour]
        assert len(looked) == views
        assert people(looked) >= FEWEST
    for day, row in found.by_day.iterrows():
        own = [sign for sign in signs if day_of(sign.time) == day]
        assert row.isna().all() or people(own) >= FEWEST


@FEW
@given(seed=st.integers(0, 10**6), count=st.integers(1, 5))
def test_what_is_missing_from_a_sum_is_of_nobody_or_of_enough_people(seed: int, count: int) -> None:
    signs = traffic(seed, OCTOBER, 4, people=count)
    found = told(signs)
    opened = [sign for sign in told_days(signs, found) if sign.kind in ("page", "report")]
    if found.views is None:
        return
    hours = set(found.by_hour["views"].dropna().index)
    days = set(found.by_day["views"].dropna().index)
    pages = {page.page for page in found.pages}
    for left in (
        [sign for sign in opened if sign.time.astimezone(MADRID).hour not in hours],
        [sign for sign in opened if day_of(sign.time) not in days],
        [sign for sign in opened if sign.page not in pages],
    ):
        assert people(left) == 0 or people(left) >= FEWEST


@FEW
@given(seed=st.integers(0, 10**6), count=st.integers(1, 5))
def test_two_windows_do_not_tell_a_hidden_day_by_their_difference(seed: int, count: int) -> None:
    signs = traffic(seed, OCTOBER, 4, people=count)
    longer, shorter = told(signs), told(signs, OCTOBER + timedelta(days=1), days=3)
    first = day_of(OCTOBER)
    if people(sign for sign in signs if day_of(sign.time) == first) >= FEWEST:
        return
    assert longer.by_day.loc[[first]].isna().all(axis=None)
    for name in ("people", "devices", "sessions", "views", "seconds"):
        assert getattr(longer, name) == getattr(shorter, name), name


def test_the_one_hour_of_one_person_hides_another_hour() -> None:
    rows = pd.DataFrame({"visitor": [*"abc", *"abcd", "a"], "hour": [9] * 3 + [10] * 4 + [23]})
    assert tellable(rows, "hour") == {10}
    assert tellable(rows[rows["hour"] < 23], "hour") == {9, 10}


def test_whoever_came_once_is_not_told_by_those_who_came_again() -> None:
    def visits(days: dict[str, int]) -> list[Sign]:
        return [
            Sign(OCTOBER + timedelta(days=day, hours=9), who, "phone", "page", "today")
            for who, count in days.items()
            for day in range(count)
        ]

    assert told(visits({"a": 2, "b": 2, "c": 2})).returning == 3
    assert told(visits({"a": 2, "b": 2, "c": 2, "d": 1})).returning is None
    assert told(visits({"a": 2, "b": 2, "c": 2, "d": 1, "e": 1, "f": 1})).returning == 3
    assert told(visits({"a": 2, "b": 2, "c": 1})).returning is None


def test_no_person_is_in_what_a_viewer_is_told() -> None:
    signs = [
        Sign(OCTOBER + timedelta(hours=9, minutes=minute), name, f"{name}'s phone", "page", "today")
        for minute, name in enumerate(NAMES)
    ]
    now = pd.Timestamp(OCTOBER) + pd.Timedelta(hours=9, minutes=5)
    names = {name: f"name of {name}" for name in NAMES}
    there = active(frame(signs), now, minutes=60, names=names, read_until=now)
    assert [one.name for one in there.present] == [names[name] for name in reversed(NAMES)]
    assert len(there.looks) == there.requests == len(NAMES)
    for answer in (active_for_viewer(there), told(signs)):
        assert answer.people == len(NAMES)
        for name in NAMES:
            assert name not in repr(answer)
        assert "phone" not in repr(answer)


def test_two_people_are_not_told() -> None:
    signs = [Sign(OCTOBER, who, "phone", "page", "today") for who in "ab"]
    now = pd.Timestamp(OCTOBER)
    alone = active_for_viewer(active(frame(signs), now, minutes=5, names={}, read_until=now))
    assert (alone.people, alone.devices, alone.requests) == (None, None, None)
    found = told(signs)
    assert (found.people, found.sessions, found.views, found.pages) == (None, None, None, ())
    assert found.by_hour["views"].isna().all()


def test_views_are_not_told_where_most_people_only_stayed() -> None:
    signs = [Sign(OCTOBER, who, "phone", "refresh", "today") for who in "abc"]
    now = pd.Timestamp(OCTOBER)
    signs.append(Sign(OCTOBER, "a", "phone", "page", "today"))
    there = active_for_viewer(active(frame(signs), now, minutes=5, names={}, read_until=now))
    assert (there.people, there.requests) == (3, None)
