"""Windows and the map of the week, on real prices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chocolib.app.context import Context, open_context
from chocolib.app.windows import usual_load_kw, week_map, windows
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.core.time import at, utc


@pytest.fixture
def full(priced_home: Path) -> Context:
    return open_context(as_of="2025-11-20T21:00")


def test_the_days_begin_with_what_is_left_of_today(full: Context) -> None:
    found = windows(full, hours=3, days=3, model="weekly-naive")
    assert [window.day for window in found.days] == [date(2025, 11, n) for n in (20, 21, 22)]
    assert [window.day_hours for window in found.days] == [24, 24, 24]
    assert [window.published for window in found.days] == [3, 3, 0]
    assert found.days[1].near_cheapest > 0.9  # a run may begin on it and end on the unknown day
    assert found.load_kw == usual_load_kw(full.factory) == 12


def test_scattered_hours_are_never_dearer(full: Context) -> None:
    together = windows(full, hours=6, days=2, model="weekly-naive").days
    loose = windows(full, hours=6, days=2, scattered=True, model="weekly-naive").days
    assert loose[-1].mean_eur_kwh <= together[-1].mean_eur_kwh
    assert loose[-1].near_cheapest == 1
    assert [window.day for window in loose] == [date(2025, 11, 21)]


def test_what_cannot_be_asked_is_refused(full: Context) -> None:
    with pytest.raises(SettingsError):
        windows(full, days=8)
    with pytest.raises(SettingsError):
        windows(full, load_kw=0, model="weekly-naive")
    with pytest.raises(SettingsError):
        week_map(full, days=0)


def test_the_week_begins_today_with_the_hours_that_are_gone(full: Context) -> None:
    cells = week_map(full, model="weekly-naive")
    assert len(cells) == 168
    assert cells["day"].iloc[0] == date(2025, 11, 20)
    assert cells["price"].notna().all()
    assert cells["known"].sum() == 48
    assert cells["rank"].between(0, 1)[cells["known"]].all()
    assert cells["class"].isna().all()


def test_the_last_hour_of_a_day_still_has_its_map(full: Context) -> None:
    late = open_context(as_of="2025-11-20T23:30")
    cells = week_map(late, days=1, model="weekly-naive")
    assert len(cells) == 24
    assert cells.index[-1] + (cells.index[1] - cells.index[0]) == at(date(2025, 11, 20), 24)
    assert windows(late, days=1, model="weekly-naive").days[0].hours[0] >= utc("2025-11-21")


def test_without_prices_it_says_what_to_run() -> None:
    with pytest.raises(NotEnoughData):
        windows(open_context(as_of="2025-11-20T21:00"))
