"""`make bench-edge`: the first chart through nginx, beside the dashboards alone, in one run.

The two take turns, so that whatever else the machine does meets both. Prints a table and never
fails for being slow.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import tempfile
from collections.abc import Sequence
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
    said.add_argument("--runs", type=int, default=40, help="of each; medians are compared")
    said.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
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
        print(
            "\n| first chart | direct s | nginx s | times | goal | pairs | 95 % of their median |"
        )
        print("|---|---|---|---|---|---|---|")
        for kind in asked.sizes:
            line(kind, compared(browser, kind, urls, asked.runs))


def compared(browser: Any, kind: str, urls: dict[str, str], runs: int) -> dict[str, list[float]]:
    """The seconds of each way, which take turns: the runs of one number are a pair."""
    found: dict[str, list[float]] = {way: [] for way in urls}
    for number in range(runs):
        ways = list(urls) if number % 2 else list(reversed(urls))
        for way in ways:
            found[way].append(load(browser, kind, urls[way]))
    return found


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Where the median lies with 95 %, by the ranks of the sign test; whatever the distribution.

    Args:
        values: at least ten.
    """
    ordered, reach = sorted(values), 1.96 * math.sqrt(len(values)) / 2
    low = max(0, math.floor(len(values) / 2 - reach))
    return ordered[low], ordered[-1 - low]


def load(browser: Any, kind: str, url: str) -> float:
    """Seconds to the first chart in a browser that knows nothing."""
    with opened(browser, kind, url, OURS) as (page, loaded):
        page.wait_for_timeout(PAUSE_MS)
    return loaded.seconds


def line(kind: str, found: dict[str, list[float]]) -> None:
    """A row of the table."""
    direct, nginx = (statistics.median(found[way]) for way in ("direct", "nginx"))
    pairs = [later / alone for later, alone in zip(found["nginx"], found["direct"], strict=True)]
    low, high = interval(pairs)
    print(
        f"| {kind} | {direct:.3f} | {nginx:.3f} | {nginx / direct:.2f} | {GOAL:.2f} "
        f"| {len(pairs)} | {low:.2f} to {high:.2f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
