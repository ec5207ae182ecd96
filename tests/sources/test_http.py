from __future__ import annotations

import gzip
import json
import logging
import re
import socket
import time
from dataclasses import replace
from email.utils import formatdate

import pytest

from chocolib import __version__
from chocolib.core.errors import SettingsError, SourceChanged, SourceError, SourceUnavailable
from chocolib.sources.answers import Answer, AskedToWait, ClocksDiffer, Said
from chocolib.sources.http import JsonClient, Key, same_host
from tests.sources.conftest import QUICK, Reply, Server

HUSH = "hush-0123456789"


@pytest.fixture
def client() -> JsonClient:
    return JsonClient("test", manners=QUICK)


@pytest.fixture
def keyed(server: Server) -> JsonClient:
    key = Key(HUSH, home=server.url, header="x-key", hint="mend it")
    return JsonClient("test", manners=QUICK, key=key)


def test_a_document_comes_back_and_we_say_who_we_are(server: Server, client: JsonClient) -> None:
    server.will(Reply.json({"a": [1, None, "ñ"]}))
    assert client.get(server.url + "/x", {"q": "1 2"}) == {"a": [1, None, "ñ"]}
    assert server.asked == [{"q": "1 2"}]
    assert server.headers[0]["user-agent"].startswith(f"chocolib/{__version__} ")


def test_after_a_503_the_question_is_asked_again(server: Server, client: JsonClient) -> None:
    server.will(Reply(503), Reply(500), Reply.json({"ok": True}))
    assert client.get(server.url) == {"ok": True}
    assert len(server.asked) == 3


def test_a_429_is_asked_again_after_the_pause_it_names(server: Server, client: JsonClient) -> None:
    server.will(Reply(429, headers={"Retry-After": "1"}), Reply.json([]))
    start = time.monotonic()
    assert client.get(server.url) == []
    assert 1.0 <= time.monotonic() - start < 1.4


def test_a_pause_longer_than_our_patience_ends_the_attempt(
    server: Server, client: JsonClient
) -> None:
    server.will(Reply(429, headers={"Retry-After": "3600"}))
    with pytest.raises(SourceUnavailable, match=r"429 \(Too Many Requests\)[\s\S]*3600 s"):
        client.get(server.url)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_a_source_that_stays_away_is_given_up_for_now(
    server: Server, client: JsonClient, status: int
) -> None:
    server.will(Reply(status))
    with pytest.raises(SourceUnavailable, match=str(status)):
        client.get(server.url)
    assert len(server.asked) == QUICK.attempts


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "Bad Request"), (401, "key"), (403, "forbids"), (404, "nothing at this address")],
)
def test_a_refusal_is_not_asked_again(
    server: Server, client: JsonClient, status: int, words: str
) -> None:
    server.will(Reply(status))
    with pytest.raises(SourceChanged, match=words):
        client.get(server.url)
    assert len(server.asked) == 1


def test_a_web_page_instead_of_json_is_recognised(server: Server, client: JsonClient) -> None:
    server.will(Reply(200, b"\n<!DOCTYPE html><html><body>Mantenimiento</body></html>"))
    with pytest.raises(SourceChanged, match=r"expected JSON, found a web page \(HTML\)"):
        client.get(server.url)


def test_json_cut_in_the_middle_may_come_whole_next_time(
    server: Server, client: JsonClient
) -> None:
    server.will(Reply(200, b'{"included": [{"id": "10'), Reply.json({"ok": 1}))
    assert client.get(server.url) == {"ok": 1}
    server.will(Reply(200, b'{"included": [{"id": "10'))
    with pytest.raises(SourceUnavailable, match="stopped in the middle of its JSON"):
        client.get(server.url)


@pytest.mark.parametrize("body", [b"hello", b"\xff\xfe\x00", b"{]}", b"[" * 100_000 + b"]"])
def test_anything_else_that_is_not_json_calls_a_person(
    server: Server, client: JsonClient, body: bytes
) -> None:
    server.will(Reply(200, body))
    client.manners = replace(QUICK, max_bytes=1_000_000)
    with pytest.raises(SourceChanged, match="expected JSON"):
        client.get(server.url)


def test_an_empty_answer_is_asked_again(server: Server, client: JsonClient) -> None:
    server.will(Reply(200, b""), Reply.json(1))
    assert client.get(server.url) == 1


