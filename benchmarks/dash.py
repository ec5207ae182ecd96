"""`make bench-dash`: how soon a page shows its first chart, beside plotly in Voila as it comes.

Prints tables and never fails for being slow. The page stands at a fixed moment of the
real prices; `--minutes 10` is the whole crowd.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

from benchmarks import dash_peer
from benchmarks.dash_browser import Load, measured, opened
from chocolib.app.context import clock, open_context, real_store
from chocolib.app.daily import kept_forecast, update
from chocolib.app.ingest import import_pvpc
from chocolib.app.settings import read_settings
from chocolib.doors.dash.shots import launch, playwright
from chocolib.doors.dashboards import running
from chocolib.doors.pages import PAGES

DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", "../shared/data"))
REPLAY = "2025-11-19T21:00"
OURS, PLOTLY = "[data-card] svg", ".js-plotly-plot .main-svg"
WIDGET = "[data-widget][data-drawn]"
GOALS_S = {"desktop": 0.4, "phone": 1.2}
ANSWER_S = {"desktop": 1.3, "phone": 3.5}
TIMES = 12
PHONES, PEERS = 10, 3


def main() -> None:
    """Print every table."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--runs", type=int, default=3, help="of each page; the median is shown")
    said.add_argument("--no-peer", action="store_true", help="without plotly in Voila")
    said.add_argument("--minutes", type=float, default=10, help="of the ten phones")
    asked = said.parse_args()
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["CHOCOLIB_HOME"] = home
        frame = fill()
        browser = launch(stack.enter_context(playwright()))
        stack.callback(browser.close)
        with running(REPLAY, "127.0.0.1") as url:
            ours = first_chart(browser, f"{url}/today", OURS, asked.runs)
            answers(browser, url)
            memory(phones(browser, url, asked.minutes))
        voila = None if asked.no_peer else peer(browser, frame, asked.runs)
    charts(ours, voila)


def fill() -> pd.DataFrame:
    """The real prices, a forecast and a plan in the home; what the charts show."""
    files = sorted((DATA / "pvpc").glob("*.csv.gz"))
    for done in import_pvpc(real_store(read_settings()), files, received_at=clock()):
        if done.error:
            raise done.error
    context = open_context(as_of=REPLAY)
    update(context)
    made = kept_forecast(context)
    if made is None:
        raise SystemExit("no forecast was kept")
    return made.frame[["q10", "q50", "q90"]].assign(price=made.frame["q50"])


def first_chart(browser: Any, url: str, drawing: str, runs: int) -> dict[str, Any]:
    """The median load on each device."""
    measured(browser, "desktop", url, drawing, 1)  # the server's first page is not the browser's
    return {kind: measured(browser, kind, url, drawing, runs) for kind in GOALS_S}


def answers(browser: Any, url: str) -> None:
    """How soon a widget answers a reader who turns its first control as soon as it is there."""
    kind = next((one for one in PAGES.values() if one.controls), None)
    if kind is None:
        print("\nNo page has controls yet: the first answer of a widget was not measured.")
        return
    print(f"\n| {kind.name}, first answer of its widget | s | goal |\n|---|---|---|")
    for device, goal in ANSWER_S.items():
        began = time.perf_counter()
        with opened(browser, device, f"{url}/{kind.name}", WIDGET) as (page, load):
            page.locator(f"{WIDGET} input").first.evaluate(TURN)
            while not (at := _answered(load.frames)) and time.perf_counter() - began < 60:
                page.wait_for_timeout(20)
        print(f"| {device} | {at - began:.2f} | {goal:.1f} |" if at else f"| none | {goal} |")


TURN = """(input) => {
  input.stepUp ? input.stepUp() : input.click();
  for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind, {bubbles: true}));
}"""


def _answered(frames: list[tuple[float, bool, str]]) -> float | None:
    asked = next((at for at, sent, text in frames if sent and "comm_msg" in text), None)
    if asked is None:
        return None
    told = (at for at, sent, text in frames if not sent and at > asked and "comm_msg" in text)
    return next(told, None)


