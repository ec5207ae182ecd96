"""Real servers on loopback: one that takes POSTs, one that takes mail."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from chocolib.core.notices import Notice
from chocolib.notify.patience import Patience

NOW = pd.Timestamp("2025-11-20T20:00Z")
#: Three tries at once.
HASTE = Patience(connect_s=2, answer_s=2, first_wait_s=0.001, longest_wait_s=0.002)


def notice(**more: Any) -> Notice:
    facts = {
        "topic": "price_spike",
        "urgency": "warning",
        "title": "Pico de precio mañana",
        "text": "0,31 €/kWh a las 20:00",
        "at": NOW,
    }
    return Notice(**{**facts, **more})


@dataclass
class Hook:
    """A server that answers with the statuses it was told, 200 after them, and keeps what came."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    came: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A web server that takes POSTs."""
    kept = Hook()

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.came.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key, made for these tests."""
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    try:
        subprocess.run(
            ["openssl", *asked, *names, "-keyout", str(key), "-out", str(made)],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("openssl is not here to make a certificate")
    return made, key
