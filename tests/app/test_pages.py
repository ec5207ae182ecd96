"""What the pages show, gathered from a store: the day, the week, the landing page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.daily import forecast as made_forecast
from chocolib.app.daily import keep_forecast, update
from chocolib.app.outlook import live_forecast, next_window, room_now
from chocolib.app.plan_store import keep_plan, kept_plan
from chocolib.app.saved import saved_this_month
from chocolib.app.settings import read_settings
from chocolib.app.views.home import home_view
from chocolib.app.views.today import today_view
from chocolib.app.views.week import week_view
from chocolib.core.ports import Store
from chocolib.core.time import DAY, HOUR, parse_as_of, utc
from chocolib.doors.pages import PAGES, tiles
from tests.conftest import NOW, price_frame

AS_OF = "2025-11-20T21:00"


@pytest.fixture
def store() -> Store:
    return real_store(read_settings())


@pytest.fixture
def full(store: Store, real_prices: pd.Series) -> Context:
    """Real prices of a year until the last that was known, seen as of `AS_OF`."""
    prices = real_prices[real_prices.index >= utc("2025-01-01")]
    store.write("energy_prices", price_frame(prices), received_at=NOW)
    return open_context(as_of=AS_OF)


def at(context: Context, as_of: str) -> Context:
    return replace(context, as_of=parse_as_of(as_of, now=context.now))


def with_weather(store: Store, name: str, first: pd.Timestamp, hours: int, warm: float) -> None:
    index = pd.date_range(first, periods=hours, freq="h", name="time")
    known = first if name == "weather_forecast" else index + HOUR + pd.Timedelta(minutes=10)
    rows = pd.DataFrame(
        {
            "station": "om-linares",
            "temperature_c": warm,
            "humidity_pct": 30.0,
            "source": "open-meteo",
            "available_at": known,
            "flag": "",
        },
        index=index,
    )
    for column in ("pressure_hpa", "wind_ms", "wind_direction_deg", "wind_gust_ms"):
        rows[column] = float("nan")
    rows["radiation_wm2"] = rows["precipitation_mm"] = float("nan")
    store.write(name, rows, received_at=NOW)


def test_prices_published_after_the_forecast_take_its_place(full: Context) -> None:
    noon = at(full, "2025-11-20T12:00")
    keep_forecast(noon, made_forecast(noon, model="weekly-naive"))
    before, after = live_forecast(noon), live_forecast(full)
    assert before is not None
    assert after is not None
    assert (before.frame["known"].sum(), after.frame["known"].sum()) == (12, 36)
    tomorrow = utc("2025-11-21T12:00")
    price = full.store.read("energy_prices", as_of=full.as_of)["price_eur_kwh"][tomorrow]
    assert after.frame.loc[tomorrow, ["q10", "q50", "q90"]].tolist() == [price] * 3
    assert before.frame.loc[tomorrow, "q50"] != price


def test_an_old_forecast_is_said_on_top_of_both_pages(full: Context) -> None:
    update(full, model="weekly-naive")
    assert today_view(full).problems == week_view(full).problems == ()
    later = at(full, "2025-11-23T21:00")
    for view in (today_view(later), week_view(later)):
        assert any("antigua, del jue 20 nov, 21:00" in problem for problem in view.problems)


def test_the_next_cheap_hours_end_by_tomorrow_night(full: Context) -> None:
    update(full, model="weekly-naive")
    found = next_window(full, live_forecast(full))
    assert found is not None
    assert full.as_of <= found.start < found.end <= utc("2025-11-22T00:00")
    assert found.published
    assert found.mean_eur_kwh < found.day_mean_eur_kwh
    assert next_window(full, None) is None


@pytest.mark.parametrize(
    ("day", "hours"), [("2025-11-20", 168), ("2025-10-25", 169), ("2025-03-29", 167)]
)
def test_the_week_has_every_hour_of_seven_days(full: Context, day: str, hours: int) -> None:
    context = at(full, f"{day}T21:00")
    keep_forecast(context, made_forecast(context, model="weekly-naive"))
    view = week_view(context)
    assert len(view.hours) == hours
    assert view.hours["day"].nunique() == 7
    assert view.hours["price"].notna().all()
    assert view.hours["score"].isna().all()  # nothing is known of the weather
    assert set(view.windows["hours"]) == set(range(1, 9))
    lengths = (view.windows["end"] - view.windows["start"]) / HOUR
    assert (lengths == view.windows["hours"]).all()
    assert (view.windows["start"] >= context.as_of).all()


def test_hours_with_weather_have_a_score_and_its_parts(full: Context, store: Store) -> None:
    with_weather(store, "weather_forecast", utc("2025-11-20T12:00"), 48, 33.0)
    update(full, model="weekly-naive")
    hour = week_view(full).hours.loc[utc("2025-11-21T10:00")]
    assert hour["weather"] == "forecast"
    assert hour["room_c"] == pytest.approx(20.75)
    parts = hour[["price_points", "temperature_points", "humidity_points"]].sum()
    assert hour["score"] == pytest.approx(parts)


def test_the_room_is_of_the_newest_weather_that_is_fresh(full: Context, store: Store) -> None:
    assert room_now(full) is None
    with_weather(store, "weather_forecast", full.as_of.floor("h") - HOUR, 24, 35.0)
    told = room_now(full)
    assert told is not None
    assert (told.source, told.outside_c, told.newest) == ("forecast", 35.0, None)
    assert told.room_c == pytest.approx(21.25)
    with_weather(store, "weather_data", full.as_of.floor("h") - 5 * HOUR, 4, 12.0)
    seen = room_now(full)
    assert seen is not None
    assert (seen.source, seen.outside_c) == ("observed", 12.0)
    assert seen.hour == seen.newest == full.as_of - 2 * HOUR
    late = room_now(replace(full, as_of=full.as_of + 6 * HOUR))
    assert late is not None
    assert (late.source, late.newest) == ("forecast", seen.newest)


def test_the_saving_counts_finished_batches_of_equal_energy(full: Context) -> None:
    assert saved_this_month(full) is None
    monday = at(full, "2025-11-16T21:00")
    update(monday, model="weekly-naive")
    made = kept_plan(monday)
    assert made is not None
    assert saved_this_month(monday) is None  # nothing is finished yet
    found = saved_this_month(full)
    assert found is not None
    assert found.since == date(2025, 11, 1)
    assert found.batches == made.best.batches
    assert found.saving_eur == pytest.approx(made.saving_eur)
    assert found.usual_eur == pytest.approx(made.as_usual.cost_eur)
    assert found.made_at == made.as_of
    assert saved_this_month(at(full, "2025-12-01T10:00")) is None


def test_a_batch_that_needs_other_energy_as_usual_is_not_counted(full: Context) -> None:
    monday = at(full, "2025-11-16T21:00")
    update(monday, model="weekly-naive")
    made = kept_plan(monday)
    assert made is not None
    first, *others = made.as_usual.tasks
    usual = replace(made.as_usual, tasks=(replace(first, energy_kwh=1e3), *others))
    again = replace(monday, as_of=monday.as_of - DAY)
    keep_plan(again, replace(made, as_of=again.as_of, as_usual=usual))
    found = saved_this_month(full)
    assert found is not None
    assert found.batches == made.best.batches - 1


def test_an_empty_store_has_pages_without_numbers() -> None:
    context = open_context(as_of=AS_OF)
    day, week, home = today_view(context), week_view(context), home_view(context)
    assert (day.room, day.window, day.saved) == (None, None, None)
    assert week.hours.empty
    assert week.windows.empty
    facts = (home.price, home.window, home.saving_eur, home.room, home.mae_eur_kwh, home.failed)
    assert facts == (None,) * 6
    for kind in PAGES.values():
        assert 'data-ready="1"' in kind.html(context)


def test_the_landing_page_has_a_fact_of_what_is_there(full: Context) -> None:
    update(full, model="weekly-naive")
    view = home_view(full)
    assert view.price == pytest.approx(0.23537)
    assert view.saving_eur is not None
    assert view.window is not None
    assert view.tiles == ()  # whom they are for is the door's to say
    assert 'href="/week?at=2025-11-20T21:00"' in PAGES["home"].html(full)


def test_the_landing_page_offers_what_the_reader_may_see() -> None:
    context = open_context(as_of=AS_OF)
    for role in ("viewer", "admin"):
        offered = [tile.name for tile in tiles(role, "es")]
        assert offered == [k.name for k in PAGES.values() if k.seen_by(role) and k.name != "home"]
        html = PAGES["home"].html(context, role)
        assert html.count('class="cc-tile"') == len(offered)
