from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from chocolib.insights.heatmap import by_day, heat_map
from tests.insights.forecasts_to_read import forecast_frame


def test_a_week_has_a_cell_for_each_hour() -> None:
    cells = heat_map(forecast_frame("2025-11-17", 7), first_day=date(2025, 11, 17))
    assert len(cells) == 168
    assert by_day(cells).shape == (7, 24)
    assert by_day(cells).notna().all(axis=None)


@pytest.mark.parametrize(
    ("first", "hours", "again"), [("2025-03-24", 167, 0), ("2025-10-20", 169, 1)]
)
def test_the_weeks_of_the_clock_changes_have_an_hour_less_or_more(
    first: str, hours: int, again: int
) -> None:
    cells = heat_map(forecast_frame(first, 7), first_day=date.fromisoformat(first))
    assert (len(cells), int(cells["again"].sum())) == (hours, again)
    sunday = cells[cells["day"] == cells["day"].iloc[-1]]
    assert len(sunday) == 24 + hours - 168
    table = by_day(cells)
    assert bool(table.iloc[-1].isna().any()) == (hours < 168)


def test_an_hour_shown_twice_is_the_mean_of_both_in_the_table() -> None:
    cells = heat_map(forecast_frame("2025-10-26", 1), first_day=date(2025, 10, 26), days=1)
    both = cells[cells["hour"] == 2]["price"]
    assert len(both) == 2
    assert by_day(cells).iloc[0, 2] == pytest.approx(both.mean())


def test_what_is_not_known_stays_empty() -> None:
    frame = forecast_frame("2025-11-17", 2).drop(pd.Timestamp("2025-11-17T10:00Z"))
    cells = heat_map(frame, first_day=date(2025, 11, 17), days=3)
    assert int(cells["price"].isna().sum()) == 25
    assert not cells["known"].any()
    assert cells["rank"].isna().all()
    assert cells["class"].isna().all()


def test_ranks_and_classes_stand_at_their_hours() -> None:
    frame = forecast_frame("2025-11-17", 2)
    rank = pd.Series(0.25, index=frame.index[:24])
    classes = pd.Series("Halt", index=frame.index[24:])
    cells = heat_map(frame, first_day=date(2025, 11, 17), days=2, rank=rank, classes=classes)
    assert cells["rank"].notna().sum() == 24
    assert list(cells["class"].dropna().unique()) == ["Halt"]
