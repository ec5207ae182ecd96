from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.jobs.decide import INTERRUPTIONS, Decision, Moment, Start, decide
from chocolib.core.jobs.firings import firings
from chocolib.core.jobs.history import History
from chocolib.core.jobs.runs import JobRun, from_frame, to_frame
from chocolib.core.jobs.spec import Job, Schedule
from chocolib.core.jobs.state import failing, late
from chocolib.core.time import Window, utc

NOON = utc("2026-11-20T12:00")
MINUTE, HOUR = pd.Timedelta(minutes=1), pd.Timedelta(hours=1)


def job(name: str = "prices", **more: Any) -> Job:
    facts = {"name": name, "what": "x", "function": "plan", "cron": ["5 * * * *"], **more}
    return Job.model_validate(facts)


def run(name: str = "prices", **more: Any) -> JobRun:
    known = JobRun(name, NOON - 55 * MINUTE, 1, "schedule", "done", NOON - 55 * MINUTE)
    return replace(known, **{"duration_s": 10.0, **more})


def moment(
    jobs: Iterable[Job],
    runs: Iterable[JobRun] = (),
    *,
    now: pd.Timestamp = NOON + 5 * MINUTE,
    since: pd.Timestamp = NOON - 50 * HOUR,
    paused: tuple[str, ...] = (),
    complete: bool = False,
) -> Moment:
    schedule = Schedule(jobs=tuple(jobs))
    return Moment(
        schedule=schedule,
        history=History(runs),
        now=now,
        since={one.name: since for one in schedule.jobs},
        paused=paused,
        holds=lambda _: complete,
    )


def starts(decision: Decision) -> list[tuple[str, str, int, str, int]]:
    return [
        (s.job.name, f"{s.scheduled:%d %H:%M:%S}", s.attempt, s.cause, s.firings)
        for s in decision.starts
    ]


def test_a_firing_is_run_once_at_its_time() -> None:
    due = decide(moment([job()], [run()]))
    assert starts(due) == [("prices", "20 11:05:00", 1, "schedule", 1)]
    answered = run(scheduled=NOON + 5 * MINUTE, started=NOON + 5 * MINUTE)
    assert decide(moment([job()], [run(), answered])) == Decision()


def test_a_new_job_does_not_answer_for_the_past() -> None:
    assert decide(moment([job()], since=NOON + 5 * MINUTE)) == Decision()


@pytest.mark.parametrize(
    ("policy", "expected", "skipped"),
    [
        ("once", [("prices", "20 11:05:00", 1, "schedule", 4)], []),
        ("each", [("prices", "20 08:05:00", 1, "catch-up", 1)], []),
        ("skip", [("prices", "20 11:05:00", 1, "schedule", 1)], [3]),
    ],
)
def test_after_three_hours_away_the_policy_decides(
    policy: str, expected: list[Any], skipped: list[int]
) -> None:
    found = decide(moment([job(catch_up=policy)], [run(scheduled=NOON - 235 * MINUTE)]))
    assert starts(found) == expected
    assert [skip.firings for skip in found.skips] == skipped


def test_what_is_too_late_is_caught_up_or_skipped() -> None:
    later = NOON + 30 * MINUTE
    once = decide(moment([job()], [run()], now=later))
    assert starts(once) == [("prices", "20 11:05:00", 1, "catch-up", 1)]
    (skip,) = decide(moment([job(catch_up="skip")], [run()], now=later)).skips
    assert skip.why == "more than 5 minutes late"


def test_a_failed_run_is_tried_again_after_doubling_pauses() -> None:
    failed = run(outcome="failed", duration_s=60.0)
    one = job(retries=2, retry_after_min=2)
    ended = failed.started + MINUTE
    (waits,) = decide(moment([one], [failed], now=ended)).waiting
    assert waits.until == ended + 2 * MINUTE
    again = decide(moment([one], [failed], now=ended + 2 * MINUTE))
    assert starts(again) == [("prices", "20 10:05:00", 2, "schedule", 1)]
    second = replace(failed, attempt=2, started=ended + 2 * MINUTE)
    (waits,) = decide(moment([one], [failed, second], now=ended + 4 * MINUTE)).waiting
    assert waits.until == ended + 2 * MINUTE + MINUTE + 4 * MINUTE
    third = replace(failed, attempt=3, started=ended + 20 * MINUTE)
    assert decide(moment([one], [failed, second, third], now=NOON)) == Decision()


def test_a_newer_firing_takes_the_place_of_a_retry_but_not_where_each_counts() -> None:
    failed = run(outcome="failed", started=NOON + 4 * MINUTE, duration_s=1.0)
    newer = decide(moment([job(retries=3)], [failed]))
    assert starts(newer) == [("prices", "20 11:05:00", 1, "schedule", 1)]
    each = decide(moment([job(retries=3, catch_up="each")], [failed]))
    assert starts(each) == []
    assert each.waiting[0].why == "it failed and is tried again"


def test_an_interrupted_run_is_repeated_at_once_but_not_for_ever() -> None:
    cut = run(outcome="interrupted")
    at = NOON - 50 * MINUTE
    assert starts(decide(moment([job()], [cut], now=at)))[0][2] == 2
    assert decide(moment([job(catch_up="skip")], [cut], now=at)).starts == ()
    many = [replace(cut, attempt=n + 1) for n in range(INTERRUPTIONS)]
    assert decide(moment([job()], many, now=at)).starts == ()


def test_a_run_that_a_person_stopped_is_neither_repeated_nor_failing() -> None:
    stopped = run(outcome="stopped")
    for policy in ("once", "each", "skip"):
        seen = moment([job(retries=3, catch_up=policy)], [stopped], now=NOON)
        assert decide(seen) == Decision()
        assert not list(failing(seen.schedule, seen.history))
    again = decide(moment([job()], [stopped]))
    assert starts(again) == [("prices", "20 11:05:00", 1, "schedule", 1)]


