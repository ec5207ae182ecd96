"""MCP over HTTP on loopback: a real client, the gate, and clients that go away."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import jsonschema
import pytest
from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client

from chocolib.core.errors import SettingsError
from chocolib.doors.mcp.http import serve_mcp
from tests.doors.mcp.conftest import AS_OF

TOKEN = "a-token-of-the-tests-only"  # noqa: S105
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


@contextmanager
def serving(home: Path, **env: str) -> Iterator[str]:
    """The address of `chocolib mcp --http` on a free port; a signal ends it cleanly."""
    words = [sys.executable, "-m", "chocolib", "mcp", "--http", "--port", "0"]
    own = {"CHOCOLIB_HOME": str(home), "CHOCOLIB_AS_OF": AS_OF}
    with subprocess.Popen(
        words, stderr=subprocess.PIPE, text=True, env=os.environ | own | env
    ) as p:
        try:
            assert p.stderr
            said = p.stderr.readline()
            found = re.search(r"http://\S+/mcp", said)
            assert found, said
            yield found[0]
        finally:
            p.terminate()
            _, last = p.communicate(timeout=30)
    assert (p.returncode, last.strip()) == (128 + signal.SIGTERM, "Stopped.")


@pytest.fixture(scope="module")
def url(stocked: Path) -> Iterator[str]:
    with serving(stocked) as address:
        yield address


@pytest.fixture(scope="module")
def locked(stocked: Path) -> Iterator[str]:
    """The address of a server with a token."""
    with serving(stocked, CHOCOLIB_API_TOKEN=TOKEN) as address:
        yield address


def posted(url: str, **headers: str) -> tuple[int, str]:
    """The status of a hello, and what came with it."""
    usual = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    }
    request = urllib.request.Request(url, json.dumps(HELLO).encode(), usual | headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_lists_and_calls_the_tools(url: str, mode: str) -> None:
    async def session() -> types.CallToolResult:
        async with Client(url, mode=mode) as client:
            listed = {tool.name: tool for tool in (await client.list_tools()).tools}
            result = await client.call_tool("get_current_price", {"lang": "en"})
            schema = listed["get_current_price"].output_schema
            jsonschema.validate(result.structured_content, schema)
            assert (await client.read_resource("chocolib://factory.toml")).contents
            return result

    result = asyncio.run(session())
    assert not result.is_error
    assert result.structured_content["price"]["time"] == "2025-11-20T21:00:00+01:00"


def test_a_hundred_calls_of_ten_clients_at_once_are_all_answered(url: str) -> None:
    async def ten(client: Client) -> list[types.CallToolResult]:
        calls = (
            client.call_tool("get_current_price", {"as_of": f"2025-11-{day}T12:00"})
            for day in range(10, 20)
        )
        return await asyncio.gather(*calls)

    async def one() -> list[types.CallToolResult]:
        async with Client(url) as client:
            return await ten(client)

    async def crowd() -> list[list[types.CallToolResult]]:
        return await asyncio.gather(*(one() for _ in range(10)))

    results = [result for each in asyncio.run(crowd()) for result in each]
    assert len(results) == 100
    assert not any(result.is_error for result in results)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Length": "9999999"}, 413),
    ],
)
def test_only_callers_of_this_machine_come_in(
    headers: dict[str, str], status: int, url: str
) -> None:
    assert posted(url, **headers)[0] == status


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("", 401),
        (f"Bearer {TOKEN}", 200),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Basic {TOKEN}", 401),
        ("Bearer ñ", 401),
    ],
)
def test_with_a_token_nobody_comes_in_without_it(
    authorization: str, status: int, locked: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    told, body = posted(locked, **headers)
    assert told == status
    assert TOKEN not in body


def test_a_client_with_the_token_is_served(locked: str) -> None:
    async def session() -> int:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
            Client(streamable_http_client(locked, http_client=http)) as client,
        ):
            return len((await client.list_tools()).tools)

    assert asyncio.run(session()) > 1


def test_other_machines_are_not_listened_to_without_a_token() -> None:
    with pytest.raises(SettingsError, match="no token is set"):
        serve_mcp(host="0.0.0.0", port=0, say=print)  # noqa: S104 - what the test is about


def test_a_client_that_dies_in_a_call_harms_nobody(url: str) -> None:
    host, port = url.removeprefix("http://").removesuffix("/mcp").split(":")
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call"}
    body = json.dumps(call | {"params": {"name": "get_optimal_windows", "arguments": {}}})
    head = (
        f"POST /mcp HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-06-18\r\n"
    )
    for sent in (f"{head}Content-Length: {len(body)}\r\n\r\n{body}", f"{head}Content-Le", ""):
        with socket.create_connection((host, int(port)), timeout=10) as caller:
            caller.sendall(sent.encode())
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert posted(url)[0] == 200
