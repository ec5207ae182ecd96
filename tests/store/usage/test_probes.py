"""Probes and requests: kept by the minute and the hour, rolled up by Madrid's days, told alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chocolib.core.remarks import Remark
from chocolib.core.time import DAY, HOUR, Window, day_window, midnight
from chocolib.core.usage import NO_MS, Probe
from chocolib.store.usage import probes, speeds
from chocolib.store.usage.file import UsageFile

#: The days around both clock changes, of 25 and 23 hours, and around a new year.
MOMENTS = ("2026-10-24T20:00Z", "2026-03-28T20:00Z", "2025-12-31T20:00Z")
MINUTE = pd.Timedelta(minutes=1)
WRONG = Remark("usage.probe.silent")
HOURS = st.lists(
    st.tuples(st.integers(0, 80), st.sampled_from(["/today", "/plan"]), st.integers(0, 4)),
    max_size=60,
)
LOOKS = st.lists(
    st.tuples(
        st.integers(0, 4800),
        st.sampled_from(["api", "store", "worker"]),
        st.booleans(),
        st.none() | st.integers(1, 5),
    ),
    max_size=60,
)


@pytest.fixture
def file() -> Iterator[UsageFile]:
    with closing(UsageFile.empty()) as made:
        yield made


def days_of(start: pd.Timestamp) -> Window:
    """Whole Madrid days that have everything of an example."""
    return Window(midnight(start.date()), midnight((start + 5 * DAY).date()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(looks=LOOKS, first=st.sampled_from(MOMENTS), after=st.integers(0, 5))
def test_what_is_told_of_probes_is_the_same_before_and_after_a_roll_up(
    looks: list[tuple[int, str, bool, int | None]], first: str, after: int
) -> None:
    start = pd.Timestamp(first)
    with closing(UsageFile.empty()) as file:
        for minute, part, ok, ms in looks:
            probes.add(file, start + minute * MINUTE, [Probe(part, ok, ms)])
        kept = {(minute, part) for minute, part, _, _ in looks}
        span = days_of(start)
        days = [day_window((start + step * DAY).date()) for step in range(5)]
        windows = [span, *days]
        before = [probes.tallies(file, one) for one in windows]
        gone = probes.roll_up(file, before=start + after * DAY)
        assert probes.roll_up(file, before=start + after * DAY) == 0
        told = [probes.tallies(file, one) for one in windows]
    for one, other in zip(before, told, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert int(told[0]["count"].sum()) == len(kept)
    assert gone <= len(kept)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=HOURS, first=st.sampled_from(MOMENTS), after=st.integers(0, 5), late=HOURS)
def test_what_is_told_of_requests_is_the_same_before_and_after_a_roll_up(
    rows: list[tuple[int, str, int]], first: str, after: int, late: list[tuple[int, str, int]]
) -> None:
    start, end = pd.Timestamp(first), pd.Timestamp(first) + after * DAY
    span = days_of(start)
    with closing(UsageFile.empty()) as plain, closing(UsageFile.empty()) as rolled:
        add_requests(plain, start, [*rows, *late])
        add_requests(rolled, start, rows)
        speeds.roll_up(rolled, before=end)
        add_requests(rolled, start, late)  # of a log that was read after its days were over
        speeds.roll_up(rolled, before=end)
        pd.testing.assert_frame_equal(speeds.tallies(plain, span), speeds.tallies(rolled, span))
        left = rolled.rows("select count(*) from requests where hour < ?", (end_of(end),))
    assert tuple(left[0]) == (0,)


def end_of(moment: pd.Timestamp) -> int:
    return int(midnight(moment.tz_convert("Europe/Madrid").date()).timestamp())


def add_requests(file: UsageFile, start: pd.Timestamp, rows: list[tuple[int, str, int]]) -> None:
    file.each(
        "insert into requests values (?, ?, ?, 1, ?) on conflict do update set "
        "count = count + 1, errors = errors + excluded.errors",
        [
            (int((start + hour * HOUR).timestamp()), path, ms, int(ms == 4))
            for hour, path, ms in rows
        ],
    )


def test_a_day_that_a_window_cuts_is_left_out_once_only_its_numbers_are_kept(
    file: UsageFile,
) -> None:
    noon = pd.Timestamp("2026-10-25T12:00Z")
    probes.add(file, noon, [Probe("api", ok=True, ms=3)])
    cut = Window(noon - HOUR, noon + HOUR)
    assert len(probes.tallies(file, cut)) == 1
    probes.roll_up(file, before=noon + 2 * DAY)
    assert probes.tallies(file, cut).empty
    assert len(probes.tallies(file, day_window(noon.date()))) == 1


def test_the_time_of_what_was_not_well_is_not_counted(file: UsageFile) -> None:
    noon = pd.Timestamp("2026-11-20T12:00Z")
    probes.add(file, noon, [Probe("api", ok=False, ms=2000), Probe("sources", ok=True)])
    told = probes.tallies(file, day_window(noon.date()))
    assert told["ms"].tolist() == [NO_MS, NO_MS]


def test_the_newest_probe_says_since_when_and_why(file: UsageFile) -> None:
    noon = pd.Timestamp("2026-11-20T12:00Z")
    assert probes.newest(file, "api", as_of=noon) is None
    assert probes.first(file, as_of=noon) is None
    for minute in range(10):
        ok = minute < 4 or minute == 9
        probes.add(file, noon + minute * MINUTE, [Probe("api", ok, why=None if ok else WRONG)])
    found = probes.newest(file, "api", as_of=noon + 7.5 * MINUTE)
    assert found is not None
    assert (found.time, found.since) == (noon + 7 * MINUTE, noon + 4 * MINUTE)
    assert found.probe == Probe("api", ok=False, why=WRONG)
    later = probes.newest(file, "api", as_of=noon + HOUR)
    assert later is not None
    assert later.since == later.time == noon + 9 * MINUTE
    assert probes.first(file, as_of=noon + HOUR) == noon
    probes.roll_up(file, before=noon + 2 * DAY)
    assert probes.first(file, as_of=noon + HOUR) == midnight(noon.date())


def test_a_minute_that_is_probed_again_is_that_of_the_newer_look(file: UsageFile) -> None:
    noon = pd.Timestamp("2026-11-20T12:00Z")
    probes.add(file, noon, [Probe("api", ok=False, why=WRONG)])
    probes.add(file, noon, [Probe("api", ok=True, ms=4)])
    told = probes.tallies(file, day_window(noon.date()))
    assert told[["ok", "ms", "count"]].to_numpy().tolist() == [[True, 4, 1]]


def test_minutes_of_a_clock_that_was_ahead_are_counted(file: UsageFile) -> None:
    now = pd.Timestamp("2026-11-20T12:00Z")
    for late in (-HOUR, 2 * DAY, 2 * DAY + MINUTE):
        probes.add(file, now + late, [Probe("api", ok=True, ms=4), Probe("store", ok=True, ms=4)])
    assert probes.ahead(file, now=now) == 2


def test_a_roll_up_that_is_cut_off_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = pd.Timestamp("2026-11-20T12:00Z")
    with UsageFile.usage(tmp_path) as file:
        for day in range(3):
            probes.add(file, noon + day * DAY, [Probe("api", ok=True, ms=day)])
        whole = Window(noon - 2 * DAY, noon + 5 * DAY)
        before = probes.tallies(file, whole)
        done = UsageFile.do

        def cut(self: UsageFile, statement: str, facts: object = ()) -> int:
            if statement.startswith("delete") and len(self.rows("select 1 from probe_days")) > 1:
                raise KeyboardInterrupt
            return done(self, statement, facts)  # type: ignore[arg-type]

        monkeypatch.setattr(UsageFile, "do", cut)
        with pytest.raises(KeyboardInterrupt):
            probes.roll_up(file, before=noon + 5 * DAY)
        monkeypatch.undo()
        pd.testing.assert_frame_equal(probes.tallies(file, whole), before)
        assert len(file.rows("select 1 from probe_days")) == 1
        assert probes.roll_up(file, before=noon + 5 * DAY) == 2
        pd.testing.assert_frame_equal(probes.tallies(file, whole), before)
