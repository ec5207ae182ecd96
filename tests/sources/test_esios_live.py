from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from chocolib.core.errors import SourceChanged, SourceUnavailable
from chocolib.core.time import Window, day_window
from chocolib.sources.esios_live import Esios, EsiosArchive
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.doubles import KEY, LIVE
from tests.sources.files_on_disk import archive, indicator, indicator_values, labels

DAY = day_window(date(2025, 6, 12))
NO_VALUES = {"message": "No values for specified archive"}


@pytest.fixture
def esios(server: Server) -> Esios:
    server.will(LIVE["esios"].reply(server))
    return Esios(KEY, server.url, manners=QUICK)


@pytest.fixture
def archives(server: Server) -> EsiosArchive:
    server.will(LIVE["esios archive"].reply(server))
    return EsiosArchive(server.url, manners=QUICK)


def test_the_indicator_is_asked_for_the_peninsula_by_whole_days(
    server: Server, esios: Esios
) -> None:
    window = Window(pd.Timestamp("2025-01-31T23:00Z"), pd.Timestamp("2025-04-10T05:00Z"))
    assert list(esios.fetch(window).index) == list(window.hours())
    assert server.paths == ["/indicators/1001"] * 3
    assert [(q["start_date"], q["end_date"], q["geo_ids[]"]) for q in server.asked] == [
        ("2025-02-01T00:00", "2025-02-28T23:59", "8741"),
        ("2025-03-01T00:00", "2025-03-28T23:59", "8741"),
        ("2025-03-29T00:00", "2025-04-10T23:59", "8741"),
    ]
    assert "time_trunc" not in server.asked[0]
    assert server.headers[0]["x-api-key"] == KEY
    assert "vnd.esios-api" in server.headers[0]["accept"]


@pytest.mark.parametrize("values", [[], [{"value": None, "datetime": "x", "geo_id": 8741}]])
def test_an_indicator_without_values_is_not_out_yet(
    server: Server, esios: Esios, values: list[object]
) -> None:
    server.will(Reply.json(indicator(values)))  # type: ignore[arg-type]
    assert esios.fetch(DAY).empty


def test_an_indicator_of_other_regions_calls_a_person(server: Server, esios: Esios) -> None:
    hours = pd.date_range("2025-06-12", periods=24, freq="h", tz="Europe/Madrid")
    canaries = [v for v in indicator_values(hours) if v["geo_id"] == 8742]
    server.will(Reply.json(indicator(canaries)))
    with pytest.raises(SourceChanged, match=r"esios-1001: expected values with geo_id 8741"):
        esios.fetch(DAY)


def test_the_archive_is_asked_day_by_day_and_without_a_key(
    server: Server, archives: EsiosArchive
) -> None:
    window = Window(pd.Timestamp("2025-10-25T12:00Z"), pd.Timestamp("2025-10-27T12:00Z"))
    assert list(archives.fetch(window).index) == list(window.hours())
    assert server.paths == ["/archives/70/download_json"] * 3
    assert [q["date"] for q in server.asked] == ["2025-10-25", "2025-10-26", "2025-10-27"]
    assert {q["locale"] for q in server.asked} == {"es"}
    assert "x-api-key" not in server.headers[0]


@pytest.mark.parametrize("status", [200, 404])
def test_a_day_that_the_archive_does_not_have_yet_is_empty(
    server: Server, archives: EsiosArchive, status: int
) -> None:
    server.will(Reply.json(NO_VALUES, status))
    assert archives.fetch(DAY).empty


def test_a_day_of_zeros_is_not_out_yet_but_a_zero_in_a_day_is_a_price(
    server: Server, archives: EsiosArchive
) -> None:
    zeros = archive("12/06/2025", labels(24))
    for row in zeros["PVPC"]:
        row["PCB"] = "0,00"
    server.will(Reply.json(zeros))
    assert archives.fetch(DAY).empty
    zeros["PVPC"][13]["PCB"] = "-1,50"
    server.will(Reply.json(zeros))
    assert archives.fetch(DAY)["price_eur_kwh"].tolist() == [0.0] * 13 + [-0.0015] + [0.0] * 10


def test_a_day_of_the_tariff_before_is_refused(server: Server, archives: EsiosArchive) -> None:
    old = {"PVPC": [{"Dia": "12/06/2025", "Hora": label, "GEN": "1,00"} for label in labels(24)]}
    server.will(Reply.json(old))
    with pytest.raises(SourceChanged, match="2025-06-12, 00-01, PCB: expected a number"):
        archives.fetch(DAY)


@pytest.mark.parametrize("label", ["Hora", "0\n1-02", "", None])
@pytest.mark.parametrize("day", ["12/06/2025", "26/10/2025", "30/03/2025"])
def test_hours_without_their_names_are_refused(
    server: Server, archives: EsiosArchive, label: str | None, day: str
) -> None:
    window = day_window(pd.to_datetime(day, dayfirst=True).date())
    document = archive(day, labels(len(window)))
    for row in document["PVPC"]:
        row["Hora"] = label
    server.will(Reply.json(document))
    with pytest.raises(SourceChanged, match="expected the hours in order"):
        archives.fetch(window)


def test_a_fault_of_the_archive_is_none_of_no_values(
    server: Server, archives: EsiosArchive
) -> None:
    server.will(Reply.json({"message": "Internal error"}, 500))
    with pytest.raises(SourceUnavailable, match="500"):
        archives.fetch(DAY)
    server.will(Reply.json({"message": "hello"}))
    with pytest.raises(SourceChanged, match="PVPC: expected a list"):
        archives.fetch(DAY)
