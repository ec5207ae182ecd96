"""The view of the history page: what was known, and what came, on real prices."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import forecast, keep_forecast, keep_plan, plan
from chocolib.app.settings import read_settings
from chocolib.app.views.history import history_view
from chocolib.core.time import DAY, HOUR, local_date, utc
from chocolib.plan.evaluate import cost
from tests.conftest import NOW, price_frame

EVENING = utc("2025-10-24T21:00")


@pytest.fixture
def context(real_prices: pd.Series) -> Context:
    since, until = pd.Timestamp("2025-07-15", tz="UTC"), utc("2025-11-10")
    recent = real_prices[(real_prices.index >= since) & (real_prices.index < until)]
    real_store(read_settings()).write("energy_prices", price_frame(recent), received_at=NOW)
    return replace(open_context(), as_of=EVENING, now=utc("2025-11-09T21:00"))


def keep(context: Context) -> None:
    made = forecast(context, horizon=240, model="weeks-3")
    keep_forecast(context, made)
    keep_plan(context, plan(context, days=2, expected=made, model="weeks-3"))


def test_what_was_known_then_stands_beside_what_came(
    context: Context, real_prices: pd.Series
) -> None:
    keep(context)
    view = history_view(context)
    assert view.public_until == utc("2025-10-26T00:00")
    assert view.forecast is not None
    ahead = view.hours[~view.hours["known"]]
    assert (ahead["q50"] == view.forecast.frame["q50"].reindex(ahead.index)).all()
    assert (view.hours["actual"] == real_prices.reindex(view.hours.index)).all()
    public = view.hours[view.hours["known"]]
    assert (public["q50"] == public["actual"]).all()


def test_the_error_counts_only_the_hours_that_were_not_published(context: Context) -> None:
    keep(context)
    view = history_view(context)
    whole, *days = view.missed
    ahead = view.hours[~view.hours["known"]]
    assert whole.hours == len(ahead) == sum(one.hours for one in days)
    assert whole.mae == pytest.approx((ahead["actual"] - ahead["q50"]).abs().mean())
    assert whole.naive_mae is not None
    assert days[0].day == local_date(utc("2025-10-26"))
    assert days[0].hours == 25


def test_the_plan_is_priced_anew_and_its_saving_is_realised(context: Context) -> None:
    keep(context)
    view = history_view(context)
    assert view.cost is not None
    assert view.plan is not None
    paid = cost(view.plan.best.tasks, view.hours["actual"], context.factory)["cost_eur"].sum()
    assert view.cost.came == pytest.approx(paid)
    assert view.cost.expected == view.plan.best.cost_eur
    assert view.cost.saved is not None
    assert view.cost.saved > 0


def test_what_has_not_come_is_not_told(context: Context) -> None:
    keep(context)
    now = history_view(replace(context, now=EVENING))
    assert not now.replay
    assert now.missed == ()
    assert now.cost is not None
    assert (now.cost.came, now.cost.unpriced) == (None, "to come")
    assert now.hours.loc[~now.hours["known"], "actual"].isna().all()


def test_a_plan_of_another_factory_is_not_priced_anew(context: Context) -> None:
    keep(context)
    stages = tuple(
        stage.model_copy(update={"power_kw": stage.power_kw * 2})
        for stage in context.factory.stages
    )
    other = replace(context, factory=context.factory.model_copy(update={"stages": stages}))
    view = history_view(other)
    assert view.cost is not None
    assert (view.cost.came, view.cost.unpriced) == (None, "other factory")


def test_before_anything_was_kept_the_prices_stand_alone(context: Context) -> None:
    view = history_view(context)
    assert view.forecast is view.plan is view.cost is None
    assert view.missed == ()
    assert view.hours["known"].all()
    assert len(view.hours) == 48
    assert view.first == utc("2025-07-15T02:00")


@pytest.mark.parametrize(
    ("moment", "hours"), [("2025-10-26T12:00", 25 + 24), ("2025-10-25T12:00", 24 + 25)]
)
def test_a_day_of_25_hours_has_all_of_them(context: Context, moment: str, hours: int) -> None:
    view = history_view(replace(context, as_of=utc(moment)))
    assert len(view.hours) == hours
    assert view.hours.index.is_unique
    assert view.hours["actual"].notna().all()


def test_a_day_of_23_hours_has_no_more(real_prices: pd.Series) -> None:
    since = real_prices.index >= pd.Timestamp("2025-03-15", tz="UTC")
    some = real_prices[since & (real_prices.index < utc("2025-04-05"))]
    real_store(read_settings()).write("energy_prices", price_frame(some), received_at=NOW)
    view = history_view(replace(open_context(), as_of=utc("2025-03-30T12:00")))
    assert len(view.hours) == 23 + 24
    assert view.hours.loc[view.hours.index[:23], "known"].all()
    assert view.public_until == view.hours.index[22] + HOUR


def test_an_empty_store_has_a_page() -> None:
    view = history_view(open_context())
    assert view.first is None
    assert view.public_until is None
    assert view.hours["q50"].isna().all()


def test_the_moment_sees_nothing_that_was_kept_after_it(context: Context) -> None:
    keep(replace(context, as_of=EVENING + DAY))
    view = history_view(context)
    assert view.forecast is None
    assert view.plan is None
