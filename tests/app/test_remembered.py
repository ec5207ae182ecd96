"""A value is remembered for its key and its time, and no longer."""

from __future__ import annotations

from itertools import count

import pandas as pd

from chocolib.app.kept_answers import Span
from chocolib.app.remembered import Remembered

NOON = pd.Timestamp("2025-11-20T12:00Z")
HOUR = pd.Timedelta(hours=1)


class Counting:
    """Makes 0, 1, 2, ..., each true for an hour from a moment on, or for ever."""

    def __init__(
        self, since: pd.Timestamp = NOON, until: pd.Timestamp | None = NOON + HOUR
    ) -> None:
        self.numbers, self.span = count(), (since, until)

    def __call__(self) -> tuple[int, Span]:
        return next(self.numbers), self.span


def test_what_is_asked_again_while_it_is_true_is_not_made_again() -> None:
    held, make = Remembered[int](2), Counting()
    assert [held.at("a", NOON, make), held.at("a", NOON + HOUR / 2, make)] == [0, 0]
    assert held.at("b", NOON, make) == 1


def test_neither_before_nor_after_its_time_is_it_given() -> None:
    held, make = Remembered[int](9), Counting()
    held.at("a", NOON, make)
    assert held.at("a", NOON + HOUR, make) == 1
    assert held.at("a", NOON - HOUR, make) == 2


def test_what_has_no_end_is_true_for_ever() -> None:
    held, make = Remembered[int](2), Counting(until=None)
    held.at("a", NOON, make)
    assert held.at("a", NOON + 10_000 * HOUR, make) == 0


def test_the_oldest_is_forgotten_first() -> None:
    held, make = Remembered[int](2), Counting()
    assert [held.at(key, NOON, make) for key in "abc"] == [0, 1, 2]
    assert held.at("c", NOON, make) == 2
    assert held.at("a", NOON, make) == 3
