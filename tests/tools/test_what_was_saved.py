"""Finished batches at the prices that came."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from chocolib.app.saved import at_came, finished
from chocolib.core.schedule import Task
from chocolib.core.time import DAY, Window
from tests.tools.conftest import Opens


def paid(tasks: Sequence[Task], prices: pd.Series) -> float:
    """EUR of tasks that draw evenly, counted by the hour."""
    total = 0.0
    for task in tasks:
        hours = pd.date_range(task.start.floor("h"), task.end, freq="h", inclusive="left")
        total += task.energy_kwh * prices.reindex(hours).mean()
    return total


def test_a_batch_costs_what_its_hours_cost(opened: Opens, real_prices: pd.Series) -> None:
    context = opened("2025-11-21T21:00")
    done = finished(context, Window(context.as_of - 4 * DAY, context.as_of))
    assert len(done) > 4
    for one, came in zip(done, at_came(context, done), strict=True):
        assert came is not None
        assert came[0] == pytest.approx(paid(one.tasks, real_prices), rel=0.02)
        assert came[1] == pytest.approx(paid(one.usual, real_prices), rel=0.02)
        assert one.kg == 50
        assert one.end <= context.as_of


def test_a_batch_with_an_hour_that_is_not_published_has_no_price(opened: Opens) -> None:
    late, early = opened("2025-11-21T21:00"), opened("2025-11-19T12:00")
    done = finished(late, Window(late.as_of - 4 * DAY, late.as_of))
    known = at_came(early, done)
    published = pd.Timestamp("2025-11-19T23:00Z")
    for one, came in zip(done, known, strict=True):
        ends = max(task.end for task in (*one.tasks, *one.usual))
        assert (came is None) == (ends > published), one.batch
    assert {came is None for came in known} == {True, False}


def test_nothing_is_finished_after_the_moment(opened: Opens) -> None:
    context = opened("2025-11-20T12:00")
    found = finished(context, Window(context.as_of - 4 * DAY, context.as_of + 4 * DAY))
    assert found
    assert all(one.end <= context.as_of for one in found)
