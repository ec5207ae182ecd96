"""Beginning and ending: the port, the signal, a store that is empty, broken, or slow."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from fastapi import FastAPI

from chocolib.app.context import Context
from chocolib.doors.answering import Answering
from chocolib.doors.api.app import add_failures
from chocolib.doors.api.desk import Desk
from chocolib.doors.api.entry import Entry
from chocolib.doors.api.gate import Gate
from chocolib.doors.api.routes import routes
from chocolib.doors.trust import Trust
from chocolib.tools.answer import Answer
from chocolib.tools.catalogue import TOOLS
from chocolib.tools.tool import Tool
from tests.doors.api.in_thread import served
from tests.doors.api.server_process import Door, running


def test_an_empty_store_is_ready_and_says_what_lacks(tmp_path: Path) -> None:
    with running(tmp_path) as door, door.client() as client:
        for path in ("/", "/openapi.json", "/health", "/version"):
            assert client.get(path).status_code == 200, path
        assert client.get("/ready").json() == {"ready": True, "prices": False, "synthetic": False}
        for tool in TOOLS.values():
            answer = client.get(tool.path)
            assert answer.status_code in (200, 404), (tool.short, answer.text)
            if answer.status_code == 404:
                assert answer.json()["type"] == "/#not-enough-data", tool.short
                assert answer.json()["hint"], tool.short


def test_a_damaged_store_is_not_ready_but_alive(tmp_path: Path) -> None:
    (tmp_path / "chocolib.sqlite").write_bytes(b"not a database at all, not at all" * 100)
    with running(tmp_path) as door, door.client() as client:
        assert client.get("/health").status_code == 200
        for path in ("/ready", "/ree/prices/latest", "/version"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert answer.json()["type"] == "/#store-unreadable"
            assert str(tmp_path) not in answer.text


#: The slow tool has been asked.
BEGUN = threading.Event()


def slow(context: Context, hours: int = 3) -> Answer:
    """Takes its time; a tool of this test only."""
    BEGUN.set()
    time.sleep(1.5)
    return Answer.of(context)


def slow_app(*, deadline_s: float) -> FastAPI:
    app = FastAPI()
    tool = Tool(slow, "operations", "/slow")
    app.include_router(routes((tool,), Desk(Answering(deadline_s=deadline_s))))
    add_failures(app)
    app.add_middleware(Gate, entry=Entry(("localhost",), None, Trust()))
    return app


def test_what_takes_too_long_is_told_so_and_comes_later() -> None:
    with served(slow_app(deadline_s=1)) as url, httpx.Client(trust_env=False) as client:
        first = client.get(f"{url}/slow")
        assert first.status_code == 504
        assert first.json()["type"] == "/#too-slow"
        assert client.get(f"{url}/slow").status_code == 200


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "chocolib", "api", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_signal_ends_it_without_a_traceback(home: Path) -> None:
    with running(home) as door, door.client() as client:
        assert client.get("/health").status_code == 200
        assert door.stop() == 143
    assert "Traceback" not in door.said()


def test_an_answer_underway_is_finished_when_the_server_ends() -> None:
    with served(slow_app(deadline_s=20)) as url, ThreadPoolExecutor(1) as callers:
        underway = callers.submit(httpx.get, f"{url}/slow", timeout=30, trust_env=False)
        assert BEGUN.wait(20)
    assert underway.result().status_code == 200


def test_mcp_answers_at_its_path_behind_the_same_gate(door: Door) -> None:
    initialize = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "a test", "version": "1"},
        },
    }
    accept = {"Accept": "application/json, text/event-stream"}
    with door.client(**accept) as client:
        answer = client.post("/mcp", json=initialize)
        foreign = client.post("/mcp", json=initialize, headers={"Host": "evil.example"})
    assert answer.status_code == 200
    assert "chocolib" in answer.text
    assert foreign.status_code == 421
