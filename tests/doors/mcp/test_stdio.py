"""MCP over the standard streams of `chocolib mcp`: the protocol and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mcp import Client, StdioServerParameters, types

from chocolib.core.errors import SettingsError
from chocolib.doors.mcp.stdio import serve_stdio
from tests.doors.mcp.conftest import AS_OF
from tests.doors.mcp.test_http import HELLO

WORDS = [sys.executable, "-m", "chocolib", "mcp"]
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def call(number: int, name: str, **given: object) -> dict[str, Any]:
    """A message that calls a tool."""
    params = {"name": name, "arguments": given}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def started() -> subprocess.Popen[str]:
    """The command, as a client starts it."""
    pipe = subprocess.PIPE
    return subprocess.Popen(WORDS, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_a_client_lists_and_calls_the_tools(home: Path) -> None:
    process = StdioServerParameters(command=WORDS[0], args=WORDS[1:], env=dict(os.environ))

    async def session() -> None:
        async with Client(process) as client:
            listed = {tool.name: tool for tool in (await client.list_tools()).tools}
            calls = (client.call_tool("get_current_price", {}) for _ in range(20))
            results: list[types.CallToolResult] = await asyncio.gather(*calls)
            assert not any(result.is_error for result in results)
            schema = listed["get_current_price"].output_schema
            jsonschema.validate(results[0].structured_content, schema)
            assert (await client.call_tool("get_current_price", {"as_of": "1890-01-01"})).is_error

    asyncio.run(session())


def test_standard_output_carries_only_the_protocol(home: Path) -> None:
    messages = [HELLO, READY, "this is no JSON", call(2, "get_current_price"), call(3, "nothing")]
    lines = [m if isinstance(m, str) else json.dumps(m) for m in messages]
    with started() as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("".join(f"{line}\n" for line in lines))
        process.stdin.flush()
        came = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.stdin.close()
        rest = process.stdout.read()
        assert process.wait(30) == 0
    assert rest == ""
    assert all(message["jsonrpc"] == "2.0" for message in came)
    told = {message.get("id"): message for message in came}
    assert told[2]["result"]["structuredContent"]["as_of"] == f"{AS_OF}:00+01:00"
    assert told[3]["result"]["isError"]


def test_a_client_that_dies_takes_the_server_with_it(home: Path) -> None:
    with started() as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{json.dumps(HELLO)}\n")
        process.stdin.flush()
        process.stdout.readline()
        process.stdin.write(f"{json.dumps(call(2, 'get_optimal_windows'))}\n")
        process.stdin.flush()
        process.stdout.close()
        process.stdin.close()
        process.wait(30)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_signal_ends_the_server(home: Path) -> None:
    with started() as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{json.dumps(HELLO)}\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()


def test_a_setting_that_cannot_be_used_is_told_before_anything_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHOCOLIB_LANG", "fr")
    with pytest.raises(SettingsError, match="CHOCOLIB_LANG"):
        serve_stdio()