def test_a_job_waits_for_its_own_run_and_for_one_that_it_follows() -> None:
    going = run(outcome="running", duration_s=None)
    assert decide(moment([job()], [going])).waiting[0].why == "its run before is still going on"
    plan = job("plan", after=("prices",))
    found = decide(moment([job(), plan], [going, run("plan")]))
    assert {one.job.name: one.why for one in found.waiting}["plan"] == "prices is running"


def test_news_are_followed_once_and_old_runs_without_news_never() -> None:
    prices, plan = job(), job("plan", cron=(), after=("prices",))
    at = NOON - 50 * MINUTE
    quiet = [run(news=False), run("plan", started=NOON - 5 * HOUR, cause="news")]
    assert decide(moment([prices, plan], quiet, now=at)).starts == ()
    news = [run(news=True), quiet[1]]
    found = decide(moment([prices, plan], news, now=at))
    assert starts(found) == [("plan", "20 10:05:01", 1, "news", 1)]
    followed = run("plan", cause="news", scheduled=NOON - 55 * MINUTE, started=at)
    assert decide(moment([prices, plan], [*news, followed], now=at + MINUTE)).starts == ()


def test_a_watch_ends_when_its_condition_holds() -> None:
    lines = ("15-59/5 20 * * *",)
    watching = job(watch={"cron": lines, "until": "prices_complete"})
    evening = utc("2026-11-20T20:20")
    before = run(scheduled=evening - 5 * MINUTE)
    (start,) = decide(moment([watching], [before], now=evening)).starts
    assert start.scheduled == evening
    (skip,) = decide(moment([watching], [before], now=evening, complete=True)).skips
    assert skip.why == "there is nothing left to watch for"
    own = utc("2026-11-20T21:05")
    (start,) = decide(moment([watching], [before], now=own, complete=True)).starts
    assert start.scheduled == own


def test_a_pause_holds_and_what_fired_meanwhile_is_passed_over() -> None:
    assert decide(moment([job()], [run()], paused=("prices",))) == Decision()
    resumed = NOON + 4 * HOUR
    found = decide(moment([job()], [run()], now=resumed + MINUTE, since=resumed))
    assert [(skip.firings, skip.why) for skip in found.skips] == [
        (4, "it was paused, or not in the schedule")
    ]
    assert found.starts == ()


def test_no_more_runs_begin_than_there_are_places() -> None:
    jobs = [job(name) for name in ("a", "b", "c")]
    found = decide(moment(jobs, [run(name) for name in ("a", "b", "c")]))
    assert [start.job.name for start in found.starts] == ["a", "b"]
    assert [one.why for one in found.waiting] == ["other jobs are running"]


def test_late_and_failing_jobs_are_found() -> None:
    bad = [
        run(scheduled=NOON - k * HOUR, started=NOON - k * HOUR, outcome="failed") for k in (1, 2)
    ]
    seen = moment([job()], [run(scheduled=NOON - 5 * HOUR), *bad], now=NOON + 30 * MINUTE)
    (found,) = failing(seen.schedule, seen.history)
    assert (found.failures, found.since) == (2, NOON - 2 * HOUR)
    assert [one.firings for one in late(seen)] == [2]
    retried = moment([job(retries=1)], bad)
    assert not list(failing(retried.schedule, retried.history))
    quiet = Schedule(jobs=(job(tell=()),))
    assert not list(failing(quiet, seen.history))


def test_runs_come_back_from_their_rows() -> None:
    runs = [
        run(rows=24, news=True, artefacts=("a.html", "b"), memory_mb=120.5),
        run(scheduled=NOON, outcome="running", duration_s=None),
        run(scheduled=NOON + HOUR, outcome="failed", error="no answer", log_tail="x\ny"),
    ]
    assert list(from_frame(to_frame(runs))) == runs


@given(
    policy=st.sampled_from(["once", "each", "skip"]),
    every=st.sampled_from(["5min", "7min", "1h"]),
    wakings=st.lists(st.integers(1, 400), min_size=3, max_size=25),
    fates=st.lists(
        st.sampled_from(["done", "failed", "interrupted", "stopped"]), min_size=40, max_size=40
    ),
    retries=st.integers(0, 2),
)
@settings(max_examples=60, deadline=None)
def test_however_it_goes_every_firing_is_answered_once(
    policy: str, every: str, wakings: list[int], fates: list[str], retries: int
) -> None:
    one = job(cron=(), every=every, catch_up=policy, retries=retries)
    kept: dict[tuple[Any, ...], JobRun] = {}
    now = since = NOON
    for minutes, fate in zip(wakings, fates, strict=False):
        now += minutes * MINUTE
        found = decide(moment([one], kept.values(), now=now, since=since))
        for skip in found.skips:
            row = run(scheduled=skip.scheduled, outcome="skipped", firings=skip.firings)
            assert row.key not in kept
            kept[row.key] = row
        for start in found.starts:
            row = _ended(start, fate, now)
            assert row.key not in kept
            kept[row.key] = row
    last = since
    for scheduled in sorted({row.scheduled for row in kept.values()}):
        window = Window(last + pd.Timedelta(seconds=1), scheduled + pd.Timedelta(seconds=1))
        answers = {row.firings for row in kept.values() if row.scheduled == scheduled}
        assert answers == {len(firings(one.triggers, window))}
        last = scheduled


def _ended(start: Start, fate: Any, now: pd.Timestamp) -> JobRun:
    return run(
        scheduled=start.scheduled,
        attempt=start.attempt,
        cause=start.cause,
        outcome=fate,
        started=now,
        firings=start.firings,
    )
