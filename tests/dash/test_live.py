"""The socket of a page with controls, spoken raw, and the kernels behind it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket as tcp
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websocket import ABNF, WebSocket, WebSocketBadStatusException, create_connection

from tests.dash.dash_process import Server, stop
from tests.dash.site_process import (
    alive,
    family,
    health,
    log_of,
    newest,
    settled,
    show,
    start_site,
    until,
    write_site,
)

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
MOST = 3


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("live") / "pages"
    write_site(folder)
    return folder


@pytest.fixture(scope="module")
def site(place: Path) -> Iterator[Server]:
    running = start_site(place, warm="1", most=str(MOST))
    assert until(lambda: waiting(running) == 1, 60)
    yield running
    stop(running)


@pytest.fixture(autouse=True)
def _all_given_back(site: Server) -> Iterator[None]:
    yield
    assert until(lambda: lent(site) == 0, 30)


def waiting(site: Server) -> int:
    return health(site)["pool"]["waiting"]


def lent(site: Server) -> int:
    return health(site)["pool"]["lent"]


@contextlib.contextmanager
def talking(site: Server, query: str = "") -> Iterator[WebSocket]:
    """A socket that says goodbye at the end."""
    address = f"ws://127.0.0.1:{site.port}/live/dials{query}"
    socket = create_connection(address, origin=site.url, timeout=30)
    try:
        yield socket
    finally:
        socket.close(1000)
        socket.shutdown()


def hear(socket: WebSocket, kind: str) -> Any:
    """The content of the next message of this kind."""
    while True:
        message = json.loads(socket.recv())
        if message["header"]["msg_type"] == kind:
            return message["content"]


def say(socket: WebSocket, kind: str, **content: Any) -> None:
    socket.send(json.dumps({"header": {"msg_type": kind}, "content": content, "channel": "shell"}))


def turn(socket: WebSocket, comm_id: str, told: int) -> int:
    """What the widget answers when its dial is turned."""
    say(socket, "comm_msg", comm_id=comm_id, data={"method": "update", "state": {"told": told}})
    return int(hear(socket, "comm_msg")["data"]["state"]["answer"])


def close_code(socket: WebSocket) -> int:
    """Why the server closes the socket."""
    while True:
        code, data = socket.recv_data(control_frame=True)
        if code == ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")


def test_a_widget_answers_and_brings_no_code(site: Server) -> None:
    with talking(site) as socket:
        opened = hear(socket, "comm_open")
        assert opened["data"]["state"] == {
            "_anywidget_id": "tests.dash.dial.Dial",
            "told": 1,
            "answer": 10,
        }
        assert turn(socket, opened["comm_id"], 7) == 70
        say(
            socket,
            "comm_msg",
            comm_id=opened["comm_id"],
            data={"method": "custom", "content": "good day"},
        )
        assert hear(socket, "comm_msg")["data"]["content"] == {"echo": "good day"}


def test_a_reader_who_asks_to_run_code_runs_none_and_is_put_out(site: Server, place: Path) -> None:
    target = place.parent / "made-by-a-reader"
    code = f"open({str(target)!r}, 'w').close()"
    for channel in ("shell", "control"):
        with talking(site) as socket:
            comm_id = hear(socket, "comm_open")["comm_id"]
            message = {
                "channel": channel,
                "header": {"msg_type": "execute_request", "msg_id": "1", "session": "s"},
                "parent_header": {},
                "metadata": {},
                "content": {"code": code, "silent": False, "comm_id": comm_id},
            }
            socket.send(json.dumps(message))
            assert close_code(socket) == 1008
    assert until(lambda: lent(site) == 0)
    assert not target.exists()
    assert "refused on /live/dials: a message of kind 'execute_request'" in log_of(place)


@pytest.mark.parametrize(
    "kind",
    ["input_reply", "complete_request", "shutdown_request", "comm_open", "kernel_info_request"],
)
def test_every_other_kind_of_message_closes_the_socket(site: Server, kind: str) -> None:
    with talking(site) as socket:
        hear(socket, "comm_open")
        say(socket, kind, code="1", comm_id="x", target_name="jupyter.widget", data={})
        assert close_code(socket) == 1008


def test_broken_binary_and_flooding_messages_close_the_socket(site: Server) -> None:
    with talking(site) as socket:
        socket.send("{")
        assert close_code(socket) == 1008
    with talking(site) as socket:
        socket.send_binary(b"\x00" * 100)
        assert close_code(socket) == 1008
    with talking(site) as socket:
        comm_id = hear(socket, "comm_open")["comm_id"]
        with contextlib.suppress(ConnectionError):
            for told in range(200):
                data = {"method": "update", "state": {"told": told}}
                say(socket, "comm_msg", comm_id=comm_id, data=data)
        assert close_code(socket) == 1008


@pytest.mark.parametrize(
    ("path", "origin", "status"),
    [
        ("/live/dials", "http://evil.example", 403),
        ("/live/dials", None, 403),
        ("/live/numbers", "own", 404),
        ("/live/run", "own", 404),
        ("/live/nothing", "own", 404),
        ("/live/dials?at=2199-01-01", "own", 400),
        ("/api/kernels/x/channels", "own", 404),
    ],
)
def test_a_socket_is_only_for_our_own_pages_with_controls(
    site: Server, path: str, origin: str | None, status: int
) -> None:
    facts = {"suppress_origin": True} if origin is None else {}
    own = site.url if origin == "own" else origin
    address = f"ws://127.0.0.1:{site.port}{path}"
    with (
        tcp.create_connection(("127.0.0.1", site.port), timeout=30) as raw,
        pytest.raises(WebSocketBadStatusException) as refused,
    ):
        create_connection(address, origin=own, socket=raw, **facts)
    assert refused.value.status_code == status


def test_a_phone_that_comes_back_goes_on_where_it_was(site: Server) -> None:
    with talking(site) as socket:
        token = hear(socket, "status")["id"]
        comm_id = hear(socket, "comm_open")["comm_id"]
        socket.sock.close()  # a phone that sleeps says no goodbye
    with talking(site, f"?id={token}") as again:
        assert hear(again, "status") == {"execution_state": "open", "id": token}
        assert turn(again, comm_id, 4) == 40
        assert lent(site) == 1


def test_a_token_opens_no_other_page_and_a_wrong_one_nothing(site: Server) -> None:
    with talking(site) as socket:
        token = hear(socket, "status")["id"]
        for query in (f"?id={token}&lang=en", "?id=guessed"):
            with talking(site, query) as other:
                assert hear(other, "status")["id"] != token


@needs_proc
def test_a_page_that_leaves_ends_its_kernel_and_the_pool_fills_again(site: Server) -> None:
    assert until(lambda: waiting(site) == 1)
    before = settled(site)
    with talking(site) as socket:
        hear(socket, "comm_open")
        assert lent(site) == 1
        assert until(lambda: waiting(site) == 1)
        during = settled(site)
    assert len(set(during) - set(before)) == 1
    assert until(lambda: len(alive(family(site))) == len(before))
    assert waiting(site) == 1


def test_when_all_kernels_are_lent_the_next_reader_is_told_so(site: Server) -> None:
    with contextlib.ExitStack() as readers:
        for _ in range(MOST):
            hear(readers.enter_context(talking(site)), "comm_open")
        with talking(site) as late:
            assert hear(late, "status") == {"execution_state": "full"}
            assert close_code(late) == 4003
        assert lent(site) == MOST
    assert until(lambda: lent(site) == 0)
    with talking(site) as now:
        hear(now, "comm_open")


@needs_proc
def test_a_kernel_that_dies_closes_the_socket_and_the_next_one_is_there(site: Server) -> None:
    assert until(lambda: waiting(site) == 1)
    kernel = newest(settled(site))
    with talking(site) as socket:
        hear(socket, "comm_open")
        os.kill(kernel, signal.SIGKILL)
        assert close_code(socket) == 4000
    with talking(site) as socket:
        assert turn(socket, hear(socket, "comm_open")["comm_id"], 2) == 20


@needs_proc
def test_a_kernel_that_dies_waiting_is_not_handed_out(site: Server) -> None:
    assert until(lambda: waiting(site) == 1)
    os.kill(newest(settled(site)), signal.SIGKILL)
    time.sleep(0.2)
    with talking(site) as socket:
        assert turn(socket, hear(socket, "comm_open")["comm_id"], 3) == 30


def test_controls_that_fail_are_told_as_such_and_logged(site: Server, place: Path) -> None:
    notebook = place / "dials.ipynb"
    written = notebook.read_text()
    notebook.write_text(written.replace("wb.dial()", "wb.no_such_dial()"))
    try:
        with talking(site) as socket:
            while hear(socket, "status")["execution_state"] != "failed":
                pass
    finally:
        notebook.write_text(written)
    assert "no_such_dial" in log_of(place)


def test_a_kernel_nobody_uses_is_ended(place: Path) -> None:
    show(place, "1", shown="idle")
    once = start_site(place, warm="0", idle="1")
    try:
        with talking(once) as socket:
            assert close_code(socket) == 4001
        assert until(lambda: lent(once) == 0)
    finally:
        assert stop(once) == 0
