"""Speeds and up-times from counts, held against the plain lists that they count."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chocolib.core.time import HOUR, Window
from chocolib.core.usage import NO_MS
from chocolib.usage import fares

TIMES = st.lists(st.integers(0, 3000), min_size=1, max_size=200)
START = pd.Timestamp("2026-11-20T10:00Z")
MINUTE = pd.Timedelta(minutes=1)


def tally(times: list[int], path: str = "/today", *, ok: bool = True) -> pd.DataFrame:
    frame = pd.DataFrame({"path": path, "ok": ok, "ms": times, "count": 1, "errors": 0})
    return frame.astype({"ms": int})


@given(TIMES, st.integers(1, 100))
def test_a_quantile_is_the_value_at_its_rank_however_the_values_are_counted(
    times: list[int], percent: int
) -> None:
    expected = sorted(times)[math.ceil(len(times) * percent / 100 - 1e-9) - 1]
    one_each = tally(times)
    counted = one_each.groupby("ms", as_index=False).agg({"count": "sum"})
    assert fares.quantile_ms(one_each, percent) == expected
    assert fares.quantile_ms(counted, percent) == expected
    whole = np.quantile(times, percent / 100, method="inverted_cdf")
    assert fares.quantile_ms(counted, percent) == pytest.approx(whole)


def test_what_has_no_time_has_no_quantile_and_no_mean() -> None:
    assert fares.quantile_ms(tally([]), 50) is None
    assert fares.quantile_ms(tally([NO_MS, NO_MS]), 95) is None
    assert fares.mean_ms(tally([NO_MS])) is None
    assert fares.mean_ms(tally([NO_MS, 10, 20])) == 15
    assert fares.quantile_ms(tally([NO_MS, 10, 20, 30]), 50) == 20


def test_the_slowest_path_comes_first_and_errors_are_counted() -> None:
    slow = tally([5, 900], "/plan").assign(errors=[0, 1])
    told = fares.path_speeds(pd.concat([tally([40, 50, 60]), slow]))
    assert [(one.path, one.requests, one.errors, one.p50_ms, one.p95_ms) for one in told] == [
        ("/plan", 2, 1, 5, 900),
        ("/today", 3, 0, 50, 60),
    ]
    assert fares.path_speeds(tally([])) == ()


def test_a_share_of_nothing_is_unknown() -> None:
    assert fares.share(tally([])) is None
    assert fares.share_of(tally([1]), 0) is None
    mixed = pd.concat([tally([1, 2, 3]), tally([NO_MS], ok=False)])
    assert fares.share(mixed) == 0.75
    assert fares.share_of(mixed, 6) == 0.5


def test_minutes_are_those_that_could_be_probed() -> None:
    hour = Window(START, START + HOUR)
    assert fares.minutes(hour, None) == 0
    assert fares.minutes(hour, Window(START - HOUR, START + 2 * HOUR)) == 60
    assert fares.minutes(hour, Window(START + 10 * MINUTE, START + 2 * HOUR)) == 50
    assert fares.minutes(hour, Window(START - HOUR, START)) == 0


def test_in_the_strip_an_hour_without_probes_is_empty_but_the_worker_was_not_there() -> None:
    hours = pd.date_range(START, periods=3, freq="h")
    found = pd.DataFrame(
        {"part": ["api", "worker", "api"], "well": [30, 45, 60], "count": [60, 45, 60]},
        index=pd.DatetimeIndex([hours[0], hours[0], hours[2]], name="hour"),
    )
    due = {"worker": fares.minutes_by_hour(hours, Window(START, START + 2 * HOUR))}
    strip = fares.strip(found, hours, ("api", "worker"), due=due)
    assert strip["api"].fillna(-1).tolist() == [0.5, -1, 1]
    assert strip["worker"].fillna(-1).tolist() == [0.75, 0, -1]
    assert strip.index.equals(hours)
