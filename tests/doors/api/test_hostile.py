"""What nobody should send gets a problem document, never a traceback; the door stays open."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import httpx
import pytest

from tests.doors.api.server_process import AS_OF, Door

PRICE = "/ree/prices/latest"
WINDOWS = "/insights/optimal-windows"


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["type"].startswith("/#")
    assert told["title"]
    assert told["detail"]
    assert "Traceback" not in answer.text
    return told


@pytest.mark.parametrize(
    "moment",
    ["1890-01-01", "2999-01-01", "1999-12-31", "tomorrow", "2025-13-01", "2025-03-30T02:30", ""],
)
def test_a_moment_that_cannot_be_replayed(moment: str, client: httpx.Client) -> None:
    is_problem(client.get(PRICE, params={"as_of": moment}), 422)


@pytest.mark.parametrize(
    "asked",
    [
        {"hours": "10000"},
        {"hours": "-1"},
        {"hours": "3.5"},
        {"hours": "three"},
        {"hours": "\x00\x01"},
        {"days": "1e9"},
        {"lang": "klingon"},
        {"horizon": "10000"},
        {"as_of": "x" * 5000},
        {"as_of": "2025-11-20'; drop table energy_prices; --"},
    ],
    ids=str,
)
def test_arguments_that_do_not_fit_are_named(asked: dict[str, str], client: httpx.Client) -> None:
    told = is_problem(client.get(WINDOWS, params=asked), 422)
    assert next(iter(asked)) in told["detail"] or "moment" in told["detail"]


def test_what_is_wrong_is_said_without_repeating_it(client: httpx.Client) -> None:
    answer = client.get(WINDOWS, params={"hours": "<script>alert(1)</script>"})
    is_problem(answer, 422)
    assert "script" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/ree/prices/latest/",
        "/ree//prices/latest",
        "/%00",
        "/\xff\xfe",
        "/docs",
        "/redoc",
        "/ree/ingest",
        "/gaps/backfill",
    ],
)
def test_an_unknown_path_is_not_found(path: str, client: httpx.Client) -> None:
    is_problem(client.get(path), 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_nothing_can_be_changed(method: str, client: httpx.Client) -> None:
    answer = client.request(method, PRICE)
    is_problem(answer, 405)
    assert "GET" in answer.headers["allow"]


def test_a_foreign_name_is_refused(client: httpx.Client) -> None:
    is_problem(client.get(PRICE, headers={"Host": "evil.example"}), 421)
    is_problem(client.get(PRICE, headers={"Host": "127.0.0.1.evil.example"}), 421)
    is_problem(client.get(PRICE, headers={"Host": ""}), 421)
    assert client.get("/version", headers={"Host": "localhost:1"}).status_code == 200


def test_a_page_of_another_site_is_refused(client: httpx.Client) -> None:
    for origin in ("https://evil.example", "null", "http://[", "http://localhost.evil.example"):
        is_problem(client.get(PRICE, headers={"Origin": origin}), 403)
    answer = client.get("/version", headers={"Origin": "http://localhost:8866"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_no_header_makes_somebody_else_of_a_caller(client: httpx.Client) -> None:
    spoofed = {
        "X-Forwarded-For": "100.64.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Original-URL": "/ree/ingest",
        "X-HTTP-Method-Override": "DELETE",
        "Tailscale-User-Login": "ana@example.org",
    }
    assert client.get(PRICE, params={"as_of": AS_OF}, headers=spoofed).status_code == 200


def test_a_query_of_a_megabyte_is_refused(door: Door) -> None:
    asked = f"GET {PRICE}?as_of={'x' * 1_000_000} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    address = ("127.0.0.1", door.port)
    # it may hang up while we still send
    with socket.create_connection(address, 20) as caller, contextlib.suppress(ConnectionError):
        caller.sendall(asked.encode())
        assert caller.recv(4096).startswith(b"HTTP/1.1 400 ")
    with door.client() as asking:
        assert asking.get("/health").status_code == 200


def test_a_body_that_is_too_big_is_refused_before_it_has_come(door: Door) -> None:
    head = f"POST {PRICE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as caller:
        caller.sendall(head.encode())
        assert caller.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: nine\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused(sent: bytes, door: Door) -> None:
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as caller:
        caller.sendall(sent)
        status = caller.recv(4096).split(b" ")[1]
    assert status in (b"400", b"421", b"505")


def test_slow_callers_keep_nobody_waiting_and_are_hung_up_on(door: Door) -> None:
    address = ("127.0.0.1", door.port)
    body = b"POST /chat/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{"
    with (
        socket.create_connection(address, 60) as silent,
        socket.create_connection(address, 60) as halting,
        socket.create_connection(address, 60) as dawdling,
        door.client() as asking,
    ):
        halting.sendall(b"GET /health HTTP/1.1\r\nHost: local")
        dawdling.sendall(body)
        assert asking.get("/health").status_code == 200
        assert silent.recv(10) == b""
        assert halting.recv(10) == b""
        assert dawdling.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_answers_carry_headers_that_leave_a_browser_nothing_to_do(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in answer.text
    assert 'src="http' not in answer.text
    for path in (PRICE, WINDOWS, "/openapi.json"):
        assert f'href="{path}"' in answer.text
