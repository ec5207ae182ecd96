"""What can go wrong on the way, on real sockets, for every live source.

None ends in anything but an error of ours, none in a wrong row, each is told in one line,
and the key is nowhere to be seen.
"""

from __future__ import annotations

import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pandas as pd
import pytest

from chocolib.core.errors import SettingsError, SourceChanged, SourceError, SourceUnavailable
from chocolib.core.gate import check
from chocolib.core.ports import Source
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR, Window
from tests.conftest import NOW
from tests.sources.conftest import QUICK, Reply, Server
from tests.sources.doubles import KEY, LIVE, NOON, Live

#: The hours that every double knows something of.
WINDOW = Window(NOON - HOUR, NOON + HOUR)
ONCE = replace(QUICK, attempts=1)
KEYED = [name for name, live in LIVE.items() if live.keyed]

Told = Callable[[Source], SourceError]


@pytest.fixture(params=LIVE)
def live(request: pytest.FixtureRequest) -> Live:
    return LIVE[request.param]


@pytest.fixture
def refusal(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[Told]:
    """Fetches, expects an error of ours, and looks for the key in all that was said."""
    caplog.set_level(logging.DEBUG)
    said: list[str] = []

    def refused(source: Source) -> SourceError:
        with pytest.raises(SourceError) as caught:
            source.fetch(WINDOW)
        error = caught.value
        said.extend([str(error), repr(error), repr(error.__cause__), repr(vars(source))])
        assert "\n" not in error.message
        assert error.message.startswith(f"{source.name}: ")
        assert len(error.message) < 400
        return error

    yield refused
    out, err = capsys.readouterr()
    everything = "".join([*said, caplog.text, out, err])
    assert KEY not in everything
    assert "appid" not in everything


def rows_as_before(source: Source, server: Server) -> None:
    """What came is what the double says when nothing is wrong."""
    found = source.fetch(WINDOW)
    server.will(LIVE[_name(source)].reply(server))
    pd.testing.assert_frame_equal(found, source.fetch(WINDOW))
    assert len(found) > 0


def _name(source: Source) -> str:
    return next(name for name, live in LIVE.items() if type(live.make("", QUICK)) is type(source))


def changed(live: Live, server: Server, change: Callable[[Any], Any]) -> Source:
    """The source, answered with documents that were changed (not AEMET's envelopes)."""
    source = live.source(server, replace(QUICK, max_bytes=1_000_000))

    def reply(query: dict[str, str]) -> Reply:
        document = live.answer(server, query)
        is_envelope = isinstance(document, dict) and "datos" in document
        return Reply.json(document if is_envelope else change(document))

    server.will(reply)
    return source


def test_nobody_takes_the_call(live: Live, refusal: Told) -> None:
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for caller in (first, second):  # its queue is full: the next is kept waiting
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        error = refusal(live.make(url, replace(ONCE, connect_s=0.05)))
    assert isinstance(error, SourceUnavailable)
    assert "no connection from 127.0.0.1" in error.message


def test_a_body_that_does_not_come(live: Live, server: Server, refusal: Told) -> None:
    source = live.source(server, replace(ONCE, read_s=0.05))
    server.will(Reply(200, b"[1, 2]", pause_s=30))
    assert "no answer from 127.0.0.1" in refusal(source).message


def test_a_connection_that_breaks_in_the_body(live: Live, server: Server, refusal: Told) -> None:
    source = live.source(server)
    broken = Reply(200, b'{"a": [1, 2, 3]}', reset=True)
    server.will(broken)
    assert isinstance(refusal(source), SourceUnavailable)
    assert len(server.asked) == QUICK.attempts
    server.will(broken, live.reply(server))
    rows_as_before(source, server)


@pytest.mark.parametrize(
    ("status", "words"), [(401, "wants a key"), (403, "forbids"), (404, "nothing at this address")]
)
def test_a_refusal(live: Live, server: Server, refusal: Told, status: int, words: str) -> None:
    source = live.source(server)
    server.will(Reply.json({"message": f"no {KEY}"}, status))
    error = refusal(source)
    assert isinstance(error, SourceChanged)
    assert words in error.message
    assert len(server.asked) == 1
    assert ("_API_KEY" in error.hint or "TOKEN" in error.hint) == (live.keyed and status != 404)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}], ids=["plain", "Retry-After"])
