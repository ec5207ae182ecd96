from __future__ import annotations

import copy
import json
import socket
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chocolib.core.errors import SourceChanged, SourceError, SourceUnavailable
from chocolib.core.gate import check
from chocolib.core.schema import ENERGY_PRICES
from chocolib.core.time import DAY, HOUR, Window, day_window, published_at
from chocolib.sources.ree import PATH, Ree, parse
from tests.conftest import NOW
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.ree_answers import (
    NO_DATA,
    answer,
    eur_mwh,
    points,
    pvpc,
    series,
    spot_series,
)

ORDINARY, SPRING, AUTUMN = date(2025, 3, 12), date(2025, 3, 30), date(2025, 10, 26)


@pytest.fixture
def ree(server: Server) -> Ree:
    return Ree(server.url, manners=QUICK)


def whole(day: date, step: str = "h") -> dict[str, Any]:
    """The answer for a whole day, its inclusive end with it."""
    return pvpc(f"{day}T00:00", f"{day + DAY.to_pytimedelta()}T00:00", step)


def as_asked(query: dict[str, str]) -> Reply:
    """Behaves as REE: every hour asked for, both ends included."""
    return Reply.json(pvpc(query["start_date"], query["end_date"]))


@pytest.mark.parametrize(("day", "hours"), [(ORDINARY, 24), (SPRING, 23), (AUTUMN, 25)])
def test_a_day_has_its_own_number_of_hours(server: Server, ree: Ree, day: date, hours: int) -> None:
    server.will(Reply.json(whole(day)))
    frame = ree.fetch(day_window(day))
    assert list(frame.index) == list(day_window(day).hours())
    assert len(frame) == hours
    expected = [eur_mwh(hour) / 1000 for hour in frame.index]
    assert frame["price_eur_kwh"].tolist() == pytest.approx(expected, abs=1e-9)
    assert (frame["available_at"] == published_at(pd.DatetimeIndex(frame.index))).all()
    assert set(frame["region"]) == {"peninsula"}
    assert set(frame["source"]) == {"ree"}
    assert len(check(frame, ENERGY_PRICES, received_at=NOW).good) == hours


@pytest.mark.parametrize(("day", "hours"), [(ORDINARY, 24), (SPRING, 23), (AUTUMN, 25)])
def test_quarters_become_the_mean_of_their_hour(
    server: Server, ree: Ree, day: date, hours: int
) -> None:
    server.will(Reply.json(whole(day, "15min")))
    frame = ree.fetch(day_window(day))
    assert list(frame.index) == list(day_window(day).hours())
    quarters = [[eur_mwh(hour + i * HOUR / 4) for i in range(4)] for hour in frame.index]
    expected = [sum(four) / 4000 for four in quarters]
    assert frame["price_eur_kwh"].tolist() == pytest.approx(expected, abs=6e-7)
    assert len(parse(whole(day, "15min"))) == hours  # not the first quarter of the day after


def test_the_question_is_whole_madrid_days(server: Server, ree: Ree) -> None:
    server.will(as_asked)
    window = Window(pd.Timestamp("2025-03-29T12:00Z"), pd.Timestamp("2025-03-30T22:00Z"))
    frame = ree.fetch(window)
    assert server.paths == [PATH]
    assert server.asked == [
        {"start_date": "2025-03-29T00:00", "end_date": "2025-03-30T23:59", "time_trunc": "hour"}
    ]
    assert list(frame.index) == list(window.hours())


def test_a_long_window_is_asked_in_pieces_without_gap_or_overlap(server: Server, ree: Ree) -> None:
    server.will(as_asked)
    window = Window(pd.Timestamp("2025-01-31T23:00Z"), pd.Timestamp("2025-04-10T05:00Z"))
    frame = ree.fetch(window)
    assert list(frame.index) == list(window.hours())
    assert [(q["start_date"][:10], q["end_date"][:10]) for q in server.asked] == [
        ("2025-02-01", "2025-02-28"),
        ("2025-03-01", "2025-03-28"),
        ("2025-03-29", "2025-04-10"),
    ]


def test_an_empty_window_asks_nothing(server: Server, ree: Ree) -> None:
    moment = pd.Timestamp("2025-03-12T00:00Z")
    frame = ree.fetch(Window(moment, moment))
    assert frame.empty
    assert server.asked == []
    assert list(frame.columns) == ["region", "price_eur_kwh", "source", "available_at"]


@pytest.mark.parametrize("status", [200, 404, 500, 502])
def test_no_data_yet_is_an_empty_frame(server: Server, ree: Ree, status: int) -> None:
    server.will(Reply.json(NO_DATA, status))
    frame = ree.fetch(day_window(ORDINARY))
    assert frame.empty
    assert len(server.asked) == 1
    assert check(frame, ENERGY_PRICES, received_at=NOW).good.empty


