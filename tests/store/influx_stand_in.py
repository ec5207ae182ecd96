"""A stand-in for InfluxDB 2.7: its HTTP surface, over a real influxd 1.x that parses and stores.

    python -m tests.store.influx_stand_in --port 8086

runs it in the foreground, so that a person can try `chocolib store copy`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from deploy.influxd import influxd
from tests.store.flux_subset import Unsupported, answer, understood
from tests.store.influxd_process import Influxd

ORG = "chocolate_factory"
TOKEN, READ_ONLY = "key-of-the-stand-in", "key-that-may-only-read"
LINT = "lint"
CREATE = "CREATE DATABASE {} WITH DURATION INF SHARD DURATION {}"

ERROR = b"#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n" + (
    b",error,reference\r\n,engine: out of luck,897\r\n\r\n"
)
CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    413: "request too large",
    422: "unprocessable entity",
    429: "too many requests",
    500: "internal error",
    503: "unavailable",
}


@dataclass(frozen=True)
class Fault:
    """What befalls one request instead of, or after, what it asks for.

    Attributes:
        status: answered with this and nothing done; 0 for a fault of the connection.
        kind: "drop" before anything is done, "drop-after" when it is done, "cut" in the
            middle of the answer, "slow" for an answer that takes `pause_s`, "page" for one
            of a proxy in HTML, "error" for an error in the midst of a good answer.
    """

    status: int = 0
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    pause_s: float = 0.0
    message: str = ""

    @property
    def name(self) -> str:
        after = " with Retry-After" if "Retry-After" in self.headers else ""
        return self.kind or f"{self.status}{after}"


@dataclass
class Asked:
    """One request as it came, its body decompressed."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    fault: Fault | None = None

    @property
    def flux(self) -> str:
        return str(json.loads(self.body)["query"])