def test_too_many_questions(
    live: Live, server: Server, refusal: Told, headers: dict[str, str]
) -> None:
    source = live.source(server)
    server.will(Reply(429, b"{}", headers))
    assert "429 (Too Many Requests)" in refusal(source).message
    assert len(server.asked) == QUICK.attempts
    server.will(Reply(429, b"{}", headers), live.reply(server))
    rows_as_before(source, server)


def test_a_pause_longer_than_our_patience(live: Live, server: Server, refusal: Told) -> None:
    source = live.source(server)
    server.will(Reply(429, b"{}", {"Retry-After": "3600"}))
    assert refusal(source).hint == "it asks to wait 3600 s"
    assert len(server.asked) == 1


def test_a_500_that_passes(live: Live, server: Server) -> None:
    source = live.source(server)
    server.will(Reply(500), live.reply(server))
    rows_as_before(source, server)


def test_a_web_page(live: Live, server: Server, refusal: Told) -> None:
    source = live.source(server)
    server.will(Reply(200, f"<html>{KEY}</html>".encode(), {"Content-Type": "text/html"}))
    assert "expected JSON, found a web page (HTML)" in refusal(source).message


def test_a_document_of_something_else(live: Live, server: Server, refusal: Told) -> None:
    source = live.source(server)
    echo = KEY if live.keyed else "?"
    for document in ({}, [], {"echo": echo}, [{"echo": echo}], echo, None, 7):
        server.will(Reply.json(document))
        if not (document == [] and source.name == "aemet"):
            assert isinstance(refusal(source), SourceChanged)


def test_json_that_is_cut(live: Live, server: Server, refusal: Told) -> None:
    source = live.source(server)

    def cut(query: dict[str, str]) -> Reply:
        return Reply(200, json.dumps(live.answer(server, query)).encode()[:-7])

    server.will(cut)
    error = refusal(source)
    assert isinstance(error, SourceUnavailable)
    assert "stopped in the middle of its JSON" in error.message


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15", "utf-16", "utf-8-sig"])
def test_any_encoding_whatever_the_content_type(live: Live, server: Server, encoding: str) -> None:
    source = live.source(server)
    kind = "text/plain;charset=ISO-8859-15"

    def spanish(query: dict[str, str]) -> Reply:
        text = json.dumps(live.answer(server, query), ensure_ascii=False)
        text = re.sub(r"^(\[?{)", r'\1"lugar": "Jaén, Andújar", ', text)
        return Reply(200, text.encode(encoding), {"Content-Type": kind})

    server.will(spanish)
    rows_as_before(source, server)


def test_a_clock_that_is_wrong_by_an_hour(live: Live, server: Server, refusal: Told) -> None:
    source = live.source(server)
    for minutes in (-60, 60):
        moment = pd.Timestamp.now("UTC") + pd.Timedelta(minutes=minutes)
        late = {"Date": formatdate(moment.timestamp(), usegmt=True)}

        def reply(query: dict[str, str], late: dict[str, str] = late) -> Reply:
            return replace(live.reply(server)(query), headers=late)

        server.will(reply)
        asked = len(server.asked)
        error = refusal(source)
        assert isinstance(error, SourceUnavailable)
        assert "differ by 60 min: set the clock, nothing was stored" in error.message
        assert len(server.asked) == asked + 1


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Nov 2025 10:00:00 GMT"])
def test_a_server_that_tells_no_time(live: Live, server: Server, date: str) -> None:
    source = live.source(server)
    server.will(lambda query: replace(live.reply(server)(query), headers={"Date": date}))
    rows_as_before(source, server)


STAMPS = {"datetime", "fint", "time", "fecha"}


