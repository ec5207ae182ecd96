from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from chocolib.core import time
from chocolib.core.factory import Calendar, FactorySpec, NightShift
from chocolib.core.time import HOUR, Window
from tests.plan.factories import with_stage

SPEC = FactorySpec.default()
QUARTER = HOUR / 4


def span(first: str, last: str) -> Window:
    return Window(time.utc(first), time.utc(last))


def test_the_services_of_linares_touch_nothing_that_runs() -> None:
    window = span("2025-11-03", "2025-12-01")
    steps = pd.date_range(window.start, window.end, freq=QUARTER, inclusive="left")
    staffed, free = SPEC.staffed(steps), SPEC.machines_free(steps, QUARTER)
    for stage in SPEC.stages:
        served = free[stage.name] < stage.machines
        assert not (served & staffed).any()
    conches = [s for s in SPEC.services(window) if s.stage == "conche"]
    assert [s.machine for s in conches] == [1, 2, 3]  # on 2, 9 and 16 November
    assert conches[1].window == span("2025-11-09T22:00", "2025-11-10T06:00")
    tempered = [s for s in SPEC.services(window) if s.stage == "temper"]
    assert len(tempered) == 28
    assert tempered[0].window == span("2025-11-03T05:30", "2025-11-03T06:00")


def test_a_service_of_part_of_an_hour_takes_the_whole_step() -> None:
    steps = span("2025-11-03", "2025-11-04").hours()
    free = SPEC.machines_free(steps, HOUR)["temper"]
    assert np.flatnonzero(free == 0).tolist() == [5]


def test_a_service_that_began_before_the_window_is_seen() -> None:
    (running,) = SPEC.services(span("2025-11-10T02:00", "2025-11-10T03:00"))
    assert (running.stage, running.machine) == ("conche", 2)


def test_services_follow_the_local_clock_over_the_change() -> None:
    window = span("2025-10-25", "2025-10-28")
    starts = [s.window.start for s in SPEC.services(window) if s.stage == "temper"]
    assert [time.local(start).hour for start in starts] == [5, 5, 5]
    conche = next(s for s in SPEC.services(span("2025-10-26", "2025-10-27")) if s.stage == "mix")
    assert conche.window == span("2025-10-26T22:00", "2025-10-27")


def test_a_night_shift_is_off_until_it_is_called_in() -> None:
    hours = span("2025-11-17", "2025-11-24").hours()
    called = SPEC.model_copy(update={"night_shift": NightShift(enabled=True)})
    night = SPEC.night(hours)
    local = hours[night].tz_convert("Europe/Madrid")
    assert set(local.hour) == {22, 23, 0, 1, 2, 3, 4, 5}
    assert night.sum() == 5 * 8
    assert not night[:6].any()  # the night before Monday would belong to Sunday
    assert not (SPEC.staffed(hours) & night).any()
    assert (called.staffed(hours) == (SPEC.staffed(hours) | night)).all()


def test_no_night_begins_on_a_closed_date() -> None:
    monday = date(2025, 11, 17)
    closed = SPEC.model_copy(update={"calendar": Calendar(closed=(monday,))})
    night = closed.night(time.day_window(monday).hours())
    assert not night.any()
    assert not closed.night(time.day_window(date(2025, 11, 18)).hours())[:6].any()


def test_a_night_shift_within_one_day_ends_that_day() -> None:
    early = NightShift(days=("mon",), start=2, end=5)
    hours = span("2025-11-17", "2025-11-19").hours()
    assert np.flatnonzero(early.on(hours, ())).tolist() == [2, 3, 4]


def test_a_service_of_a_machine_that_was_taken_away_takes_no_other() -> None:
    window = span("2025-11-16", "2025-11-18")  # the night of the third conche
    two = with_stage(SPEC, "conche", machines=2)
    assert [s.machine for s in SPEC.services(window) if s.stage == "conche"] == [3]
    assert [s.machine for s in two.services(window) if s.stage == "conche"] == []
    assert (two.machines_free(window.hours(), HOUR)["conche"] == 2).all()
