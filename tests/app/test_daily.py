from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from chocolib.app.context import Context, open_context
from chocolib.app.daily import forecast, kept_forecast, kept_plan, plan, update
from chocolib.app.settings import read_settings
from chocolib.app.views.today import today_view
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.doors.pages import PAGES

AS_OF = "2025-11-20T21:00"


@pytest.fixture
def full(priced_home: Path) -> Context:
    """A store with all real prices, seen as of `AS_OF`."""
    return open_context(as_of=AS_OF)


def forget_the_future(context: Context) -> None:
    """Delete every row that was not yet known, by hand, past the store's own code."""
    with sqlite3.connect(read_settings().home / "chocolib.sqlite") as database:
        moment = int(context.as_of.timestamp())
        deleted = database.execute(
            "delete from energy_prices where available_at > ?", (moment,)
        ).rowcount
    assert deleted > 1000


@pytest.mark.parametrize("model", ["champion", "prophet", "weekly-naive"])
def test_no_row_after_as_of_is_read(full: Context, model: str) -> None:
    seen = forecast(full, model=model)
    again = forecast(full, model=model)
    forget_the_future(full)
    blind = forecast(open_context(as_of=AS_OF), model=model)
    assert seen.to_dict() == again.to_dict() == blind.to_dict()


def test_a_forecast_as_of_nine_in_the_evening_knows_tomorrow(full: Context) -> None:
    made = forecast(full, model="weekly-naive").to_dict()
    assert made["origin"] == "2025-11-20T20:00:00Z"
    assert len(made["points"]) == 168
    assert [point["known"] for point in made["points"]] == [True] * 27 + [False] * 141


def test_a_forecast_before_publication_does_not_know_tomorrow(full: Context) -> None:
    made = forecast(open_context(as_of="2025-11-20T20:00"), model="weekly-naive")
    assert made.frame["known"].sum() == 4  # 20:00 to midnight


def test_a_plan_sees_nothing_of_the_future_either(full: Context) -> None:
    seen = plan(full, model="weekly-naive").to_dict()
    forget_the_future(full)
    blind = plan(open_context(as_of=AS_OF), model="weekly-naive").to_dict()
    for document in (seen, blind):
        document.pop("seconds")
    assert seen == blind


def test_what_is_kept_comes_back_as_it_was(full: Context) -> None:
    before = PAGES["today"].revision(full)
    made = update(full, model="weekly-naive")
    back = kept_plan(full)
    assert back is not None
    assert back.to_dict() == made.to_dict()
    expected = kept_forecast(full)
    assert expected is not None
    assert expected.to_dict() == forecast(full, model="weekly-naive").to_dict()
    assert PAGES["today"].revision(full) != before


def test_a_replay_does_not_see_a_plan_made_later(full: Context) -> None:
    update(full, model="weekly-naive")
    earlier = open_context(as_of="2025-11-20T20:45")
    assert kept_plan(earlier) is None
    assert kept_forecast(earlier) is None


def test_the_page_shows_today_and_tomorrow(full: Context) -> None:
    view = today_view(full)
    here = view.prices.index.tz_convert("Europe/Madrid")
    assert (len(here), here[0].hour, here[-1].hour) == (48, 0, 23)
    assert view.price_now == pytest.approx(0.23537)
    assert view.replay
    assert view.typical is not None
    assert view.typical[0] < view.typical[1]


def test_a_page_long_after_the_data_shows_no_old_plan_as_if_it_were_new(full: Context) -> None:
    update(full, model="weekly-naive")
    later = today_view(open_context(as_of="2026-03-15T10:00"))
    assert later.plan is None
    assert later.forecast is None
    assert later.price_now is None
    assert "sáb 31 ene 2026" in later.problems[0]
    assert "chocolib ingest ree" in later.problems[0]


def test_prices_of_long_ago_are_named_with_what_to_do(full: Context) -> None:
    with pytest.raises(NotEnoughData, match=r"2026-01-31 22:00.*\n.*--as-of 2026-01-30T20:30"):
        forecast(open_context(as_of="2026-11-01T10:00"))


@pytest.mark.parametrize("days", [0, 8])
def test_a_plan_is_for_one_to_seven_days(full: Context, days: int) -> None:
    with pytest.raises(SettingsError, match="1 to 7"):
        plan(full, days=days)


def test_the_page_of_an_empty_store_is_empty_not_zero() -> None:
    view = today_view(open_context())
    assert view.price_now is None
    assert view.prices.empty
    assert view.newest_price is None


def test_no_data_says_what_to_run() -> None:
    with pytest.raises(NotEnoughData, match="chocolib ingest ree"):
        forecast(open_context())


@pytest.mark.parametrize(("day", "hours"), [("2025-03-29", 23), ("2025-10-25", 25)])
def test_forecast_and_plan_over_a_change_of_clocks(full: Context, day: str, hours: int) -> None:
    context = open_context(as_of=f"{day}T21:00")
    made = forecast(context, model="weekly-naive")
    assert made.frame["known"].sum() == 3 + hours
    assert plan(context, model="weekly-naive", days=3).status == "optimal"