@dataclass
class StandIn:
    """The server's state; tests set faults and read what was asked.

    Attributes:
        write_faults, query_faults: one for each coming request, None for no fault.
        most_lines: a write of more lines is answered with 413.
    """

    engine: Influxd
    url: str = ""
    buckets: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    write_faults: deque[Fault | None] = field(default_factory=deque)
    query_faults: deque[Fault | None] = field(default_factory=deque)
    most_lines: int | None = None
    numbers: Iterator[int] = field(default_factory=count)

    def add_bucket(self, name: str = "", *, shards: str = "1040w") -> str:
        """Make a bucket; its name. The type of a field is fixed for each shard."""
        database = f"bucket{next(self.numbers)}"
        self.engine.ask(CREATE.format(database, shards))
        self.buckets[name or database] = database
        return name or database

    def address(self, bucket: str) -> str:
        return f"influxdb://{urlsplit(self.url).netloc}/{ORG}/{bucket}"

    def requests(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def count(self, bucket: str, measurement: str, column: str = "available_at") -> int:
        """How many points there are."""
        question = " ".join(["SELECT", f'count("{column}")', "FROM", f'"{measurement}"'])
        found = self.engine.ask(question, self.buckets[bucket])
        return int(found[0]["values"][0][1]) if found else 0

    def forget(self) -> None:
        """As if nothing had been asked, and no fault were to come."""
        self.asked.clear()
        self.write_faults.clear()
        self.query_faults.clear()
        self.most_lines = None


class Refusal(Exception):
    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


class Dropped(Exception):
    """The connection ends here, without a word."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: two small ones wait for each other
    state: StandIn

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: what was asked is kept."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        asked = self._read()
        self.state.asked.append(asked)
        try:
            status, body, kind = self._do(asked)
            self._reply(status, body, {"Content-Type": kind})
        except Refusal as refusal:
            text = {"code": CODES[refusal.status], "message": refusal.message}
            headers = {"Content-Type": "application/json; charset=utf-8", **refusal.headers}
            headers["X-Platform-Error-Code"] = text["code"]
            self._reply(refusal.status, json.dumps(text).encode(), headers)
        except Dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def _read(self) -> Asked:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Asked(self.command, parts.path, query, dict(self.headers), body)

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1)
            headers = {**headers, "Content-Encoding": "gzip"}
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _do(self, asked: Asked) -> tuple[int, bytes, str]:
        if asked.path == "/ping":
            return 204, b"", "text/plain"
        if asked.path == "/health":
            return self._json(200, {"name": "influxdb", "status": "pass", "version": "stand-in"})
        self._authorise(asked)
        answers = {
            "/api/v2/write": self._write,
            "/api/v2/query": self._query,
            "/api/v2/orgs": self._orgs,
            "/api/v2/buckets": self._buckets,
        }
        for path, reply in answers.items():
            if asked.path == path or asked.path.startswith(f"{path}/"):
                return reply(asked)
        raise Refusal(404, "path not found")

    def _authorise(self, asked: Asked) -> None:
        token = asked.headers.get("Authorization", "")
        if token not in (f"Token {TOKEN}", f"Token {READ_ONLY}"):
            raise Refusal(401, "unauthorized access")
        if token == f"Token {READ_ONLY}" and asked.path == "/api/v2/write":
            raise Refusal(403, "insufficient permissions for write")

    def _write(self, asked: Asked) -> tuple[int, bytes, str]:
        fault = self._fault(asked, self.state.write_faults)
        if fault and fault.kind == "page":
            return fault.status, b"<html>no entry</html>", "text/html"
        lines = [line for line in asked.body.split(b"\n") if line]
        if self.state.most_lines and len(lines) > self.state.most_lines:
            raise Refusal(413, "request too large")
        precision = asked.query.get("precision", "ns")
        if precision not in ("ns", "us", "ms", "s"):
            raise Refusal(400, "invalid precision; valid precision units are ns, us, ms, and s")
        database = self._database(asked, asked.query.get("bucket", ""))
        # 2.x refuses the whole batch for one line that it cannot read, 1.x keeps the others.
        said = self.state.engine.write(LINT, asked.body, precision)
        if "unable to parse" in said:
            raise Refusal(400, re.sub(r"^partial write: | dropped=\d+$", "", said))
        said = self.state.engine.write(database, asked.body, precision)
        if said:
            raise Refusal(422, f"failure writing points to database: {said}")
        if fault and fault.kind == "drop-after":
            raise Dropped
        return 204, b"", "text/plain"

    def _query(self, asked: Asked) -> tuple[int, bytes, str]:
        fault = self._fault(asked, self.state.query_faults)
        document = json.loads(asked.body)
        dialect = document.get("dialect", {})
        annotations = dialect.get("annotations", [])
        if dialect.get("delimiter", ",") != "," or dialect.get("header") is False:
            raise Refusal(400, "the stand-in knows one dialect only")
        self._check_org(asked)
        try:
            question = understood(document["query"])
            database = self.state.buckets.get(question.bucket)
            if database is None:
                what = f'could not find bucket "{question.bucket}"'
                raise Refusal(404, f"failed to initialize execute state: {what}")
            body = answer(question, lambda text: self.state.engine.ask(text, database), annotations)
        except Unsupported as reason:
            raise Refusal(400, f"the stand-in does not answer: {reason}") from None
        if fault and fault.kind == "cut":
            self._cut(body)
        if fault and fault.kind == "error":
            body += ERROR
        return 200, body, "text/csv; charset=utf-8"

    def _cut(self, body: bytes) -> None:
        """Half of an answer, and the end of the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/csv; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        raise Dropped

    def _orgs(self, asked: Asked) -> tuple[int, bytes, str]:
        names = [name for name in [ORG] if asked.query.get("org", ORG) == name]
        return self._json(200, {"orgs": [{"id": "0000000000000001", "name": n} for n in names]})

    def _buckets(self, asked: Asked) -> tuple[int, bytes, str]:
        if asked.method == "DELETE":
            self.state.buckets.pop(asked.path.rsplit("/", 1)[1])
            return 204, b"", "text/plain"
        if asked.method == "POST":
            name = json.loads(asked.body)["name"]
            return self._json(201, self._described(self.state.add_bucket(name)))
        wanted = asked.query.get("name")
        names = [name for name in self.state.buckets if wanted in (None, name)]
        return self._json(200, {"buckets": [self._described(name) for name in names]})

    def _described(self, name: str) -> dict[str, Any]:
        return {"id": name, "name": name, "orgID": "0000000000000001", "retentionRules": []}

    def _json(self, status: int, document: object) -> tuple[int, bytes, str]:
        return status, json.dumps(document).encode(), "application/json; charset=utf-8"

    def _check_org(self, asked: Asked) -> None:
        org = asked.query.get("org")
        if org != ORG:
            raise Refusal(404, f'organization name "{org}" not found')

    def _database(self, asked: Asked, bucket: str) -> str:
        self._check_org(asked)
        if bucket not in self.state.buckets:
            raise Refusal(404, f'bucket "{bucket}" not found')
        return self.state.buckets[bucket]

    def _fault(self, asked: Asked, coming: deque[Fault | None]) -> Fault | None:
        """The fault of this request; those that come before anything is done, come now."""
        fault = coming.popleft() if coming else None
        asked.fault = fault
        if fault is None:
            return None
        time.sleep(fault.pause_s)
        if fault.kind == "drop":
            raise Dropped
        if fault.status and fault.kind != "page":
            raise Refusal(fault.status, fault.message or f"injected {fault.status}", fault.headers)
        return fault


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


@contextmanager
def stand_in(folder: Path, *, port: int = 0, buckets: Iterable[str] = ()) -> Iterator[StandIn]:
    """A running stand-in.

    Raises:
        NotHad: there is no influxd 1.x for it.
    """
    binary = influxd()
    with Influxd(binary, folder) as engine:
        state = StandIn(engine)
        engine.ask(CREATE.format(LINT, "1040w"))
        for name in buckets:
            state.add_bucket(name)
        server = Quiet(("127.0.0.1", port), type("Bound", (Handler,), {"state": state}))
        state.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            server.server_close()


def main() -> None:
    """Run until interrupted, and say how to use it."""
    parser = argparse.ArgumentParser(prog="python -m tests.store.influx_stand_in")
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--bucket", default="energy_data")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        stand_in(Path(folder), port=options.port, buckets=[options.bucket]) as state,
    ):
        say("A stand-in for InfluxDB 2.7; its points are gone when it ends (Ctrl-C).")
        say(f"export CHOCOLIB_STORE_URL={state.address(options.bucket)}")
        say(f"export INFLUXDB_TOKEN={TOKEN}")
        ended = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: ended.set())
        ended.wait()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
