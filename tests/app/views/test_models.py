"""The view of the models page: what was issued, on real prices."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from chocolib.app import training
from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import forecast, keep_forecast
from chocolib.app.monitor import judged
from chocolib.app.settings import read_settings
from chocolib.app.views.models import models_view
from chocolib.core.time import DAY, HOUR
from tests.conftest import NOW, price_frame

AS_OF = "2025-11-20T21:00"


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    recent = real_prices[real_prices.index >= pd.Timestamp("2025-05-01", tz="UTC")]
    real_store(read_settings()).write("energy_prices", price_frame(recent), received_at=NOW)
    return open_context(as_of=AS_OF)


@pytest.fixture
def issued(context: Context) -> Context:
    for day in range(6, 20):
        moment = replace(context, as_of=pd.Timestamp(f"2025-11-{day:02d}T20:00Z"))
        keep_forecast(moment, forecast(moment, model="weeks-3"))
    return context


def test_nothing_issued_is_said_and_nothing_is_judged(context: Context) -> None:
    view = models_view(context)
    assert view.accuracy is None
    assert view.newest is None
    assert view.versions == view.decisions == ()
    assert view.model == "champion"
    assert not view.alert


def test_a_forecast_whose_hours_have_not_come_is_not_judged(context: Context) -> None:
    keep_forecast(context, forecast(context, model="weeks-3"))
    view = models_view(context)
    assert view.accuracy is None
    assert view.newest == context.as_of


def test_the_error_is_that_of_the_hours_that_were_not_published(issued: Context) -> None:
    view = models_view(issued)
    assert view.accuracy is not None
    assert view.model == "weeks-3"
    frame = judged(issued, days=60)
    frame = frame[(frame["time"] < issued.as_of) & frame["actual"].notna()]
    error = (frame["actual"] - frame["q50"]).abs()
    told = view.accuracy["weeks"]["4"]["weeks-3"]
    assert told["hours"] == len(frame)
    assert told["mae"] == pytest.approx(error.mean(), abs=1e-6)
    naive = (frame["actual"] - frame["naive"]).abs().mean()
    assert told["rmae"] == pytest.approx(error.mean() / naive, abs=1e-5)
    assert view.accuracy["by_day"]["weeks-3"][0] is None  # the first day was published
    assert view.accuracy["by_day"]["weeks-3"][1] > 0
    assert view.accuracy["daily"][-1]["day"] == "2025-11-20"


def test_a_kept_answer_equals_one_made_anew_and_moves_on_with_the_hour(issued: Context) -> None:
    first = models_view(issued).accuracy
    assert models_view(issued).accuracy == first
    assert models_view(replace(issued, as_of=issued.as_of + HOUR / 2)).accuracy == first
    later = models_view(replace(issued, as_of=issued.as_of + HOUR)).accuracy
    earlier = models_view(replace(issued, as_of=issued.as_of - 3 * DAY)).accuracy
    hours = [
        made["weeks"]["8"]["weeks-3"]["hours"] if made else 0 for made in (earlier, first, later)
    ]
    assert hours[0] < hours[1] < hours[2]


def test_the_version_in_use_is_the_one_of_the_moment(context: Context) -> None:
    early = replace(context, as_of=context.as_of - 5 * DAY)
    made = training.train(early, "weeks-3")
    keep_forecast(early, forecast(early, model="weeks-3"))
    view = models_view(context)
    assert view.in_use is not None
    assert view.in_use["version"] == made.version
    assert view.since == early.as_of
    before = models_view(replace(context, as_of=early.as_of - DAY))
    assert before.in_use is None
    assert before.since is None
    assert before.versions == ()
