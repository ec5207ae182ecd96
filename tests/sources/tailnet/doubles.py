"""A tailscale command and a socket of tailscaled that are not: they answer what was recorded.

Both refuse what the real ones refuse, as the types and handlers in Tailscale's source say.
"""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).parent
STATUS = (HERE / "status.json").read_bytes()
WHOIS = (HERE / "whois.json").read_bytes()
KNOWN = "100.101.102.103"

_COMMAND = """#!/bin/sh
case "$*" in
  "status --json") cat '{status}' ;;
  "whois --json {known}") cat '{whois}' ;;
  "whois --json "*) echo 'peer not found' >&2; exit 1 ;;
  *) echo "unknown: $*" >&2; exit 2 ;;
esac
"""


def command(folder: Path, script: str = "") -> Path:
    """A `tailscale` that runs a script; by default one that answers what was recorded."""
    path = folder / "tailscale"
    recorded = _COMMAND.format(status=HERE / "status.json", whois=HERE / "whois.json", known=KNOWN)
    path.write_text(f"#!/bin/sh\n{script}\n" if script else recorded, encoding="utf-8")
    path.chmod(0o755)
    return path


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Nothing goes to the terminal."""

    def address_string(self) -> str:
        """A socket's peer has no address."""
        return "unix"

    def do_GET(self) -> None:
        """Answer as tailscaled does."""
        if self.server.before:
            time.sleep(self.server.before)
        if self.headers["Host"] != "local-tailscaled.sock" or self.headers["Origin"]:
            return self._out(403, b"invalid localapi request")
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query).get("addr", [""])[0]
        if parts.path == "/localapi/v0/status":
            return self._out(200, self.server.status)
        if parts.path != "/localapi/v0/whois":
            return self._out(404, b"404 page not found")
        if asked != KNOWN:
            return self._out(404 if asked else 400, b"no match for IP:port")
        return self._out(200, WHOIS)

    def _out(self, code: int, body: bytes) -> None:
        code = self.server.code or code
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for start in range(0, len(body), self.server.piece):
            self.wfile.write(body[start : start + self.server.piece])
            time.sleep(self.server.between)


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    status = STATUS
    code = 0
    before = between = 0.0
    piece = 65_536

    def handle_error(self, *_: object) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def tailscaled(
    folder: Path,
    *,
    status: bytes = STATUS,
    code: int = 0,
    before: float = 0.0,
    between: float = 0.0,
    piece: int = 65_536,
) -> Iterator[Path]:
    """A socket that answers; slowly, in pieces, or with an error where that is asked."""
    path = folder / "d.sock"
    server = _Server(str(path), _Answers)
    server.status, server.code, server.piece = status, code, piece
    server.before, server.between = before, between
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield path
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        path.unlink()
