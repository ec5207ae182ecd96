"""A server that speaks the Messages API by server-sent events, and misbehaves as it is told."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True)
class Got:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True)
class Refuses:
    """An answer that is an error."""

    status: int
    kind: str
    headers: Sequence[tuple[str, str]] = ()
    code: str = ""


@dataclass(frozen=True)
class Says:
    """A reply, event by event, and what goes wrong with it.

    Attributes:
        first_s: before the first byte; gap_s: before each event.
        cut: the connection breaks after so many events; stall: nothing but pings comes after.
        raw: sent as it is instead of the events.
    """

    events: Sequence[Event] = ()
    first_s: float = 0.0
    gap_s: float = 0.0
    cut: int | None = None
    stall: int | None = None
    raw: bytes | None = None


Behaviour = Says | Refuses


def started(*, read: int = 1200, cache_read: int = 0, cache_written: int = 0) -> Event:
    usage = {
        "input_tokens": read,
        "output_tokens": 1,
        "cache_read_input_tokens": cache_read,
        "cache_creation_input_tokens": cache_written,
    }
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "stub",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    return {"type": "message_start", "message": message}


def block(index: int, start: Event, *deltas: Event) -> list[Event]:
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": one} for one in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def text(words: str, index: int = 0) -> list[Event]:
    deltas = [{"type": "text_delta", "text": f"{word} "} for word in words.split()]
    return block(index, {"type": "text", "text": ""}, *deltas)


def thinking(index: int = 0) -> list[Event]:
    start = {"type": "thinking", "thinking": "", "signature": ""}
    return block(index, start, {"type": "signature_delta", "signature": "c2lnbg=="})


def tool_use(name: str, given: object, index: int = 0, call: str = "toolu_1") -> list[Event]:
    written = json.dumps(given)
    start = {"type": "tool_use", "id": call, "name": name, "input": {}}
    halves = (written[:3], written[3:])
    deltas = [{"type": "input_json_delta", "partial_json": half} for half in halves]
    return block(index, start, *deltas)


def ended(reason: str = "end_turn", written: int = 40) -> list[Event]:
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": written}},
        {"type": "message_stop"},
    ]


def replies(words: str = "Hola mundo", *, written: int = 40, **how: Any) -> Says:
    return Says([started(), *text(words), *ended(written=written)], **how)


def asks(name: str, given: object, *, written: int = 30, before: str = "") -> Says:
    said = text(before) if before else []
    call = tool_use(name, given, index=1 if before else 0)
    return Says([started(), *said, *call, *ended("tool_use", written)])


OVERLOADED: Event = {
    "type": "error",
    "error": {"type": "overloaded_error", "message": "Overloaded"},
}


@dataclass
class Script:
    """What the server does with each request in turn, the last for all that follow."""

    url: str = ""
    does: list[Behaviour] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)

    def next(self) -> Behaviour:
        return self.does.pop(0) if len(self.does) > 1 else self.does[0]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [one.body for one in self.got]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = json.loads(self.rfile.read(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.script.got.append(Got(self.path, headers, body))
        does = self.server.script.next()
        try:
            self._refuse(does) if isinstance(does, Refuses) else self._say(does)
        except OSError:
            self.server.script.left.set()
            self.close_connection = True

    def _refuse(self, does: Refuses) -> None:
        details = {"details": {"error_code": does.code}} if does.code else {}
        error = {"type": does.kind, "message": f"told: {does.kind}", **details}
        body = json.dumps({"type": "error", "error": error}).encode()
        self.send_response(does.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in does.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _say(self, does: Says) -> None:
        self._wait(does.first_s)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if does.raw is not None:
            self._chunk(does.raw)
        for number, event in enumerate(does.events):
            if number == does.cut:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            if number == does.stall:
                self._stall()
            self._wait(does.gap_s)
            self._event(event)
        self.wfile.write(b"0\r\n\r\n")

    def _stall(self) -> None:
        for _ in range(200):
            self._event({"type": "ping"})
            time.sleep(0.05)

    def _wait(self, seconds: float) -> None:
        """Sleep, and notice when the client leaves meanwhile."""
        self.connection.settimeout(0.02)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.connection.recv(1, socket.MSG_PEEK) == b"":
                    raise ConnectionResetError
            except TimeoutError:
                continue
        self.connection.settimeout(None)

    def _event(self, event: Event) -> None:
        self._chunk(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

    def _chunk(self, body: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        self.wfile.flush()


@contextmanager
def messages_server(*does: Behaviour) -> Iterator[Script]:
    """A server on a port of its own that behaves as told."""
    script = Script(does=list(does))
    server = _Server(script)
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
