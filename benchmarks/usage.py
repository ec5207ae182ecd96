"""`make bench-usage`: an access log read on, beside a plain pandas reading of the same file.

A generated month of traffic, 30 % of its lines torn or hostile, is read into the two files of
usage, then once more when nothing is new. The plain reading does as one does in a notebook: every
line through `json.loads`, what fails is left out, five columns become a frame, views are counted.
Each reading is a process of its own. CPU seconds are told beside those on the wall: on a machine
that does other work only the former say something of the code.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

from tests.usage_traffic import Truth, month

TARGET_LINES_S, TARGET_MB, TARGET_AGAIN_MS = 200_000, 300, 50
_NOW = pd.Timestamp("2026-11-22T10:00Z")
#: A reading that wants more memory is ended, not the machine.
_MOST_BYTES = 12 * 2**30
_COLUMNS = ("time", "login", "address", "path", "status")


def write(log: Path, lines: int) -> Truth:
    """The traffic, as nginx would have written it."""
    truth = Truth()
    log.parent.mkdir(parents=True)
    with log.open("wb") as file:
        for day in month(lines, truth=truth):
            file.write(day)
    return truth


def ours() -> dict[str, Any]:
    """Read into the files of usage, and once more."""
    from chocolib.app.settings import Settings
    from chocolib.app.usage.reading import read_logs

    settings = Settings()
    found, first = timed(lambda: read_logs(settings, now=_NOW))
    _, again = timed(lambda: read_logs(settings, now=_NOW))
    kept = (settings.home / "usage.sqlite").stat().st_size / 1e6
    lines = dict(found.lines)
    return {**first, "again_ms": again["wall"] * 1000, "lines": lines, "kept_mb": kept}


def plain() -> dict[str, Any]:
    """The plain reading."""
    log = Path(os.environ["CHOCOLIB_HOME"]) / "access" / "access.json"
    found, took = timed(lambda: plain_views(log))
    return {**took, "lines": found}


def plain_views(log: Path) -> dict[str, int]:
    """Pages by views, of a frame of all lines that are JSON."""
    rows = []
    with log.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                one = json.loads(line)
                rows.append(tuple(one[name] for name in _COLUMNS))
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    frame["time"] = pd.to_datetime(frame["time"], errors="coerce", utc=True, format="ISO8601")
    seen = frame[frame["status"].eq(200) & frame["time"].notna()]
    pages = seen["path"].str.extract(r"^/([a-z]+)$")[0]
    return {str(name): int(count) for name, count in pages.value_counts().items()}


def timed(deed: Any) -> tuple[Any, dict[str, float]]:
    """What it gives, its seconds on the wall and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = deed()
    return found, {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def measured(way: str) -> dict[str, Any]:
    """One reading in a process of its own, with its peak of memory."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.usage", "--way", way],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        return {"failed": said[-1]}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def child(way: str) -> None:
    """Measure here and print it as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    found = ours() if way == "ours" else plain()
    print(json.dumps({**found, "peak_mb": peak_mb()}))


def peak_mb() -> float:
    """The most memory this process held, MB; `ru_maxrss` would be its parent's when it began."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def report(lines: int) -> None:
    """Generate, read both ways, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CHOCOLIB_HOME"] = f"{folder}/home"
        log = Path(folder) / "home" / "access" / "access.json"
        truth = write(log, lines)
        count = truth.lines.total()
        load = os.getloadavg()[0]
        print(f"{count:,} lines, {log.stat().st_size / 1e6:,.0f} MB; load {load:.1f}\n")
        ways = {"chocolib": measured("ours"), "plain pandas": measured("plain")}
    print("| | lines/s of CPU | lines/s on the wall | peak MB |\n|---|---|---|---|")
    for name, found in ways.items():
        print(row(name, found, count))
    mine, other = ways["chocolib"], ways["plain pandas"]
    if "failed" not in mine:
        exact = mine["lines"] == dict(truth.lines)
        print(f"\nevery line counted as the generator made it: {exact}")
        print(f"second pass, nothing new: {mine['again_ms']:.1f} ms (target {TARGET_AGAIN_MS})")
        print(
            f"targets: {TARGET_LINES_S:,} lines/s, {TARGET_MB} MB; kept: {mine['kept_mb']:.0f} MB"
        )
    if "failed" not in mine | other:
        speed, memory = other["cpu"] / mine["cpu"], other["peak_mb"] / mine["peak_mb"]
        print(f"plain pandas takes {speed:.2f} times the CPU and {memory:.1f} times the memory")


def row(name: str, found: dict[str, Any], count: int) -> str:
    """A line of the table."""
    if "failed" in found:
        return f"| {name} | failed: {found['failed']} | | |"
    speeds = " | ".join(f"{count / found[clock]:,.0f}" for clock in ("cpu", "wall"))
    return f"| {name} | {speeds} | {found['peak_mb']:.0f} |"


def main() -> None:
    """Measure and print; never fails for being slow."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--lines", type=int, default=10_000_000)
    said.add_argument("--way", choices=("ours", "plain"), help=argparse.SUPPRESS)
    asked = said.parse_args()
    child(asked.way) if asked.way else report(asked.lines)


if __name__ == "__main__":
    main()