def test_a_connection_that_breaks_in_the_body_is_asked_again(
    server: Server, client: JsonClient
) -> None:
    server.will(Reply(200, b'{"a": 1', length=500), Reply.json(2))
    assert client.get(server.url) == 2


def test_a_body_that_never_comes_ends_in_time(server: Server, client: JsonClient) -> None:
    server.will(Reply(200, b"[1, 2]", pause_s=30))
    client.manners = replace(QUICK, attempts=1)
    start = time.monotonic()
    with pytest.raises(SourceUnavailable, match=r"no answer from 127\.0\.0\.1"):
        client.get(server.url)
    assert time.monotonic() - start < 1.0


def test_a_body_that_drips_for_ever_ends_in_time(server: Server, client: JsonClient) -> None:
    server.will(Reply(200, b"[" + b" " * 1000 + b"]", pause_s=0.1, pieces=1000))
    client.manners = replace(QUICK, attempts=1)
    with pytest.raises(SourceUnavailable, match=r"still sending after 0\.6 s"):
        client.get(server.url)


def test_a_body_that_is_too_long_is_not_read_to_its_end(server: Server, client: JsonClient) -> None:
    server.will(Reply(200, b"[" + b" " * 200_000 + b"]"))
    with pytest.raises(SourceChanged, match=r"more than 0\.15 MB"):
        client.get(server.url)


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(
    server: Server, client: JsonClient
) -> None:
    packed = gzip.compress(b"[" + b" " * 5_000_000 + b"]", mtime=0)
    server.will(Reply(200, packed, {"Content-Encoding": "gzip"}))
    with pytest.raises(SourceChanged, match="more than"):
        client.get(server.url)


def test_a_damaged_compression_is_asked_again(server: Server, client: JsonClient) -> None:
    server.will(Reply(200, b"not gzip", {"Content-Encoding": "gzip"}), Reply.json(3))
    assert client.get(server.url) == 3


def test_nobody_at_the_address_is_said_with_the_address(client: JsonClient) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(SourceUnavailable, match=rf"test: cannot get .* 127\.0\.0\.1:{port}/x"):
        client.get(f"http://127.0.0.1:{port}/x")


@pytest.mark.parametrize("url", ["apidatos.ree.es", "ftp://x.y", "http://x:port", "", "http://"])
def test_an_address_that_cannot_be_one_is_a_setting_to_mend(client: JsonClient, url: str) -> None:
    with pytest.raises(SettingsError, match="address of test"):
        client.get(url)


def test_a_proxy_that_cannot_be_one_is_a_setting_to_mend(
    server: Server, client: JsonClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://x")
    with pytest.raises(SettingsError, match="ALL_PROXY"):
        client.get(server.url)


def test_a_redirect_is_followed_and_a_circle_is_not(server: Server, client: JsonClient) -> None:
    server.will(Reply(301, b"", {"Location": "/new"}), Reply.json("here"))
    assert client.get(server.url + "/old") == "here"
    server.will(Reply(302, b"", {"Location": "/again"}))
    with pytest.raises(SourceChanged, match="circles"):
        client.get(server.url)


@pytest.mark.parametrize("location", ["ftp://x.y/z", "http://", "https:///x", "http://x:port/"])
def test_a_redirect_to_nowhere_is_not_our_mistake(
    server: Server, client: JsonClient, location: str
) -> None:
    server.will(Reply(302, b"", {"Location": location}))
    with pytest.raises(SourceError, match=r"127\.0\.0\.1"):
        client.get(server.url)


def test_keys_in_the_query_never_show(server: Server, client: JsonClient) -> None:
    for reply in (Reply(403), Reply(503), Reply(200, b"<html>"), Reply(200, b"[", pause_s=9)):
        server.will(reply)
        with pytest.raises(SourceError) as caught:
            client.get(server.url + "/x?token=hush", {"appid": "hush"})
        assert "hush" not in str(caught.value) + repr(caught.value)
        assert caught.value.__cause__ is None


def test_an_error_status_can_carry_an_answer(server: Server, client: JsonClient) -> None:
    server.will(Reply.json({"errors": ["no data"]}, 500))
    assert client.get(server.url, is_answer=lambda d: "errors" in str(d)) == {"errors": ["no data"]}
    with pytest.raises(SourceUnavailable):
        client.get(server.url)


def test_requests_keep_their_distance(server: Server) -> None:
    server.will(Reply.json(1))
    client = JsonClient("test", manners=replace(QUICK, min_interval_s=0.1))
    start = time.monotonic()
    for _ in range(4):
        client.get(server.url)
    assert 0.3 <= time.monotonic() - start < 0.8


def test_retries_write_no_log(
    server: Server, client: JsonClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    server.will(Reply(503), Reply.json(1))
    client.get(server.url)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), (formatdate(0, usegmt=True), 0), ("soon", None), ("", None), ("-3", None)],
)
def test_a_pause_is_a_number_of_seconds_or_a_date(header: str, seconds: float | None) -> None:
    answer = Answer("test", "host/", 503, {"retry-after": header}, json.dumps({}).encode())
    with pytest.raises(SourceUnavailable) as caught:
        answer.document(lambda _: False)
    found = caught.value.wait_s if isinstance(caught.value, AskedToWait) else None
    assert found == seconds


