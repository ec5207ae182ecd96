"""A real dashboard server in a process of its own, on a folder of sample notebooks."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat

DRAWING = """
import pandas as pd
from IPython.display import HTML
from chocolib.core import time
from chocolib.core.views import TodayView
from chocolib.ui.pages import today_fragment
now = time.utc("2025-11-20T21:05")
hours = time.Window(now.floor("D"), now.floor("D") + 2 * time.DAY).hours()
prices = pd.Series([0.1 + 0.004 * hour.hour for hour in hours], index=hours)
view = TodayView(now, "es", prices, newest_price=hours[-1], typical=(0.09, 0.17))
"""
PAGES = {
    "today": [DRAWING, "HTML(today_fragment(view))"],
    "plain": ["from IPython.display import HTML", "HTML('<p>forty-two</p>')"],
    "broken": ["print('before')", "secret_source = 41\nraise ValueError('secret_reason')", "1"],
    "slow": ["import time\ntime.sleep(30)"],
    "where": ["import os, sys\nprint(os.environ['SAMPLE_ENV'], sys.executable)"],
    "silent": ["x = 1"],
}
#: As `chocolib dash` does, the servers go without a library that takes a second to load.
SERVER = """
import sys
from pathlib import Path
from chocolib.doors.cli.lean import ADDRESSES, without
without(ADDRESSES)
from chocolib.doors.dash.server import serve
folder, port = Path(sys.argv[1]), int(sys.argv[2])
serve(
    notebooks=folder,
    host=sys.argv[3],
    port=port,
    env={"SAMPLE_ENV": "sample <value>"},
    revision=lambda: (folder / "revision.txt").read_text(),
    ready=lambda: print("ready", flush=True),
)
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Server:
    port: int
    folder: Path
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        """The answer to exactly this path, redirects not followed."""
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, **headers: str) -> Answer:
        """The answer to any method."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, body.decode("utf-8", "replace"))
        finally:
            connection.close()

    @contextmanager
    def waiting(self, path: str) -> Iterator[None]:
        """A reader who has asked for a page and has not left."""
        with socket.create_connection(("127.0.0.1", self.port)) as reader:
            reader.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            yield

    def leave(self, path: str, after_s: float) -> None:
        """Ask for a page and close the connection before it can have come."""
        with self.waiting(path):
            time.sleep(after_s)

    def kernel_processes(self) -> list[int]:
        """The server's kernels as the system sees them, whatever the server says."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        found = [int(child) for listed in children for child in listed.read_text().split()]
        return [child for child in found if b"ipykernel_launcher" in command_of(child)]

    def processes_settle(self, seconds: float = 10) -> list[int]:
        """Its kernel processes once there are none, or at the end of the wait."""
        limit = time.monotonic() + seconds
        while (found := self.kernel_processes()) and time.monotonic() < limit:
            time.sleep(0.1)
        return found

    def kernels_settle(self, wanted: int = 0, seconds: float = 10) -> int:
        """How many kernels run once `wanted` do, or at the end of the wait."""
        limit = time.monotonic() + seconds
        while True:
            found = int(json.loads(self.get("/healthz").text)["kernels"])
            if found == wanted or time.monotonic() > limit:
                return found
            time.sleep(0.1)


def command_of(process: int) -> bytes:
    """The command line of a process, empty when it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_pages(folder: Path) -> None:
    for name, cells in PAGES.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata["voila"] = {"template": "lab"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "secrets.txt").write_text("nobody reads this")
    (folder / "revision.txt").write_text("1")


def start(folder: Path, host: str = "127.0.0.1", temporary: Path | None = None) -> Server:
    port = free_port()
    home = folder.parent / "server-home"
    elsewhere = {"TMPDIR": str(temporary)} if temporary else {}
    with (folder.parent / "server.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder), str(port), host],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "CHOCOLIB_HOME": str(home), "HOME": str(home), **elsewhere},
        )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return Server(port, folder, process)


def stop(server: Server) -> int:
    server.process.terminate()
    code = server.process.wait(20)
    if server.process.stdout is not None:
        server.process.stdout.close()
    return code
