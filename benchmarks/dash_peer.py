"""What the dashboards are measured beside: the same two charts with plotly in Voila as it comes."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pandas as pd
from platformdirs import user_cache_path

PACKAGES = (
    "voila==0.5.13",
    "plotly==7.1.0",
    "pandas==3.1.1",
    "ipywidgets==8.1.9",
    "ipykernel==7.4.0",
)
CELL = """
import pandas as pd
import plotly.graph_objects as go
frame = pd.read_csv({path!r}, index_col=0, parse_dates=True)
go.Figure(go.Bar(x=frame.index, y=frame["price"])).show()
band = go.Figure()
for name in ("q10", "q50", "q90"):
    band.add_scatter(x=frame.index, y=frame[name], name=name)
band.show()
"""
START_S = 120


def python() -> Path | None:
    """The Python of an environment with plotly and Voila; `None` where it cannot be had."""
    name = hashlib.sha256(" ".join(PACKAGES).encode()).hexdigest()[:10]
    place = user_cache_path("chocolib") / f"bench-dash-{name}"
    made = place / "bin" / "python"
    if (place / "whole").exists():
        return made
    print("Installing plotly and Voila beside us (some minutes the first time)")
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(place)],
        [str(made), "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"Without the comparison: {done.stderr.strip().splitlines()[-1]}")
            return None
    (place / "whole").touch()
    return made


@contextmanager
def serving(where: Path, frame: pd.DataFrame, folder: Path) -> Iterator[tuple[str, int]]:
    """Voila as it comes, on a notebook that draws `frame`.

    Args:
        where: the Python to use.
        frame: columns price, q10, q50, q90 in EUR/kWh by UTC hour.
        folder: an empty one.

    Yields:
        Its address and its process.
    """
    frame.to_csv(folder / "frame.csv")
    cells = [nbformat.v4.new_code_cell(CELL.format(path=str(folder / "frame.csv")))]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "page.ipynb")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(where), "-m", "voila", str(folder / "page.ipynb"), "--no-browser"]
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    server = subprocess.Popen(
        [*command, f"--port={port}"],
        env=clean | {"HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(30)


def _wait(port: int) -> None:
    limit = time.monotonic() + START_S
    while time.monotonic() < limit:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/static/none", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("Voila did not start")