def phones(browser: Any, url: str, minutes: float) -> dict[str, Any]:
    """Ten phones that stay open while the store changes, and what that costs."""
    wrong: list[str] = []
    spent: list[float] = []
    with ExitStack() as stack:
        pages = []
        for _ in range(PHONES):
            page, _load = stack.enter_context(opened(browser, "desktop", f"{url}/today", OURS))
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("requestfailed", lambda request: wrong.append(request.url))
            page.on("response", lambda got: wrong.append(got.url) if got.status >= 400 else None)
            pages.append(page)
        ends = time.monotonic() + minutes * 60
        while time.monotonic() < ends:
            touch_store()
            pages[0].wait_for_timeout(20_000)
        for page in pages:
            spent += page.evaluate("() => window.updates || []")
        pss = family_pss(_server_of(url)) / PHONES
    with urllib.request.urlopen(f"{url}/healthz") as answer:  # noqa: S310 - our own address
        kernels = json.load(answer)
    spent_s = pd.Series(spent, dtype=float) / 1000
    return {"wrong": wrong, "spent": spent_s, "pss": pss, "kernels": kernels}


def touch_store() -> None:
    """Correct one price of long ago by a hundredth of a cent: a new revision."""
    store = real_store(read_settings())
    try:
        rows = store.read("energy_prices").iloc[[24]].copy()
        rows["price_eur_kwh"] += 0.0001
        rows["available_at"] = clock()
        store.write("energy_prices", rows, received_at=clock())
    finally:
        store.close()


def peer(browser: Any, frame: pd.DataFrame, runs: int) -> dict[str, Any] | None:
    """The same for plotly in Voila, `None` where it cannot be installed."""
    python = dash_peer.python()
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as place, _peer(python, frame, Path(place)) as (url, pid):
        found = first_chart(browser, url, PLOTLY, runs)
        with ExitStack() as stack:
            for _ in range(PEERS):
                stack.enter_context(opened(browser, "desktop", url, PLOTLY))
            found["pss"] = family_pss(pid) / PEERS
    return found


@contextmanager
def _peer(python: Path, frame: pd.DataFrame, place: Path) -> Iterator[tuple[str, int]]:
    with dash_peer.serving(python, frame, place) as served:
        yield served


def charts(ours: dict[str, Any], voila: dict[str, Any] | None) -> None:
    """The table of first charts."""
    print("\n| first chart, cold browser | s | goal | kB | requests | Voila s | kB | times |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, goal in GOALS_S.items():
        one = ours[kind]
        line = f"| {kind} | {one.seconds:.2f} | {goal} | {one.kilobytes:.0f} | {one.requests} |"
        print(line + (_beside(one, voila[kind]) if voila else " not measured | | |"))
    if voila:
        print(f"\nPSS per viewer of Voila with {PEERS}: {voila['pss'] / 2**20:.0f} MB")


def _beside(ours: Load, voila: Load) -> str:
    times = voila.seconds / ours.seconds
    return f" {voila.seconds:.1f} | {voila.kilobytes:.0f} | {times:.0f} (goal {TIMES}) |"


def memory(crowd: dict[str, Any]) -> None:
    """The table of the crowd."""
    spent = crowd["spent"]
    print(f"\n| {PHONES} phones | |\n|---|---|")
    print(f"| updates | {len(spent)} |")
    if len(spent):
        print(f"| p95 of an update, s (goal 1) | {spent.quantile(0.95):.2f} |")
    print(f"| errors | {len(crowd['wrong'])} {crowd['wrong'][:2] or ''} |")
    print(f"| kernels afterwards | {crowd['kernels']} |")
    print(f"| PSS per viewer, MB | {crowd['pss'] / 2**20:.0f} |", flush=True)


def _server_of(url: str) -> int:
    port = int(url.rpartition(":")[2])
    mine = psutil.Process().children(recursive=True)
    return next(one.pid for one in mine if f"{port}" in one.cmdline())


def family_pss(pid: int) -> int:
    """Bytes of a process and all below it, shared pages shared out."""
    root = psutil.Process(pid)
    return sum(int(one.memory_full_info().pss) for one in [root, *root.children(recursive=True)])


if __name__ == "__main__":
    main()
