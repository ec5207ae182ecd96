"""`python -m tests.copy_drill`: a real history from SQLite to InfluxDB's stand-in and back.

The history has corrections and quarantined rows too. Both copies go through the command
line; at the end every version of every row must be what it was. Takes about a minute.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import pandas as pd

from chocolib.app.admission import admit
from chocolib.core.schema import MEASUREMENTS
from chocolib.core.time import HOUR
from chocolib.store.sqlite import SqliteStore
from tests.gap_drill import CSV, DATA, chocolib, say
from tests.store.influx_stand_in import TOKEN, stand_in

RECEIVED = pd.Timestamp("2026-02-01T10:00Z")


def correct(path: Path) -> None:
    """Change a hundred prices, as a source would, and let one of them be refused."""
    store = SqliteStore(path)
    rows = store.read("energy_prices").iloc[1000:1100]
    rows = rows.assign(price_eur_kwh=rows["price_eur_kwh"] + 0.01, source="ree")
    rows.iloc[5, rows.columns.get_loc("price_eur_kwh")] = 99.0
    admit(store, "energy_prices", rows, received_at=RECEIVED + HOUR, origin="drill")
    store.close()


def same(one: Path, other: Path) -> int:
    """How many versions two stores hold; ends the drill where they differ."""
    stores = SqliteStore(one), SqliteStore(other)
    total = 0
    for name in MEASUREMENTS:
        ours, theirs = (store.history(name) for store in stores)
        pd.testing.assert_frame_equal(ours, theirs)
        pd.testing.assert_frame_equal(*(store.read(name) for store in stores))
        total += len(ours)
    return total


def drill(folder: Path) -> None:
    """The whole drill in a folder of its own."""
    first, back = folder / "first.sqlite", folder / "back.sqlite"
    os.environ |= {"CHOCOLIB_HOME": str(folder), "CHOCOLIB_STORE_URL": f"sqlite://{first}"}
    print(
        chocolib("import", "any", str(CSV), str(DATA / "siar"), str(DATA / "api")).splitlines()[-1]
    )
    correct(first)
    engine = folder / "influx"
    engine.mkdir()
    with stand_in(engine, buckets=["energy_data"]) as server:
        os.environ["INFLUXDB_TOKEN"] = TOKEN
        address = server.address("energy_data")
        print(chocolib("store", "copy", str(first), address))
        print(chocolib("store", "copy", address, str(back)))
        versions = same(first, back)
        say(f"all {versions} versions of all rows came back as they were", versions > 49_000)
        print(chocolib("store", "copy", str(first), address))


if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m tests.copy_drill", description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as place:
        drill(Path(place))
