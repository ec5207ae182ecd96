"""A host for releases: a stand-in for its docker, and real HTTP for what its containers answer."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from deploy.release import InUse, main


class Stage:
    """This host: its docker, and what its containers answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fails({})
        self.broken: set[str] = set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def fails(self, codes: dict[str, int]) -> None:
        (self.folder / "fails.json").write_text(json.dumps(codes))

    @property
    def running(self) -> str:
        file = self.folder / "running"
        return file.read_text() if file.exists() else ""

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "calls.jsonl").read_text().splitlines()]

    def did(self, word: str) -> list[str]:
        return [call["image"] for call in self.calls if word in call["words"]]

    def in_use(self) -> InUse:
        return InUse.read(self.folder / "state" / "release.env")

    def release(self, *words: str) -> int:
        state = str(self.folder / "state")
        return main([*words, "--dashboards", self.url, "--state", state, "--within", "0.6"])

    def _handler(stage) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bad = any(stage.running.endswith(tag) for tag in stage.broken)
                self.send_response(500 if bad else 200)
                self.end_headers()
                self.wfile.write(b'{"ok": true}</html>')

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Answers


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """A host that answers, until the end."""
    stage = Stage(folder)
    try:
        yield stage
    finally:
        stage.server.shutdown()
        stage.server.server_close()


def double(folder: Path) -> Path:
    """Put a stand-in for docker into a folder; the folder that has to come first in the PATH."""
    (folder / "fails.json").write_text("{}")
    tool = folder / "bin" / "docker"
    tool.parent.mkdir()
    script = Path(__file__).with_name("docker_double.py")
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{script}" "$@"\n')
    tool.chmod(0o755)
    return tool.parent
