"""One notice of a topic in a quarter of an hour; what was held back is told in the next."""

from __future__ import annotations

import json
from itertools import pairwise

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from chocolib.notify.quiet import NAMED, Spoke, due, left_over
from tests.notify.conftest import NOW, notice

QUIET = pd.Timedelta(minutes=15)


def minutes(n: int) -> pd.Timestamp:
    return NOW + pd.Timedelta(minutes=n)


def test_the_first_is_sent_as_it_is_and_the_next_ones_wait() -> None:
    first, spoke = due(notice(), Spoke(), now=NOW, quiet=QUIET, lang="es")
    assert first == notice()
    second, spoke = due(notice(title="B"), spoke, now=minutes(14), quiet=QUIET, lang="es")
    assert second is None
    assert [one.title for one in spoke.held] == ["B"]


def test_the_next_one_sums_up_what_was_held_back_and_is_as_urgent_as_the_worst() -> None:
    held = notice(title="El peor", urgency="critical", at=minutes(3))
    spoke = Spoke(at=NOW).hold(held)
    sent, after = due(notice(title="C"), spoke, now=minutes(15), quiet=QUIET, lang="es")
    assert sent is not None
    assert sent.text.endswith("Desde el último aviso, además (1):\n- 21:03 El peor")
    assert sent.urgency == "critical"
    assert after == Spoke(at=minutes(15))


def test_many_held_back_are_counted_and_only_the_last_named() -> None:
    spoke = Spoke(at=NOW)
    for n in range(NAMED + 3):
        spoke = spoke.hold(notice(title=f"n{n}"))
    sent, _ = due(notice(), spoke, now=minutes(20), quiet=QUIET, lang="en")
    assert sent is not None
    assert "also (8):\n- 3 earlier notices\n- 21:00 n3" in sent.text


def test_what_is_held_back_does_not_wait_for_a_next_one_for_ever() -> None:
    memory = {"a": Spoke(at=NOW).hold(notice(title="A")), "b": Spoke(at=NOW)}
    assert left_over(memory, now=minutes(10), quiet=QUIET, lang="es") == {}
    late = left_over(memory, now=minutes(15), quiet=QUIET, lang="es")
    assert {topic: one.title for topic, one in late.items()} == {"a": "A"}
    assert late["a"].text == notice().text


def test_a_clock_that_was_put_back_silences_nothing() -> None:
    assert Spoke(at=minutes(600)).may(NOW, QUIET)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
def test_nothing_is_lost_and_a_topic_never_speaks_twice_in_its_quiet_time(gaps: list[int]) -> None:
    now, spoke, sent, told = NOW, Spoke(), [], 0
    for gap in gaps:
        now += pd.Timedelta(minutes=gap)
        before = spoke.count
        ready, spoke = due(notice(at=now), spoke, now=now, quiet=QUIET, lang="es")
        spoke = Spoke.from_dict(json.loads(json.dumps(spoke.to_dict())))  # as after a restart
        if ready:
            sent.append(now)
            told += 1 + before
    assert told + spoke.count == len(gaps)
    assert all(later - earlier >= QUIET for earlier, later in pairwise(sent))
