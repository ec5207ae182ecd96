"""`python -m tests.gap_drill`: real prices, 30 stretches deleted, found, healed, and checked.

Everything goes through the command line, against a server on this machine that answers
like REE and ESIOS from the same real prices. Takes a minute or two: the sources are asked
with the manners of every day. Ends with 1 when anything is not as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from tests.sources.price_server import hours_of, price_server

DATA = Path(os.environ.get("CHOCOLIB_REAL_DATA", "../shared/data"))
CSV = DATA / "pvpc" / "pvpc_2021-06_2026-01.csv.gz"
#: Stands where the real prices end: nothing after them is a gap.
AS_OF, UNTIL = "2026-01-31T12:00", "2026-02-01"
STRETCHES = 30


def chocolib(*words: str) -> str:
    """What a command prints to standard output; ends the drill when it fails."""
    print("$ chocolib", *words)
    done = subprocess.run(
        [sys.executable, "-m", "chocolib", *words], check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"failed with {done.returncode}: {done.stderr}")
    return done.stdout


def gaps() -> set[str]:
    """The missing hours, as the command line says them."""
    words = ("gaps", "--measurement", "energy_prices", "--as-of", AS_OF, "--json")
    return hours_of(json.loads(chocolib(*words)))


def delete_stretches(path: Path, times: pd.DatetimeIndex, seed: int) -> set[str]:
    """Delete random stretches of 1 to 200 hours from the store's file; the hours deleted."""
    chance = random.Random(seed)
    gone: set[str] = set()
    with sqlite3.connect(path) as db:
        for _ in range(STRETCHES):
            start = chance.randrange(100, len(times) - 300)
            cut = times[start : start + chance.randrange(1, 200)]
            bounds = (int(cut[0].timestamp()), int(cut[-1].timestamp()))
            db.execute("delete from energy_prices where time between ? and ?", bounds)
            gone |= set(cut.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return gone


def prices_of(path: Path) -> dict[int, float]:
    """Price by time, straight from the store's file."""
    with sqlite3.connect(path) as db:
        return dict(db.execute("select time, price_eur_kwh from energy_prices"))


def say(what: str, good: bool) -> None:
    """One checked line; ends the drill when it is not so."""
    print(f"{'ok  ' if good else 'FAIL'} {what}")
    if not good:
        sys.exit(1)


def drill(seed: int) -> None:
    """The whole drill in a home of its own."""
    frame = pd.read_csv(CSV, parse_dates=["timestamp"], index_col="timestamp")
    prices = frame["price_eur_kwh"]
    with tempfile.TemporaryDirectory() as home, price_server(prices) as server:
        os.environ |= {
            "CHOCOLIB_HOME": home,
            "CHOCOLIB_REE_URL": server.url,
            "CHOCOLIB_ESIOS_URL": server.url,
        }
        path = Path(home) / "chocolib.sqlite"
        print(chocolib("import", "pvpc", str(CSV)), end="")
        before, whole = gaps(), prices_of(path)
        print(f"     {len(before)} hours are missing from the real prices themselves")
        gone = delete_stretches(path, pd.DatetimeIndex(prices.index), seed)
        found = gaps()
        print(f"     {len(gone)} hours in {STRETCHES} stretches deleted")
        say("gaps finds exactly the deleted hours", found - before == gone and before <= found)
        healed = report(chocolib("backfill", "--until", UNTIL, "--json"))
        say("backfill heals every deleted hour", healed["healed"] == len(gone))
        say("and knows what nobody has", healed["not_available"] == len(before))
        say("nothing is left but that", gaps() == before and healed["still_missing"] == 0)
        say("every price is what it was", prices_of(path) == whole)
        asked = len(server.asked)
        print(chocolib("backfill", "--until", UNTIL), end="")
        say("run again it has nothing to do, and asks nobody", len(server.asked) == asked)


def report(text: str) -> dict[str, Any]:
    """The backfill of the prices, from `chocolib backfill --json`."""
    (done,) = [item for item in json.loads(text) if item["measurement"] == "energy_prices"]
    runs = ", ".join(f"{run['source']} {run['new']} new" for run in done["runs"])
    print(f"     {done['healed']} healed, {done['not_available']} not available ({runs})")
    return dict(done)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=3)
    drill(parser.parse_args().seed)
