"""`make bench-edge`: the first chart through nginx, beside the dashboards alone, in one run.

The two take turns, so that whatever else the machine does meets both. Prints a table and never
fails for being slow.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.dash import OURS, REPLAY, fill
from benchmarks.dash_browser import SIZES, opened
from chocolib.doors.dash.shots import launch, playwright
from chocolib.doors.dashboards import running
from tests.deploy.edge import HOST, proxied

#: A first chart behind nginx may take so many times as long.
GOAL = 1.10
#: Seconds between two loads: a reader who opens pages faster is told to wait.
PAUSE_MS = 300


def main() -> None:
    """Measure and print."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--runs", type=int, default=15, help="of each; medians are compared")
    asked = said.parse_args()
    with ExitStack() as stack:
        place = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["CHOCOLIB_HOME"] = f"{place}/home"
        fill()
        browser = launch(stack.enter_context(playwright()))
        stack.callback(browser.close)
        direct = stack.enter_context(running(REPLAY, HOST))
        upstream = direct.removeprefix("http://")
        port, _ = stack.enter_context(proxied(Path(place) / "nginx", upstream))
        urls = {"direct": f"{direct}/today", "nginx": f"http://{HOST}:{port}/today"}
        for url in urls.values():
            load(browser, "desktop", url)  # the server's first page is not the browser's
        print("\n| first chart, median of the runs | direct s | nginx s | times | goal |")
        print("|---|---|---|---|---|")
        for kind in SIZES:
            line(kind, compared(browser, kind, urls, asked.runs))


def compared(browser: Any, kind: str, urls: dict[str, str], runs: int) -> dict[str, float]:
    """The median of each way, which take turns."""
    found: dict[str, list[float]] = {way: [] for way in urls}
    for number in range(runs):
        ways = list(urls) if number % 2 else list(reversed(urls))
        for way in ways:
            found[way].append(load(browser, kind, urls[way]))
    return {way: statistics.median(times) for way, times in found.items()}


def load(browser: Any, kind: str, url: str) -> float:
    """Seconds to the first chart in a browser that knows nothing."""
    with opened(browser, kind, url, OURS) as (page, loaded):
        page.wait_for_timeout(PAUSE_MS)
    return loaded.seconds


def line(kind: str, middle: dict[str, float]) -> None:
    """A row of the table."""
    direct, nginx = middle["direct"], middle["nginx"]
    print(
        f"| {kind} | {direct:.3f} | {nginx:.3f} | {nginx / direct:.2f} | {GOAL:.2f} |", flush=True
    )


if __name__ == "__main__":
    main()
