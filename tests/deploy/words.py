"""Hostile words on an open socket of a page: the kernel must hear none of them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.deploy.attacks import Outcome
from tests.deploy.edge import Edge
from tests.deploy.hostile import Attack

#: A kernel tells less than so many messages before it hears anything.
MOST = 500
#: Codes that end a socket.
POLICY, TOO_BIG, BAD_DATA = 1008, 1009, 1007
CODE = "open('PWNED', 'w').write('x')"


def message(kind: str, content: object = None, **more: object) -> str:
    """A message as Jupyter's clients write it."""
    header = {"msg_id": "1", "username": "", "session": "x", "msg_type": kind, "version": "5.3"}
    rest = {"parent_header": {}, "metadata": {}, "channel": "shell", "buffers": []}
    return json.dumps({"header": header, "content": content or {}, **rest, **more})


def comm(data: object, comm_id: object = "1") -> str:
    return message("comm_msg", {"comm_id": comm_id, "data": data})


RUN = {"code": CODE, "silent": False, "store_history": False, "user_expressions": {}}
KINDS = (
    "kernel_info_request complete_request inspect_request history_request is_complete_request "
    "connect_request shutdown_request interrupt_request debug_request create_subshell_request "
    "comm_info_request input_reply comm_open comm_close status stream"
)
WORDS: dict[str, str | bytes] = {
    "execute_request": message("execute_request", RUN),
    "execute_request, control": message("execute_request", RUN, channel="control"),
    "execute_request in capitals": message("EXECUTE_REQUEST", RUN),
    "two kinds": '{"header": {"msg_type": "comm_msg", "msg_type": "execute_request"}}',
    **{kind: message(kind, {"code": CODE, "restart": False}) for kind in KINDS.split()},
    "a comm that nobody opened": comm({"method": "update", "state": {"value": 1}}),
    "a comm without a name": comm({"method": "update", "state": {}}, None),
    "a list as its name": comm({"method": "update", "state": {}}, ["a"]),
    "another method": comm({"method": "request_state"}),
    "no header": "{}",
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "nothing": "",
    "broken JSON": '{"header": ',
    "not a number": '{"header": NaN}',
    "deep JSON": "[" * 8_000,
    "20 kB": json.dumps({"header": {"msg_type": "comm_msg"}, "x": "a" * 20_000}),
    "200 kB": "a" * 200_000,
    "bytes": b"\x00\x01",
    "bytes of JSON": message("execute_request", RUN).encode(),
}


def words(edge: Edge) -> list[Outcome]:
    """Say each on a socket of its own; it must be ended by the policy."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda one: _said(edge, *one), enumerate(WORDS.items())))


def _said(edge: Edge, number: int, named: tuple[str, str | bytes]) -> Outcome:
    name, said = named
    raw = said if isinstance(said, bytes) else said.encode()
    code, came = _asked(edge, said, f"100.65.0.{number + 1}")
    expected = frozenset({POLICY, TOO_BIG, BAD_DATA})
    wrong = () if code in expected else (f"ended with {code} after {came}",)
    return Outcome(Attack("words", name, raw, expected), (code,), wrong)


def _asked(edge: Edge, said: str | bytes, address: str) -> tuple[int, list[str]]:
    came: list[str] = []
    headers = {"X-Forwarded-For": address, "Tailscale-User-Login": f"{address}@example.org"}
    address = f"ws://127.0.0.1:{edge.port}/live/plan"
    settings: dict[str, Any] = {"additional_headers": headers, "proxy": None, "open_timeout": 30}
    with connect(address, origin=f"http://127.0.0.1:{edge.port}", **settings) as socket:
        try:
            socket.send(said)
            while len(came) < MOST:
                came += [str(socket.recv(timeout=20))[:60]]
        except ConnectionClosed as ended:
            return (ended.rcvd.code if ended.rcvd else 1006), came[:5]
        except TimeoutError:
            pass
    return 0, came[:5]