def test_a_day_with_a_spot_price_only_is_not_out_yet(server: Server, ree: Ree) -> None:
    yesterday = points("2025-03-12T00:00", "2025-03-12T23:00")
    tomorrow = points("2025-03-13T00:00", "2025-03-13T23:00")

    def afternoon(query: dict[str, str]) -> Reply:
        if query["start_date"] == "2025-03-13T00:00":
            return Reply.json(answer(spot_series(tomorrow)))
        out = series("1001", "PVPC (€/MWh)", yesterday)
        return Reply.json(answer(out, spot_series(yesterday + tomorrow)))

    server.will(afternoon)
    frame = ree.fetch(day_window(date(2025, 3, 13)))
    assert frame.empty
    assert [q["start_date"] for q in server.asked] == ["2025-03-13T00:00", "2025-03-12T00:00"]


def test_a_series_that_is_gone_calls_a_person(server: Server, ree: Ree) -> None:
    server.will(Reply.json(answer(spot_series(points("2025-03-12", "2025-03-13")))))
    with pytest.raises(SourceChanged, match=r'ree: expected the series 1001 .* "Precio mercado'):
        ree.fetch(day_window(ORDINARY))


def test_a_passing_fault_does_not_show(server: Server, ree: Ree) -> None:
    server.will(Reply(429, headers={"Retry-After": "0"}), Reply(503), Reply.json(whole(ORDINARY)))
    assert len(ree.fetch(day_window(ORDINARY))) == 24


def test_nobody_there_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(SourceUnavailable, match="ree: cannot get an answer"):
        Ree(url, manners=QUICK).fetch(day_window(ORDINARY))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, b"<html>Error</html>"), SourceChanged),
        (Reply(404), SourceChanged),
        (Reply(200, json.dumps(whole(ORDINARY)).encode()[:-500]), SourceUnavailable),
        (Reply(200, b"[1]", pause_s=9), SourceUnavailable),
        (Reply(200, b"[" + b" " * 200_000 + b"]"), SourceChanged),
        (Reply.json({"errors": [{"status": "500", "title": "Oops"}]}), SourceUnavailable),
        (Reply.json({"errors": [{"code": 429, "detail": "slow"}]}), SourceUnavailable),
        (Reply.json({"errors": [{"status": "400", "detail": "bad date"}]}), SourceChanged),
        (Reply.json({"errors": []}), SourceChanged),
        (Reply.json({"errors": "?"}), SourceChanged),
    ],
)
def test_every_other_fault_has_its_kind(
    server: Server, ree: Ree, reply: Reply, error: type[SourceError]
) -> None:
    server.will(reply)
    with pytest.raises(error):
        ree.fetch(day_window(ORDINARY))


@pytest.mark.parametrize("name", ["PVPC", "PVPC (€/MWh)", "PVPC (EUR/MWh)"])
def test_the_series_is_known_by_its_number(name: str) -> None:
    values = points("2025-03-12T00:00", "2025-03-12T23:00")
    document = answer(spot_series(values), series("1001", name, values))
    assert len(parse(document)) == 24


def test_a_null_value_is_a_missing_hour() -> None:
    document = whole(ORDINARY)
    document["included"][0]["attributes"]["values"][5]["value"] = None
    frame = parse(document)
    assert len(frame) == 24
    assert pd.Timestamp("2025-03-12T04:00Z") not in frame.index


def test_an_hour_without_its_four_quarters_is_a_missing_hour() -> None:
    document = whole(ORDINARY, "15min")
    values = document["included"][0]["attributes"]["values"]
    values[6]["value"] = None
    del values[40]
    frame = parse(document)
    assert len(frame) == 22
    lost = [pd.Timestamp("2025-03-12T00:00Z"), pd.Timestamp("2025-03-12T09:00Z")]
    assert not frame.index.isin(lost).any()


def test_hours_and_quarters_may_come_in_one_answer() -> None:
    values = points("2025-09-30T00:00", "2025-09-30T23:00") + points(
        "2025-10-01T00:00", "2025-10-02T00:00", "15min"
    )
    frame = parse(answer(series("1001", "PVPC", values)))
    window = Window(pd.Timestamp("2025-09-29T22:00Z"), pd.Timestamp("2025-10-01T22:00Z"))
    assert list(frame.index) == list(window.hours())


def test_an_hour_that_comes_twice_is_left_to_the_gate() -> None:
    document = whole(ORDINARY)
    values = document["included"][0]["attributes"]["values"]
    values.append({**values[3], "value": 1.0})
    values.append(dict(values[4]))
    frame = parse(document)
    assert len(frame) == 27
    checked = check(frame, ENERGY_PRICES, received_at=NOW)
    assert (len(checked.refused), checked.repeated) == (2, 1)


