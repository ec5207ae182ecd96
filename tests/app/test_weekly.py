"""The review of a week: the plans beside what came, alerts by evening, gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context
from chocolib.app.daily import plan, prices
from chocolib.app.plan_review import newest_week
from chocolib.app.plan_store import keep_plan
from chocolib.app.weekly import followed, weekly
from chocolib.core.errors import NotEnoughData
from chocolib.core.time import HOUR, Window, at, local_date, midnight

MONDAY = "2025-11-10T06:30"


@pytest.fixture
def context(priced_home: Path) -> Context:
    return open_context(as_of=MONDAY, lang="es")


def test_the_work_begun_is_costed_at_the_prices_that_came(context: Context) -> None:
    then = replace(context, as_of=at(date(2025, 11, 3), 21))
    made = plan(then, days=1, model="weekly-naive")
    keep_plan(then, made)
    window = Window(midnight(date(2025, 11, 3)), midnight(date(2025, 11, 10)))
    table = followed(context, window)
    assert table["tasks"].sum() == len(made.best.tasks)
    assert table["kwh"].sum() == pytest.approx(made.best.energy_kwh)
    assert table["planned_eur"].sum() == pytest.approx(made.best.cost_eur, abs=1e-3)
    known = prices(context)["price_eur_kwh"]
    low, high = known[window.start : window.end].agg(["min", "max"])
    per_kwh = table["came_eur"] / table["kwh"]
    assert per_kwh.between(low, high).all()
    assert set(table.index) == {local_date(task.start) for task in made.best.tasks}


def test_what_has_not_come_yet_has_no_cost(context: Context) -> None:
    then = replace(context, as_of=at(date(2025, 11, 3), 21))
    keep_plan(then, plan(then, days=2, model="weekly-naive"))
    early = replace(context, as_of=at(date(2025, 11, 3), 22))
    table = followed(early, Window(midnight(date(2025, 11, 3)), midnight(date(2025, 11, 10))))
    known_until = midnight(date(2025, 11, 5))
    for day, row in table.iterrows():
        assert pd.isna(row["came_eur"]) or midnight(pd.Timestamp(str(day)).date()) < known_until
    assert table["came_eur"].isna().any()


def test_the_week_is_the_seven_whole_days_before(context: Context) -> None:
    found = weekly(context, model="weekly-naive")
    assert (found.window.start, found.window.end) == (
        midnight(date(2025, 11, 3)),
        midnight(date(2025, 11, 10)),
    )
    assert found.followed.empty
    assert found.issued is None
    assert found.savings["days"][0]["day"] == "2025-10-27"
    spikes = next(one for one in found.alerts if one.alert.rule.id == "price_spike")
    assert set(spikes.days) <= {date(2025, 11, day) for day in range(3, 10)}
    prices_lack = next(one for one in found.series if one.kind.name == "energy_prices")
    assert len(prices_lack.missing) == 0


def test_a_week_with_the_autumn_change_has_169_hours(context: Context) -> None:
    late = replace(context, as_of=at(date(2025, 10, 27), 7))
    window = Window(midnight(date(2025, 10, 20)), midnight(date(2025, 10, 27)))
    assert (window.end - window.start) / HOUR == 169
    assert newest_week(late.as_of).last_day == date(2025, 10, 19)


def test_without_prices_of_the_week_it_says_what_to_run(context: Context) -> None:
    far = replace(context, as_of=at(date(2026, 10, 5), 7))
    with pytest.raises(NotEnoughData, match="no price is known of the week before 2026-10-05"):
        weekly(far)