def mapped(document: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    """A document with each of its values changed, told the key it stands under."""
    if isinstance(document, dict):
        return {k: mapped(v, change, k) for k, v in document.items()}
    if isinstance(document, list):
        return [mapped(item, change, key) for item in document]
    return change(key, document)


def later(step: pd.Timedelta) -> Callable[[str, Any], Any]:
    """Moves every time of a document."""

    def move(key: str, value: Any) -> Any:
        if key == "dt":
            return value + int(step.total_seconds())
        if key in STAMPS and value != "iso8601":
            return (pd.Timestamp(value) + step).isoformat()
        if key == "Dia":
            return f"{pd.to_datetime(value, dayfirst=True) + step:%d/%m/%Y}"
        return value

    return move


def test_hours_of_another_month_are_never_kept(live: Live, server: Server) -> None:
    move = later(pd.Timedelta(days=40))
    source = changed(live, server, lambda document: mapped(document, move))
    if source.measurement == "energy_prices":
        with pytest.raises(SourceChanged, match="expected hours from 2025-06-11 22:00 to"):
            source.fetch(WINDOW)
    elif source.name == "aemet-forecast":  # an autumn day has its 02 twice, the one it becomes not
        with pytest.raises(SourceChanged, match="came twice with different values"):
            source.fetch(WINDOW)
    else:
        assert source.fetch(WINDOW).empty


def test_hours_moved_by_one_are_refused_or_stay_inside_of_the_window(
    live: Live, server: Server
) -> None:
    source = changed(live, server, lambda document: mapped(document, later(HOUR)))
    if source.name in {"ree", "esios-1001"}:  # whole days: one that begins an hour late shows
        with pytest.raises(SourceChanged, match="found others"):
            source.fetch(WINDOW)
    elif source.name == "aemet-forecast":  # its days begin at midnight
        with pytest.raises(SourceChanged, match="expected a day"):
            source.fetch(WINDOW)
    else:
        times = source.fetch(WINDOW).index
        assert all(WINDOW.start <= time < WINDOW.end for time in times)


NUMBERS = {"temp", "ta", "temperature_2m", "value", "PCB", "humidity", "hr"}


def test_numbers_as_text_with_a_decimal_comma(live: Live, server: Server, refusal: Told) -> None:
    def with_comma(key: str, value: Any) -> Any:
        return f"{value}".replace(".", ",") if key in NUMBERS else value

    source = changed(live, server, lambda document: mapped(document, with_comma))
    if source.name in {"ree", "esios-1001"}:  # these have JSON's own numbers, by contract
        assert "expected a number" in refusal(source).message
    else:
        rows_as_before(source, server)


def test_a_number_that_is_a_word_names_its_field(live: Live, server: Server, refusal: Told) -> None:
    def in_words(key: str, value: Any) -> Any:
        return "x1,2" if key in NUMBERS and value != "°C" else value

    error = refusal(changed(live, server, lambda document: mapped(document, in_words)))
    assert isinstance(error, SourceChanged)
    field = r"(values\[0\]|PCB|temp|ta|precipitacion|temperatura|temperature_2m\[0\]): expected"
    assert re.search(field, error.message)
    assert '"x1,2"' in error.message


OPTIONAL = ("temp", "ta", "temperature_2m", "temperatura", "vv", "wind", "wind_speed", "rain")


def _without(document: Any) -> Any:
    if isinstance(document, dict):
        return {k: _without(v) for k, v in document.items() if k not in OPTIONAL}
    return [_without(v) for v in document] if isinstance(document, list) else document


def test_fields_that_are_not_there_are_missing(live: Live, server: Server) -> None:
    source = changed(live, server, _without)
    frame = source.fetch(WINDOW)
    if source.measurement == "energy_prices":
        assert frame["price_eur_kwh"].notna().all()
        return
    assert len(frame) > 0
    assert frame["temperature_c"].isna().all()
    assert frame["humidity_pct"].notna().all()


#: Those who cannot take an answer apart that has all of its parts twice.
WHOLE = {
    "ree": "expected one series",
    "esios-archive-70": "expected 24 hours, found 48",
    "aemet-forecast": "came twice with different values",  # four times 02 in autumn
}


@pytest.mark.parametrize("change", [0.0, 1.0], ids=["the same", "another value"])
def test_an_hour_that_comes_twice(live: Live, server: Server, change: float) -> None:
    source = changed(live, server, lambda document: _doubled(document, change))
    if source.name in WHOLE:
        with pytest.raises(SourceChanged, match=WHOLE[source.name]):
            source.fetch(WINDOW)
        return
    frame = source.fetch(WINDOW)
    kind = MEASUREMENTS[source.measurement]
    checked = check(frame, kind, received_at=NOW)
    assert not checked.good.reset_index()[list(kind.key)].duplicated().any()
    assert len(checked.good) + len(checked.refused) + checked.repeated == len(frame) > 0


def _doubled(document: Any, change: float) -> Any:
    """Every list with each of its items twice, the second one changed."""
    if isinstance(document, list) and len(document) > 1:
        inside = [_doubled(item, change) for item in document]
        return [copy for item in inside for copy in (item, _shifted(item, change))]
    if isinstance(document, list):
        return [_doubled(item, change) for item in document]
    if isinstance(document, dict):
        return {k: _doubled(v, change) for k, v in document.items()}
    return document


def _shifted(item: Any, change: float) -> Any:
    if not isinstance(item, dict):
        return item
    return {k: v + change if isinstance(v, float) else v for k, v in item.items()}


@pytest.mark.parametrize("name", ["ree", "esios"])
def test_quarters_of_an_hour(name: str, server: Server) -> None:
    def quartered(item: dict[str, Any]) -> dict[str, Any]:
        values = item.get("values", [])
        return (
            item
            | {
                "values": [
                    {
                        **value,
                        "datetime": (pd.Timestamp(value["datetime"]) + i * HOUR / 4).isoformat(),
                    }
                    for value in values
                    for i in range(4)
                ]
            }
            if values
            else item
        )

    def in_quarters(document: Any) -> Any:
        return json.loads(json.dumps(document), object_hook=quartered)

    rows_as_before(changed(LIVE[name], server, in_quarters), server)


@pytest.mark.parametrize("name", KEYED)
def test_a_key_is_not_sent_to_another_host(
    name: str, server: Server, refusal: Told, caplog: pytest.LogCaptureFixture
) -> None:
    source = LIVE[name].source(server)
    port = server.url.rpartition(":")[2]
    for there in (f"http://localhost:{port}/x", f"http://127.0.0.2:{port}/x", "http://[::1]/x"):
        server.will(Reply(302, b"", {"Location": there}))
        asked = len(server.asked)
        error = refusal(source)
        assert isinstance(error, SourceChanged)
        assert "sends us on to another address" in error.message
        assert len(server.asked) == asked + 1


@pytest.mark.parametrize("name", KEYED)
def test_the_key_goes_where_the_source_wants_it(name: str, server: Server) -> None:
    LIVE[name].source(server).fetch(WINDOW)
    headers, query = server.headers[0], server.asked[0]
    keys = (headers.get("api_key"), headers.get("x-api-key"), query.get("appid"))
    place = ("aemet", "esios", "openweathermap").index(name.partition(" ")[0])
    assert [keys[place], *keys[:place], *keys[place + 1 :]] == [KEY, None, None]


@pytest.mark.parametrize("key", ["", " ", "with space", "line\nbreak", "ñ", "\x00"])
@pytest.mark.parametrize("name", KEYED)
def test_a_key_that_cannot_be_one_is_a_setting_to_mend(
    name: str, key: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.sources.doubles.KEY", key)
    source = LIVE[name].source(server)
    with pytest.raises(SettingsError, match=r"the key of .* cannot be one") as caught:
        source.fetch(WINDOW)
    assert not key.strip() or key not in str(caught.value)
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["apidatos.ree.es", "ftp://x.y", "http://x:port", "", "http://"]
)
def test_an_address_that_cannot_be_one_is_a_setting_to_mend(live: Live, address: str) -> None:
    with pytest.raises(SettingsError, match=r"the address of .* cannot be used"):
        live.make(address, QUICK).fetch(WINDOW)