def test_a_quarter_with_two_values_makes_its_hour_doubtful() -> None:
    document = whole(ORDINARY, "15min")
    values = document["included"][0]["attributes"]["values"]
    values += [{**values[3], "value": 1.0}, dict(values[9])]
    checked = check(parse(document), ENERGY_PRICES, received_at=NOW)
    assert len(checked.good) == 23
    assert checked.refused.index.unique().tolist() == [pd.Timestamp("2025-03-11T23:00Z")]


def _with(**change: Any) -> dict[str, Any]:
    document = whole(ORDINARY)
    document["included"][0]["attributes"]["values"][7].update(change)
    return document


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (None, "expected a JSON object"),
        ([1], "expected a JSON object"),
        ({}, "included: expected a list"),
        ({"included": {}}, "included: expected a list"),
        ({"included": []}, "found none"),
        (answer(series("1001", "PVPC", [])), "has no values"),
        (answer({"id": "1001", "type": "PVPC"}), "with attributes"),
        (answer(*[series("1001", "PVPC", points("2025-03-12", "2025-03-13"))] * 2), "one series"),
        (answer(series("1001", "PVPC (€/kWh)", points("2025-03-12", "2025-03-13"))), "EUR/MWh"),
        (_with(value="93.1"), r"values\[7\]: expected a number, found \"93.1\""),
        (_with(value=True), "expected a number"),
        (_with(value=float("nan")), "expected a number"),
        (_with(value=10**400), "expected a number"),
        (_with(datetime="2025-03-12T07:00:00"), "expected a time"),
        (_with(datetime="12/03/2025 07:00"), "expected a time"),
        (_with(datetime=None), "expected a time"),
        (_with(datetime="2025-03-12T07:10:00+01:00"), "quarters"),
        (_with(datetime="0001-01-01T00:00:00+14:00"), "expected a time"),
        (answer(series("1001", "PVPC", points("2025-03-12T00:15", "2025-03-12T00:45", "30min"))),
         "four quarters"),
    ],
)  # fmt: skip
def test_what_is_not_as_documented_says_what_it_found(document: object, words: str) -> None:
    with pytest.raises(SourceChanged, match=words):
        parse(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
SMALL = answer(
    series("1001", "PVPC", points("2025-10-26T00:00", "2025-10-26T04:00")),
    spot_series(points("2025-10-26T00:00", "2025-10-26T01:30", "15min")),
)


def _paths(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    return [
        deeper
        for key, value in inside
        for deeper in ([(*path, key)] + (_paths(value, (*path, key)) if _nested(value) else []))
    ]


def _nested(value: object) -> bool:
    return isinstance(value, dict | list)


@settings(max_examples=120, deadline=None)
@given(path=st.sampled_from(_paths(SMALL)), value=JSON)
def test_a_changed_document_parses_or_is_a_source_error(path: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(SMALL)
    at = document
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    try:
        frame = parse(document)
    except SourceError:
        return
    check(frame, ENERGY_PRICES, received_at=NOW)


@settings(max_examples=50, deadline=None)
@given(
    prices=st.lists(
        st.floats(-500, 1999, allow_nan=False).map(lambda x: round(x, 2)), min_size=1, max_size=60
    )
)
def test_prices_survive_the_round_trip(prices: list[float]) -> None:
    times = pd.date_range("2025-10-25", periods=len(prices), freq="h", tz="Europe/Madrid")
    values = [
        {"value": value, "datetime": time.isoformat()}
        for value, time in zip(prices, times, strict=True)
    ]
    frame = parse(json.loads(json.dumps(answer(series("1001", "PVPC", values)))))
    assert list(frame.index) == list(times)
    assert frame["price_eur_kwh"].tolist() == pytest.approx([p / 1000 for p in prices], abs=1e-9)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2025-06-12T01:00", "2025-06-13T00:00"), ("2025-06-11T23:00", "2025-06-12T22:00")],
)
def test_a_day_shifted_by_an_hour_is_not_taken(server: Server, first: str, last: str) -> None:
    server.will(Reply.json(pvpc(first, last)))
    day = day_window(date(2025, 6, 12))
    with pytest.raises(SourceChanged, match="found others"):
        Ree(server.url, manners=QUICK).fetch(day)


def test_the_inclusive_end_of_an_answer_is_left_out(server: Server) -> None:
    server.will(Reply.json(pvpc("2025-06-12T00:00", "2025-06-13T00:00")))
    day = day_window(date(2025, 6, 12))
    assert len(Ree(server.url, manners=QUICK).fetch(day)) == 24
