from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from chocolib.core.errors import SourceChanged, SourceError, SourceUnavailable
from chocolib.core.ports import Source
from chocolib.core.time import HOUR, Window, day_window
from chocolib.sources.aemet import AemetForecast, AemetObservations
from chocolib.sources.aemet_answers import parse_forecast, parse_observations
from chocolib.sources.documents import Malformed
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.doubles import KEY, NOON, celsius, forecast_day, record, town, two_steps

WINDOW = Window(NOON - HOUR, NOON + HOUR)
NOTHING = {"descripcion": "No hay datos que satisfagan esos criterios", "estado": 404}
SPRING, AUTUMN, ORDINARY = date(2025, 3, 30), date(2025, 10, 26), date(2025, 6, 12)


@pytest.fixture
def station(server: Server) -> AemetObservations:
    return AemetObservations(KEY, server.url + "/opendata", manners=QUICK)


@pytest.fixture
def ahead(server: Server) -> AemetForecast:
    return AemetForecast(KEY, server.url + "/opendata", manners=QUICK)


@pytest.fixture(params=["station", "ahead"])
def source(request: pytest.FixtureRequest) -> Source:
    found: Source = request.getfixturevalue(request.param)
    return found


def answering(server: Server, document: object) -> Callable[[dict[str, str]], Reply]:
    return lambda query: Reply.json(two_steps(lambda _: document)(server, query))


class TestTwoSteps:
    def test_the_envelope_leads_to_the_records(
        self, server: Server, station: AemetObservations
    ) -> None:
        server.will(answering(server, [record(NOON), record(NOON + HOUR)]))
        frame = station.fetch(WINDOW)
        assert frame.index.tolist() == [NOON - HOUR, NOON]
        assert server.paths == [
            "/opendata/api/observacion/convencional/datos/estacion/5279X",
            "/sh/208c3ca3",
        ]
        assert [sent["api_key"] for sent in server.headers] == [KEY, KEY]

    def test_the_forecast_has_a_path_of_its_own(self, server: Server, ahead: AemetForecast) -> None:
        server.will(answering(server, town(forecast_day(ORDINARY))))
        assert len(ahead.fetch(WINDOW)) == 2
        assert server.paths[0] == "/opendata/api/prediccion/especifica/municipio/horaria/23055"

    def test_another_station_and_municipality_can_be_asked(self, server: Server) -> None:
        server.will(answering(server, [record(NOON, idema="5298X")]))
        frame = AemetObservations(KEY, server.url, station="5298X", manners=QUICK).fetch(WINDOW)
        assert frame["station"].tolist() == ["5298X"]
        there = town(forecast_day(ORDINARY))
        there[0]["id"] = "28065"
        server.will(answering(server, there))
        source = AemetForecast(KEY, server.url, municipality="28065", manners=QUICK)
        assert set(source.fetch(WINDOW)["station"]) == {"28065"}

    @pytest.mark.parametrize("status", [200, 404])
    def test_no_data_is_an_empty_frame(self, server: Server, source: Source, status: int) -> None:
        server.will(Reply.json(NOTHING, status))
        assert source.fetch(WINDOW).empty
        assert len(server.asked) == 1

    def test_no_data_may_be_said_in_the_second_step(self, server: Server, source: Source) -> None:
        server.will(answering(server, NOTHING))
        assert source.fetch(WINDOW).empty

    @pytest.mark.parametrize(
        ("estado", "why", "error", "words"),
        [
            (401, "API key invalido", SourceChanged, r"\(401\): \"API key invalido\""),
            (403, "", SourceChanged, "forbids"),
            (404, "Not found", SourceChanged, "nothing at this address"),
            (404, "datos expirados", SourceUnavailable, "datos expirados"),
            ("429", "Límite de peticiones", SourceUnavailable, "429"),
            (500, "Error", SourceUnavailable, "500"),
        ],
    )
    def test_an_estado_inside_of_a_200_counts(
        self,
        server: Server,
        source: Source,
        estado: object,
        why: str,
        error: type[SourceError],
        words: str,
    ) -> None:
        server.will(Reply.json({"estado": estado, "descripcion": why}))
        with pytest.raises(error, match=words) as caught:
            source.fetch(WINDOW)
        hints = {401: "AEMET_API_KEY", 403: "AEMET_API_KEY"}
        assert hints.get(estado, "") in caught.value.hint  # type: ignore[call-overload]

    def test_an_estado_of_429_is_asked_again(
        self, server: Server, station: AemetObservations
    ) -> None:
        busy = Reply.json({"estado": 429, "descripcion": "Espere"})
        server.will(busy, busy, answering(server, [record(NOON)]))
        assert len(station.fetch(WINDOW)) == 1

    @pytest.mark.parametrize(
        "datos",
        [
            "https://opendata.aemet.es/opendata/sh/1",
            "http://localhost:9/sh/1",
            "http://127.0.0.1/sh/1",
            "http://127.0.0.1@evil.example/sh/1",
            "https://[",
        ],
    )
    def test_data_at_another_host_are_not_fetched(
        self, server: Server, source: Source, datos: str
    ) -> None:
        server.will(Reply.json({"estado": 200, "datos": datos}))
        with pytest.raises(SourceChanged, match="not a safe one of AEMET's own host"):
            source.fetch(WINDOW)
        assert len(server.asked) == 1

    @pytest.mark.parametrize("datos", [None, "", 7, "/sh/1", [], "ftp://x"])
    def test_an_envelope_without_an_address_calls_a_person(
        self, server: Server, source: Source, datos: object
    ) -> None:
        server.will(Reply.json({"estado": 200, "datos": datos}))
        with pytest.raises(SourceChanged, match="expected the address of the data in datos"):
            source.fetch(WINDOW)

    def test_the_data_may_be_latin_whatever_the_header_says(
        self, server: Server, ahead: AemetForecast
    ) -> None:
        text = json.dumps(town(forecast_day(ORDINARY)), ensure_ascii=False)
        body = text.replace("Linares", "Jaén, Andújar").encode("iso-8859-15")
        envelope = Reply.json({"estado": 200, "datos": f"{server.url}/sh/1"})
        server.will(envelope, Reply(200, body, {"Content-Type": "application/json;charset=UTF-8"}))
        assert len(ahead.fetch(WINDOW)) == 2

    def test_rows_of_another_place_call_a_person(self, server: Server, source: Source) -> None:
        other = town(forecast_day(ORDINARY))
        other[0]["id"] = "28065"
        is_forecast = source.measurement == "weather_forecast"
        server.will(answering(server, other if is_forecast else [record(NOON, idema="3195")]))
        with pytest.raises(SourceChanged, match=r"expected rows of \d+X?, found \"(28065|3195)\""):
            source.fetch(WINDOW)


