"""A dashboard server whose pages are painted, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from tests.dash.dash_process import Server, free_port

ROOT = Path(__file__).parents[2]
DOORWAYS = {
    "numbers": ["import chocolib\n\nwb = chocolib.open()", 'wb.page("numbers")'],
    "dials": ["import chocolib\n\nwb = chocolib.open()", 'wb.page("dials")', "wb.dial()"],
    "secret": ["import chocolib\n\nwb = chocolib.open()\nwb.page('secret')"],
    "today": ["import chocolib\nwb = chocolib.open()\nwb.today()"],
    "run": ["from IPython.display import HTML", "HTML('<p>forty-two</p>')"],
}
SERVER = """
import os, sys
from pathlib import Path
from chocolib.doors.cli.lean import ADDRESSES, without
without(ADDRESSES)
from chocolib.doors.dash.server import serve
from tests.dash.sample_site import FOLDER, sample_site
if __name__ == "__main__":
    serve(
        notebooks=FOLDER,
        host=sys.argv[1],
        port=int(sys.argv[2]),
        revision=lambda: "store",
        ready=lambda: print("ready", flush=True),
        site=sample_site(),
        visits=FOLDER.parent / "access" / "access.json",
    )
"""


def write_site(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, cells in DOORWAYS.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        nbformat.write(notebook, folder / f"{name}.ipynb")
    show(folder, "1", shown="first")


def show(folder: Path, revision: str, **texts: str) -> None:
    """Put texts into the store, then its new revision, as a store does."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    (folder / "revision.txt").write_text(revision)


def start_site(
    folder: Path, host: str = "127.0.0.1", port: int | None = None, **sample: str
) -> Server:
    port = port or free_port()
    home = folder.parent / "site-home"
    settings = {f"SAMPLE_{name.upper()}": value for name, value in sample.items()}
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    ours = {"CHOCOLIB_HOME": str(home), "HOME": str(home), "PYTHONPATH": paths}
    with (folder.parent / "site.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "error::ResourceWarning", "-c", SERVER, host, str(port)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **ours, "SAMPLE_FOLDER": str(folder), **settings},
        )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready", log_of(folder)
    return Server(port, folder, process)


def log_of(folder: Path) -> str:
    return (folder.parent / "site.log").read_text()


def visits_of(folder: Path) -> list[dict[str, Any]]:
    """The lines of its access log."""
    log = folder.parent / "access" / "access.json"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def paintings(folder: Path) -> int:
    """How many pages have been painted."""
    log = folder / "painted.txt"
    return len(log.read_text().splitlines()) if log.exists() else 0


def health(server: Server) -> dict[str, dict[str, int]]:
    answer: dict[str, dict[str, int]] = json.loads(server.get("/healthz").text)
    return answer


def until(true: Callable[[], object], seconds: float = 15) -> bool:
    """Whether it comes true in time."""
    limit = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < limit:
        time.sleep(0.05)
    return bool(found)


def family(server: Server) -> list[int]:
    """Every process below the server's, as the system sees them."""
    found, looked = [], [server.process.pid]
    while looked:
        pid = looked.pop()
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                children = [int(child) for child in listed.read_text().split()]
            except OSError:
                continue
            found += children
            looked += children
    return found


def alive(pids: list[int]) -> list[int]:
    """Those that still run."""
    return [pid for pid in pids if _state(pid) not in ("", "Z")]


def settled(server: Server) -> list[int]:
    """The processes below the server's, once none came or went for a second."""
    found, since = sorted(alive(family(server))), time.monotonic()
    while time.monotonic() - since < 1:
        time.sleep(0.1)
        now = sorted(alive(family(server)))
        if now != found:
            found, since = now, time.monotonic()
    return found


def newest(pids: list[int]) -> int:
    """The process that began last; numbers of processes begin anew."""
    return max(pids, key=lambda pid: int(_stat(pid)[19]))


def _state(pid: int) -> str:
    return _stat(pid)[0]


def _stat(pid: int) -> list[str]:
    """What the system says of a process from its state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return [""] + ["0"] * 40
