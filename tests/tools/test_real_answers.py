"""Answers on real data, beside numbers counted from the raw file without the package."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from chocolib.app.context import Context
from chocolib.app.views.week import week_view
from chocolib.core.errors import NotEnoughData, SettingsError
from chocolib.tools.analysis import get_siar_analysis
from chocolib.tools.past_prices import (
    get_forecast_deviation,
    get_price_explanation,
    get_price_statistics,
)
from chocolib.tools.planned import get_batch_explanation, get_daily_optimization
from chocolib.tools.plant import get_factory_status
from chocolib.tools.predictions import WeeklyForecast, get_optimal_windows, get_weekly_forecast
from chocolib.tools.production import get_production_recommendation
from chocolib.tools.realtime import get_current_price, get_current_weather
from chocolib.tools.savings import get_savings_tracking
from tests.tools.conftest import Opens

HOUR = pd.Timedelta(hours=1)


def of_day(prices: pd.Series, day: str) -> pd.Series:
    """The hours of a Madrid day, by its clock."""
    return prices.tz_convert("Europe/Madrid").loc[day]


def test_the_price_now_is_that_of_the_file_among_those_of_thirty_days(
    real: Context, real_prices: pd.Series
) -> None:
    found = get_current_price(real)
    now = pd.Timestamp("2025-11-20T20:00Z")
    past = real_prices.loc[now - pd.Timedelta(days=30) : now]
    assert found.price.value == real_prices[now]
    assert found.rank_pct == pytest.approx(100 * (past < real_prices[now]).mean(), abs=0.15)
    assert found.level == "dear"
    assert found.next_price is not None
    assert found.next_price.value == real_prices[now + HOUR]
    assert found.published_until.isoformat() == "2025-11-22T00:00:00+01:00"
    assert not found.price.expected


def test_the_windows_are_the_cheapest_of_all_runs_and_those_of_the_page(
    real: Context, real_prices: pd.Series
) -> None:
    found = get_optimal_windows(real, hours=4, days=2)
    tomorrow = found.windows[1]
    runs = of_day(real_prices, "2025-11-21").rolling(4).mean()
    last = pd.Timestamp(tomorrow.spans[0].end) - HOUR
    assert tomorrow.mean_eur_kwh == pytest.approx(runs.min(), abs=1e-5)
    assert last == runs.idxmin()
    assert tomorrow.published == 4
    page = week_view(real).windows
    shown = page[page["hours"] == 4].iloc[:2]
    assert [pd.Timestamp(one.spans[0].start) for one in found.windows] == list(shown["start"])
    assert [one.mean_eur_kwh for one in found.windows] == list(shown["mean_eur_kwh"].round(5))
    assert [one.below_mean for one in found.windows] == list(shown["below_mean"].round(3))


def test_the_week_has_the_published_days_as_they_are_and_a_band_after(
    real: Context, real_prices: pd.Series
) -> None:
    found = get_weekly_forecast(real, days=7, by="hour")
    today, tomorrow, *later = found.days
    for day in (today, tomorrow):
        prices = of_day(real_prices, str(day.day))
        assert day.mean_eur_kwh == pytest.approx(prices.mean(), abs=1e-5)
        assert pd.Timestamp(day.cheapest_hour) == prices.idxmin()
        assert pd.Timestamp(day.dearest_hour) == prices.idxmax()
        assert (day.hours, day.published, day.whole) == (24, 24, True)
    assert all(day.published == 0 for day in later)
    assert all(one.low_eur_kwh < one.high_eur_kwh for one in later)  # type: ignore[operator]
    assert len(found.hours) == sum(day.hours for day in found.days) >= 164
    assert get_weekly_forecast(real, days=2).hours == ()


@pytest.mark.parametrize(
    ("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25), ("2025-03-15", 24)]
)
def test_a_day_of_any_length_is_counted_as_the_clock_has_it(
    real: Context, real_prices: pd.Series, day: str, hours: int
) -> None:
    asked = date.fromisoformat(day)
    found = get_price_statistics(real, since=asked)
    prices = of_day(real_prices, day)
    assert (found.since, found.until, found.hours, found.missing_hours) == (asked, asked, hours, 0)
    assert found.mean_eur_kwh == pytest.approx(prices.mean(), abs=1e-5)
    assert found.median_eur_kwh == pytest.approx(prices.median(), abs=1e-5)
    assert found.cheapest.eur_kwh == prices.min()
    assert pd.Timestamp(found.dearest.start) == prices.idxmax()
    assert sum(one.hours for one in found.by_period) == hours


@pytest.mark.parametrize(("evening", "hours"), [("2025-03-29T21:00", 23), ("2025-10-25T21:00", 25)])
def test_the_days_on_which_the_clock_changes_are_forecast_whole(
    opened: Opens, evening: str, hours: int
) -> None:
    context = opened(evening)
    week = get_weekly_forecast(context, days=3, by="hour")
    odd = week.days[1]
    starts = [one.start for one in week.hours if one.start.date() == odd.day]
    told = [start.isoformat() for start in starts]
    assert len(set(told)) == hours == len({datetime.fromisoformat(text) for text in told})
    assert WeeklyForecast.model_validate_json(week.model_dump_json()) == week
    assert (odd.hours, odd.published, odd.whole) == (hours, hours, True)
    assert get_optimal_windows(context, hours=3, days=3).windows[1].day == odd.day
    assert len(get_production_recommendation(context, hours=48).hours) == 48
    explained = get_price_explanation(context)
    assert (explained.day, explained.hours) == (odd.day, hours)
    assert get_daily_optimization(context, odd.day).day == odd.day


def test_a_period_has_its_periods_of_the_tariff(real: Context, real_prices: pd.Series) -> None:
    found = get_price_statistics(real, since=date(2025, 11, 10), until=date(2025, 11, 16))
    here = real_prices.tz_convert("Europe/Madrid").loc["2025-11-10":"2025-11-16"]  # type: ignore[misc]
    peak = (here.index.day_of_week < 5) & here.index.hour.isin([10, 11, 12, 13, 18, 19, 20, 21])
    told = {one.period: one for one in found.by_period}
    assert told["P1"].hours == peak.sum() == 40
    assert told["P1"].mean_eur_kwh == pytest.approx(here[peak].mean(), abs=1e-5)
    assert found.mean_eur_kwh == pytest.approx(here.mean(), abs=1e-5)


def test_why_a_day_is_dear_adds_up(real: Context, real_prices: pd.Series) -> None:
    found = get_price_explanation(real)
    here = real_prices.tz_convert("Europe/Madrid")
    assert found.day == date(2025, 11, 21)
    assert found.mean_eur_kwh == pytest.approx(here.loc["2025-11-21"].mean(), abs=1e-5)
    usual = here.loc["2025-10-22":"2025-11-20"].mean()  # type: ignore[misc]
    fridays = pd.concat([here.loc[f"2025-{day}"] for day in ("10-24", "10-31", "11-07", "11-14")])
    assert found.usual_eur_kwh == pytest.approx(usual, abs=1e-5)
    assert found.weekday_eur_kwh == pytest.approx(fridays.mean(), abs=1e-5)
    assert found.tolls_eur_kwh is not None
    assert found.market_eur_kwh is not None
    assert found.tolls_eur_kwh > 0  # a Friday has peak hours, three in ten of the days before none
    parts = found.tolls_eur_kwh + found.market_eur_kwh
    assert parts == pytest.approx(found.difference_eur_kwh, abs=2e-5)
    assert [one.eur_kwh for one in found.dearest] == sorted(
        (one.eur_kwh for one in found.dearest), reverse=True
    )
    assert found.dearest[0].eur_kwh == here.loc["2025-11-21"].max()


def test_a_sunday_has_fewer_tolls_than_the_days_before(real: Context) -> None:
    sunday = get_price_explanation(real, date(2025, 11, 23))
    assert sunday.tolls_eur_kwh is not None
    assert sunday.tolls_eur_kwh < 0
    assert sunday.published == 0
    assert sunday.hours == 24
    assert "forecast" in sunday.why[-1]


def test_what_was_forecast_is_what_the_week_before_cost(
    real: Context, real_prices: pd.Series
) -> None:
    found = get_forecast_deviation(real)
    assert found.day == date(2025, 11, 21)
    assert found.model == "weekly-naive"
    assert found.forecast_made_at.isoformat() == "2025-11-19T21:00:00+01:00"
    came = of_day(real_prices, "2025-11-21").to_numpy()
    week_before = of_day(real_prices, "2025-11-14").to_numpy()
    assert [one.published_eur_kwh for one in found.hours] == list(came)
    assert found.mean_error_eur_kwh == pytest.approx(abs(came - week_before).mean(), abs=1e-5)
    assert found.bias_eur_kwh == pytest.approx((came - week_before).mean(), abs=1e-5)


def test_the_records_are_those_of_the_files(real: Context) -> None:
    found = get_siar_analysis(real)
    hottest = next(one for one in found.extremes if one.what == "temperature_max_c")
    assert (hottest.value, hottest.day) == (45.92, date(2021, 8, 13))
    assert len(found.months) == 12
    july = get_siar_analysis(real, month=7)
    assert [one.month for one in july.months] == [7]
    assert {one.day.month for one in july.extremes} == {7}


def test_the_plan_of_a_day_saves_at_equal_kilograms_and_energy(real: Context) -> None:
    found = get_daily_optimization(real, date(2025, 11, 21))
    assert found.kept
    assert found.planned_at.isoformat() == "2025-11-20T21:00:00+01:00"
    assert {pd.Timestamp(one.start).date() for one in found.tasks} == {found.day}
    saved = found.plan_as_usual_eur - found.plan_eur
    assert found.plan_saving_eur == pytest.approx(saved, abs=0.011)
    assert found.plan_saving_pct == pytest.approx(100 * saved / found.plan_as_usual_eur, abs=0.1)
    assert {one.batch for one in found.batches} == {one.batch for one in found.tasks}
    assert all(one.kg == 50 for one in found.batches)
    assert {one.energy_kwh for one in found.batches} <= {124.0, 196.0, 292.0}


def test_a_past_day_is_told_as_its_plan_was_followed(real: Context) -> None:
    past = get_daily_optimization(real, date(2025, 11, 19))
    assert past.kept
    assert past.planned_at.isoformat() == "2025-11-19T21:00:00+01:00"
    assert {pd.Timestamp(one.start).date() for one in past.tasks} == {past.day}
    with pytest.raises(NotEnoughData, match="2025-11-03"):
        get_daily_optimization(real, date(2025, 11, 3))


def test_a_day_that_no_plan_reaches_is_planned_and_says_so(real: Context) -> None:
    found = get_daily_optimization(real, date(2025, 11, 24))
    assert not found.kept
    assert found.tasks
    assert any("not kept" in remark for remark in found.remarks)
    with pytest.raises(NotEnoughData, match="further") as refused:
        get_daily_optimization(real, date(2025, 12, 31))
    assert "2025-11-27" in refused.value.hint


def test_the_plant_runs_what_the_plan_has_running(real: Context) -> None:
    status = get_factory_status(real)
    begun = [one for one in status.running if pd.Timestamp(one.start) < real.as_of]
    assert begun == list(status.running)
    assert status.running or status.next
    assert pd.Timestamp(status.next[0].start) >= real.as_of
    assert status.staffed
    assert status.shift_changes is not None
    assert status.shift_changes.hour == 22
    dues = [(one.due.isoformat(), one.kg, one.batches) for one in status.due]
    assert dues == [  # Wednesday's demand and Thursday's, each at the end of the next day's work
        ("2025-11-20T22:00:00+01:00", 200.0, 4),
        ("2025-11-21T22:00:00+01:00", 200.0, 4),
    ]
    assert status.halted is None  # only the usual weather of the date is known


def test_a_batch_is_explained_with_what_other_hours_cost(real: Context) -> None:
    found = get_batch_explanation(real)
    assert found.batch in found.batches
    assert found.batch in found.why[0]
    assert any(one.forbidden for one in found.other_starts)
    with pytest.raises(SettingsError, match="no batch 'Z9'"):
        get_batch_explanation(real, "Z9")


def test_the_weather_that_nobody_observed_says_so(real: Context) -> None:
    found = get_current_weather(real)
    assert found.basis == "climatology"
    assert found.outside_c.expected
    assert found.halted is None
    assert "usual" in found.remarks[0]


def test_good_and_bad_stretches_are_hours_of_their_class(real: Context) -> None:
    found = get_production_recommendation(real, hours=30)
    assert len(found.hours) == 30
    assert found.hours[0].published
    classes = {one.start: one.hour_class for one in found.hours}
    for stretch in (*found.produce, *found.avoid):
        hours = pd.date_range(stretch.start, stretch.end, freq="h", inclusive="left")
        assert {classes[hour] for hour in hours} == {stretch.hour_class}
    assert {one.hour_class for one in found.produce} <= {"Optimal", "Moderate"}
    assert {one.hour_class for one in found.avoid} <= {"Reduced", "Halt"}
    covered = sum((one.end - one.start for one in (*found.produce, *found.avoid)), pd.Timedelta(0))
    assert covered == 30 * HOUR


def test_savings_are_of_finished_batches_at_the_prices_that_came(real: Context) -> None:
    found = get_savings_tracking(real)
    assert found.month is not None
    week = found.weeks[0]
    assert week.since == date(2025, 11, 17)
    assert found.month.batches == week.batches > 0
    assert found.month.kg == 50 * found.month.batches
    assert week.came_eur is not None
    assert week.came_as_usual_eur is not None
    assert week.came_saving_eur == pytest.approx(week.came_as_usual_eur - week.came_eur, abs=0.011)