def test_a_key_is_sent_and_shown_nowhere(
    server: Server, keyed: JsonClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    server.will(Reply.json({"your key": HUSH}))
    assert keyed.get(server.url) == {"your key": "***"}
    assert server.headers[0]["x-key"] == HUSH
    server.will(Reply.json({"error": HUSH}, 401))
    with pytest.raises(SourceChanged) as caught:
        keyed.get(server.url)
    assert caught.value.hint == "mend it"
    seen = caplog.text + repr(vars(keyed)) + repr(caught.value)
    assert HUSH not in seen
    assert "HTTP Request" not in seen


def test_a_key_with_space_around_it_is_trimmed(server: Server) -> None:
    server.will(Reply.json(1))
    key = Key(f" {HUSH}\n", home=server.url, query="appid")
    JsonClient("test", manners=QUICK, key=key).get(server.url, {"q": "2"})
    assert server.asked == [{"q": "2", "appid": HUSH}]


def test_a_key_follows_a_redirect_on_its_own_host_only(server: Server, keyed: JsonClient) -> None:
    server.will(Reply(301, b"", {"Location": "/new"}), Reply.json("here"))
    assert keyed.get(server.url + "/old") == "here"
    assert [sent["x-key"] for sent in server.headers] == [HUSH, HUSH]
    elsewhere = server.url.replace("127.0.0.1", "localhost") + "/new"
    server.will(Reply(301, b"", {"Location": elsewhere}), Reply.json("there"))
    with pytest.raises(SourceChanged, match=r"the key is for 127\.0\.0\.1 alone"):
        keyed.get(server.url)
    assert len(server.headers) == 3


def test_without_a_key_any_redirect_is_followed(server: Server, client: JsonClient) -> None:
    elsewhere = server.url.replace("127.0.0.1", "localhost") + "/new"
    server.will(Reply(301, b"", {"Location": elsewhere}), Reply.json("there"))
    assert client.get(server.url) == "there"


@pytest.mark.parametrize(
    ("url", "home", "same"),
    [
        ("https://a.es/sh/1", "https://a.es/opendata", True),
        ("https://A.es:443/sh/1", "https://a.es", True),
        ("https://a.es/x", "http://a.es", True),
        ("http://a.es/x", "https://a.es", False),
        ("https://b.a.es/x", "https://a.es", False),
        ("https://a.es.b.com/x", "https://a.es", False),
        ("https://a.es@b.com/x", "https://a.es", False),
        ("https://a.es:8443/x", "https://a.es", False),
        ("http://a.es:1/x", "http://a.es:2", False),
        ("ftp://a.es/x", "https://a.es", False),
        ("/sh/1", "https://a.es", False),
        ("https://[", "https://a.es", False),
        ("", "", False),
    ],
)
def test_a_host_is_the_same_only_on_a_way_no_less_safe(url: str, home: str, same: bool) -> None:
    assert same_host(url, home) == same


def _dated(minutes: float, **headers: str) -> dict[str, str]:
    return {"Date": formatdate(time.time() + 60 * minutes, usegmt=True), **headers}


@pytest.mark.parametrize("minutes", [-29, 0, 29])
def test_clocks_may_differ_a_little(server: Server, client: JsonClient, minutes: int) -> None:
    server.will(Reply(200, b"1", _dated(minutes)))
    assert client.get(server.url) == 1


@pytest.mark.parametrize(("minutes", "told"), [(-61, "61"), (45, "45"), (600_000, "600000")])
def test_clocks_that_differ_refuse_the_answer_at_once(
    server: Server, client: JsonClient, minutes: int, told: str
) -> None:
    server.will(Reply(200, b"1", _dated(minutes)))
    with pytest.raises(ClocksDiffer, match=rf"127\.0\.0\.1:\d+'s differ by {told} min"):
        client.get(server.url)
    assert len(server.asked) == 1


def test_an_answer_from_a_cache_is_as_old_as_it_says(server: Server, client: JsonClient) -> None:
    server.will(Reply(200, b"1", _dated(-60, Age="3600")))
    assert client.get(server.url) == 1
    server.will(Reply(200, b"1", _dated(-60, Age="9" * 400)))
    with pytest.raises(ClocksDiffer):
        client.get(server.url)


def test_an_error_is_told_before_the_clock(server: Server, client: JsonClient) -> None:
    server.will(Reply(403, b"{}", _dated(-600)))
    with pytest.raises(SourceChanged, match="forbids"):
        client.get(server.url)


def test_two_clients_of_one_host_take_turns(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("chocolib.sources.http.time.sleep", waits.append)
    server.will(Reply.json(1))
    slow = replace(QUICK, min_interval_s=1000.0)
    for name in ("one", "two", "three"):
        JsonClient(name, manners=slow).get(server.url)
    assert [round(wait / 1000) for wait in waits] == [0, 1, 2]


def _speaks(document: object) -> Said | None:
    return Said(**document["no"]) if isinstance(document, dict) and "no" in document else None


@pytest.mark.parametrize(
    ("said", "http", "error", "words"),
    [
        ((429, "slow"), 200, SourceUnavailable, r"answered 429 \(Too Many Requests\): \"slow\""),
        ((503, ""), 200, SourceUnavailable, r"answered 503 \(Service Unavailable\)$"),
        ((401, "no\nkey"), 200, SourceChanged, r"\(401\): \"no key\""),
        ((None, "bad"), 400, SourceChanged, r"\(Bad Request\) \(400\): \"bad\""),
        ((None, "bad"), 200, SourceChanged, r"\(400\): \"bad\""),
        ((None, "bad"), 502, SourceUnavailable, "502"),
        ((200, "odd"), 200, SourceChanged, r"\(400\)"),
        ((999, "odd"), 200, SourceUnavailable, "a status nobody knows"),
    ],
)
def test_what_a_document_says_of_itself_counts(
    server: Server, said: tuple[int | None, str], http: int, error: type[SourceError], words: str
) -> None:
    client = JsonClient("test", manners=QUICK, said=_speaks)
    server.will(Reply.json({"no": {"status": said[0], "why": said[1]}}, http))
    with pytest.raises(error) as caught:
        client.get(server.url)
    assert re.search(words, caught.value.message)
    assert len(server.asked) == (QUICK.attempts if error is SourceUnavailable else 1)


def test_a_fault_that_a_document_speaks_of_may_pass(server: Server) -> None:
    client = JsonClient("test", manners=QUICK, said=_speaks)
    server.will(Reply.json({"no": {"status": 429, "why": ""}}), Reply.json(2))
    assert client.get(server.url) == 2


@pytest.mark.parametrize(
    "body", [b'{"a": [{"b": 1}', b'{"a": {"b": 1}', b'[{"a": 1}, {"b": "x}]', b'{"a": "}']
)
def test_json_cut_after_a_closing_bracket_is_asked_for_again(server: Server, body: bytes) -> None:
    server.will(Reply(200, body), Reply.json({"a": 1}))
    assert JsonClient("test", manners=QUICK).get(server.url) == {"a": 1}


def test_an_answer_that_drips_is_not_asked_for_again(server: Server) -> None:
    server.will(Reply(200, b"x" * 100, pause_s=0.05, pieces=100))
    with pytest.raises(SourceUnavailable, match="still sending"):
        JsonClient("test", manners=QUICK).get(server.url)
    assert len(server.asked) == 1
