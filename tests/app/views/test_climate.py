"""The view of the climate page, on the real SIAR days and hours of the demonstration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from chocolib.app.context import Context, open_context, real_store
from chocolib.app.ingest import import_siar
from chocolib.app.settings import read_settings
from chocolib.app.views.climate import climate_view
from chocolib.core.time import DAY, HOUR, local_date, utc
from chocolib.sources.siar import siar_files
from tests.conftest import NOW

MOMENT = utc("2025-07-15T12:00")


@pytest.fixture
def context(real_data: Path) -> Context:
    wanted = [p for p in siar_files([real_data / "siar"]) if int(p.stem[-4:]) >= 2019]
    list(import_siar(real_store(read_settings()), wanted, received_at=NOW))
    return replace(open_context(), as_of=MOMENT)


def weather(first: pd.Timestamp, hours: int, temperature_c: float, station: str) -> pd.DataFrame:
    index = pd.date_range(first, periods=hours, freq="h", name="time")
    given = {"station": station, "temperature_c": temperature_c, "humidity_pct": 5.0}
    more = {"source": "aemet", "available_at": index + 2 * HOUR, "flag": ""}
    columns = ["pressure_hpa", "wind_ms", "wind_direction_deg", "wind_gust_ms"]
    columns += ["radiation_wm2", "precipitation_mm"]
    return pd.DataFrame({**given, **dict.fromkeys(columns, float("nan")), **more}, index=index)


def test_without_observations_it_says_what_each_hour_rests_on(context: Context) -> None:
    view = climate_view(context)
    assert view.observed is None
    assert view.problems == ()
    assert local_date(view.hours.index[0]) == local_date(MOMENT)
    assert view.hours.index[-1] + HOUR == MOMENT + 3 * DAY
    assert set(view.hours["weather"]) == {"persistence"}
    assert view.now is not None
    assert view.usual is not None
    assert view.usual["last"] == "2025-07-14"
    assert view.year is not None
    assert view.year.index[-1] == pd.Timestamp("2025-07-14")
    assert view.aim == (18, 22)


def test_what_was_observed_and_forecast_goes_first_and_heat_stops_tempering(
    context: Context,
) -> None:
    begins = utc("2025-07-14T00:00")
    store = context.store
    seen = weather(begins, 35, 31.0, "5279X")
    far = weather(begins, 35, 5.0, "5298X")
    store.write("weather_data", pd.concat([seen, far]), received_at=MOMENT)
    told = weather(MOMENT - HOUR, 80, 50.0, "5279X").assign(available_at=MOMENT - HOUR)
    store.write("weather_forecast", told, received_at=MOMENT)
    view = climate_view(context)
    assert view.observed is not None
    assert (view.observed.station, view.observed.temperature_c) == ("5279X", 31.0)
    assert view.now is not None
    assert (view.now.way, view.now.temperature_c) == ("observed", 31.0)
    assert view.now.room_temperature_c == pytest.approx(20 + 0.25 * 1)
    assert set(view.hours["weather"]) == {"observed", "forecast"}
    assert {halt.stage for halt in view.halts if halt.reason == "temperature"} == {"temper"}
    assert all(halt.start >= MOMENT - HOUR for halt in view.halts)
    assert view.year is not None
    assert view.year.at[pd.Timestamp("2025-07-14"), "station"] == "J17"


def test_an_observation_that_is_old_is_a_problem_of_the_page(context: Context) -> None:
    context.store.write(
        "weather_data", weather(MOMENT - 2 * DAY, 24, 25.0, "5279X"), received_at=MOMENT
    )
    view = climate_view(context)
    (problem,) = view.problems
    assert "22 h" in problem
    assert view.now is not None
    assert view.now.way == "persistence"


def test_a_replay_does_not_see_what_came_later(context: Context) -> None:
    now = climate_view(context)
    earlier = climate_view(replace(context, as_of=MOMENT - 30 * DAY))
    assert now.usual is not None
    assert earlier.usual is not None
    assert now.usual["days"] - earlier.usual["days"] == 30
    assert climate_view(context).usual == now.usual


def test_an_empty_store_has_a_page_without_numbers() -> None:
    view = climate_view(open_context())
    assert view.usual is None
    assert view.now is None
    assert view.observed is None
    assert view.halts == ()
    assert (view.hours["weather"] == "none").all()


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2024-10-27", 25)])
def test_a_day_of_23_or_25_hours_has_all_of_them(context: Context, day: str, hours: int) -> None:
    view = climate_view(replace(context, as_of=utc(f"{day}T12:00")))
    today = [hour for hour in view.hours.index if f"{local_date(hour)}" == day]
    assert len(today) == hours
    assert view.hours.loc[today, "temperature_c"].notna().all()
