"""A real HTTP server on loopback that answers as it is told."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chocolib.sources.http import Manners

#: Milliseconds instead of seconds.
QUICK = Manners(
    connect_s=1.0,
    read_s=0.25,
    total_s=0.6,
    max_bytes=150_000,
    attempts=3,
    first_wait_s=0.001,
    longest_wait_s=1.5,
    min_interval_s=0.0,
)


@dataclass
class Reply:
    """What the server sends: a status, headers, and the body in pieces.

    Its clock is right unless the headers have a Date ("": none); `reset` breaks the
    connection off after half of the body.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    pause_s: float = 0.0
    pieces: int = 1
    length: int | None = None
    reset: bool = False

    @classmethod
    def json(cls, document: object, status: int = 200, **headers: str) -> Reply:
        return cls(status, json.dumps(document).encode(), headers)


@dataclass
class Server:
    """Replies in turn; the last one is repeated. A function replies to any query."""

    url: str = ""
    replies: list[Reply | Callable[[dict[str, str]], Reply]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def will(self, *replies: Reply | Callable[[dict[str, str]], Reply]) -> None:
        self.replies = list(replies)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            told.asked.append(query)
            told.paths.append(parts.path)
            told.headers.append({k.lower(): v for k, v in self.headers.items()})
            reply = told.replies.pop(0) if len(told.replies) > 1 else told.replies[0]
            self.send(reply(query) if callable(reply) else reply)

        def send(self, reply: Reply) -> None:
            self.send_response_only(reply.status)
            length = len(reply.body) if reply.length is None else reply.length
            headers = {
                "Content-Type": "application/json",
                "Content-Length": str(length),
                "Date": formatdate(usegmt=True),
            }
            for name, value in (headers | reply.headers).items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            if reply.reset:
                return self.break_off(reply)
            size = max(1, -(-len(reply.body) // reply.pieces))
            for start in range(0, len(reply.body), size):
                if told.closing.wait(reply.pause_s):
                    return None
                self.wfile.write(reply.body[start : start + size])
            return None

        def break_off(self, reply: Reply) -> None:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            at_once = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Silence."""

    with _Quiet(("127.0.0.1", 0), Handler) as http:
        told.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield told
        told.closing.set()
        http.shutdown()
        thread.join()
