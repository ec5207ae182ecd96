from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from chocolib.core.errors import SettingsError, SourceChanged, SourceUnavailable
from chocolib.core.ports import Source
from chocolib.core.time import HOUR, Window
from chocolib.sources.documents import Malformed
from chocolib.sources.openweathermap import (
    OpenWeatherMap,
    OpenWeatherMapForecast,
    OpenWeatherMapHistory,
)
from chocolib.sources.openweathermap_answers import parse_current, parse_forecast, parse_history
from chocolib.sources.weather import Place
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.doubles import KEY, LIVE, NOON, celsius, owm_current, owm_forecast, owm_history

WINDOW = Window(NOON - HOUR, NOON + HOUR)


@pytest.fixture(params=[OpenWeatherMap, OpenWeatherMapForecast, OpenWeatherMapHistory])
def source(request: pytest.FixtureRequest, server: Server) -> Source:
    found: Source = request.param(KEY, server.url, manners=QUICK)
    return found


@pytest.fixture
def history(server: Server) -> OpenWeatherMapHistory:
    server.will(LIVE["openweathermap history"].reply(server))
    return OpenWeatherMapHistory(KEY, server.url, manners=QUICK)


class TestNow:
    def test_a_reading_is_a_row(self, server: Server) -> None:
        server.will(Reply.json(owm_current(NOON + pd.Timedelta(minutes=7))))
        frame = OpenWeatherMap(KEY, server.url, manners=QUICK).fetch(WINDOW)
        row = frame.iloc[0]
        assert frame.index.tolist() == [NOON - HOUR]
        assert row["available_at"] == NOON + pd.Timedelta(minutes=10)
        expected = {
            "station": "owm-linares",
            "temperature_c": celsius(NOON),
            "humidity_pct": 48.0,
            "pressure_hpa": 957.0,
            "wind_ms": 2.57,
            "wind_direction_deg": 220.0,
            "wind_gust_ms": 6.1,
            "precipitation_mm": 0.31,
            "source": "openweathermap",
        }
        assert row[list(expected)].to_dict() == expected
        assert pd.isna(row["radiation_wm2"])
        assert server.paths == ["/data/2.5/weather"]
        assert server.asked == [
            {"lat": "38.1511", "lon": "-3.6295", "units": "metric", "appid": KEY}
        ]

    @pytest.mark.parametrize(
        ("minutes", "end"), [(0, 0), (1, 0), (30, 0), (31, 1), (59, 1), (60, 1), (-1, 0)]
    )
    def test_it_belongs_to_the_hour_whose_end_is_nearest(self, minutes: int, end: int) -> None:
        frame = parse_current(owm_current(NOON + pd.Timedelta(minutes=minutes)))
        assert frame.index.tolist() == [NOON + (end - 1) * HOUR]

    def test_the_pressure_at_sea_level_is_not_that_of_the_place(self) -> None:
        main = {"temp": 20.0, "humidity": 48, "pressure": 1015, "sea_level": 1015}
        row = parse_current(owm_current(NOON, main=main)).iloc[0]
        assert pd.isna(row["pressure_hpa"])
        assert row["temperature_c"] == 20.0

    def test_what_is_not_there_is_missing(self) -> None:
        document = owm_current(NOON, rain=None)
        del document["wind"]
        row = parse_current(document).iloc[0]
        assert row[["wind_ms", "wind_gust_ms", "precipitation_mm"]].isna().all()

    @pytest.mark.parametrize("temp", [293.15, 68.5, -70])
    def test_other_units_are_recognised(self, temp: float) -> None:
        document = owm_current(NOON, main={"temp": temp})
        with pytest.raises(Malformed, match=r"main\.temp: expected degrees Celsius"):
            parse_current(document)

    def test_elsewhere_the_series_has_the_name_of_the_place(self) -> None:
        document = owm_current(NOON, coord={"lat": 40.4168, "lon": -3.7038})
        assert parse_current(document)["station"].tolist() == ["owm-40.42,-3.70"]


class TestAhead:
    def test_each_step_is_the_hour_that_ends_there(self) -> None:
        frame = parse_forecast(owm_forecast())
        assert frame.index.tolist() == [NOON + (3 * i - 1) * HOUR for i in range(40)]
        ends = [time + HOUR for time in frame.index]
        assert frame["temperature_c"].tolist() == [celsius(end) for end in ends]
        assert frame["precipitation_mm"].isna().all()
        assert frame["available_at"].isna().all()
        assert set(frame["pressure_hpa"]) == {957.0}

    def test_it_has_a_path_of_its_own(self, server: Server) -> None:
        server.will(Reply.json(owm_forecast()))
        source = OpenWeatherMapForecast(KEY, server.url, manners=QUICK)
        assert len(source.fetch(Window(NOON - HOUR, NOON + 24 * HOUR))) == 9
        assert server.paths == ["/data/2.5/forecast"]


