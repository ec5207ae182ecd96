"""A headless Chromium as a stopwatch: a desktop and a phone, cold each time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

#: CPU so many times slower, Mbit/s and ms: a phone of the middle class on 4G.
PHONE = {"slower": 4, "mbit_s": 20, "latency_ms": 40}
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
#: When the first of these is drawn, since the navigation began, in ms.
WATCH = """
(() => {
  const seen = () => [...document.querySelectorAll(%r)].some((one) => one.getClientRects().length);
  const look = () => {
    if (!seen()) { requestAnimationFrame(look); return; }
    const painted = () => { window.drawnAt = performance.now(); };
    requestAnimationFrame(() => requestAnimationFrame(painted));
  };
  look();
  document.addEventListener('choco:fresh', () => {
    (window.updates ||= []).push(performance.now() - window.askedAt);
  });
  const fetched = window.fetch;
  window.fetch = (address, how) => {
    if (!String(address).includes('/revision')) window.askedAt = performance.now();
    return fetched(address, how);
  };
})()
"""


@dataclass
class Load:
    """One page that was opened: seconds to its first drawing, what came over the wire."""

    seconds: float = 0.0
    kilobytes: float = 0.0
    requests: int = 0
    frames: list[tuple[float, bool, str]] = field(default_factory=list)


@contextmanager
def opened(browser: Any, kind: str, url: str, drawing: str) -> Iterator[tuple[Any, Load]]:
    """A page in a browser that knows nothing, once its first drawing is seen."""
    width, height = SIZES[kind]
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=kind == "phone", locale="es-ES"
    )
    page = context.new_page()
    load = Load()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda done: _add(load, done["encodedDataLength"]))
    page.on("websocket", lambda socket: _listen(socket, load))
    if kind == "phone":
        _slow(wire)
    page.add_init_script(WATCH % drawing)
    page.goto(url, wait_until="commit", timeout=180_000)
    limit = time.monotonic() + 180
    while not (drawn := page.evaluate("() => window.drawnAt || 0")) and time.monotonic() < limit:
        page.wait_for_timeout(20)
    if not drawn:
        raise SystemExit(f"{url} drew nothing")
    load.seconds = drawn / 1000
    try:
        yield page, load
    finally:
        context.close()


def _slow(wire: Any) -> None:
    rate = PHONE["mbit_s"] * 1e6 / 8
    wire.send("Emulation.setCPUThrottlingRate", {"rate": PHONE["slower"]})
    wire.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": PHONE["latency_ms"],
            "downloadThroughput": rate,
            "uploadThroughput": rate,
        },
    )


def _add(load: Load, size: float) -> None:
    load.kilobytes += size / 1024
    load.requests += 1


def _listen(socket: Any, load: Load) -> None:
    socket.on("framesent", lambda text: _frame(load, True, text))
    socket.on("framereceived", lambda text: _frame(load, False, text))


def _frame(load: Load, sent: bool, text: str | bytes) -> None:
    load.kilobytes += len(text) / 1024
    load.frames.append((time.perf_counter(), sent, str(text)))


def measured(browser: Any, kind: str, url: str, drawing: str, runs: int) -> Load:
    """The run of median time."""
    loads = []
    for _ in range(runs):
        with opened(browser, kind, url, drawing) as (page, load):
            page.wait_for_timeout(700)  # what is still on its way counts as transferred
        loads.append(load)
    middle = statistics.median_low([load.seconds for load in loads])
    return next(load for load in loads if load.seconds == middle)
