"""Going on from a kept plan: what has begun is untouched, whatever the prices do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import keep_plan, kept_plan, plan
from chocolib.app.planning import planned
from chocolib.app.settings import read_settings
from chocolib.core import time
from chocolib.core.results import Forecast
from chocolib.core.schedule import Task
from chocolib.core.time import HOUR
from chocolib.plan.evaluate import check
from tests.conftest import NOW, price_frame
from tests.plan.factories import with_stage

EVENING, MORNING = "2025-11-19T21:00", "2025-11-20T10:00"


@pytest.fixture
def stored(real_prices: pd.Series) -> None:
    """A store with the real prices of autumn 2025."""
    frame = price_frame(real_prices.loc["2025-10-01":"2025-12-10"])
    real_store(read_settings()).write("energy_prices", frame, received_at=NOW)


def expected(context: Context, prices: pd.Series, turned: bool = False) -> Forecast:
    origin = context.as_of.floor(HOUR)
    ahead = prices.loc[origin : origin + 240 * HOUR]
    values = ahead.to_numpy()[::-1] if turned else ahead.to_numpy()
    columns = dict.fromkeys(("q10", "q50", "q90"), values)
    frame = pd.DataFrame(columns | {"known": np.zeros(len(ahead), dtype=bool)}, index=ahead.index)
    return Forecast(origin, context.as_of, "test", frame)


def place(task: Task) -> tuple[object, ...]:
    return (task.batch, task.stage, task.machine, task.start, task.end, task.energy_kwh)


@pytest.mark.usefixtures("stored")
def test_a_plan_at_ten_after_a_price_surprise_leaves_started_batches_untouched(
    real_prices: pd.Series,
) -> None:
    evening = open_context(as_of=EVENING)
    first = planned(evening, expected(evening, real_prices), days=3)
    keep_plan(evening, first)
    morning = open_context(as_of=MORNING)
    again = planned(morning, expected(morning, real_prices, turned=True), days=3)
    begun = {place(task) for task in first.best.tasks if task.start <= morning.as_of}
    assert begun
    assert begun <= {place(task) for task in again.best.tasks}
    assert set(again.frozen) == {batch for batch, *_ in begun}
    assert again.window.start == morning.as_of
    later = {place(t) for t in again.best.tasks if t.start > morning.as_of}
    assert later != {place(t) for t in first.best.tasks if t.start > morning.as_of}
    asked = {"first_day": again.first_day, "days": again.made_days, "since": morning.as_of}
    assert check(again.best, morning.factory, **asked) == []
    goes_on = again.notes[0].text("en")
    assert goes_on.startswith("goes on from the plan of Wed 19 Nov, 21:00; batches begun: ")
    assert again.notes[0].text("es").startswith("sigue el plan hecho el mié 19 nov, 21:00; ")
    assert again.first_day == pd.Timestamp("2025-11-20").date()
    assert again.made_days == 4


@pytest.mark.usefixtures("stored")
def test_a_replay_before_the_kept_plan_and_an_empty_plan_know_nothing_of_it(
    real_prices: pd.Series,
) -> None:
    evening = open_context(as_of=EVENING)
    keep_plan(evening, planned(evening, expected(evening, real_prices), days=1))
    same = planned(evening, expected(evening, real_prices), days=1)
    assert same.frozen == ()
    assert same.window.start == time.midnight(pd.Timestamp("2025-11-20").date())
    morning = open_context(as_of=MORNING)
    empty = planned(morning, expected(morning, real_prices), days=1, empty=True)
    assert empty.frozen == ()
    assert empty.first_day == pd.Timestamp("2025-11-21").date()
    keep_plan(morning, empty)
    newest = kept_plan(open_context(as_of=MORNING))
    assert newest is not None
    assert newest.to_dict() == empty.to_dict()


@pytest.mark.usefixtures("stored")
def test_going_on_day_after_day_makes_every_batch_once(real_prices: pd.Series) -> None:
    done: dict[str, Task] = {}
    for day in pd.date_range("2025-11-19", periods=5):
        context = open_context(as_of=f"{day:%Y-%m-%d}T21:00")
        made = planned(context, expected(context, real_prices), days=2)
        assert not made.late_batches
        keep_plan(context, made)
        for task in made.best.tasks:
            if task.stage == "mould" and task.start <= context.as_of + 24 * HOUR:
                assert done.setdefault(task.batch, task).start == task.start
    names = {batch for batch in done if batch.startswith(("1120", "1121", "1122"))}
    assert len(names) == 4 + 5 + 2


def test_a_plan_of_another_factory_is_not_gone_on_from(
    stored: None, real_prices: pd.Series, tmp_path: Path
) -> None:
    evening = open_context(as_of=EVENING)
    keep_plan(evening, planned(evening, expected(evening, real_prices), days=1))
    morning = open_context(as_of=MORNING)
    spec = morning.factory
    stages = (spec.stages[0].model_copy(update={"name": "blend"}), *spec.stages[1:])
    other = Context(
        morning.settings,
        morning.store,
        morning.as_of,
        morning.now,
        morning.lang,
        spec.model_copy(update={"stages": stages, "maintenance": ()}),
    )
    made = planned(other, expected(other, real_prices), days=1)
    said = made.notes[0].text("en")
    assert "of a factory with other stages: planned from an empty factory" in said


def test_batches_underway_do_not_go_on_in_a_factory_that_was_edited(
    stored: None, real_prices: pd.Series
) -> None:
    evening = open_context(as_of=EVENING)
    keep_plan(evening, planned(evening, expected(evening, real_prices), days=2))
    night = open_context(as_of="2025-11-20T21:00")
    other = replace(
        night, factory=with_stage(night.factory, "conche", hours={"standard": 7, "premium": 15})
    )
    made = planned(other, expected(other, real_prices), days=1)
    assert made.frozen == ()
    assert made.notes[0].text("es") == (
        "la fábrica ha cambiado desde el plan anterior: se planifica con la fábrica vacía"
    )


@pytest.mark.usefixtures("stored")
def test_a_replan_with_nothing_left_for_a_stage_is_not_short_of_it(real_prices: pd.Series) -> None:
    evening = open_context(as_of=EVENING)
    keep_plan(evening, planned(evening, expected(evening, real_prices), days=7))
    noon = open_context(as_of="2025-11-21T12:00")
    made = planned(noon, expected(noon, real_prices), days=2)
    assert made.frozen
    assert not made.bottleneck


def test_days_out_of_bounds_are_refused_before_anything_is_read() -> None:
    from chocolib.core.errors import SettingsError

    with pytest.raises(SettingsError, match="1 to 7"):
        plan(open_context(as_of=EVENING), days=8)
