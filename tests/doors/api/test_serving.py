"""Beginning and ending: the port, the signal, a store that is empty, broken, or slow."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
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
from tests.doors.api.server_process import AS_OF, running


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


def slow(context: Context, hours: int = 3) -> Answer:
    """Takes its time; a tool of this test only."""
    time.sleep(1.5)
    return Answer.of(context)


def test_what_takes_too_long_is_told_so_and_comes_later() -> None:
    app = FastAPI()
    app.include_router(routes((Tool(slow, "operations", "/slow"),), Desk(Answering(deadline_s=1))))
    add_failures(app)
    app.add_middleware(Gate, entry=Entry(("localhost",), None, Trust()))
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        first = client.get("/slow")
        assert first.status_code == 504
        assert first.json()["type"] == "/#too-slow"
        assert client.get("/slow").status_code == 200


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "chocolib", "api", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_signal_ends_it_after_the_answers_underway(home: Path) -> None:
    got: list[int] = []
    with running(home) as door:
        with door.client() as client:
            asked = {"as_of": AS_OF, "hours": "5"}
            client.get("/health")

            def ask() -> None:
                got.append(client.get("/insights/optimal-windows", params=asked).status_code)

            asking = threading.Thread(target=ask)
            asking.start()
            while not asking.is_alive():
                pass
            code = door.stop()
            asking.join(30)
        assert code in (0, 143)
    assert got in ([200], [])
