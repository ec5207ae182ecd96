from __future__ import annotations

import gzip
import json
import logging
import socket
import time
from dataclasses import replace
from email.utils import formatdate

import pytest

from chocolib import __version__
from chocolib.core.errors import SettingsError, SourceChanged, SourceError, SourceUnavailable
from chocolib.sources.answers import Answer, AskedToWait
from chocolib.sources.http import JsonClient
from tests.sources.conftest import QUICK, Reply, Server


@pytest.fixture
def client() -> JsonClient:
    return JsonClient("test", manners=QUICK)


def test_a_document_comes_back_and_we_say_who_we_are(server: Server, client: JsonClient) -> None:
    server.will(Reply.json({"a": [1, None, "ñ"]}))
    assert client.get(server.url + "/x", {"q": "1 2"}) == {"a": [1, None, "ñ"]}
    assert server.asked == [{"q": "1 2"}]
    assert server.agents[0].startswith(f"chocolib/{__version__} ")


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
    answer = Answer("test", "host/", 503, header, json.dumps({}).encode())
    with pytest.raises(SourceUnavailable) as caught:
        answer.document(lambda _: False)
    found = caught.value.wait_s if isinstance(caught.value, AskedToWait) else None
    assert found == seconds
