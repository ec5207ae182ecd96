"""Who is there now: with the page they have before them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd

from chocolib.usage.present import active
from tests.usage.traffic import Sign, frame

BEGAN = datetime(2026, 10, 5, 9, 0)


def page_of(*signs: tuple[int, str, str]) -> str:
    """The page of the one who is there; each sign is its minute, its kind and its page."""
    rows = [
        Sign(BEGAN + timedelta(minutes=minute), "a", "phone", kind, page)
        for minute, kind, page in signs
    ]
    last = pd.Timestamp(rows[-1].time, tz="UTC")
    (one,) = active(frame(rows), last, minutes=5, names={}, read_until=last).present
    return one.page


def test_a_page_that_stays_open_is_the_one_that_was_opened() -> None:
    assert page_of((0, "page", "plan"), (10, "refresh", ""), (20, "refresh", "")) == "plan"


def test_the_page_that_was_left_is_not_the_one_before_them() -> None:
    assert page_of((0, "page", "plan"), (1, "page", "today"), (2, "stay", "plan")) == "today"


def test_a_page_of_an_earlier_session_is_not_taken_for_the_one_before_them() -> None:
    assert page_of((0, "page", "plan"), (100, "refresh", "")) == ""