class TestPast:
    def test_each_hour_is_asked_for_at_its_end(
        self, server: Server, history: OpenWeatherMapHistory
    ) -> None:
        window = Window(NOON - pd.Timedelta(minutes=90), NOON + HOUR)
        frame = history.fetch(window)
        assert frame.index.tolist() == [NOON - HOUR, NOON]
        assert frame["temperature_c"].tolist() == [celsius(NOON), celsius(NOON + HOUR)]
        assert frame["pressure_hpa"].isna().all()
        assert server.paths == ["/data/3.0/onecall/timemachine"] * 2
        asked = [int(query["dt"]) for query in server.asked]
        assert asked == [int(NOON.timestamp()), int((NOON + HOUR).timestamp())]

    def test_an_hour_that_was_not_asked_for_is_not_kept(
        self, server: Server, history: OpenWeatherMapHistory
    ) -> None:
        server.will(Reply.json(owm_history(NOON + 5 * HOUR)))
        assert history.fetch(WINDOW).empty

    def test_an_answer_without_data_is_a_missing_hour(
        self, server: Server, history: OpenWeatherMapHistory
    ) -> None:
        server.will(Reply.json(owm_history(NOON) | {"data": []}))
        assert history.fetch(WINDOW).empty

    def test_a_year_is_not_asked_for_hour_by_hour(
        self, server: Server, history: OpenWeatherMapHistory
    ) -> None:
        with pytest.raises(SettingsError, match="would be asked 1001 questions"):
            history.fetch(Window(NOON, NOON + 1001 * HOUR))
        assert server.asked == []

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_key_without_the_subscription_is_told_what_it_needs(
        self, server: Server, history: OpenWeatherMapHistory, status: int
    ) -> None:
        why = "Please note that using One Call 3.0 requires a separate subscription"
        server.will(Reply.json({"cod": status, "message": why}, status))
        with pytest.raises(SourceChanged, match="requires a separate subscription") as caught:
            history.fetch(WINDOW)
        assert "One Call by Call" in caught.value.hint

    def test_a_moment_far_from_any_other_is_read_from_a_file(self) -> None:
        frame = parse_history(owm_history(pd.Timestamp("1979-01-01T05:04Z")))
        assert str(frame.index[0]) == "1979-01-01 04:00:00+00:00"


def test_a_new_key_is_told_to_wait(server: Server, source: Source) -> None:
    server.will(Reply.json({"cod": 401, "message": "Invalid API key."}, 401))
    with pytest.raises(SourceChanged, match=r"\(401\): \"Invalid API key\.\"") as caught:
        source.fetch(WINDOW)
    assert "works after about two hours" in caught.value.hint


def test_a_blocked_account_is_asked_again_later(server: Server, source: Source) -> None:
    server.will(Reply.json({"cod": "429", "message": "Your account is temporary blocked"}))
    with pytest.raises(SourceUnavailable, match="temporary blocked"):
        source.fetch(WINDOW)


def _elsewhere(document: dict[str, Any]) -> dict[str, Any]:
    there = {"lat": 40.4168, "lon": -3.7038}
    return document | {"coord": there, "city": {"coord": there}} | there


def test_the_weather_of_another_place_calls_a_person(server: Server, source: Source) -> None:
    document = owm_current(NOON) | owm_forecast() | owm_history(NOON) | {"cod": 200}
    server.will(Reply.json(_elsewhere(document)))
    with pytest.raises(SourceChanged, match=r"expected the weather at 38\.15,-3\.63"):
        source.fetch(WINDOW)


def test_another_place_can_be_asked_for(server: Server) -> None:
    server.will(Reply.json(_elsewhere(owm_current(NOON))))
    madrid = Place(40.4168, -3.7038)
    frame = OpenWeatherMap(KEY, server.url, place=madrid, manners=QUICK).fetch(WINDOW)
    assert frame["station"].tolist() == ["owm-40.42,-3.70"]
    assert (server.asked[0]["lat"], server.asked[0]["lon"]) == ("40.4168", "-3.7038")
