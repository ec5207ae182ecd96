"""The interval that the edge's benchmark prints holds the median as often as it says."""

from __future__ import annotations

import random

from benchmarks.edge import interval


def test_the_interval_holds_the_median_as_often_as_it_says() -> None:
    chance, held, tries = random.Random(1), 0, 2000
    for _ in range(tries):
        low, high = interval([chance.expovariate(1) for _ in range(40)])
        held += low <= 0.6931 <= high
    assert 0.94 <= held / tries <= 0.99