class TestObservations:
    def test_a_record_belongs_to_the_hour_that_ends_at_its_time(self) -> None:
        frame = parse_observations([record(NOON)])
        row = frame.iloc[0]
        assert frame.index[0] == NOON - HOUR
        assert row["available_at"] == NOON + HOUR
        assert row["station"] == "5279X"
        expected = {
            "temperature_c": celsius(NOON),
            "humidity_pct": 61.0,
            "pressure_hpa": 958.1,
            "wind_ms": 2.4,
            "wind_direction_deg": 240.0,
            "wind_gust_ms": 5.9,
            "precipitation_mm": 0.2,
        }
        assert row[list(expected)].to_dict() == expected
        assert pd.isna(row["radiation_wm2"])

    @pytest.mark.parametrize("fint", ["2025-06-12T12:00:00+0000", "2025-06-12T14:00:00+0200"])
    def test_its_time_is_utc_unless_it_says_otherwise(self, fint: str) -> None:
        assert parse_observations([record(NOON, fint=fint)]).index[0] == NOON - HOUR

    def test_records_between_the_hours_are_left_out(self) -> None:
        every_ten = [record(NOON + i * HOUR / 6) for i in range(13)]
        assert parse_observations(every_ten).index.tolist() == [
            NOON + (i - 1) * HOUR for i in range(3)
        ]

    def test_traces_of_rain_are_none_and_text_is_a_number(self) -> None:
        row = parse_observations([record(NOON, prec="Ip", ta="12,3", hr="61", vv="")]).iloc[0]
        assert row[["precipitation_mm", "temperature_c", "humidity_pct"]].tolist() == [0, 12.3, 61]
        assert pd.isna(row["wind_ms"])

    def test_a_record_without_a_number_is_no_row(self) -> None:
        bare = {"idema": "5279X", "fint": "2025-06-12T12:00:00"}
        assert parse_observations([bare, {**bare, "ta": None}]).empty

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"ta": "Ip"}, r"records\[0\], ta: expected a number, found \"Ip\""),
            ({"prec": "mucha"}, r"records\[0\], prec: expected a number"),
            ({"fint": "12/06/2025 12:00"}, r"records\[0\], fint: expected a time"),
            ({"fint": None}, "fint: expected a time"),
            ({"idema": None}, "idema: expected a station"),
            ({"idema": "Linares\n"}, 'idema: expected a station, found "Linares "'),
        ],
    )
    def test_a_field_that_is_not_as_documented_is_named(
        self, change: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(Malformed, match=words):
            parse_observations([record(NOON, **change)])


class TestForecast:
    @pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (ORDINARY, 24), (AUTUMN, 25)])
    def test_an_hour_of_madrid_is_the_end_of_its_row(self, day: date, hours: int) -> None:
        frame = parse_forecast(town(forecast_day(day)))
        assert list(frame.index) == [hour - HOUR for hour in day_window(day).hours()]
        assert frame["temperature_c"].tolist() == [10 + i for i in range(hours)]
        row = frame.iloc[5]
        assert row[["wind_ms", "wind_gust_ms", "wind_direction_deg"]].tolist() == [5.0, 10.0, 225.0]
        assert row[["humidity_pct", "precipitation_mm"]].tolist() == [61.0, 0.4]
        assert frame["available_at"].isna().all()
        assert set(frame["station"]) == {"23055"}

    def test_a_single_02_in_autumn_is_summer_time(self) -> None:
        frame = parse_forecast(town(forecast_day(AUTUMN, [1, 2, 3])))
        ends = [str(time + HOUR) for time in frame.index]
        assert ends == [
            "2025-10-25 23:00:00+00:00",
            "2025-10-26 00:00:00+00:00",
            "2025-10-26 02:00:00+00:00",
        ]

    def test_a_02_that_spring_skips_is_left_out(self) -> None:
        frame = parse_forecast(town(forecast_day(SPRING, [1, 2, 3])))
        assert [str(time + HOUR) for time in frame.index] == [
            "2025-03-30 00:00:00+00:00",
            "2025-03-30 01:00:00+00:00",
        ]
        assert frame["temperature_c"].tolist() == [10, 12]

    @pytest.mark.parametrize("fecha", ["2025-06-12", "2025-06-12T00:00:00", "2025-06-12T00:00"])
    def test_a_day_is_written_with_or_without_a_time(self, fecha: str) -> None:
        day = forecast_day(ORDINARY, [7]) | {"fecha": fecha}
        assert str(parse_forecast(town(day)).index[0]) == "2025-06-12 04:00:00+00:00"

    @pytest.mark.parametrize(
        ("direction", "degrees"),
        [("N", 0), ("NE", 45), ("E", 90), ("S", 180), ("SO", 225), ("O", 270), ("no", 315)],
    )
    def test_the_compass_is_spanish(self, direction: str, degrees: float) -> None:
        assert self._wind(direccion=[direction])["wind_direction_deg"] == degrees

    @pytest.mark.parametrize("direction", ["C", "", None])
    def test_a_calm_has_no_direction(self, direction: str | None) -> None:
        row = self._wind(direccion=[direction], velocidad=["0"])
        assert pd.isna(row["wind_direction_deg"])
        assert row["wind_ms"] == 0

    def test_values_may_stand_without_a_list(self) -> None:
        row = self._wind(direccion="O", velocidad=11)
        assert row[["wind_direction_deg", "wind_ms"]].tolist() == [270, 3.06]

    def _wind(self, **change: Any) -> pd.Series:
        day = forecast_day(ORDINARY, [7])
        day["vientoAndRachaMax"][0] |= change
        return parse_forecast(town(day)).iloc[0]

    def test_the_same_value_twice_is_one_and_two_values_are_refused(self) -> None:
        day = forecast_day(ORDINARY, [7, 8])
        day["temperatura"].append(dict(day["temperatura"][0]))
        assert len(parse_forecast(town(day))) == 2
        day["temperatura"][-1]["value"] = "30"
        with pytest.raises(Malformed, match=r"temperature_c: 2025-06-12 05:00 UTC came twice"):
            parse_forecast(town(day))

    def test_an_empty_value_is_missing_and_an_empty_hour_is_no_row(self) -> None:
        day = forecast_day(ORDINARY, [7])
        later = {"value": "", "periodo": "08"}
        day["temperatura"].append(later)
        day["humedadRelativa"].append(dict(later))
        day["precipitacion"][0]["value"] = "Ip"
        frame = parse_forecast(town(day))
        assert len(frame) == 1
        assert frame["precipitation_mm"].tolist() == [0.0]

    def test_a_town_without_its_code_is_known_by_its_page(self) -> None:
        document = town(forecast_day(ORDINARY, [7]))
        del document[0]["id"]
        assert parse_forecast(document)["station"].tolist() == ["23055"]
        document[0]["id"] = 1001
        assert parse_forecast(document)["station"].tolist() == ["01001"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"fecha": "12/06/2025"}, r"dia\[0\], fecha: expected a day"),
            ({"fecha": "2025-06-12T07:00:00"}, "fecha: expected a day"),
            ({"temperatura": {"maxima": 30}}, "temperatura: expected a list"),
            ({"temperatura": [{"value": "x", "periodo": "07"}]}, "temperatura: expected a number"),
            ({"temperatura": [{"value": "1", "periodo": "0107"}]}, "periodo: expected an hour"),
            ({"temperatura": [{"value": "1", "periodo": "24"}]}, "periodo: expected an hour"),
            ({"temperatura": [{"value": "1"}]}, 'periodo: expected an hour, found "None"'),
            (
                {"vientoAndRachaMax": [{"velocidad": ["1"], "direccion": ["W"], "periodo": "07"}]},
                'direccion: expected one like NE or SO, found "W"',
            ),
            (
                {"vientoAndRachaMax": [{"velocidad": ["1", "2"], "periodo": "07"}]},
                "vientoAndRachaMax: expected one value",
            ),
        ],
    )
    def test_a_field_that_is_not_as_documented_is_named(
        self, change: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(Malformed, match=words):
            parse_forecast(town(forecast_day(ORDINARY) | change))

    @pytest.mark.parametrize("document", [[], [{"id": "23055"}], [{"prediccion": {"dia": []}}]])
    def test_a_forecast_without_a_town_or_days_is_refused(self, document: object) -> None:
        with pytest.raises(Malformed):
            parse_forecast(document)
